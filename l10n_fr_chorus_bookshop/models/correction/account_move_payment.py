from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common import notification


class AccountMove(models.Model):
    """Paid, refused, credited, invoiced again: the payment is matched again (F6)."""

    _inherit = "account.move"

    l10n_fr_chorus_left_payment = fields.Monetary(
        "Payment of the refused invoice",
        compute="_compute_l10n_fr_chorus_left_payment",
        help="Received for the refused invoice, and matched with nothing since.",
    )

    @api.depends("l10n_fr_chorus_replaces_id", "state", "amount_residual")
    def _compute_l10n_fr_chorus_left_payment(self):
        for move in self:
            left = move._l10n_fr_chorus_left_items().mapped("amount_residual_currency")
            move.l10n_fr_chorus_left_payment = min(-sum(left), move.amount_residual)

    def _l10n_fr_chorus_left_items(self):
        """Return the items of the payment that the credit of a refusal set free."""
        refused = self.l10n_fr_chorus_replaces_id
        if not refused or self.state != "posted" or not self.amount_residual:
            return self.env["account.move.line"]
        free = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.commercial_partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("currency_id", "=", self.currency_id.id),
                ("balance", "<", 0),
            ]
        )
        own = refused.sudo().matched_payment_ids.move_id
        same = self.currency_id.compare_amounts
        return free.filtered(
            lambda item: (
                item.move_id in own
                or (
                    (item.move_id.origin_payment_id or item.move_id.statement_line_id)
                    and not same(-item.amount_residual_currency, refused.amount_total)
                )
            )
        )

    def l10n_fr_chorus_match_payment(self):
        """Match new invoices with the payment of the refused ones they replace.

        :return: list of {"id", "number", "state", "done", "message"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """

        def match(move):
            items = move._l10n_fr_chorus_left_items()
            if not items:
                raise UserError(
                    move.env._(
                        "No payment of the invoice that %s replaces is waiting.",
                        move.display_name,
                    )
                )
            due = move.line_ids.filtered(
                lambda item: item.account_type == "asset_receivable"
            )
            (items | due).reconcile()

        return self._l10n_fr_chorus_answer_each(match)

    def action_l10n_fr_chorus_match_payment(self):
        """The button of the same name."""
        answers = self.l10n_fr_chorus_match_payment()
        if wrong := [one["message"] for one in answers if not one["done"]]:
            return notification(self.env, wrong, "warning")
        return notification(self.env, [self.env._("Matched with its payment.")])
