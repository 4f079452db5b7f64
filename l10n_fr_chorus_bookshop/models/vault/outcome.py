from odoo import api, fields, models
from odoo.tools import SQL

from ..sending.submission import NOT_INTEGRATED, RECEIVED, WITHDRAWN


class L10nFrChorusOutcome(models.Model):
    """What became of each version in the vault: only one received is *the original*.

    The vault's own schema is final; what is known later stands here (R25).
    """

    _name = "l10n_fr_chorus.outcome"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "What became of an original"
    _log_access = False
    _company_path = "original_id.company_id"
    _order = "id"
    _rec_name = "outcome"

    original_id = fields.Many2one(
        "l10n_fr_chorus.original", required=True, readonly=True, ondelete="restrict"
    )
    outcome = fields.Char(required=True, readonly=True)
    platform_id = fields.Char("Platform identifier", readonly=True)
    flux_number = fields.Char("Flux number", readonly=True)
    reason = fields.Text(readonly=True)

    label = fields.Char("What became of it", compute="_compute_label")

    # Also what finds the outcomes of an original. Each is met once.
    _unique_outcome = models.UniqueIndex("(original_id, outcome)")

    @api.depends("outcome")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = self._labels()
        for one in self:
            one.label = labels[one.outcome]

    @api.model
    def _record_outcomes(self, submissions):
        """Write down what became of the versions of these submissions.

        Once the platform has the original, the copy wished is planned.
        """
        outcomes = self._insert(
            [
                {
                    "original_id": submission.original_id.id,
                    "outcome": submission._outcome(),
                    "platform_id": submission.platform_id,
                    "flux_number": submission.transmission_id.flux_number,
                    "reason": submission.reason,
                }
                for submission in submissions
                if submission.original_id
            ],
            SQL("ON CONFLICT DO NOTHING"),
        )
        received = outcomes.filtered(lambda one: one.outcome == RECEIVED)
        received.original_id.move_id._l10n_fr_chorus_plan_copies()
        return outcomes

    @api.model
    def _labels(self):
        """The outcomes in the user's language."""
        return {
            "": self.env._("On its way"),
            WITHDRAWN: self.env._("Withdrawn before it left"),
            NOT_INTEGRATED: self.env._("Not integrated: nobody received it"),
            RECEIVED: self.env._("Received: the original"),
        }
