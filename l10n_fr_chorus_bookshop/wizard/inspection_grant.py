from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..chorus.platform_time import day_in_france

# A tax inspection lasts weeks; the law limits it to three months for small firms.
USUAL = timedelta(days=30)
LONGEST = timedelta(days=366)


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

    @api.constrains("email", "date_until")
    def _check_email_and_date(self):
        today = day_in_france(fields.Datetime.now())
        for grant in self:
            if not email_normalize(grant.email):
                raise UserError(
                    self.env._(
                        "« %s » is not an e-mail address: correct it, the invitation "
                        "goes there.",
                        grant.email,
                    )
                )
            if not today <= grant.date_until <= today + LONGEST:
                raise UserError(
                    self.env._(
                        "The access must end between today and a year from now: choose "
                        "another date."
                    )
                )

    def action_give(self):
        """Give the access and show it."""
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of the companies you work in."))
        inspection = self.env["l10n_fr_chorus.inspection"]._give(
            self.company_id,
            self.name,
            email_normalize(self.email),
            self.date_until,
            self.why,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "l10n_fr_chorus.inspection",
            "res_id": inspection.id,
            "view_mode": "form",
            "target": "current",
        }
