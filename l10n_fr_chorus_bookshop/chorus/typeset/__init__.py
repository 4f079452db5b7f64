"""The readable invoice: typeset from the neutral invoice alone, by Typst.

PDF/A-3b and PDF/UA-1 at once, the same bytes for the same invoice, letterhead and
fonts. The Factur-X is then put inside by `facturx.pdf`.
"""

import json
import re
import threading
from datetime import datetime, time, timezone
from functools import cache, lru_cache
from pathlib import Path

import typst

from ..invoice import Invoice
from .letterhead import Letterhead
from .page import copy_words, page, title

__all__ = ["Letterhead", "MissingGlyphs", "copy_words", "pictures", "title", "write"]

_TEMPLATE = Path(__file__).with_name("invoice.typ")
_STANDARDS = ["a-3b", "ua-1"]
# The fonts of a page: Odoo's Lato, which has Latin letters only, then the machine's
# widest: DejaVu has Greek, Cyrillic, Arabic, Hebrew, Armenian and Georgian; Droid and
# Noto have Chinese, Japanese and Korean. The order is fixed and no other is ever taken.
_FAMILIES = (
    *("Lato", "DejaVu Sans", "Noto Sans", "Droid Sans Fallback"),
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Unifont"),
)
_NOTO = "Noto Sans "
_own = threading.local()
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed")
# Typst writes a combining character by its code.
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Control characters, halves of a pair, and what is no character: the last two of each
# of the 17 planes, and 32 more.
_NONE = "".join(chr(last) + chr(last + 1) for last in range(0xFFFE, 0x110000, 0x10000))
_UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONE}]")


class MissingGlyphs(ValueError):
    """The machine's fonts lack a character of the invoice.

    :ivar characters: what cannot be written, each once
    :ivar text: the text of the invoice that holds the first of them
    """

    def __init__(self, characters: str, text: str):
        super().__init__(f"no font has {characters!r} of “{text}”")
        self.characters = characters
        self.text = text


def write(
    invoice: Invoice,
    letterhead: Letterhead,
    font_folder: str,
    copy: str = "",
    *,
    reform: bool = False,
) -> bytes:
    """Return the readable invoice as a tagged PDF/A-3b, in French.

    :param font_folder: where Odoo keeps Lato
    :param copy: words that mark a copy, above the title; the original bears none
    :param reform: its data are in the reform's words, whose notes it bears
    :raise MissingGlyphs: no font of this machine can write a text of the invoice
    """
    inputs = _inputs(
        page(invoice, letterhead, copy, reform=reform), letterhead, font_folder
    )
    midnight = datetime.combine(invoice.issue_date, time(), timezone.utc)
    try:
        return _compiler(font_folder).compile(
            sys_inputs=inputs, pdf_standards=_STANDARDS, timestamp=midnight
        )
    except typst.TypstError as error:
        missing = _missing(error.diagnostic)
        if not missing:
            raise
        holder = _holder(json.loads(inputs["page"]), missing[0])
        raise MissingGlyphs(missing, holder) from error


def pictures(
    invoice: Invoice, letterhead: Letterhead, font_folder: str, *, dots: int
) -> list[bytes]:
    """Return each page as a PNG, to show what it looks like.

    :param dots: per inch
    """
    inputs = _inputs(page(invoice, letterhead), letterhead, font_folder)
    made = _compiler(font_folder).compile(sys_inputs=inputs, format="png", ppi=dots)
    return made if isinstance(made, list) else [made]


def _inputs(said: dict, letterhead: Letterhead, font_folder: str) -> dict[str, str]:
    """Return what the template asks for.

    :param said: the texts of the page
    """
    said |= {"fonts": _families(font_folder)}
    inputs = {}
    if picture := letterhead.picture:
        said |= {
            "logo-size": (picture.width, picture.height),
            "logo-format": picture.format,
        }
        inputs["logo"] = _as_numbers(picture.content)
    inputs["page"] = json.dumps(_visible(said))
    return inputs


def _compiler(font_folder: str) -> typst.Compiler:
    """Return this thread's compiler: one serves a single document at a time."""
    known = vars(_own).setdefault("compilers", {})
    if font_folder not in known:
        known[font_folder] = typst.Compiler(_TEMPLATE, font_paths=_fonts(font_folder))
    return known[font_folder]


@cache
def _fonts(folder: str) -> typst.Fonts:
    """Return the machine's fonts and those of a folder, looked for once.

    :param folder: where Odoo keeps Lato
    """
    return typst.Fonts(include_embedded_fonts=False, font_paths=[folder])


@cache
def _families(folder: str) -> tuple[str, ...]:
    """Return the families that are there, in the order they are tried."""
    present = set(_fonts(folder).families())
    scripts = sorted(name for name in present if name.startswith(_NOTO))
    return tuple(
        name for name in dict.fromkeys((*_FAMILIES, *scripts)) if name in present
    )


@lru_cache(maxsize=16)
def _as_numbers(content: bytes) -> str:
    """Return bytes as Typst takes them among its inputs, which are texts."""
    return json.dumps(list(content))


def _missing(diagnostic: str) -> str:
    """Return the characters that Typst could not write, each once."""
    written = "".join(_MISSING.findall(diagnostic))
    characters = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), written)
    return "".join(dict.fromkeys(characters))


def _visible(said):
    """Return the same texts without control characters, which no font can show."""
    if isinstance(said, str):
        return _UNSEEN.sub("", said.replace("\n", " ").replace("\t", " "))
    if isinstance(said, dict):
        return {key: _visible(value) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [_visible(value) for value in said]
    return said


def _holder(said, character: str) -> str:
    """Return the first text that holds a character."""
    if isinstance(said, str):
        return said if character in said else ""
    values = said.values() if isinstance(said, dict) else said
    if isinstance(said, dict | list):
        return next(filter(None, (_holder(one, character) for one in values)), "")
    return ""
