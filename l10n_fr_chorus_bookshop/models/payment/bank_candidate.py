from odoo import api, fields, models

from .account_bank_statement_line import _reason


class L10nFrChorusBankCandidate(models.TransientModel):
    """One way to read a bank line: the invoices it may pay, and why (R46)."""

    _name = "l10n_fr_chorus.bank_candidate"
    _description = "Invoices that a bank line may pay"
    _order = "certain DESC, id"

    line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    on = fields.Date(related="line_id.date", string="Received on")
    label = fields.Char(related="line_id.payment_ref")
    amount = fields.Monetary(related="line_id.amount")
    currency_id = fields.Many2one(related="line_id.currency_id")
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    rest = fields.Monetary("Paid beyond them", readonly=True)
    why = fields.Text(readonly=True)
    certain = fields.Boolean(readonly=True)

    @api.model
    def _show(self, found, only=None):
        """Show candidates in a list.

        :param found: dict line id -> candidates of the core
        :param only: the invoice they are shown for
        """
        rows = self.sudo().create(
            [
                {
                    "line_id": line_id,
                    "move_ids": list(one.keys),
                    "rest": float(one.rest),
                    "why": "\n".join(_reason(self.env, why) for why in one.reasons),
                    "certain": one.certain,
                }
                for line_id, ones in found.items()
                for one in ones
                if only is None or only.id in one.keys
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the bank may have paid"),
            "res_model": self._name,
            "view_mode": "list",
            "domain": [("id", "in", rows.ids)],
            "target": "new",
        }

    def action_register(self):
        """Register the payment of these invoices by this line, in Odoo's own way."""
        self.ensure_one()
        line = self.env["account.bank.statement.line"].browse(self.line_id.id)
        line._l10n_fr_chorus_register(
            self.env["account.move"].browse(self.move_ids.ids)
        )
        return {"type": "ir.actions.act_window_close"}
