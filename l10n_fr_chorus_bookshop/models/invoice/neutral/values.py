"""Values of records as the neutral invoice holds them: Decimal, text, never False."""

from decimal import Decimal

from odoo.tools import html2plaintext, is_html_empty

ZERO = Decimal(0)
PRICE_DIGITS = 6  # Chorus Pro stores prices as 19,6 (AIFE external specifications)


def amount(value: float, digits: int) -> Decimal:
    """Return a stored amount, rounded to the currency; never a negative zero."""
    return Decimal(f"{value:.{digits}f}") + ZERO


def number(value: float) -> Decimal:
    """Return a quantity, price or rate without the noise of its binary form."""
    return Decimal(f"{value:.{PRICE_DIGITS}f}".rstrip("0").rstrip(".")) + ZERO


def plain(html: str | bool) -> str:
    """Return the text of an HTML field, "" when nothing would be seen of it."""
    return "" if is_html_empty(html) else html2plaintext(html).strip()


def compact(code: str | bool) -> str:
    """Return a SIRET or VAT number without the spaces people type in it."""
    return "".join((code or "").split())
