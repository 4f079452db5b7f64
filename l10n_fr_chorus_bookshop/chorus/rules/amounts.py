"""Lines, totals and payment, compared as the books store them, to the cent."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from stdnum import ean
from stdnum.iso7064 import mod_97_10

from ..invoice import CREDIT_NOTE, Line
from .problem import Case, Problem, problem

PAYMENT_MEANS = ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
TRANSFERS = ("30", "31", "42", "58")
DECIMALS = 2


def _lines(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-16, BR-22, BR-25; R10. A discount line has a negative price."""
    if not case.invoice.lines:
        yield problem("lines_missing", "lines")
    for line in case.invoice.lines:
        yield from _line(line)


def _line(line: Line) -> Iterator[Problem]:
    if not line.name.strip():
        yield problem("line_name_missing", "lines", line=line.position)
    if not line.quantity:
        values = {"line": line.position, "name": line.name}
        yield problem("line_quantity_zero", "lines", **values)
    if line.ean and not _is_ean(line.ean):
        yield problem("line_ean_invalid", "lines", line=line.position, ean=line.ean)


@lru_cache(maxsize=8192)
def _is_ean(text: str) -> bool:
    """A barcode or ISBN without hyphens: books come back from one sale to the next."""
    return text == ean.compact(text) and ean.is_valid(text)


def _decimals(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-DEC-09 to BR-DEC-23: two decimals, whatever the currency's own."""
    invoice = case.invoice
    totals = (invoice.untaxed, invoice.tax, invoice.total, invoice.due, invoice.paid)
    amounts = (*totals, *(line.total for line in invoice.lines))
    if any(one.normalize().as_tuple().exponent < -DECIMALS for one in amounts):
        yield problem("currency_decimals", "currency", currency=invoice.currency)


def _totals(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-CO-10, BR-CO-13 to BR-CO-16."""
    invoice = case.invoice
    untaxed, tax, total = invoice.untaxed, invoice.tax, invoice.total
    lines = sum((line.total for line in invoice.lines), Decimal(0))
    taxes = sum((row.amount for row in invoice.taxes), Decimal(0))
    if lines != untaxed:
        yield problem("untaxed_mismatch", "untaxed", lines=lines, untaxed=untaxed)
    if taxes != tax:
        yield problem("tax_mismatch", "tax", taxes=taxes, tax=tax)
    if untaxed + tax != total:
        values = {"untaxed": untaxed, "tax": tax, "total": total}
        yield problem("total_mismatch", "total", **values)
    if total - invoice.paid + invoice.rounding != invoice.due:
        values = {"total": total, "paid": invoice.paid, "due": invoice.due}
        yield problem("due_mismatch", "due", **values)
    if total < 0:
        yield problem("total_negative", "total", total=total)


def _frame(case: Case) -> Iterator[Problem]:
    """AIFE: A2 is the invoice already paid; a credit note keeps A1."""
    invoice = case.invoice
    credit = invoice.kind == CREDIT_NOTE
    if invoice.frame not in (("A1",) if credit else ("A1", "A2")):
        yield problem("frame_unknown", "frame", frame=invoice.frame)
    elif invoice.frame == "A2" and invoice.due:
        yield problem("frame_not_paid", "frame", due=invoice.due)
    elif not credit and invoice.frame == "A1" and invoice.paid and not invoice.due:
        yield problem("frame_paid", "frame")


def _payment(case: Case) -> Iterator[Problem]:
    """Annex EDI S2.05 (known means) and EN 16931 BR-61 (account of a transfer)."""
    invoice = case.invoice
    means = invoice.payment_means
    if not means:
        if invoice.kind != CREDIT_NOTE:
            yield problem("payment_means_missing", "payment_means")
    elif means not in PAYMENT_MEANS:
        yield problem("payment_means_unknown", "payment_means", means=means)
    if invoice.iban:
        if not _is_iban(invoice.iban):
            yield problem("iban_invalid", "iban", iban=invoice.iban)
    elif means in TRANSFERS:
        yield problem("iban_missing", "iban")


# ISO 13616: country, key, then up to 30 letters and digits. stdnum.iban is not used: it
# reads a table through importlib.resources, which fails once Odoo 19 is loaded.
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_FRENCH_IBAN = 27


def _is_iban(text: str) -> bool:
    number = text.replace(" ", "")
    if not _IBAN.fullmatch(number):
        return False
    if number.startswith("FR") and len(number) != _FRENCH_IBAN:
        return False
    return mod_97_10.is_valid(number[4:] + number[:4])


RULES = (_lines, _decimals, _totals, _frame, _payment)
