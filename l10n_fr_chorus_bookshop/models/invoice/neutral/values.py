"""Values of records as the neutral invoice holds them: Decimal, text, never False."""

import re
import unicodedata
from decimal import Decimal

from odoo.tools import html2plaintext, is_html_empty

ZERO = Decimal(0)
PRICE_DIGITS = 6  # Chorus Pro stores prices as 19,6 (AIFE external specifications)
# Marks of direction, which a paste from elsewhere brings and nobody sees.
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Core's own words, which it leaves in English whatever the language asked.
UNTRANSLATED = re.compile(
    "(Payment terms: |Exempt intra-community supplies|VAT Reverse charge)"
)


def amount(value: float, digits: int) -> Decimal:
    """Return a stored amount, rounded to the currency; never a negative zero."""
    return Decimal(f"{value:.{digits}f}") + ZERO


def number(value: float) -> Decimal:
    """Return a quantity, price or rate without the noise of its binary form."""
    return Decimal(f"{value:.{PRICE_DIGITS}f}".rstrip("0").rstrip(".")) + ZERO


def text(value: str | bool) -> str:
    """Return a text as it leaves: composed (NFC), without marks of direction."""
    return BIDI.sub("", unicodedata.normalize("NFC", value or ""))


def texts(record, names: tuple[str, ...]) -> dict[str, str]:
    """Return several fields of a record as `text`, by their names."""
    return {name: text(record[name]) for name in names}


def plain(html: str | bool) -> str:
    """Return the text of an HTML field, "" when nothing would be seen of it."""
    return "" if is_html_empty(html) else text(html2plaintext(html)).strip()


def spoken(record, name: str) -> str:
    """Return an HTML field in the language of `record`, "" where core has none.

    Core's own terms and mentions stay English in French: better none than these.
    """
    words = plain(record[name])
    english = (record.env.lang or "").startswith("en")
    return "" if UNTRANSLATED.match(words) and not english else words


def compact(code: str | bool) -> str:
    """Return a SIRET or VAT number without the spaces people type in it."""
    return "".join(text(code).split())


def vat_number(code: str | bool) -> str:
    """Return a VAT number, "" for what says that there is none ("/", "NA", "-")."""
    found = compact(code).upper()
    return found if any(map(str.isdigit, found)) else ""
