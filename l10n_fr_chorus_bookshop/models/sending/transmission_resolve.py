from datetime import timedelta

from odoo import api, fields, models

from ...chorus.channels.answers import PENDING, REJECTED
from ...chorus.errors import ChorusError
from ...chorus.lifecycle.states import is_duplicate
from ..common import describe
from .transmission import QUESTIONS, RETRIES, pause_after
from .transmission_deposit import LEASE


class L10nFrChorusTransmission(models.Model):
    _inherit = "l10n_fr_chorus.transmission"

    # ---- RESOLVE ------------------------------------------------------------------

    @api.model
    def _resolve_due(self):
        """Settle what is in doubt, by asking the platform."""
        self._doubt_dead_leases()
        self._commit()
        for transmission in self._each_due("doubtful"):
            self._run_step(transmission._resolve)

    @api.model
    def _doubt_dead_leases(self):
        """A worker that died while sending leaves a doubt, never a resend."""
        dead = self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())]
        ).try_lock_for_update()
        for transmission in dead.filtered(lambda one: one.state == "sending"):
            transmission = transmission._speaking()
            transmission._doubt(transmission.env._("The sending was interrupted."))

    def _resolve(self):
        """Ask the platform for the invoices of a doubtful deposit."""
        if not self._take("doubtful"):
            return
        self._rest(QUESTIONS)
        if self._look_for() is False and self._quarantine_over():
            self.write({"state": "ready", "next_try": fields.Datetime.now()})

    def _look_for(self):
        """Ask the platform for these invoices, and take what is there as deposited.

        :return: whether it has any; None when it did not answer
        """
        connection, numbers = self.connection_id, self.submission_ids.mapped("number")
        if not connection._channel()._all_heard(connection):
            return None
        self._commit()
        try:
            found = connection._channel()._find(connection, numbers=numbers)
        except ChorusError as error:
            self.reason = describe(self.env, error)
            self._commit()
            connection._note(error)
            return None
        matches = connection._match(found, self.submission_ids)
        if matches:
            rows, _trouble = connection._detailed(matches)
            # The platform knows them: whatever was answered, the deposit took place.
            self._accept(matches[0][1].flux_number)
            self.submission_ids._record_news(rows)
        return bool(matches)

    def _rest(self, pauses):
        """Plan the next question before asking this one: a crash must not loop."""
        self.write(
            {
                "questions": self.questions + 1,
                "next_try": fields.Datetime.now() + pause_after(pauses, self.questions),
            }
        )

    def _quarantine_over(self):
        """The platform has had ample time to show the invoices, and shows none.

        What is seen not to have left need not wait, once the line is surely silent.
        """
        waited = fields.Datetime.now() - self.doubtful_since
        connection = self.connection_id
        if waited >= timedelta(minutes=connection.quarantine):
            return True
        return waited >= LEASE and connection._channel()._never_left(self)

    # ---- REPORT -------------------------------------------------------------------

    @api.model
    def _report_due(self):
        """Ask what became of each deposit."""
        for transmission in self._each_due("deposited"):
            self._run_step(transmission._read_report)

    def _read_report(self):
        """Read one integration report and pass it on, invoice by invoice."""
        if not self._take("deposited"):
            return
        self._rest(QUESTIONS)
        connection = self.connection_id
        channel = connection._channel()
        self._commit()
        try:
            report = channel._report(self)
            settled = report.outcome != PENDING
            news = self._find_integrated(channel, report) if settled else []
        except ChorusError as error:
            self.reason = describe(self.env, error)
            self._commit()
            connection._note(error)
            return
        matches = connection._match(news, self.submission_ids)
        rows, trouble = connection._detailed(matches)
        connection._note(trouble)
        if trouble:
            # Without all the news, what is there could be taken for rejected.
            return
        self.flux_state = report.state
        if settled:
            self._settle(report, rows)

    def _find_integrated(self, channel, report):
        """Find what is on the platform: this flux's invoices, and proven earlier ones.

        A duplicate proves that an earlier attempt arrived, if there was one.
        """
        connection = self.connection_id
        news = channel._find(connection, flux_number=self.flux_number)
        duplicates = {
            rejection.number
            for rejection in report.rejections
            if any(map(is_duplicate, rejection.reasons))
        }
        proven = self.submission_ids.filtered(
            lambda sub: sub.number in duplicates and sub._may_have_arrived_before()
        )
        if proven:
            news += channel._find(connection, numbers=proven.mapped("number"))
        return news

    def _settle(self, report, rows):
        """Apply a final report: what was integrated, what was not and why.

        :param rows: news of what is on the platform, as `_record_news` takes them
        """
        self.submission_ids._record_news(rows)
        if report.resend:
            self.write(
                {
                    "state": "ready",
                    "reason": "\n".join([report.state, *report.reasons]),
                    "next_try": fields.Datetime.now()
                    + pause_after(RETRIES, self.attempts),
                }
            )
            return
        unheard = self.submission_ids._unheard()
        rejected = self._reject(report, unheard)
        rejected._tell()
        if unheard - rejected:
            # Neither rejected nor found yet: asked again until each has its outcome.
            return
        self.write(
            {
                "state": "reported",
                "reason": "\n".join(report.reasons) or False,
                "next_try": False,
            }
        )

    def _reject(self, report, candidates):
        """Mark as not integrated what the report names, or all of a refused flux."""
        rejected = candidates.browse()
        for submission in candidates:
            reasons = [
                reason
                for rejection in report.rejections
                if rejection.number == submission.number
                and rejection.seller_siret in ("", submission.seller_siret)
                for reason in rejection.reasons
            ]
            if reasons or report.outcome == REJECTED:
                reasons = reasons or report.reasons or (report.state,)
                submission._set_state("not_integrated", reason="\n".join(reasons))
                rejected += submission
        return rejected
