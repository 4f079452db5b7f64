"""How a shop dresses its papers: logo, colour, the lines at the foot of a page."""

import io
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from PIL import Image, ImageChops, ImageOps

# The room for a logo, in millimetres, and the resolution a printer can show.
_WIDTH, _HEIGHT = 62, 22
_DOTS_PER_MM = 8
# Of a logo from a camera, and the room in which it is worked on.
_MOST_PIXELS, _LARGE, _ROOM = 50_000_000, 4_000_000, (2000, 2000)
# None that another program would have to draw.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_DEFAULT = "#1f4e79"
# WCAG 2.2, 1.4.3: white words on it, and its words on white, are read with ease.
_CONTRAST = 4.5
_HEXADECIMAL = re.compile(r"#[0-9a-fA-F]{6}")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture ready to print: PNG or JPEG, its size in millimetres."""

    content: bytes
    format: str
    width: float
    height: float


@dataclass(frozen=True)
class Letterhead:
    """What a shop's papers bear beside the invoice itself.

    :ivar logo: picture of any usual kind, empty for none; one that cannot be read is
        left out, the shop's name stands in its place
    :ivar colour: of titles and of the amount to pay, "#rrggbb"; darkened until it is
        readable on white
    :ivar tagline: a few words under the shop's name, where there is no logo
    :ivar registration: legal form, capital and trade register
    :ivar footer: more lines at the foot of a page
    """

    logo: bytes = b""
    colour: str = _DEFAULT
    tagline: str = ""
    registration: str = ""
    footer: tuple[str, ...] = ()

    @cached_property
    def accent(self) -> str:
        """The colour, dark enough for words."""
        known = _HEXADECIMAL.fullmatch(self.colour)
        colour = _parsed(self.colour if known else _DEFAULT)
        while _contrast_with_white(colour) < _CONTRAST:
            colour = _mixed(colour, _BLACK, 0.05)
        return _written(colour)

    @cached_property
    def tint(self) -> str:
        """The same colour, pale enough to stand behind words."""
        return _written(_mixed(_parsed(self.accent), _WHITE, 0.92))

    @cached_property
    def picture(self) -> Logo | None:
        """The logo at the size and resolution of a page, None without any.

        A picture from a camera weighs megabytes: an original would too, for ten years.
        """
        return _picture(self.logo) if self.logo else None


@lru_cache(maxsize=16)
def _picture(content: bytes) -> Logo | None:
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            return _printable(image)
    except Exception:  # noqa: BLE001 - whatever a damaged picture makes Pillow raise
        return None


def _printable(image: Image.Image) -> Logo | None:
    if image.width * image.height > _LARGE:
        # A camera's: what follows holds it four times.
        image.draft("RGB", _ROOM)
        image.thumbnail(_ROOM)
    layer = ImageOps.exif_transpose(image).convert("RGBA")
    flat = Image.new("RGB", layer.size, _WHITE)
    flat.paste(layer, mask=layer)
    # White margins would push a logo away from the edge of the page.
    drawn = ImageChops.invert(flat).getbbox()
    if drawn is None:
        return None
    flat = flat.crop(drawn)
    flat.thumbnail((_WIDTH * _DOTS_PER_MM, _HEIGHT * _DOTS_PER_MM))
    scale = min(_WIDTH / flat.width, _HEIGHT / flat.height)
    width, height = round(flat.width * scale, 1), round(flat.height * scale, 1)
    png, jpeg = io.BytesIO(), io.BytesIO()
    flat.save(png, "PNG", optimize=True)
    flat.save(jpeg, "JPEG", quality=85)
    # Drawings are smaller as PNG, and sharper; photographs as JPEG.
    if png.tell() <= 1.5 * jpeg.tell():
        return Logo(png.getvalue(), "png", width, height)
    return Logo(jpeg.getvalue(), "jpg", width, height)


def _parsed(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _written(colour: Colour) -> str:
    return "#" + bytes(colour).hex()


def _mixed(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (
        round(one + (two - one) * part) for one, two in zip(colour, other, strict=True)
    )
    return red, green, blue


def _contrast_with_white(colour: Colour) -> float:
    """Contrast ratio of WCAG 2.2."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
