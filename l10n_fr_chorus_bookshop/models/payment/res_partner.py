from odoo import fields, models
from odoo.exceptions import UserError

from ...chorus.lifecycle.delays import LEGAL_DAYS


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_payment_days = fields.Integer(
        "Public payment delay (days)",
        default=LEGAL_DAYS,
        help="From the day when the invoice was made available on Chorus Pro: thirty "
        "days by law, fifty for public hospitals.",
    )

    def action_l10n_fr_chorus_remind(self):
        """Write to this body about all that it has not paid in time."""
        self.ensure_one()
        late = self.env["account.move"]._l10n_fr_chorus_late_of(self)
        if not late:
            raise UserError(
                self.env._("%s has no late payment.", self.commercial_partner_id.name)
            )
        return late.action_l10n_fr_chorus_remind()
