"""VAT of lines and of the breakdown, and the parties' VAT numbers (EN 16931 BR-*).

The norm's own tolerance decides: its rules compare within one unit of the currency, and
exactly where no VAT is charged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from stdnum.fr import tva

from .. import vat
from ..invoice import Invoice, Line, Tax
from .problem import Case, Problem, problem
from .texts import ERROR, WARNING

UNTAXED = (vat.ZERO_RATED, *vat.EXEMPT)
# Categories whose seller has a VAT number: the others may be a franchise (BT-32).
NUMBERED = (vat.STANDARD, vat.REVERSE_CHARGE, vat.INTRA_COMMUNITY, vat.EXPORT)
CENT = Decimal("0.01")
# BR-CO-17, BR-S-09: strictly less than one unit of the currency.
TOLERANCE = Decimal(1)
EURO = "EUR"


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


RULES = (_categories, _mixture, _breakdown, _seller_number, _buyer_number)
