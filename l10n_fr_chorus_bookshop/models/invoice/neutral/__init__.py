"""Customer invoices as neutral invoices (ARCHITECTURE, « One way »).

Nothing is computed again: amounts are those the books store. All records a batch
needs are fetched together, so the number of queries does not depend on lines.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from odoo import fields

from ....chorus.invoice import CREDIT_NOTE, INVOICE, DeliveryNote, Invoice, Preceding
from .lines import ITEM_FIELDS, PRODUCT_FIELDS, Content, LineReader
from .payment import PaymentReader
from .records import PARTNER_FIELDS, neutral_files, read, read_items

EURO = "EUR"
REFERENCES = {
    "service": "buyer_reference",
    "engagement": "purchase_order_reference",
    "market": "contract_reference",
}
MOVE_FIELDS = (
    *("name", "move_type", "state", "date", "invoice_date", "invoice_date_due"),
    *("company_id", "currency_id", "journal_id", "partner_id", "commercial_partner_id"),
    *("partner_shipping_id", "partner_bank_id", "delivery_date", "narration"),
    *REFERENCES.values(),
    *("reversed_entry_id", "invoice_payment_term_id", "amount_untaxed", "amount_tax"),
    *("amount_total", "amount_residual", "preferred_payment_method_line_id"),
    *("ref", "line_ids"),
)
ORIGINAL_FIELDS = (
    *("name", "invoice_date", "amount_total", "invoice_line_ids"),
    *REFERENCES.values(),
)
CREDITED_FIELDS = (
    *("display_type", "product_id", "quantity"),
    *("price_unit", "discount", "tax_ids"),
)
LINE_FIELDS = ("order_id", "move_ids")
ORDER_FIELDS = ("name", "client_order_ref")
STOCK_FIELDS = ("state", "picking_id", "location_dest_id")
PICKING_FIELDS = ("name", "date_done")


def neutral_invoices(
    moves, numbers: Mapping[int, str] | None = None
) -> dict[int, Invoice]:
    """Return the neutral invoice of each customer invoice or credit note, by id.

    Works on drafts, incomplete ones too. In an onchange, lines and amounts are those
    last saved: the books hold no others.

    :param moves: account.move, kinds out_invoice and out_refund
    :param numbers: number of a draft, by id, where the caller knows it; else the one
        it would get if it were posted now
    """
    reader = _Reader(moves, numbers or {})
    return {move.id: reader.read(move) for move in moves}


def expected_number(move) -> str:
    """Return the number of an invoice, for a draft the one posting would give it.

    Core's `name_placeholder` tells it for the first invoice of a period only.
    """
    if move.name and move.name != "/":
        return move.name
    if not move.date or not move.journal_id:
        return ""
    template, values = move._get_next_sequence_format()
    return template.format(**{**values, "seq": values["seq"] + 1})


class _Reader:
    """Everything the invoices of one batch share."""

    def __init__(self, moves, numbers: Mapping[int, str]):
        self._numbers = numbers
        self._vats = {}
        self._lines = LineReader()
        _fetch(moves)
        self._payment = PaymentReader(moves)

    def read(self, move) -> Invoice:
        """Return the neutral invoice of one of the moves."""
        digits = move.currency_id.decimal_places
        day = move.invoice_date or fields.Date.context_today(move)
        said, note, sale = read(move, day)
        items = read_items(move._origin, sale, digits, self._vats)
        content = self._lines.read(items)
        return Invoice(
            number=self._numbers.get(move.id) or expected_number(move),
            kind=CREDIT_NOTE if move.move_type == "out_refund" else INVOICE,
            issue_date=day,
            currency=move.currency_id.name or "",
            lines=content.lines,
            taxes=content.taxes,
            delivery_date=move.delivery_date or None,
            note="\n".join(filter(None, (note, *content.notes))),
            vat_on_payment=content.vat_on_payment,
            service_name=_service_name(move),
            tax_in_euros=_tax_in_euros(move, content),
            **said,
            **_references(move),
            **_original(move),
            **_ordered(move),
            **self._payment.read(move, content, digits, sale.lang),
        )


def _tax_in_euros(move, content: Content) -> Decimal | None:
    """Return VAT in the currency of the books, None when the invoice is in it."""
    books = move.company_id.currency_id
    if move.currency_id == books or books.name != EURO:
        return None
    return content.tax_in_books


def _references(move) -> dict[str, str]:
    """Return service, engagement and market, byte for byte (R7)."""
    return {name: move[field] or "" for name, field in REFERENCES.items()}


def _service_name(move) -> str:
    """Return the name of the executing service, as the directory writes it.

    The directory is public: one who invoices need not have a role in it.
    """
    service = move.buyer_reference and move.sudo().l10n_fr_chorus_service_id
    return (service and service.name) or ""


def _original(move) -> dict:
    """Return the invoice that a credit note cancels (BT-25, BT-26; R21, R22).

    A debit note (`account_debit_note`) names the one that it completes.
    """
    completed = "debit_origin_id" in move._fields and move.debit_origin_id
    original = move.reversed_entry_id or completed
    if not original:
        return {}
    partial = bool(
        move.currency_id.compare_amounts(original.amount_total, move.amount_total)
        or _credited(original) != _credited(move._origin)
    )
    return {
        "original_number": original.name or "",
        "original_date": original.invoice_date or None,
        "full_credit": not partial and _references(original) == _references(move),
        "partial_credit": partial,
        "partial_allowed": bool(move.sudo().l10n_fr_chorus_partial_reason),
    }


def _credited(move) -> Counter:
    """Return what the lines of an invoice sell or a credit note takes back."""
    lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
    return Counter(
        (
            line.product_id.id,
            line.quantity,
            line.price_unit,
            line.discount,
            tuple(sorted(line.tax_ids.ids)),
        )
        for line in lines
    )


def _fetch(moves) -> None:
    """Bring what the batch needs into memory, a query per table."""
    moves.fetch(MOVE_FIELDS)
    originals = moves.reversed_entry_id
    originals.fetch(ORIGINAL_FIELDS)
    originals.invoice_line_ids.fetch(CREDITED_FIELDS)
    items = moves._origin.line_ids
    items.fetch(ITEM_FIELDS)
    items.product_id.fetch(PRODUCT_FIELDS)
    _fetch_orders(items)
    # Computed together rather than tax by tax.
    items.tax_ids.mapped("has_negative_factor")
    (
        moves.partner_id
        | moves.commercial_partner_id
        | moves.partner_shipping_id
        | moves.company_id.partner_id
        | moves.company_id.sudo().root_id.partner_id
    ).fetch(PARTNER_FIELDS)


# ---- WHAT WAS ORDERED AND DELIVERED: a clerk certifies the delivery by it


def _fetch_orders(items) -> None:
    """Bring orders and deliveries of journal items into memory, a query per table."""
    # One who invoices need not read orders.
    items = items.sudo()
    items.fetch(("sale_line_ids",))
    sold = items.sale_line_ids
    if not sold:
        return
    sold.fetch(LINE_FIELDS)
    sold.order_id.fetch(ORDER_FIELDS)
    sold.move_ids.fetch(STOCK_FIELDS)
    sold.move_ids.picking_id.fetch(PICKING_FIELDS)
    sold.move_ids.location_dest_id.fetch(("usage",))


def _ordered(move) -> dict:
    """Return the delivery notes, the customer's reference and the deposits."""
    return {
        "delivery_notes": _delivery_notes(move),
        "customer_reference": _customer_reference(move),
        **deposits(move),
    }


