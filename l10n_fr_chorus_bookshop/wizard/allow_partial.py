from odoo import fields, models


class L10nFrChorusAllowPartial(models.TransientModel):
    """A manager allows a partial credit note, and says why (R22)."""

    _name = "l10n_fr_chorus.allow_partial"
    _description = "Allow a partial credit note"

    move_id = fields.Many2one(
        "account.move", "Credit note", required=True, readonly=True
    )
    reason = fields.Char("Why", required=True)

    def action_allow(self):
        """Allow it; traced in the chatter. The field's own group guards the right."""
        self.move_id._l10n_fr_chorus_allow_partial(self.reason)
        return {"type": "ir.actions.act_window_close"}
