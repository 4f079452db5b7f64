"""Lines, totals, VAT and payment, compared as the books store them, to the cent."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from stdnum import ean
from stdnum.fr import tva
from stdnum.iso7064 import mod_97_10

from .. import vat
from ..invoice import CREDIT_NOTE, Invoice, Line, Tax
from .problem import Case, Problem, problem
from .texts import ERROR, WARNING

PAYMENT_MEANS = ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
TRANSFERS = ("30", "31", "42", "58")
DECIMALS = 2
UNTAXED = (vat.ZERO_RATED, *vat.EXEMPT)
# Categories whose seller has a VAT number: the others may be a franchise (BT-32).
NUMBERED = (vat.STANDARD, vat.REVERSE_CHARGE, vat.INTRA_COMMUNITY, vat.EXPORT)
CENT = Decimal("0.01")
# BR-CO-17, BR-S-09: strictly less than one unit of the currency.
TOLERANCE = Decimal(1)
EURO = "EUR"


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


# ---- VAT OF LINES, AND BY RATE -------------------------------------------------------
# The norm's own tolerance decides (EN 16931 BR-*): its rules compare within one unit of
# the currency, and exactly where no VAT is charged.


def _categories(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-S-05, BR-Z-05, BR-E-05…: S is above zero, every other is zero."""
    french = case.invoice.seller.address.country in vat.FRANCE
    for line in case.invoice.lines:
        values = {"line": line.position, "category": line.category}
        if line.category in (vat.NONE, vat.UNTOLD):
            code = "vat_missing" if line.category == vat.NONE else "vat_untold"
            yield problem(code, "lines", line=line.position, name=line.name)
        elif line.category not in (vat.STANDARD, *UNTAXED):
            yield problem("vat_category_unknown", "lines", **values)
        elif line.rate < 0 or (line.category == vat.STANDARD) != (line.rate > 0):
            yield problem("vat_rate_wrong", "lines", **values, rate=_rate(line.rate))
        elif french and line.rate and line.rate not in vat.RATES:
            values = {"line": line.position, "rate": _rate(line.rate)}
            yield problem("vat_rate_unknown", "lines", **values)


def _mixture(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-O-11, BR-O-12: outside VAT, or not, as a whole."""
    lines = case.invoice.lines
    outside = [line for line in lines if line.category == vat.NOT_SUBJECT]
    if outside and len(outside) < len(lines):
        values = {"line": outside[0].position, "name": outside[0].name}
        yield problem("vat_not_subject_mixed", "lines", **values)


def _breakdown(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-CO-17, BR-CO-18, BR-S-01, -08, -09, BR-E-10 and their like."""
    invoice = case.invoice
    rows: dict[tuple, list[Line]] = defaultdict(list)
    for line in invoice.lines:
        if line.category not in (vat.NONE, vat.UNTOLD):
            rows[line.category, line.rate].append(line)
    told = Counter((row.category, row.rate) for row in invoice.taxes)
    for category, rate in (key for key in rows if key not in told):
        values = {"category": category, "rate": _rate(rate)}
        yield problem("vat_row_missing", "taxes", **values)
    for row in invoice.taxes:
        if row.category not in (vat.NONE, vat.UNTOLD):
            lines = rows.get((row.category, row.rate), [])
            yield from _row(invoice, row, lines)


def _row(invoice: Invoice, row: Tax, lines: list[Line]) -> Iterator[Problem]:
    rate, total = _rate(row.rate), sum((line.total for line in lines), Decimal(0))
    if row.base != total:
        values = {"rate": rate, "lines": total, "base": row.base}
        yield problem("vat_base_mismatch", "taxes", **values)
    elif not lines:
        yield problem("vat_row_superfluous", "taxes", rate=rate, amount=row.amount)
    yield from _amount(invoice, row, lines)
    if row.category in vat.EXEMPT and not row.exemption_reason.strip():
        yield problem("vat_reason_missing", "taxes", category=row.category)


def _amount(invoice: Invoice, row: Tax, lines: list[Line]) -> Iterator[Problem]:
    """Is the VAT of a row what its base makes, and if not, why not."""
    expected = _rounded(row.base * row.rate / 100)
    values = {"rate": _rate(row.rate), "base": row.base, "amount": row.amount}
    values["expected"] = expected
    unit = _unit(invoice, row)
    usual = unit * max(1, len(lines))
    if row.category in UNTAXED and not row.rate:
        if row.amount:
            yield problem("vat_amount_mismatch", "taxes", **values)
    elif abs(row.amount - expected) >= TOLERANCE:
        by_line = sum(_rounded(line.total * line.rate / 100, unit) for line in lines)
        code = "vat_by_line" if by_line == row.amount else "vat_amount_mismatch"
        yield problem(code, "taxes", **values)
    elif abs(row.amount - row.rounding - row.base * row.rate / 100) > usual:
        yield problem("vat_amount_mismatch", "taxes", **values)
    elif row.rounding:
        yield problem("vat_cash_rounding", "taxes", **values, rounding=row.rounding)


def _unit(invoice: Invoice, row: Tax) -> Decimal:
    """Return the smallest amount of the currency: one franc, for the Pacific's."""
    whole = row.amount == row.amount.to_integral_value()
    return Decimal(1) if invoice.currency != EURO and whole else CENT


def _rounded(value: Decimal, unit: Decimal = CENT) -> Decimal:
    return value.quantize(unit, ROUND_HALF_UP)


def _rate(rate: Decimal) -> Decimal:
    """Return 5.5 for 5.5000 and 20 for 20.0, as people write rates."""
    return Decimal(f"{rate.normalize():f}")


# ---- VAT NUMBERS ------------------------------------------------------------------


def _seller_number(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-S-02, BR-AE-02, BR-G-02, BR-IC-02: needed where VAT is charged."""
    seller = case.invoice.seller
    if not seller.vat.strip():
        if any(row.category in NUMBERED for row in case.invoice.taxes):
            yield problem("seller_vat_missing", "seller.vat")
    elif not _has_country(seller.vat):
        yield problem("seller_vat_invalid", "seller.vat", ERROR, vat=seller.vat)
    elif seller.vat.upper().startswith("FR") and not tva.is_valid(seller.vat):
        yield problem("seller_vat_invalid", "seller.vat", WARNING, vat=seller.vat)


def _buyer_number(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-CO-09, BR-IC-02: who buys across the Union has a VAT number."""
    buyer = case.invoice.buyer
    rows = {row.category for row in case.invoice.taxes}
    if not buyer.vat.strip():
        if vat.INTRA_COMMUNITY in rows:
            yield problem("buyer_vat_missing", "buyer.name")
    elif not _has_country(buyer.vat):
        yield problem("buyer_vat_invalid", "buyer.name", vat=buyer.vat)


def _has_country(number: str) -> bool:
    """BR-CO-09: the prefix of a country, EL for Greece; what follows is its own."""
    return number[:2] in vat.PREFIXES and len(number) > len("FR")


RULES = (
    *(_categories, _mixture, _breakdown, _seller_number, _buyer_number),
    *(_lines, _decimals, _totals, _frame, _payment),
)
