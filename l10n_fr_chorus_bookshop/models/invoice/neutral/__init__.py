"""Customer invoices as neutral invoices (ARCHITECTURE, « One way »).

Nothing is computed again: amounts are those the books store. All records a batch
needs are fetched together, so the number of queries does not depend on lines.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from odoo import fields

from ....chorus.invoice import CREDIT_NOTE, INVOICE, Invoice
from . import order as neutral_order
from . import parties as neutral_parties
from .lines import ITEM_FIELDS, PRODUCT_FIELDS, Content, LineReader
from .parties import PARTNER_FIELDS
from .payment import PaymentReader
from .values import plain, text

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


def neutral_files(move) -> tuple[tuple[str, int], ...]:
    """Return name and size in bytes of each file that goes with an invoice."""
    files = move.sudo().l10n_fr_chorus_attachment_ids
    return tuple((text(file.name), file.file_size or 0) for file in files)


class _Reader:
    """Everything the invoices of one batch share."""

    def __init__(self, moves, numbers: Mapping[int, str]):
        self._numbers = numbers
        self._lines = LineReader()
        _fetch(moves)
        self._payment = PaymentReader(moves)

    def read(self, move) -> Invoice:
        """Return the neutral invoice of one of the moves."""
        digits = move.currency_id.decimal_places
        day = move.invoice_date or fields.Date.context_today(move)
        parties, sale = neutral_parties.read(move, day)
        content = self._lines.read(move._origin, sale, digits)
        return Invoice(
            number=self._numbers.get(move.id) or expected_number(move),
            kind=CREDIT_NOTE if move.move_type == "out_refund" else INVOICE,
            issue_date=day,
            currency=move.currency_id.name or "",
            lines=content.lines,
            taxes=content.taxes,
            delivery_date=move.delivery_date or None,
            note="\n".join(filter(None, (plain(move.narration), *content.notes))),
            vat_on_payment=content.vat_on_payment,
            service_name=_service_name(move),
            tax_in_euros=_tax_in_euros(move, content),
            files=neutral_files(move),
            **parties,
            **_references(move),
            **_original(move),
            **neutral_order.read(move),
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
    neutral_order.fetch(items)
    # Computed together rather than tax by tax.
    items.tax_ids.mapped("has_negative_factor")
    (
        moves.partner_id
        | moves.commercial_partner_id
        | moves.partner_shipping_id
        | moves.company_id.partner_id
        | moves.company_id.sudo().root_id.partner_id
    ).fetch(PARTNER_FIELDS)
