from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ...chorus.errors import Denied
from ...chorus.lifecycle.states import READY, STATES
from ..common import MANAGER, describe, is_outage, iso

# How long a connection that does not answer is left alone: as long as it has not
# answered, between these two.
SHORTEST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
# A refusal of the credentials is told once it came so often, over so long.
REFUSALS, REFUSED_FOR = 3, timedelta(minutes=10)
# Counted beyond: it was told.
TOLD = 1_000_000
# The scheduled job runs every quarter of an hour.
JOB_PATIENCE = timedelta(hours=2)


class L10nFrChorusConnection(models.Model):
    """How a connection fares, and who is told (R19)."""

    _inherit = "l10n_fr_chorus.connection"

    refusals = fields.Integer(
        readonly=True, copy=False, help="How often its credentials were refused since."
    )
    refused_since = fields.Datetime(readonly=True, copy=False)

    def _note_health(self, error):
        """Remember how the connection fares; a manager is told of a lasting refusal.

        PISTE refuses a valid pair of keys now and then: it is told once it has lasted,
        and at once where we refuse to call (a copy, keys not typed yet). What else the
        connection has to send or ask then waits: one time-out a round is enough, the
        other connections must not wait for more.

        :param error: ChorusError, or None when all is well
        """
        for connection in self.sudo()._free():
            if error is None:
                if connection.unreachable_since:
                    connection._fares_well()
                continue
            if is_outage(error):
                connection._leave_alone(error)
            connection.write(
                {
                    "unreachable_since": connection.unreachable_since
                    or fields.Datetime.now(),
                    "last_error": describe(self.env, error),
                }
            )
            if isinstance(error, Denied):
                connection._count_refusal(error)

    def _fares_well(self):
        """All is well again: what waited goes now."""
        self.write(
            {
                "unreachable_since": False,
                "last_error": False,
                "refusals": 0,
                "refused_since": False,
            }
        )

    def _count_refusal(self, error):
        """Tell the managers, once, of a refusal that lasts."""
        now = fields.Datetime.now()
        self.refusals += 1
        self.refused_since = self.refused_since or now
        ours = not error.code
        lasts = self.refusals >= REFUSALS and now - self.refused_since >= REFUSED_FOR
        if self.refusals > TOLD or not (ours or lasts):
            return
        # Whatever comes after is the same refusal.
        self.refusals = TOLD + 1
        self._tell_managers(
            self.env._("Chorus Pro: %s does not work", self.name),
            [
                *self.last_error.splitlines(),
                self.env._("Invoices wait until the settings are corrected."),
            ],
        )

    def _wake(self):
        """Have all that waits for this connection tried again at once.

        What answers again, a new secret or a person's wish end every wait.
        """
        now = fields.Datetime.now()
        self.sudo().next_sync = now
        submissions = self.env["l10n_fr_chorus.submission"].sudo()
        submissions.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("state", "in", ("requested", "waiting")),
            ]
        ).try_lock_for_update().next_try = now
        for model, states in (
            ("transmission", ("ready", "doubtful", "deposited")),
            ("operation", ("ready", "doubtful")),
        ):
            records = self.env[f"l10n_fr_chorus.{model}"].sudo()
            records.search(
                [
                    ("connection_id", "in", self.ids)
                    if model == "transmission"
                    else ("submission_id.connection_id", "in", self.ids),
                    ("state", "in", states),
                ]
            ).try_lock_for_update().next_try = now
        self.env["l10n_fr_chorus.transmission"].sudo()._wake()

    def _leave_alone(self, error):
        """Ask nothing more of this connection for a while."""
        now = fields.Datetime.now()
        lasted = now - (self.unreachable_since or now)
        asked = timedelta(seconds=getattr(error, "retry_after", None) or 0)
        until = now + max(min(max(lasted, SHORTEST_REST), LONGEST_REST), asked)
        self.next_sync = until
        self.env["l10n_fr_chorus.transmission"]._postpone_all(
            self, ("ready", "doubtful", "deposited"), error, until
        )

    def _tell_managers(self, subject, lines):
        """One message to the Chorus Pro managers of the company."""
        self.message_notify(
            partner_ids=self._managers().partner_id.ids,
            subject=subject,
            body=Markup("<br/>").join(lines),
        )

    def _managers(self):
        """Return the users who set this company's Chorus Pro up."""
        return (
            self.env.ref(MANAGER)
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active and self.company_id in user.company_ids
            )
        )

    # ---- WHAT LASTS TOO LONG --------------------------------------------------------

    @api.model
    def _tell_overdue(self, submissions):
        """One message for all that waits too long in one company."""
        company = submissions.company_id
        company = company.with_context(lang=company._l10n_fr_chorus_lang())
        lines = [
            company.env._(
                "%(number)s: %(state)s since %(date)s",
                number=late.move_id.name,
                state=company.env._(STATES[late.state].label),
                date=fields.Datetime.context_timestamp(
                    company.with_context(tz="Europe/Paris"),
                    late.waiting_since or late.state_date,
                ).strftime("%d/%m/%Y %H:%M"),
            )
            for late in submissions
        ]
        company._l10n_fr_chorus_tell_managers(
            company.env._("Chorus Pro: invoices have been waiting for too long"),
            [*lines, company.env._("Open each of them: its reason is shown there.")],
        )

    @api.model
    def _tell_job_asleep(self):
        """Say once that the scheduled job no longer runs, to each company that sends.

        One that deposits by hand has no connection, and hears of it too.
        """
        told = "l10n_fr_chorus_job_told_at"
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        if not self._job_asleep():
            companies.filtered(told)[told] = False
            return
        sending = self.env["l10n_fr_chorus.submission"]._read_group(
            [], ["company_id"], ["__count"]
        )
        active = {company for company, _count in sending}
        active |= set(self.search([("active", "=", True)]).company_id)
        for company in companies.filtered(lambda one: one in active and not one[told]):
            speaking = company.with_context(lang=company._l10n_fr_chorus_lang())
            speaking._l10n_fr_chorus_tell_managers(
                speaking.env._("Chorus Pro: nothing leaves any more"),
                [
                    speaking.env._(
                        "The scheduled job « %s » has not run for two hours. Ask your "
                        "integrator to start it again: until then invoices wait.",
                        self.with_env(speaking.env)._job().name,
                    )
                ],
            )
            company[told] = fields.Datetime.now()

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

        :return: {"ok": bool, "states": {state: count}, "progress": {"remaining": still
            to be prepared, "ready": prepared and about to leave}, "overdue": count,
            "doubtful": count, "unmatched": count, "to_sort": count,
            "job": {"asleep": bool, "last_run": ISO text}, "connections": [{"name",
            "environment", "ok", "error", "synced_at", "unreachable_since"}],
            "expiries": [{"connection", "what":
            "password" or "secret", "ends_on": ISO text, "days_left": int, "warned":
            bool}], "vault": {"ok", "fault", "verified_at"}}; plain JSON values about
            the user's companies
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
        vault = self.env["l10n_fr_chorus.verification"]._health(company)
        healthy = healthy and vault["ok"] and all(one["ok"] for one in connections)
        return {
            "ok": healthy,
            "states": states,
            "progress": {
                "remaining": states.get("requested", 0),
                "ready": sum(states.get(state, 0) for state in READY),
            },
            "overdue": overdue,
            "doubtful": states.get("doubtful", 0),
            "unmatched": self.env["l10n_fr_chorus.unmatched"].search_count(
                [*mine, ("sorted", "=", False)]
            ),
            "to_sort": self.env["l10n_fr_chorus.to_sort"].search_count([]),
            "job": {"asleep": asleep, "last_run": iso(self._job().lastcall)},
            "connections": connections,
            "expiries": expiries,
            "vault": vault,
        }
