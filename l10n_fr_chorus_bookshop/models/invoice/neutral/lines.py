"""Lines of an invoice and its VAT breakdown, from its journal items.

Amounts are those of the journal items: a line's `amount_currency` is what adds up to
the invoice's stored totals, to the cent, whichever way taxes were rounded.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stdnum import ean

from ....chorus.invoice import Line, Tax
from .taxes import Vat, VatReader, vat_tax
from .values import ZERO, amount, number

ITEM_FIELDS = (
    *("display_type", "sequence", "name", "product_id", "product_uom_id"),
    *("quantity", "price_unit", "discount", "amount_currency"),
    *("tax_ids", "tax_line_id", "move_id"),
)
PRODUCT_FIELDS = ("name", "default_code", "barcode")
HUNDRED = Decimal(100)
EAN13 = 13


@dataclass(frozen=True, slots=True)
class Content:
    """What the journal items of one invoice say.

    :ivar charges: part of the stored amount of taxes that is no VAT, hence in lines
    :ivar rounding: cash rounding in the stored amount before tax (BT-114)
    :ivar notes: texts typed between the lines that belong to no line in particular
    """

    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    charges: Decimal
    rounding: Decimal
    notes: tuple[str, ...]
    vat_on_payment: bool


class LineReader:
    """Reads journal items; units, products and taxes are looked at once each."""

    def __init__(self):
        self._vat = VatReader()
        self._units: dict[int, str] = {}
        self._products: dict[int, tuple[str, str]] = {}

    def read(self, move, seller: str, buyer: str, digits: int) -> Content:
        """Return the lines and the VAT of a saved invoice.

        :param move: account.move
        :param seller: country code of the seller
        :param buyer: country code of the buyer
        :param digits: decimals of the invoice's currency
        """
        told, notes = _with_notes(move.line_ids)
        sign = move.direction_sign
        lines, rows = [], {}
        charges = rounding = ZERO
        for position, (item, below) in enumerate(told, 1):
            vat = self._vat.read(item.tax_ids, seller, buyer)
            total = amount(sign * item.amount_currency, digits)
            lines.append(self._line(position, item, below, vat, total))
            rows.setdefault(vat.key, _Row(vat)).base += total
            if item.display_type == "tax":
                charges += total
        for item in move.line_ids:
            total = amount(sign * item.amount_currency, digits)
            if _is_vat(item):
                vat = self._vat.read(item.tax_line_id, seller, buyer)
                rows.setdefault(vat.key, _Row(vat)).amount += total
            elif item.display_type == "rounding":
                rounding += total
        return Content(
            tuple(lines),
            tuple(row.tax() for row in rows.values()),
            charges,
            rounding,
            tuple(filter(None, notes)),
            any(row.vat.on_payment for row in rows.values()),
        )

    def _line(
        self, position: int, item, notes: list[str], vat: Vat, total: Decimal
    ) -> Line:
        reference, code = self._product(item.product_id)
        name, description = _designation(item, reference)
        return Line(
            position=position,
            name=name,
            total=total,
            category=vat.category,
            rate=vat.rate,
            unit=self._unit(item.product_uom_id),
            ean=code,
            reference=reference,
            description="\n".join(filter(None, (description, *notes))),
            **_prices(item, vat, total),
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
            self._units[uom.id] = uom._get_unece_code() if uom else "C62"
        return self._units[uom.id]


@dataclass(slots=True)
class _Row:
    """A row of the VAT breakdown, being added up."""

    vat: Vat
    base: Decimal = ZERO
    amount: Decimal = ZERO

    def tax(self) -> Tax:
        vat = self.vat
        return Tax(vat.category, vat.rate, self.base, self.amount, vat.reason)


def _with_notes(items) -> tuple[list[tuple], list[str]]:
    """Return the items that are lines, each with the notes below it, and other notes.

    Both lines of an early payment discount count ("mixed" computation: one lowers the
    base of VAT, the other restores the total), and so does a charge. A note speaks of
    the product above it; one at the top or under a section title, of the invoice.
    """
    told: list[tuple] = []
    general: list[str] = []
    notes = general
    for item in items.sorted(_rank):
        kind = item.display_type
        if kind in ("line_section", "line_subsection"):
            notes = general
        elif kind == "line_note":
            notes.append((item.name or "").strip())
        elif kind in ("product", "epd") or (kind == "tax" and _is_charge(item)):
            notes = []
            told.append((item, notes))
    return told, general


def _rank(item) -> tuple[bool, int]:
    """Early payment discounts come last, whatever their sequence."""
    return item.display_type == "epd", item.sequence


def _is_charge(item) -> bool:
    """Tell whether a tax item is no VAT: an amount per unit, or itself subject to VAT.

    EN 16931 knows one tax, VAT: an eco-participation is a line of the invoice.
    """
    return item.tax_line_id.amount_type == "fixed" or bool(vat_tax(item.tax_ids))


def _is_vat(item) -> bool:
    """Tell whether an item is VAT; a cash rounding put on the biggest tax is some."""
    return bool(item.tax_line_id) and not _is_charge(item)


def _designation(item, reference: str) -> tuple[str, str]:
    """Return BT-153 and BT-154: the first line of what the invoice shows, the rest.

    The label is the product's display name unless a person typed another: name and
    readable invoice agree. The code has a place of its own.
    """
    first, _, rest = (item.name or "").strip().partition("\n")
    if reference:
        first = first.removeprefix(f"[{reference}]").strip()
    return first or item.product_id.name or "", rest.strip()


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
