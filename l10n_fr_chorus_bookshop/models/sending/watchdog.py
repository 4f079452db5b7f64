from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.lifecycle.states import SENDER_OR_PLATFORM_OWES

# How long a state that the shop's side or the platform owes may last before a person
# is told (R19). A body's silence is no fault: its states stand nowhere here.
PATIENCE = {
    "requested": timedelta(hours=4),
    "queued": timedelta(hours=4),
    "waiting": timedelta(days=1),
    "to_deposit": timedelta(days=2),
    "sending": timedelta(hours=1),
    "doubtful": timedelta(hours=8),
    **dict.fromkeys(SENDER_OR_PLATFORM_OWES, timedelta(days=2)),
}


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    told_at = fields.Datetime(
        help="When a person was told that the present state lasts too long."
    )

    @api.model
    def _overdue_domain(self, states=tuple(PATIENCE)):
        """Domain of what has stayed in one of these states beyond patience."""
        now = fields.Datetime.now()
        found = Domain.FALSE
        for state in states:
            limit = now - PATIENCE[state]
            late = Domain("waiting_since", "<", limit) | (
                Domain("waiting_since", "=", False) & Domain("state_date", "<", limit)
            )
            found |= Domain("state", "=", state) & late
        return found

    @api.model
    def _overdue(self, company=None):
        """Return what the shop's side or the platform has owed for too long."""
        mine = Domain("company_id", "=", company.id) if company else Domain.TRUE
        return self.search(self._overdue_domain() & mine)

    @api.model
    def _cron_watch(self):
        """Tell the managers, once for each state, what lasts too long.

        This job also tells when the working one is asleep: Odoo switches off a job
        that fails, and nobody would know.
        """
        if self.env["l10n_fr_chorus.verification"]._watch_locks():
            return
        connections = self.env["l10n_fr_chorus.connection"]
        overdue = self._overdue().filtered(lambda late: not late.told_at)
        for late in overdue.grouped("company_id").values():
            connections._tell_overdue(late)
            late.told_at = fields.Datetime.now()
        connections._tell_job_asleep()
        self.env["l10n_fr_chorus.verification"]._watch()
        active = connections.search([("active", "=", True)])
        active._warn_of_ends()
        self.env["res.company"]._l10n_fr_chorus_watch_roads()
