from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.lifecycle.states import SENDER_OR_PLATFORM_OWES, STATES
from ..common import iso

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
# Going round among these while the platform is down is one and the same wait.
ONE_WAIT = ("requested", "waiting", "queued", "sending")
# The scheduled job runs every quarter of an hour.
JOB_PATIENCE = timedelta(hours=2)


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    told_at = fields.Datetime(
        help="When a person was told that the present state lasts too long."
    )

    @api.model
    def _untold(self, state):
        """Values of a new state: it may last too long in its turn."""
        return {} if state in ONE_WAIT else {"told_at": False}

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
        connections = self.env["l10n_fr_chorus.connection"]
        overdue = self._overdue().filtered(lambda late: not late.told_at)
        for company, late in overdue.grouped("company_id").items():
            connection = connections._of_company(company)
            connection = connection or connections._of_directory(company)
            if connection:
                connection._tell_overdue(late)
                late.told_at = fields.Datetime.now()
        active = connections.search([("active", "=", True)])
        active._tell_job_asleep()
        active._warn_of_ends()


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    job_told_at = fields.Datetime(
        readonly=True, copy=False, help="When a person was told that the job sleeps."
    )

    def _tell_overdue(self, submissions):
        """One message for all that waits too long in this connection's company."""
        speaking = self.with_context(lang=self.company_id._l10n_fr_chorus_lang())
        lines = [
            speaking.env._(
                "%(number)s: %(state)s since %(date)s",
                number=late.move_id.name,
                state=speaking.env._(STATES[late.state].label),
                date=fields.Datetime.context_timestamp(
                    speaking.with_context(tz="Europe/Paris"),
                    late.waiting_since or late.state_date,
                ).strftime("%d/%m/%Y %H:%M"),
            )
            for late in submissions
        ]
        speaking._tell_managers(
            speaking.env._("Chorus Pro: invoices have been waiting for too long"),
            [*lines, speaking.env._("Open each of them: its reason is shown there.")],
        )

    def _tell_job_asleep(self):
        """Say once that the scheduled job no longer runs, per company."""
        asleep = self._job_asleep()
        if not asleep:
            self.filtered("job_told_at").job_told_at = False
            return
        for connection in self.filtered(lambda one: not one.job_told_at):
            speaking = connection.with_context(
                lang=connection.company_id._l10n_fr_chorus_lang()
            )
            speaking._tell_managers(
                speaking.env._("Chorus Pro: nothing leaves any more"),
                [
                    speaking.env._(
                        "The scheduled job « %s » has not run for two hours. Ask your "
                        "integrator to start it again: until then invoices wait.",
                        speaking._job().name,
                    )
                ],
            )
            connection.job_told_at = fields.Datetime.now()

    @api.model
    def _job(self):
        return self.env.ref("l10n_fr_chorus_bookshop.ir_cron_work").sudo()

    @api.model
    def _job_asleep(self):
        """Tell whether the working job is switched off, or late beyond patience."""
        job = self._job()
        last_sign = job.lastcall or job.create_date
        return not job.active or last_sign < fields.Datetime.now() - JOB_PATIENCE

    @api.model
    def l10n_fr_chorus_health(self):
        """Tell how sending and following fare, for a monitoring system.

        :return: {"ok": bool, "states": {state: count}, "overdue": count, "doubtful":
            count, "unmatched": count, "job": {"asleep": bool, "last_run": ISO text},
            "connections": [{"name", "environment", "ok", "error", "synced_at",
            "unreachable_since"}], "expiries": [{"connection", "what": "password" or
            "secret", "ends_on": ISO text, "days_left": int, "warned": bool}]}; plain
            JSON values about the user's companies
        """
        self.check_access("read")
        company = self.env.company
        submissions = self.env["l10n_fr_chorus.submission"].sudo()
        mine = [("company_id", "=", company.id)]
        states = dict(submissions._read_group(mine, ["state"], ["__count"]))
        overdue = len(submissions._overdue(company))
        connections = [
            {
                "name": connection.name or "",
                "environment": connection.environment,
                "ok": not connection.unreachable_since,
                "error": connection.last_error or "",
                "synced_at": iso(connection.synced_at),
                "unreachable_since": iso(connection.unreachable_since),
            }
            for connection in self.search(mine)
        ]
        asleep = self._job_asleep()
        expiries, past = self._expiries()
        healthy = not (overdue or asleep or past)
        healthy = healthy and all(one["ok"] for one in connections)
        return {
            "ok": healthy,
            "states": states,
            "overdue": overdue,
            "doubtful": states.get("doubtful", 0),
            "unmatched": self.env["l10n_fr_chorus.unmatched"].search_count(
                [*mine, ("sorted", "=", False)]
            ),
            "job": {"asleep": asleep, "last_run": iso(self._job().lastcall)},
            "connections": connections,
            "expiries": expiries,
        }
