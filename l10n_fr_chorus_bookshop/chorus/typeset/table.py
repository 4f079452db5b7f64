"""The table of the readable invoice: its lines, the VAT by rate, the totals."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from .. import mentions
from ..facturx.prices import Prices, prices
from ..invoice import Invoice, Line, Tax
from ..vat import MARGIN

# A narrow no-break space parts groups of digits; the template draws it as a gap, which
# is copied as an ordinary space. Numbers of documents are never grouped.
NARROW, NO_BREAK = "\u202f", "\u00a0"
_SIGNS = {"EUR": "€"}
# Millimetres that the other columns may take of the page's 182.
_FOR_FIGURES = 140
# UN/ECE Recommendation 20; a book is counted, and needs no word.
_UNITS = {"C62": "", "HUR": "h", "DAY": "j", "KGM": "kg", "GRM": "g", "LTR": "l"}
_TAXED = ("S", "L", "M", "Z")
# Short enough for a column.
_UNTAXED = {"AE": "autoliq.", "O": "hors TVA"}
_EXEMPT, _ON_MARGIN = "exonéré", "marge"
# Figures of one column stand comma under comma.
_FIGURES = ("quantity", "gross", "net")
_DECIMALS = re.compile(r",\d+$")


class Column(NamedTuple):
    """A column of the lines; its width is in millimetres, 0 for what is left."""

    key: str
    heading: Sequence[str]
    width: float
    right: bool


class _Row(NamedTuple):
    """A line with what it states of price and quantity."""

    line: Line
    prices: Prices


def table(invoice: Invoice) -> dict:
    """Return what the page says of lines, VAT and totals.

    :param invoice: its texts clean
    """
    lines = _lines(invoice, [_Row(line, prices(line)) for line in invoice.lines])
    columns = list(_columns(invoice, lines))
    taken = sum(column.width for column in columns)
    return {
        "columns": [column._asdict() for column in columns],
        # Where figures are too long for the page, all are set smaller.
        "scale": min(1, round(_FOR_FIGURES / taken, 3)),
        "lines": lines,
        "rows": list(_rows(invoice)),
        "vat": _vat(invoice),
        "totals": _totals(invoice),
        "asked": money(invoice.due, invoice.currency),
    }


# --- lines ---------------------------------------------------------------------------


def _columns(invoice: Invoice, cells: Sequence[dict]) -> Iterator[Column]:
    """Yield the columns that have something to say, as wide as what they say."""
    untaxed = ["HT"] if _taxed(invoice) else []
    for key, heading, least, right in (
        ("position", ["N°"], 6, True),
        ("ean", ["ISBN / EAN"], 20, False),
        ("name", ["Désignation"], 0, False),
        ("quantity", ["Qté"], 9, True),
        ("public", ["Prix public", "TTC"], 15, True),
        ("gross", ["Prix brut", *untaxed], 13, True),
        ("discount", ["Remise"], 12, True),
        ("net", ["Prix net", *untaxed], 12, True),
        ("rate", ["TVA"], 11, True),
        ("total", ["Montant", *untaxed], 16, True),
    ):
        texts = [cell[key] + cell["hidden"].get(key, "") for cell in cells]
        if key == "name":
            yield Column(key, heading, 0, right)
        elif any(texts) or key == "total":
            width = max(map(_width, texts), default=0)
            yield Column(key, heading, max(least, round(width, 1)), right)


def _width(text: str) -> float:
    """Return about how many millimetres a cell takes, its margins included."""
    drawn = sum(sign.isalnum() for sign in text)
    return 2.5 + 1.85 * drawn + 0.95 * (len(text) - drawn)


def _lines(invoice: Invoice, rows: Sequence[_Row]) -> list[dict]:
    carried, lines = Decimal(0), []
    for row in rows:
        carried += row.line.total
        lines.append(_line(invoice, row) | {"carried": money(carried)})
    _align(lines)
    return lines


def _align(lines: Sequence[dict]) -> None:
    """Say what each figure lacks to be as long after the comma as its column.

    It is drawn without ink: comma stands under comma.
    """
    for line in lines:
        line["hidden"] = {}
    for key in _FIGURES:
        parts = [_DECIMALS.search(line[key]) for line in lines]
        tails = [found[0] if found else "" for found in parts]
        longest = max(map(len, tails), default=0)
        for line, tail in zip(lines, tails, strict=True):
            if line[key][-1:].isdigit() and " les " not in line[key]:
                missing = ("," + "0" * longest)[:longest]
                line["hidden"][key] = missing[len(tail) :]


def _line(invoice: Invoice, row: _Row) -> dict:
    line, (quantity, net, basis, gross) = row
    unit = _UNITS.get(line.unit, line.unit)
    details = [*filter(None, line.description.splitlines())]
    if line.reference and line.reference != line.ean:
        details[-1:] = [" · ".join([*details[-1:], f"Réf.{NO_BREAK}{line.reference}"])]
    rate = _rate(invoice, line) if _taxed(invoice) else ""
    price = number(net, 2)
    if basis is not None:
        price += f" les {number(basis)}"
    return {
        "position": str(line.position),
        "ean": line.ean,
        "name": line.name,
        "details": details,
        "quantity": NO_BREAK.join(filter(None, (number(quantity), unit))),
        "public": number(line.public_price, 2) if line.public_price else "",
        "gross": "" if gross is None else number(gross, 2),
        "discount": percent(line.discount) if line.discount else "",
        "allowance": "" if gross is None else number(gross - net, 2),
        "net": price,
        "rate": rate,
        "total": money(line.total),
    }


def _rate(invoice: Invoice, row: Line | Tax) -> str:
    """Return the rate of a line or of a row of VAT, or why it has none."""
    if row.category in _TAXED:
        return percent(row.rate)
    codes = {
        tax.exemption_code for tax in invoice.taxes if tax.category == row.category
    }
    if codes and codes <= set(MARGIN):
        return _ON_MARGIN
    return _UNTAXED.get(row.category, _EXEMPT)


def _rows(invoice: Invoice) -> Iterator[dict]:
    """Yield lines under the titles they stand under, with a subtotal for each."""
    section = subsection = ""
    subtotal = Decimal(0)
    for at, line in enumerate(invoice.lines):
        if line.section != section:
            yield from _subtotal(section, subtotal)
            section, subsection, subtotal = line.section, "", Decimal(0)
            if section:
                yield {"kind": "section", "words": section}
        if line.subsection != subsection:
            subsection = line.subsection
            if subsection:
                yield {"kind": "subsection", "words": subsection}
        subtotal += line.total
        yield {"kind": "line", "at": at}
    yield from _subtotal(section, subtotal)


def _subtotal(section: str, amount: Decimal) -> Iterator[dict]:
    if section:
        words = f"Sous-total {section}"
        yield {"kind": "subtotal", "words": words, "value": money(amount)}


# --- amounts -------------------------------------------------------------------------


def _taxed(invoice: Invoice) -> bool:
    """Tell whether VAT has a place on the page: it must have none under the margin."""
    return any(tax.category in _TAXED for tax in invoice.taxes)


def _vat(invoice: Invoice) -> dict:
    """Return the breakdown by rate, and why no VAT is charged where it is not."""
    rows = [_vat_row(_rate(invoice, tax), tax) for tax in invoice.taxes]
    reasons = "\n".join([mentions.reason(invoice, tax) for tax in invoice.taxes])
    said = [*reasons.splitlines(), mentions.debits(invoice)]
    return {
        "headings": ("Taux", "Base HT", "TVA", "TTC"),
        "rows": rows if _taxed(invoice) else [],
        "mentions": list(dict.fromkeys(filter(None, map(str.strip, said)))),
    }


def _vat_row(rate: str, tax: Tax) -> tuple[str, str, str, str]:
    total = money(tax.base + tax.amount)
    if rate == _ON_MARGIN:
        # No VAT may be read there, nor worked out (CGI, article 297 E).
        return rate, "", "", total
    return rate, money(tax.base), money(tax.amount), total


def _totals(invoice: Invoice) -> list[tuple[str, str]]:
    taxed, currency = _taxed(invoice), invoice.currency
    told = [
        ("Total HT", invoice.untaxed if taxed else None, currency),
        ("TVA", invoice.tax if taxed else None, currency),
        ("soit en euros", invoice.tax_in_euros if taxed else None, "EUR"),
        ("Total TTC" if taxed else "Total", invoice.total, currency),
        ("Arrondi", invoice.rounding or None, currency),
        ("Déjà payé", invoice.paid or None, currency),
    ]
    rows = []
    for name, value, code in told:
        if value is not None:
            rows.append((name, money(value, code)))
    return rows


# --- figures, for a French eye ------------------------------------------------------


def number(value: Decimal, decimals: int = 0) -> str:
    """Write a number with a comma, its thousands grouped.

    :param decimals: at least this many; further significant ones are kept
    """
    digits = f"{value + 0:f}"
    whole, _, part = digits.partition(".")
    part = part.rstrip("0").ljust(decimals, "0")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return sign + ",".join(filter(None, (grouped, part)))


def money(value: Decimal, currency: str = "") -> str:
    """Write an amount with two decimals, and its currency where one is given."""
    sign = _SIGNS.get(currency, currency)
    written = number(value, 2)
    return f"{written}{NO_BREAK}{sign}" if sign else written


def percent(value: Decimal) -> str:
    """Write a rate: 5,5 %."""
    return f"{number(value)}{NO_BREAK}%"
