from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ...chorus.channels.answers import PENDING, REJECTED, Unread
from ...chorus.errors import ChorusError
from ...chorus.lifecycle.identity import same_place
from ..common import describe
from .transmission import LEASE, QUESTIONS, RETRIES, pause_after

# How long what was answered by an error of the server is looked for.
ANSWERED = timedelta(minutes=30)
# Questions after which what a final report says counts, whatever the search shows.
GRACE = 3


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
            transmission = transmission._in_company_lang()
            transmission._doubt(transmission.env._("The sending was interrupted."))

    def _resolve(self):
        """Ask the platform for the invoices of a doubtful deposit."""
        if not self._take("doubtful"):
            return
        self._reschedule(QUESTIONS)
        if self._look_for() is not False or not self._quarantine_over():
            return
        self._commit()
        doubtful = self._still("doubtful")
        doubtful.write({"state": "ready", "next_try": fields.Datetime.now()})

    def _look_for(self):
        """Ask the platform for these invoices, and take what is there as deposited.

        :return: whether it has any; None when nobody can tell
        """
        matches, whole = self._find_ours()
        if matches:
            rows, _trouble = self.connection_id._detailed(matches)
            # The platform knows them: whatever was answered, the deposit took place.
            self._accept(_flux_told(matches))
            self.submission_ids._absorb(rows)
            return True
        return False if whole else None

    def _find_ours(self):
        """Ask the platform for the invoices of this deposit.

        :return: list of (submission, News), and whether nothing may hide another
        """
        return self._find_on(self.connection_id, self.submission_ids)

    def _find_on(self, connection, submissions):
        """Ask the platform behind a connection for some invoices; as `_find_ours`."""
        identities = [one._identity() for one in submissions]
        if not connection._channel()._all_heard(connection):
            return [], False
        state = self.state
        self._commit()
        try:
            found = connection._channel()._find(connection, identities=identities)
        except ChorusError as error:
            self._note_failure(state, error, connection)
            return [], False
        self._commit()
        if not self._still(state):
            return [], False
        matches = connection._match_among(found, submissions)
        vague = [news for sub, news in matches if sub._may_be_of_another_year(news)]
        self.env["l10n_fr_chorus.unmatched"].sudo()._store_unmatched(connection, vague)
        matches = [(sub, news) for sub, news in matches if news not in vague]
        return matches, not connection._may_hide_some(found) and not vague

    def _note_failure(self, state, error, connection):
        """Write why a question had no answer, unless the state is another since."""
        self._commit()
        self._still(state).reason = describe(self.env, error)
        self._commit()
        connection._note_health(error)

    def _reschedule(self, pauses):
        """Plan the next question before asking this one: a crash must not loop."""
        self.write(
            {
                "questions": self.questions + 1,
                "next_try": fields.Datetime.now() + pause_after(pauses, self.questions),
            }
        )

    def _quarantine_over(self):
        """The platform has had ample time to show the invoices, and shows none.

        What is seen not to have left need not wait, once the line is surely silent. Nor
        what an error answered, once the platform that made it answers again: should
        it have come all the same, the copy will be refused and the first one found.
        """
        waited = fields.Datetime.now() - self.doubtful_since
        connection = self.connection_id
        if waited < connection._channel()._shows_within(connection):
            return False
        if waited >= timedelta(minutes=connection.quarantine):
            return True
        if self.doubt_answered and waited >= ANSWERED:
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
        self._reschedule(QUESTIONS)
        if not self.flux_number:
            self._end_without_report()
            return
        connection = self.connection_id
        channel = connection._channel()
        self._commit()
        try:
            report = channel._report(self)
        except ChorusError as error:
            self._note_failure("deposited", error, connection)
            return
        self._commit()
        if report.outcome == PENDING:
            connection._note_health(None)
            self._still("deposited")._await_verdict(report)
            return
        news, suspects, trouble = self._find_integrated(channel, report)
        self._commit()
        if not self._still("deposited"):
            return
        matches = connection._match_among(news, self.submission_ids)
        whole = not trouble and not connection._may_hide_some(news)
        rows, late = connection._detailed(matches)
        connection._note_health(trouble or late)
        there = self.submission_ids.browse({one.id for one, _news in matches})
        if self.flux_state != report.state:
            # The grace begins with the final word, however long it was awaited.
            self.write({"flux_state": report.state, "questions": 1})
        self._settle(report, rows, there, suspects - there, searched=whole)

    def _end_without_report(self):
        """End a deposit found by its invoices, whose number was never told.

        No report can be asked for. It ends once each invoice was spoken of; till then
        they are looked for, and a row may tell the number at last. Some being there,
        the platform has read the deposit: what it has not shown after as long as lets
        bytes go again, every row being legible, it did not take.
        """
        if self.submission_ids._before_platform_reply():
            matches, whole = self._find_ours()
            if not matches and not whole:
                return
            rows, trouble = self.connection_id._detailed(matches)
            self.connection_id._note_health(trouble)
            self.submission_ids._absorb(rows)
            self.flux_number = _flux_told(matches)
            there = self.submission_ids.browse({one.id for one, _news in matches})
            missing = self.submission_ids._before_platform_reply()
            if self.flux_number or missing & there:
                return
            if missing and not (whole and self._waits_for_long()):
                return
            missing._set_state(
                "not_integrated",
                reason=self.env._(
                    "Chorus Pro shows other invoices of this deposit and not this "
                    "one: it was not taken. Send it again, under the same number."
                ),
            )
            missing._notify_state()
        self.write({"state": "reported", "reason": False, "next_try": False})

    def _await_verdict(self, report):
        """The platform works on it, or does not know it: for ever, that is a doubt."""
        if not self:
            return  # settled meanwhile
        if report.state:
            self.flux_state = report.state
        if report.unknown and self._waits_for_long():
            self._doubt(
                self.env._("Chorus Pro does not know the deposit %s.", self.flux_number)
            )

    def _waits_for_long(self):
        """Tell whether the platform has had ample time to say what it took."""
        waited = fields.Datetime.now() - (self.deposited_at or self.create_date)
        return waited > timedelta(minutes=self.connection_id.quarantine)

    def _find_integrated(self, channel, report):
        """Find what is on the platform: this flux's invoices, and earlier ones.

        Of bytes that were sent again, each one rejected may be there by an earlier
        attempt: the platform takes a number once, whatever words it has for it.

        :return: list of News, and of what may hide some; the submissions that could
            not be looked for; the ChorusError that stopped the search, if any
        """
        connection, news, trouble = self.connection_id, [], None
        if report.outcome != REJECTED:
            try:
                news += channel._find(connection, flux_number=self.flux_number)
            except ChorusError as error:
                trouble = error
        found = connection._match_among(news, self.submission_ids)
        there = self.submission_ids.browse({one.id for one, _news in found})
        all_of_them = report.outcome == REJECTED or self._loose(report)
        suspects = (self.submission_ids._before_platform_reply() - there).filtered(
            lambda sub: (
                (all_of_them or self._reasons(report, sub))
                and sub._may_have_arrived_before()
            )
        )
        if suspects:
            try:
                wanted = [one._identity() for one in suspects]
                earlier = channel._find(connection, identities=wanted)
                hidden = [one for one in earlier if isinstance(one, Unread)]
                told = [one for one in earlier if one not in hidden]
                clear = [
                    one for one in told if not suspects[:1]._may_be_of_another_year(one)
                ]
                # One without a state only says that a deposit arrived: another one.
                ours = ("", self.flux_number)
                news += hidden
                news += [
                    one for one in clear if one.state or one.flux_number not in ours
                ]
                sure = not hidden and clear == told
                suspects = suspects.browse() if sure else suspects
            except ChorusError as error:
                trouble = error
        return news, suspects, trouble

    def _reasons(self, report, submission):
        """What a report reproaches one invoice with: matched on its number."""
        return [
            reason
            for rejection in report.rejections
            if _names(rejection, submission)
            for reason in rejection.reasons or (report.state,)
        ]

    def _loose(self, report):
        """The rejections that name no invoice of this deposit."""
        return [
            one
            for one in report.rejections
            if not any(_names(one, submission) for submission in self.submission_ids)
        ]

    def _settle(self, report, rows, there=None, suspects=None, searched=True):
        """Apply a final report: what was integrated, what was not and why.

        :param rows: news of what is on the platform, as `_absorb` takes them
        :param there: those that the platform was seen to have
        :param suspects: those of which nobody knows yet whether it has them
        :param searched: whether the platform could be asked for all that it has
        """
        nobody = self.submission_ids.browse()
        there, suspects = there or nobody, suspects or nobody
        self.submission_ids._absorb(rows)
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
        loose = [reason for one in self._loose(report) for reason in one.reasons]
        open_ones = self.submission_ids._before_platform_reply() - there - suspects
        doomed, unclear = self._doomed(report, open_ones, searched)
        unclear |= suspects
        for submission in doomed:
            reasons = self._reasons(report, submission) or [*report.reasons, *loose]
            reason = "\n".join(reasons or [report.state])
            submission._set_state("not_integrated", reason=reason)
        doomed._notify_state()
        if loose:
            self._tell_loose(loose, self.submission_ids - doomed)
        arrived = (open_ones - doomed - unclear) | (
            there & there._before_platform_reply()
        )
        arrived._note_integrated(self)
        if unclear:
            self._ask_again(loose)
            return
        said = [*report.reasons, *loose]
        self.write(
            {
                "state": "reported",
                "reason": "\n".join(said) or False,
                "next_try": False,
            }
        )

    def _ask_again(self, loose):
        """Nobody can tell yet what became of some: for long, that is a doubt."""
        if self._waits_for_long():
            lead = self.env._(
                "Chorus Pro does not say which invoices of the deposit it took."
            )
            self._doubt("\n".join([lead, *loose]))
        elif loose:
            self.reason = "\n".join(loose)

    def _doomed(self, report, submissions, searched):
        """Part what a final report rejects from the rest.

        What it does not name is looked for a few times: the search may come after the
        report. Then the report alone decides.

        :return: those rejected, and those of which it cannot be told yet
        """
        if report.outcome == REJECTED:
            return submissions, submissions.browse()
        named = submissions.filtered(lambda sub: self._reasons(report, sub))
        namesakes = named.filtered(lambda sub: _are_more(named, sub, report))
        loose = self._loose(report)
        if self.questions <= GRACE and not self._waits_for_long():
            return named - namesakes, submissions - named + namesakes
        if not searched:
            unclear = submissions - named if loose else namesakes
            return named - namesakes, unclear + namesakes
        # What the platform rejects under no name of ours it does not show either.
        return submissions if loose else named, submissions.browse()

    def _tell_loose(self, reasons, submissions):
        """Show on these invoices what the report says without naming any."""
        lead = self.env._("The report on the deposit %s says:", self.flux_number)
        body = Markup("<br/>").join([lead, *reasons])
        moves = submissions.move_id
        if moves and self.reason != "\n".join(reasons):
            moves._message_log_batch(bodies=dict.fromkeys(moves.ids, body))


def _flux_told(matches):
    """The number of the flux that brought these invoices; False when no row says it."""
    return next((news.flux_number for _one, news in matches if news.flux_number), False)


def _are_more(submissions, submission, report):
    """Whether more of these bear one number, of two years, than a report rejects."""
    alike = submissions.filtered(lambda one: one.number == submission.number)
    return len(alike) > sum(_names(one, submission) for one in report.rejections)


def _names(rejection, submission):
    """Whether a rejection is about one invoice of its deposit."""
    seller = submission.seller_siret or ""
    return rejection.number.strip() == submission.number and same_place(
        seller, rejection.seller_siret
    )
