from datetime import timedelta

from odoo import api, fields, models

from ...chorus.errors import Denied, Refused, Unreachable
from ..common import describe
from .transmission import RETRIES, pause_after


class L10nFrChorusTransmission(models.Model):
    """What becomes of an attempt that did not simply succeed (R13)."""

    _inherit = "l10n_fr_chorus.transmission"

    def _write_failure(self, error):
        """Write what became of one attempt that did not simply succeed.

        :param error: the ChorusError that came instead of an answer
        :return: the ChorusError that says how the connection fares, None if it answers
        """
        match error:
            case Unreachable() | Denied():
                self._postpone(error)
                return error
            case Refused():
                self._refuse(error)
                return None
        # An error of the server, not a lost line: it seldom hides a deposit.
        answered = error.code.isdigit() and int(error.code) >= 500
        self._doubt(describe(self.env, error), answered)
        return error

    def _postpone(self, error):
        """Nothing left: the invoices are ready again, the deposit waits its turn."""
        reason = describe(self.env, error)
        pause = pause_after(RETRIES, self.attempts)
        retry_after = getattr(error, "retry_after", None)
        if retry_after:
            pause = max(pause, timedelta(seconds=retry_after))
        self.write(
            {
                "lease_until": False,
                "reason": reason,
                "next_try": fields.Datetime.now() + pause,
            }
        )
        if self.doubtful_since:
            # An earlier attempt may have arrived: the doubt stays whole.
            self.state = "doubtful"
            self._doubt_invoices(reason)
        elif self.flux_number:
            # The platform failed on the flux and wants the same bytes again.
            self.state = "ready"
            self.submission_ids._before_platform_reply()._set_state(
                "deposited", reason=reason
            )
        else:
            self.write({"state": "ready", "sha256": False})
            self.submission_ids._before_platform_reply()._set_state(
                "queued", reason=reason, waiting_since=self._waiting_since()
            )

    @api.model
    def _postpone_all(self, connection, states, error, until):
        """Let what a connection has to send or ask wait: it does not answer."""
        waiting = self.search(
            [
                ("connection_id", "=", connection.id),
                ("state", "in", states),
                ("next_try", "<", until),
            ]
        ).try_lock_for_update()
        waiting.write({"next_try": until})
        ready = waiting.filtered(lambda one: one.state == "ready").submission_ids
        ready.filtered(
            lambda sub: sub.state == "queued" and not sub.waiting_since
        ).try_lock_for_update().write(
            {
                "reason": describe(self.env, error),
                "waiting_since": fields.Datetime.now(),
            }
        )

    def _waiting_since(self):
        """When the invoices of this deposit began to wait."""
        return min(
            (sub.waiting_since for sub in self.submission_ids if sub.waiting_since),
            default=fields.Datetime.now(),
        )

    def _refuse(self, error):
        """The platform refuses the deposit itself: nothing of it exists there.

        Should an earlier attempt have arrived all the same, the news will tell.
        """
        reason = describe(self.env, error)
        self.write({"state": "refused", "reason": reason, "lease_until": False})
        refused = self.submission_ids._before_platform_reply()
        refused._set_state("not_integrated", reason=reason)
        refused._notify_state()

    def _doubt(self, reason, answered=False):
        """The outcome is unknown: ask before anything goes again.

        Each attempt has its own quarantine: this one may still be on its way.

        :param answered: the platform answered, though only with an error
        """
        now = fields.Datetime.now()
        self._doubt_invoices(reason)
        self.write(
            {
                "state": "doubtful",
                "reason": reason,
                "lease_until": False,
                "doubtful_since": now,
                "doubt_answered": answered,
                "questions": 0,
                "next_try": now,
            }
        )

    def _doubt_invoices(self, reason):
        """Nobody knows where they are: from attempt to attempt, it is one same wait."""
        held = self.submission_ids._before_platform_reply()
        since, told_at = fields.Datetime.now(), False
        if self.doubtful_since:
            since = self._waiting_since()
            told_at = max(filter(None, held.mapped("told_at")), default=False)
        held._set_state("doubtful", reason=reason, waiting_since=since, told_at=told_at)
