"""Lines of an invoice and its VAT breakdown, from its journal items.

Amounts are those of the journal items: a line's `amount_currency` is what adds up to
the invoice's stored totals, to the cent, whichever way taxes were rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from stdnum import ean

from ....chorus import vat as vat_words
from ....chorus.invoice import Line, Tax
from ....chorus.mentions import untaxed
from .taxes import Sale, Vat, VatReader, charges
from .values import ZERO, amount, number, text

ITEM_FIELDS = (
    *("display_type", "sequence", "name", "product_id", "product_uom_id"),
    *("quantity", "price_unit", "discount", "amount_currency", "balance"),
    *("tax_ids", "tax_line_id", "move_id", "is_downpayment"),
)
PRODUCT_FIELDS = ("name", "default_code", "barcode", "type")
HUNDRED = Decimal(100)
CENTS = 2
SOLD = ("product", "epd")
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

    :ivar item: account.move.line
    :ivar words: what it is called
    :ivar total: its amount before tax
    :ivar notes: those below it, filled while they are met
    """

    item: object
    words: str
    total: Decimal
    notes: list[str]
    section: str
    subsection: str


class LineReader:
    """Reads journal items; units, products and taxes are looked at once each."""

    def __init__(self):
        self._vat = VatReader()
        self._units: dict[int, str] = {}
        self._products: dict[int, tuple[str, str]] = {}

    def read(self, move, sale: Sale, digits: int) -> Content:
        """Return the lines and the VAT of a saved invoice.

        :param move: account.move
        :param sale: who sells to whom
        :param digits: decimals of the invoice's currency
        """
        items, sign = move.line_ids, move.direction_sign
        said = {
            item: (
                text(item.name).strip(),
                amount(sign * item.amount_currency, digits),
            )
            for item in items
        }
        apart = charges(items.filtered(lambda item: item.display_type in SOLD))
        told, notes = _with_notes(items, apart, said)
        taxed = items.filtered(
            lambda item: item.tax_line_id and item.tax_line_id not in apart
        )
        borne = {one.item.id: one.item.tax_ids for one in told}
        borne |= {item.id: item.tax_line_id for item in taxed}
        vats = self._vat.read(borne, sale)
        lines, rows = [], {}
        charged = rounding = in_books = ZERO
        for position, one in enumerate(told, 1):
            vat = _restored(one.item, vats[one.item.id], sale)
            lines.append(self._line(position, one, vat))
            key = vat.category, vat.rate
            rows.setdefault(key, _Row(vat)).add_line(vat, one.total)
            if one.item.display_type == "tax":
                charged += one.total
        for item in taxed:
            vat = vats[item.id]
            row = rows.setdefault((vat.category, vat.rate), _Row(vat))
            _words, total = said[item]
            row.add_vat(vat, total, item.display_type == "rounding")
            in_books += amount(sign * item.balance, CENTS)
        for item in items - taxed:
            if item.display_type == "rounding":
                rounding += said[item][1]
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

    def _line(self, position: int, told: _Told, vat: Vat) -> Line:
        item = told.item
        reference, code = self._product(item.product_id)
        name, description = _designation(told, reference)
        return Line(
            position=position,
            name=name,
            total=told.total,
            category=vat.category,
            rate=vat.rate,
            unit=self._unit(item.product_uom_id),
            ean=code,
            reference=reference,
            description="\n".join(filter(None, (description, *told.notes))),
            section=told.section,
            subsection=told.subsection,
            is_service=item.product_id.type == "service",
            **_prices(item, vat, told.total),
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


def _with_notes(items, apart, said: Mapping) -> tuple[list[_Told], list[str]]:
    """Return the items that are lines, and other notes.

    :param apart: the taxes that are no VAT
    :param said: what each item is called, and its amount

    Both lines of an early payment discount count ("mixed" computation: one lowers the
    base of VAT, the other restores the total), and so does a charge (EN 16931 knows
    one tax, VAT: an eco-participation is a line of the invoice). A note speaks of
    the product above it; one at the top or under a section title, of the invoice.
    """
    told: list[_Told] = []
    general: list[str] = []
    notes = general
    section = subsection = ""
    for item in items.sorted(_rank):
        kind, (words, _total) = item.display_type, said[item]
        if kind == "line_section":
            notes, section, subsection = general, words, ""
        elif kind == "line_subsection":
            notes, subsection = general, words
        elif kind == "line_note":
            notes.append(words)
        elif kind in SOLD or (kind == "tax" and item.tax_line_id in apart):
            notes = []
            # A discount for early payment is on the whole invoice.
            titles = ("", "") if kind == "epd" else (section, subsection)
            told.append(_Told(item, *said[item], notes, *titles))
    return told, general


def _restored(item, vat: Vat, sale: Sale) -> Vat:
    """Return the VAT of a line: the one read, but for a discount for early payment.

    What restores the total after that has no VAT, rightly.
    """
    if item.display_type != "epd" or vat.category != vat_words.NONE:
        return vat
    return Vat(vat_words.EXEMPT_ROW, ZERO, untaxed(vat_words.EXEMPT_ROW, sale.day))


def _rank(item) -> tuple[bool, int]:
    """Early payment discounts come last, whatever their sequence."""
    return item.display_type == "epd", item.sequence


def _designation(told: _Told, reference: str) -> tuple[str, str]:
    """Return BT-153 and BT-154: the first line of what the invoice shows, the rest.

    The label is the product's display name unless a person typed another: name and
    readable invoice agree. The code has a place of its own.
    """
    first, _, rest = told.words.partition("\n")
    if reference:
        first = first.removeprefix(f"[{reference}]").strip()
    return first or text(told.item.product_id.name), rest.strip()


def _prices(item, vat: Vat, total: Decimal) -> dict[str, Decimal]:
    """Return quantity, net and gross price before tax, and discount of a line.

    A negative line is a negative quantity: prices are never below zero (EN 16931
    BR-27, BR-28). The price typed stands when it leads to the amount in the books,
    else (tax included) it is that amount over the quantity.
    """
    if item.display_type != "product":
        one = Decimal(1).copy_sign(total)
        return {"quantity": one, "unit_price": abs(total), "gross_price": abs(total)}
    quantity, gross = abs(number(item.quantity)), abs(number(item.price_unit))
    public = gross if vat.included else ZERO
    discount = number(item.discount)
    kept = 1 - discount / HUNDRED
    price = gross * kept
    if vat.included or (price * quantity).quantize(total, ROUND_HALF_UP) != abs(total):
        price = abs(total) / quantity if quantity else ZERO
        gross = price / kept if kept else gross / (1 + vat.rate / HUNDRED)
    if not 0 <= discount <= HUNDRED:
        # A surcharge, which no document calls a discount.
        gross, discount = price, ZERO
    return {
        "quantity": quantity.copy_sign(total) if total else quantity,
        "unit_price": number(price),
        "gross_price": number(gross),
        "discount": discount,
        "public_price": public,
    }
