"""Pictures of the readable invoice, for the user guide: made without any screen."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

import factories
from chorus import typeset
from chorus.invoice import DeliveryNote, Party
from typesetting import lato

DOTS, SMALL_DOTS = 84, 46
GAP, PAPER = 8, "#c9d0d6"
BOOKS = (
    ("L'Étranger", "Albert Camus, Gallimard", "9782070360024", "7.60"),
    (
        "Les Misérables, tome I",
        "Victor Hugo, Le Livre de poche",
        "9782253096337",
        "9.90",
    ),
    ("Persepolis", "Marjane Satrapi, L'Association", "9782844145772", "39.00"),
    ("Max et les Maximonstres", "Maurice Sendak", "9782211028042", "13.20"),
    ("La Vie mode d'emploi", "Georges Perec, Fayard", "9782213675978", "27.00"),
)


def printed() -> dict[str, Image.Image]:
    """Return the pictures by name: an invoice, a credit note, one of three pages."""
    invoice = factories.invoice(_lines(6), **_details())
    credit = factories.credit_note(
        _lines(2), **_details(), customer_reference="Exemplaires défectueux"
    )
    long = factories.invoice(_lines(64, sections=True), **_details())
    [first], [second] = (_pages(one, DOTS) for one in (invoice, credit))
    return {
        "page-invoice": first,
        "page-credit": second.crop((0, 0, second.width, second.height * 2 // 3)),
        "page-three": _beside(_pages(long, SMALL_DOTS)),
    }


def _details() -> dict:
    library = Party(
        "Médiathèque Simone-Veil",
        address=factories.address(street="4 place de la Mairie"),
    )
    return {
        "seller": factories.seller(
            name="Librairie de l'Aître", phone="02 35 00 00 00", gln="3025590000008"
        ),
        "market": "2026-LIVRES-03",
        "service_name": "Direction de la culture",
        "delivery": library,
        "delivery_date": date(2026, 11, 20),
        "delivery_notes": (DeliveryNote("WH/OUT/00042", date(2026, 11, 20)),),
        "bic": "AGRIFRPP",
    }


def _lines(count: int, *, sections: bool = False) -> tuple:
    lines = []
    for at in range(count):
        title, authors, code, price = BOOKS[at % len(BOOKS)]
        line = factories.line_with_tax_included(
            price, str(1 + at % 4), "9", name=title, description=authors
        )
        line = replace(line, ean=code, reference="", discount=Decimal(9))
        if sections:
            fund = "Jeunesse" if at < count // 2 else "Adultes"
            line = replace(line, section=fund)
        lines.append(line)
    return tuple(lines)


def _pages(invoice, dots: int) -> list[Image.Image]:
    letterhead = typeset.Letterhead(
        logo=_logo(),
        colour="#7a1f3d",
        registration="SARL au capital de 8 000 € – RCS Rouen 332 540 215",
        footer=("www.librairie-aitre.example – 02 35 00 00 00",),
    )
    made = typeset.pictures(invoice, letterhead, lato(), dots=dots)
    return [Image.open(BytesIO(one)).convert("RGB") for one in made]


def _logo() -> bytes:
    image = Image.new("RGB", (1000, 260), "white")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 240, 259), 40, fill="#7a1f3d")
    draw.text((58, 60), "LA", font=ImageFont.load_default(120), fill="white")
    draw.text((280, 70), "Librairie", font=ImageFont.load_default(120), fill="#7a1f3d")
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _beside(pages: list[Image.Image]) -> Image.Image:
    """The pages side by side."""
    width = sum(page.width + GAP for page in pages) - GAP
    sheet = Image.new("RGB", (width, pages[0].height), PAPER)
    for at, page in enumerate(pages):
        sheet.paste(page, (at * (page.width + GAP), 0))
    return sheet
