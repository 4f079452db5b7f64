from odoo import fields, models
from odoo.exceptions import UserError


class L10nFrChorusLeave(models.TransientModel):
    """Ask why an invoice leaves on paper, as the law does not want it to (R5, R35)."""

    _name = "l10n_fr_chorus.leave"
    _description = "Invoice outside Chorus Pro"

    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Char("Why not through Chorus Pro", required=True)

    def action_leave(self):
        """Keep the reason on the invoices; say which have left already.

        :raises UserError: one of them can no longer be taken back
        """
        answers = self.move_ids.l10n_fr_chorus_leave(self.reason)
        messages = [one["message"] for one in answers if one["message"]]
        if messages:
            raise UserError("\n".join(messages))
        return {"type": "ir.actions.act_window_close"}
