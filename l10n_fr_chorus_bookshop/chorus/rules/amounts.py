"""Lines, VAT, totals and payment, compared as the books store them, to the cent."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from stdnum import ean
from stdnum.iso7064 import mod_97_10

from ..invoice import CREDIT_NOTE, Line
from .problem import Case, Problem, problem

PAYMENT_MEANS = ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
TRANSFERS = ("30", "31", "42", "58")
TAXED = "S"
EXEMPT = ("E", "AE", "K", "G", "O")
UNTAXED = ("Z", *EXEMPT)
CENT = Decimal("0.01")


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


def _vat_categories(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-S-05, BR-Z-05, BR-E-05…: S is above zero, every other is zero."""
    for line in case.invoice.lines:
        values = {"line": line.position, "category": line.category}
        if line.category not in (TAXED, *UNTAXED):
            yield problem("vat_category_unknown", "lines", **values)
        elif line.rate < 0 or (line.category == TAXED) != (line.rate > 0):
            yield problem("vat_rate_wrong", "lines", **values, rate=_rate(line.rate))


def _vat_breakdown(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-CO-18, BR-S-08, BR-S-09, BR-E-10 and their like per category."""
    sums, counts = defaultdict(Decimal), Counter()
    for line in case.invoice.lines:
        sums[line.category, line.rate] += line.total
        counts[line.category, line.rate] += 1
    rows = {(row.category, row.rate) for row in case.invoice.taxes}
    for category, rate in (key for key in sums if key not in rows):
        values = {"category": category, "rate": _rate(rate)}
        yield problem("vat_row_missing", "taxes", **values)
    for row in case.invoice.taxes:
        key, rate = (row.category, row.rate), _rate(row.rate)
        total = sums.get(key, Decimal(0))
        if row.base != total:
            values = {"rate": rate, "lines": total, "base": row.base}
            yield problem("vat_base_mismatch", "taxes", **values)
        expected = row.base * row.rate / 100
        if abs(row.amount - expected) > CENT * max(1, counts[key]):
            values = {"rate": rate, "base": row.base, "amount": row.amount}
            expected = expected.quantize(CENT)
            yield problem("vat_amount_mismatch", "taxes", **values, expected=expected)
        if row.category in EXEMPT and not row.exemption_reason.strip():
            yield problem("vat_reason_missing", "taxes", category=row.category)


def _rate(rate: Decimal) -> Decimal:
    """Return 5.5 for 5.5000 and 20 for 20.0, as people write rates."""
    return Decimal(f"{rate.normalize():f}")


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


RULES = (_lines, _vat_categories, _vat_breakdown, _totals, _frame, _payment)
