from odoo import fields, models

from ..models.common import REFRESH
from ..models.portal.submission import platform_states


class L10nFrChorusPortalState(models.TransientModel):
    """A state read on the portal, for one or several invoices."""

    _name = "l10n_fr_chorus.portal_state"
    _description = "State read on the Chorus Pro portal"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    state = fields.Selection(
        selection=lambda self: platform_states(self.env),
        required=True,
    )
    occurred_at = fields.Datetime(
        "Date",
        required=True,
        default=fields.Datetime.now,
        help="As the portal gives it.",
    )
    reason = fields.Text(help="As the body or the platform writes it.")

    def action_confirm(self):
        """Note the state; what cannot be noted is told."""
        answers = self.move_ids.l10n_fr_chorus_confirm(
            self.state, self.occurred_at.isoformat(), self.reason or ""
        )
        return self.env["account.move"]._l10n_fr_chorus_show_noted(answers, REFRESH)
