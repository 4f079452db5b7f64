from odoo import api, fields, models
from odoo.tools import format_date

from ...chorus.facturx.dialect import reform_kind
from ...chorus.invoice import CREDIT_NOTE, INVOICE
from .neutral.order import deposits


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_deposit = fields.Char(
        "Down payment", compute="_compute_l10n_fr_chorus_deposit"
    )

    @api.depends(
        "l10n_fr_chorus_concerned",
        "invoice_line_ids.is_downpayment",
        "invoice_line_ids.price_subtotal",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_deposit(self):
        """Say of a deposit under which type it leaves, of a balance what it deducts."""
        for move in self:
            found = deposits(move) if move.l10n_fr_chorus_concerned else {}
            words = ""
            if found.get("is_deposit"):
                words = self.env._(
                    "Down payment, to be deducted from the balance. Leaves as a "
                    "document of type %(kind)s.",
                    kind=move._l10n_fr_chorus_type_code(),
                )
            elif earlier := found.get("deposits"):
                words = self.env._(
                    "Balance, less the down payment invoiced before: %(invoices)s. The "
                    "document and its page name it.",
                    invoices=", ".join(
                        f"{one.number} ({format_date(self.env, one.day)})"
                        for one in earlier
                    ),
                )
            move.l10n_fr_chorus_deposit = words

    def _l10n_fr_chorus_type_code(self):
        """Return the UNTDID 1001 code (BT-3) under which the invoice leaves."""
        kind = CREDIT_NOTE if self.move_type == "out_refund" else INVOICE
        road = self.env["l10n_fr_chorus.channel"]._named(self._l10n_fr_chorus_road())
        is_deposit = deposits(self).get("is_deposit", False)
        return reform_kind(kind, is_deposit=is_deposit) if road._reform else kind
