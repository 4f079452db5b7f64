"""What was ordered and delivered: references a clerk needs to certify the delivery."""

from odoo import fields

from ....chorus.invoice import DeliveryNote, Preceding

LINE_FIELDS = ("order_id", "move_ids")
ORDER_FIELDS = ("name", "client_order_ref")
STOCK_FIELDS = ("state", "picking_id", "location_dest_id")
PICKING_FIELDS = ("name", "date_done")


def fetch(items) -> None:
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


def read(move) -> dict:
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
