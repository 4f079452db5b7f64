from odoo import fields, models


class L10nFrChorusSendBy(models.TransientModel):
    """Another channel than the company's, for some invoices, with a reason (R11)."""

    _name = "l10n_fr_chorus.send_by"
    _description = "Send by another channel"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(), required=True
    )
    reason = fields.Text("Why", required=True)

    def action_send(self):
        """Send, and tell what was left aside as usual."""
        answers = self.move_ids.l10n_fr_chorus_send_by(self.channel, self.reason)
        return self.move_ids._l10n_fr_chorus_sent(answers)
