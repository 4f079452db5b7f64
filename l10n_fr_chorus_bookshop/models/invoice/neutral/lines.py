"""Lines of an invoice and its VAT breakdown, from its journal items.

Amounts are those of the journal items: a line's `amount_currency` is what adds up to
the invoice's stored totals, to the cent, whichever way taxes were rounded.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from stdnum import ean

from ....chorus.invoice import Line, Tax
from .records import ZERO, Item, Vat, text

ITEM_FIELDS = (
    *("display_type", "sequence", "name", "product_id", "product_uom_id"),
    *("quantity", "price_unit", "discount", "amount_currency", "balance"),
    *("tax_ids", "tax_line_id", "move_id", "is_downpayment"),
)
PRODUCT_FIELDS = ("name", "default_code", "barcode", "type")
# What core calls a quart, which Recommendation 20 does not know.
UNITS = {"QT": "QTL"}
EAN13 = 13


@dataclass(frozen=True, slots=True)
class Content:
    """What the journal items of one invoice say.

    :ivar charges: part of the stored amount of taxes that is no VAT, hence in lines
    :ivar rounding: cash rounding in the stored amount before tax (BT-114)
    :ivar notes: texts typed between the lines that belong to no line in particular
    :ivar tax_in_books: VAT in the currency of the books (BT-111)
    """

    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    charges: Decimal
    rounding: Decimal
    notes: tuple[str, ...]
    vat_on_payment: bool
    tax_in_books: Decimal


class _Told(NamedTuple):
    """An item that is a line of the invoice.

    :ivar notes: those below it, filled while they are met
    """

    item: Item
    notes: list[str]
    section: str
    subsection: str


@dataclass(slots=True)
class LineReader:
    """Makes lines of journal items; units and products are looked at once each."""

    _units: dict[int, str] = field(default_factory=dict)
    _products: dict[int, tuple[str, str]] = field(default_factory=dict)

    def read(self, items: list[Item]) -> Content:
        """Return the lines and the VAT of a saved invoice."""
        told, notes = _with_notes(items)
        lines, rows = [], {}
        charged = rounding = in_books = ZERO
        for position, one in enumerate(told, 1):
            lines.append(self._line(position, one))
            vat, total = one.item.vat, one.item.total
            rows.setdefault((vat.category, vat.rate), _Row(vat)).add_line(vat, total)
            if one.item.record.display_type == "tax":
                charged += total
        for item in items:
            is_rounding = item.record.display_type == "rounding"
            if item.vat and item.prices is None:
                row = rows.setdefault(
                    (item.vat.category, item.vat.rate), _Row(item.vat)
                )
                row.add_vat(item.vat, item.total, is_rounding)
                in_books += item.in_books
            elif is_rounding:
                rounding += item.total
        dues = {row.on_payment for row in rows.values()}
        return Content(
            tuple(lines),
            tuple(row.tax(each=len(dues) > 1) for row in rows.values()),
            charged,
            rounding,
            tuple(filter(None, notes)),
            True in dues,
            in_books,
        )

    def _line(self, position: int, told: _Told) -> Line:
        item, record = told.item, told.item.record
        reference, code = self._product(record.product_id)
        name, description = _designation(item, reference)
        return Line(
            position=position,
            name=name,
            total=item.total,
            category=item.vat.category,
            rate=item.vat.rate,
            unit=self._unit(record.product_uom_id),
            ean=code,
            reference=reference,
            description="\n".join(filter(None, (description, *told.notes))),
            section=told.section,
            subsection=told.subsection,
            is_service=record.product_id.type == "service",
            **item.prices,
        )

    def _product(self, product) -> tuple[str, str]:
        """Return the shop's reference and the EAN-13 (R10), "" where there is none."""
        if product.id not in self._products:
            barcode = product.barcode or ""
            is_ean = len(barcode) == EAN13 and ean.is_valid(barcode)
            known = product.default_code or "", barcode if is_ean else ""
            self._products[product.id] = known
        return self._products[product.id]

    def _unit(self, uom) -> str:
        """Return the UN/ECE code of a unit; core asks the database at each call."""
        if uom.id not in self._units:
            code = uom._get_unece_code() if uom else "C62"
            self._units[uom.id] = UNITS.get(code, code)
        return self._units[uom.id]


@dataclass(slots=True)
class _Row:
    """A row of the VAT breakdown, being added up."""

    vat: Vat
    base: Decimal = ZERO
    amount: Decimal = ZERO
    rounding: Decimal = ZERO
    on_payment: bool = False
    reasons: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def add_line(self, vat: Vat, total: Decimal) -> None:
        """Count a line; each of several mentions is said (CGI, 242 nonies A)."""
        self.base += total
        self.on_payment |= vat.on_payment
        self.codes.add(vat.code)
        if vat.reason and vat.reason not in self.reasons:
            self.reasons.append(vat.reason)

    def add_vat(self, vat: Vat, total: Decimal, is_rounding: bool) -> None:
        """Count VAT; a cash rounding put on the biggest tax is some."""
        self.amount += total
        self.on_payment |= vat.on_payment
        if is_rounding:
            self.rounding += total

    def tax(self, each: bool) -> Tax:
        """Return the row; `each` says of itself when its VAT is due."""
        return Tax(
            self.vat.category,
            self.vat.rate,
            self.base,
            self.amount,
            "\n".join(self.reasons),
            self.codes.pop() if len(self.codes) == 1 else "",
            self.on_payment if each else None,
            self.rounding,
        )


def _with_notes(items: list[Item]) -> tuple[list[_Told], list[str]]:
    """Return the items that are lines, and other notes.

    Both lines of an early payment discount count ("mixed" computation: one lowers the
    base of VAT, the other restores the total), and so does a charge (EN 16931 knows
    one tax, VAT: an eco-participation is a line of the invoice). A note speaks of
    the product above it; one at the top or under a section title, of the invoice.
    """
    told: list[_Told] = []
    general: list[str] = []
    notes = general
    section = subsection = ""
    for item in items:
        kind = item.record.display_type
        if kind == "line_section":
            notes, section, subsection = general, item.words, ""
        elif kind == "line_subsection":
            notes, subsection = general, item.words
        elif kind == "line_note":
            notes.append(item.words)
        elif item.prices is not None:
            notes = []
            # A discount for early payment is on the whole invoice.
            titles = ("", "") if kind == "epd" else (section, subsection)
            told.append(_Told(item, notes, *titles))
    return told, general


def _designation(item: Item, reference: str) -> tuple[str, str]:
    """Return BT-153 and BT-154: the first line of what the invoice shows, the rest.

    The label is the product's display name unless a person typed another: name and
    readable invoice agree. The code has a place of its own.
    """
    first, _, rest = item.words.partition("\n")
    if reference:
        first = first.removeprefix(f"[{reference}]").strip()
    return first or text(item.record.product_id.name), rest.strip()
