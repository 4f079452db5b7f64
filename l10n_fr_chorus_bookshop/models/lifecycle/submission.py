from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ...chorus.lifecycle.order import latest
from ...chorus.lifecycle.states import (
    FINAL_WITHOUT_PAYMENT,
    REASONS,
    STATES,
    reason_code,
    state_of,
)

# States that are not the platform's, in which it may have news all the same.
FOLLOWED = ("to_deposit", "deposited", "unknown")


class L10nFrChorusSubmission(models.Model):
    """What the platform says, and the state that follows from it."""

    _inherit = "l10n_fr_chorus.submission"

    def _is_told_by(self, news):
        """Tell whether news of this number is about this sending.

        Another program of the shop may have used the number: before the platform's
        first word, the news must come from our deposit, or from an attempt whose
        outcome we did not know.
        """
        self.ensure_one()
        if self._channel()._by_hand and not self.platform_id:
            return self._is_the_one(news)
        if self.state_code:
            return True
        if self != self.move_id.l10n_fr_chorus_submission_id:
            return False
        flux_number = self.transmission_id.flux_number
        ours = bool(flux_number) and news.flux_number == flux_number
        return ours or self._may_have_arrived_before()

    def _may_have_arrived_before(self):
        """Tell whether this invoice may stand on the platform by an unknown flux."""
        self.ensure_one()
        sendings = self.search([("move_id", "=", self.move_id.id)])
        return any(
            sending.attempts > 1 or sending.doubtful_since or sending.state == "sending"
            for sending in sendings.transmission_id
        )

    def _record_news(self, rows, reference=False):
        """Store life-cycle facts and let them give the state.

        :param rows: list of (submission, chorus.answers.News, source); news without a
            state only says that the invoice has arrived
        :param reference: the file or message in which a person found them
        :return: the submissions whose state changed
        """
        for submission, news, _source in rows:
            # What is found there before its deposit was noted has left, too.
            if not submission.sent_at:
                at = news.occurred_at.replace(tzinfo=None, microsecond=0)
                submission.sent_at = at
        rows = [row for row in rows if row[1].state]
        for submission, news, _source in rows:
            if news.platform_id and submission.platform_id != news.platform_id:
                submission.platform_id = news.platform_id
        fresh_ids = self.env["l10n_fr_chorus.event"]._record(
            [
                {
                    "submission_id": submission.id,
                    "code": news.state,
                    "state": state_of(news.state).code,
                    "occurred_at": news.occurred_at.replace(tzinfo=None),
                    "precision": news.precision,
                    "platform_sequence": news.sequence,
                    "source": source,
                    "reference": reference,
                    "reason": news.reason,
                }
                for submission, news, source in rows
            ]
        )
        unheard = self.browse(row[0].id for row in rows)._unheard()
        return self.browse(sorted(fresh_ids.union(unheard.ids)))._apply_events()

    def _apply_events(self):
        """Make the state what the events say, grouped writes, and tell the chatter."""
        events = self.env["l10n_fr_chorus.event"].search_fetch(
            [("submission_id", "in", self.ids)],
            [
                "submission_id",
                "code",
                "occurred_at",
                "precision",
                "platform_sequence",
                "source",
                "reason",
            ],
        )
        facts = defaultdict(dict)
        for event in events:
            facts[event.submission_id.id].setdefault(event._fact(), event)
        groups = defaultdict(self.browse)
        for submission in self:
            fact = latest(facts[submission.id])
            if fact is None:
                continue
            event = facts[submission.id][fact]
            reason = self._readable(event.reason or "")
            values = (fact.code, fact.occurred_at, reason or False)
            if values != (
                submission.state_code,
                submission.state_date,
                submission.reason,
            ):
                groups[values] += submission
        changed = self.browse()
        for (code, since, reason), submissions in groups.items():
            moved = submissions.filtered(lambda sub, c=code: sub.state_code != c)
            submissions.write(
                {
                    "state": state_of(code).code,
                    "state_code": code,
                    "state_date": since,
                    "reason": reason,
                    "waiting_since": False,
                    "next_try": False,
                }
            )
            changed += moved
        changed._tell()
        return changed

    def _readable(self, reason):
        """The platform's reason with its code put into words."""
        label = REASONS.get(reason_code(reason))
        return f"{self.env._(label)} ({reason})" if label else reason

    @api.model
    def _followed_domain(self):
        """Domain of the submissions whose news is still awaited (R17, R19).

        A body that never tells its payments does not keep us asking for ever.
        """
        running = [
            code
            for code, state in STATES.items()
            if (state.platform or code in FOLLOWED)
            and not state.final
            and code not in FINAL_WITHOUT_PAYMENT
        ]
        unpaid = Domain("state", "in", FINAL_WITHOUT_PAYMENT) & Domain(
            "payment_not_reported", "=", False
        )
        awaited = Domain("state", "in", running) | unpaid
        return [*(awaited & ~self._silent_domain())]
