from datetime import timedelta

from odoo import fields, models

from ..chorus.platform_time import day_in_france

# A tax inspection lasts weeks.
USUAL = timedelta(days=30)


class L10nFrChorusInspectionGrant(models.TransientModel):
    """Who may read the vault, until when, and why (R27)."""

    _name = "l10n_fr_chorus.inspection.grant"
    _description = "Give an inspector access to the vault"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char("Inspector's name", required=True)
    email = fields.Char("Inspector's e-mail", required=True)
    date_until = fields.Date(
        "Until (included)",
        required=True,
        default=lambda self: day_in_france(fields.Datetime.now()) + USUAL,
    )
    why = fields.Char(
        required=True, help="Such as the reference of the inspection's notice."
    )
    existing = fields.Boolean(
        "A customer's portal user may be this inspector",
        help="Only if you know that this address is the inspector's own.",
    )

    def action_give(self):
        """Give the access and show it."""
        self.ensure_one()
        inspection = self.env["l10n_fr_chorus.inspection"]._give(
            self.company_id,
            self.name,
            self.email,
            self.date_until,
            self.why,
            self.existing,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "l10n_fr_chorus.inspection",
            "res_id": inspection.id,
            "view_mode": "form",
            "target": "current",
        }
