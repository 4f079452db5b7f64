from datetime import UTC

from odoo import api, fields, models

from .incoming_flow import KEPT, moment


class L10nFrChorusTransmission(models.Model):
    _inherit = "l10n_fr_chorus.transmission"

    flows_until = fields.Char(
        compute="_compute_flows_until",
        store=True,
        help="On the platform's clock: the newest flow read before this one left.",
    )

    @api.depends("connection_id")
    def _compute_flows_until(self):
        """Noted once, when it is made: what is read later tells nothing of then."""
        for transmission in self:
            transmission.flows_until = transmission.connection_id.sudo().flows_until

    def _left_after(self):
        """Return a moment, by the platform's clock, before the first attempt.

        A clock may be far behind ours: the newest flow read by then tells; before any
        was, all that may be is looked through.
        """
        self.ensure_one()
        made = self.create_date.replace(tzinfo=UTC)
        return min(made, moment(self.flows_until, made - KEPT))