def _delivery_notes(move) -> tuple[DeliveryNote, ...]:
    """Return what was delivered of an invoice's lines until its date, oldest first."""
    day = move.invoice_date or fields.Date.context_today(move)
    stock = move._origin.line_ids.sudo().sale_line_ids.move_ids
    done = stock.filtered(
        lambda one: one.state == "done" and one.location_dest_id.usage == "customer"
    ).picking_id
    notes = [
        DeliveryNote(one.name, fields.Datetime.context_timestamp(one, when).date())
        for one in done.with_context(tz="Europe/Paris")
        if (when := one.date_done)
    ]
    return tuple(
        sorted(
            (note for note in notes if note.day <= day),
            key=lambda note: (note.day, note.number),
        )
    )


def _customer_reference(move) -> str:
    """Return how the customer calls its order; why, on a credit note.

    Odoo writes the shop's own order there when the customer gave no reference.
    """
    orders = move._origin.line_ids.sudo().sale_line_ids.order_id
    given = filter(None, orders.mapped("client_order_ref"))
    reference = (move.ref or "").strip()
    if move.move_type == "out_refund":
        # "Reversal of: INV/2026/00001, reason": the number has a place of its own.
        original = move.reversed_entry_id.name or ""
        _before, named, reason = (
            reference.partition(original) if original else ("",) * 3
        )
        return reason.removeprefix(",").strip() if named else reference
    own = {*orders.mapped("name"), ""}
    return ", ".join(dict.fromkeys(given)) or (
        reference if reference not in own else ""
    )


def _advance(move):
    """Return the lines of an invoice that ask for a deposit, and all that it sells."""
    sold = move.line_ids.filtered(lambda item: item.display_type == "product")
    return sold.filtered("is_downpayment"), sold


def _is_deposit(move) -> bool:
    """A deposit invoice, rather than an earlier balance that deducts it."""
    if move.state != "posted" or move.move_type != "out_invoice":
        return False
    advance, sold = _advance(move)
    return advance == sold


def deposits(move) -> dict:
    """Tell whether an invoice asks for a deposit, and which ones it deducts (BG-3).

    The balance carries lines that take each deposit back, with its VAT: nothing of it
    is "already paid" (BT-113), or it would be deducted twice.
    """
    advance, sold = _advance(move._origin)
    if not advance:
        return {}
    if advance == sold:
        return {"is_deposit": True}
    if move.move_type != "out_invoice":
        return {}
    # A deposit that was credited since is taken back for nothing.
    deducted = advance.filtered("price_subtotal").sudo().sale_line_ids
    named = (deducted.invoice_lines.move_id - move._origin).filtered(_is_deposit)
    return {
        "after_deposit": bool(named),
        "deposits": tuple(
            Preceding(one.name, one.invoice_date)
            for one in named.sorted(lambda one: (one.invoice_date, one.id))
        ),
    }
