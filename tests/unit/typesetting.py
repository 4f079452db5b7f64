"""What the tests of the readable page share: Odoo's Lato, and the text of a PDF."""

import io
from dataclasses import replace
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from pypdf import PdfReader

from chorus import typeset
from chorus.facturx import cii
from chorus.facturx.cii import NAMESPACES
from chorus.facturx.dialect import HISTORICAL
from chorus.invoice import CREDIT_NOTE

PLAIN = typeset.Letterhead()
RAM = f"{{{NAMESPACES['ram']}}}"
# What the XML holds of an invoice that a person must find on the page.
REFERENCES = (
    *("BuyerReference", "IssuerAssignedID", "IBANID", "BICID", "GlobalID"),
    *("SellerAssignedID", "DepartmentName", "Content", "ExemptionReason"),
)


def lato() -> str:
    """The folder where Odoo keeps Lato."""
    for root in find_spec("odoo").submodule_search_locations:
        folder = Path(root) / "addons" / "web" / "static" / "fonts" / "lato"
        if folder.is_dir():
            return str(folder)
    message = "Odoo's Lato is nowhere"
    raise FileNotFoundError(message)


def write(invoice, letterhead=PLAIN, copy: str = "", **how) -> bytes:
    """The page of an invoice."""
    return typeset.write(invoice, letterhead, lato(), copy, **how)


def text_of(pdf: bytes) -> str:
    """The text of every page, in reading order."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def plain(pdf: bytes) -> str:
    """The text of every page on one line, each gap a single space."""
    return " ".join(text_of(pdf).split())


def packed(text: str) -> str:
    """A text without its spaces, which readers of PDF put where they like."""
    return "".join(text.replace("\u200b", "").split())


# --- what the XML says ----------------------------------------------------------------


def french(amount: str) -> str:
    """An amount of the XML as the page writes it, without the gaps between digits."""
    whole, _, part = amount.partition(".")
    return ",".join(filter(None, (whole, part)))


def forms(amount: str) -> set[str]:
    """The ways to write one number: 12.50 is 12,50, 12,5, and 12.00 is 12 as well."""
    short = amount.rstrip("0").rstrip(".") if "." in amount else amount
    return {french(amount), french(short)}


def amounts_of(xml: bytes) -> list[str]:
    root = etree.fromstring(xml)
    return [
        element.text
        for element in root.iter(etree.Element)
        if element.tag.endswith(("Amount", "Quantity", "Percent"))
    ]


def references_of(xml: bytes) -> list[str]:
    root = etree.fromstring(xml)
    names = [f"{RAM}{name}" for name in REFERENCES]
    identifiers = root.iterfind(f".//{RAM}SpecifiedLegalOrganization/{RAM}ID")
    return [one.text for one in (*root.iter(*names), *identifiers)]


def unsaid(pdf: bytes, xml: bytes) -> list[str]:
    """The amounts and references of an XML that no page of its PDF bears."""
    text = packed(text_of(pdf))
    categories = {one.text for one in etree.fromstring(xml).iter(f"{RAM}CategoryCode")}
    # Where no VAT is charged, it has no place on the page.
    silent = categories <= {"E", "O"}
    amounts = [
        amount
        for amount in amounts_of(xml)
        if not (silent and Decimal(amount) == 0)
        and not any(form in text for form in forms(amount))
    ]
    references = [
        line
        for reference in references_of(xml)
        for line in reference.splitlines()
        if packed(shown(line)) not in text
    ]
    return amounts + references


def shown(text: str) -> str:
    """A text without what no font shows, and with French spaces."""
    return "".join(sign for sign in text if sign.isprintable() or sign.isspace())


def check(invoice, dialect=HISTORICAL) -> None:
    """Find every amount and reference of the XML in the page's text."""
    if invoice.kind == CREDIT_NOTE:
        invoice = replace(invoice, iban="", bic="")  # as the books make it
    made = write(invoice, reform=dialect is not HISTORICAL)
    assert unsaid(made, cii.write(invoice, dialect=dialect)) == []
