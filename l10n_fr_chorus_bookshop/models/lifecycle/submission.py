import logging
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.channels.answers import Unread
from ...chorus.lifecycle.delays import RUNNING
from ...chorus.lifecycle.order import SLACK, UNTOLD, latest, put, without_copies
from ...chorus.lifecycle.states import (
    COPY_REFUSED,
    FINAL_WITHOUT_PAYMENT,
    REASONS,
    STATES,
    reason_code,
    state_of,
)
from ..common import each_for_itself, iso
from ..sending.transmission import LOST_OUTCOME
from .event import REPORT

_logger = logging.getLogger(__name__)

# States that are not the platform's, in which it may have news all the same.
FOLLOWED = ("to_deposit", "deposited", "unknown")
# What people relay of the platform: it speaks of what was asked for here. The platform
# itself may know an invoice long before, by another program of the shop.
RELAYED = ("hand", "mail", "export", "person")
OLDEST = timedelta(days=400)
# A paid invoice of which nothing was heard for so long has no more news to give.
SILENCE = timedelta(days=60)
# How long an invoice given up without the platform's word may still show there.
LATE = timedelta(days=30)


class L10nFrChorusSubmission(models.Model):
    """What the platform says, and the state that follows from it."""

    _inherit = "l10n_fr_chorus.submission"

    def _concerns(self, news):
        """Tell whether news that may be about this sending is proven to be.

        Another program of the shop may have used the number: before the platform's
        identifier is known, the news must be of this invoice's date or deposit; and,
        before its first word, come from our deposit, or from an attempt whose outcome
        we did not know.
        """
        self.ensure_one()
        if self.platform_id and self.platform_id == news.platform_id:
            return True
        flux_number = self._deposit_reference()
        of_our_deposit = bool(flux_number) and news.flux_number == flux_number
        if not of_our_deposit and not news.invoice_date:
            return False
        if self._channel()._by_hand:
            return self._is_the_one(news)
        if self.state_code:
            return True
        if self != self.move_id.l10n_fr_chorus_submission_id:
            return False
        unsaid = bool(flux_number) and not news.flux_number
        return of_our_deposit or unsaid or self._may_have_arrived_before()

    def _may_be_of_another_year(self, news):
        """Tell whether news found by a number leaves open of which year's it is.

        Chorus Pro takes a number once a year: without the invoice's date, nor anything
        else that is known to be ours, it proves nothing.
        """
        self.ensure_one()
        ours = {self.platform_id, self._deposit_reference()} - {"", False}
        return bool(
            self._channel()._is_platform
            and news.state
            and not news.invoice_date
            and not ours & {news.platform_id, news.flux_number}
        )

    def _may_have_arrived_before(self):
        """Tell whether this invoice may stand on the platform by an unknown flux."""
        self.ensure_one()
        sendings = self.search([("move_id", "=", self.move_id.id)])
        return bool(sendings.transmission_id._with_lost_outcome())

    def _unsure_before(self):
        """The deposits of earlier sendings of these that may have arrived after all."""
        earlier = self.search(
            [
                ("move_id", "in", self.move_id.ids),
                ("id", "not in", self.ids),
                ("transmission_id", "!=", False),
            ]
        )
        return (earlier.transmission_id - self.transmission_id)._with_lost_outcome()

    def _stands_by(self, sendings, news):
        """Note that one of these deposits brought this invoice: it is followed there.

        :param news: by which it was found
        """
        self.ensure_one()
        brought = sendings.filtered(
            lambda one: self.move_id in one.submission_ids.move_id
        )
        there = brought[:1].copy()
        self.write(
            {
                "transmission_id": there.id,
                "connection_id": there.connection_id.id,
                "channel": there.channel,
            }
        )
        there._accept(news.flux_number or False)

    def _record_news(self, rows, reference=False):
        """Store life-cycle facts and let them give the state.

        :param rows: list of (submission, chorus.channels.answers.News, source); news
            without a state only says that the invoice has arrived
        :param reference: the file or message in which a person found them
        :return: the submissions whose state changed
        """
        rows = self._dated(rows)
        for submission, news, _source in rows:
            # What is found there before its deposit was noted has left, too.
            if not submission.sent_at:
                at = news.occurred_at.replace(tzinfo=None, microsecond=0)
                submission.sent_at = at
        rows = [row for row in self._consistent(rows) if row[1].state]
        for submission, news, _source in rows:
            if news.platform_id and not submission.platform_id:
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
        unheard = self.browse(row[0].id for row in rows)._before_platform_reply()
        return self.browse(sorted(fresh_ids.union(unheard.ids)))._apply_events()

    def _absorb(self, rows):
        """Record what a channel read; what one row breaks stops no other.

        :param rows: as `_record_news`
        """
        each_for_itself(self.env, self._record_news, rows, self._keep_broken)

    def _keep_broken(self, row):
        """Set aside, for a person, the row that could not be stored."""
        submission, news, _source = row
        if connection := submission.connection_id:
            at = iso(news.occurred_at)
            text = f"{news.number}\n{news.state}\n{at}\n{news.reason}"
            self.env["l10n_fr_chorus.unmatched"]._keep_unread(
                connection, [Unread(text)]
            )

    def _dated(self, rows):
        """Put what bears no date, or one that cannot be, after what is known.

        It never wins by that date, and is said once: read again, it is not newer.

        :param rows: as `_record_news`
        """
        dated, undated = [], []
        for submission, news, source in rows:
            may_be = submission._may_be_said(news.occurred_at, source)
            (dated if may_be else undated).append((submission, news, source))
        if not undated:
            return rows
        known = defaultdict(list)
        submission_ids = [submission.id for submission, _news, _source in undated]
        for event in self.env["l10n_fr_chorus.event"].search(
            [("submission_id", "in", submission_ids)]
        ):
            known[event.submission_id].append((event.code, event.occurred_at))
        for submission, news, _source in dated:
            at = news.occurred_at.replace(tzinfo=None)
            known[submission].append((news.state, at))
        for submission, news, source in undated:
            said = known[submission]
            if news.state in (code for code, _at in said):
                continue
            _logger.warning(
                "Chorus Pro: %s is told %s on %s, which cannot be",
                *(submission.number, news.state, news.occurred_at),
            )
            last = max((at for _code, at in said), default=None)
            at = put(last, fields.Datetime.now())
            said.append((news.state, at))
            at = at.replace(tzinfo=UTC)
            news = replace(news, occurred_at=at, precision=UNTOLD)
            dated.append((submission, news, source))
        return dated

    def _may_be_said(self, moment, source):
        """Tell whether something can have been said of this then.

        :param moment: UTC, None when it was not told
        """
        self.ensure_one()
        if not moment:
            return False
        at = moment.replace(tzinfo=None)
        return self._asked_since(source) <= at <= fields.Datetime.now() + SLACK

    def _asked_since(self, source):
        """The first moment at which the platform can have said something of this."""
        asked = min(filter(None, (self.requested_at, self.sent_at, self.create_date)))
        return asked - (SLACK if source in RELAYED else OLDEST)

    def _consistent(self, rows):
        """Leave out what is said of one invoice with the identifier of another (R41).

        An identifier once known is never overwritten, nor borne by two.
        """
        told = {news.platform_id for _sub, news, _source in rows if news.platform_id}
        bearers = self.search([("platform_id", "in", sorted(told))])
        owners = {(one.environment, one.platform_id): one for one in bearers}
        kept = []
        for submission, news, source in rows:
            key = (submission.environment, news.platform_id)
            if news.platform_id and owners.setdefault(key, submission) != submission:
                _logger.warning(
                    "Chorus Pro: %s is told under the identifier of another invoice",
                    submission.number,
                )
                continue
            if news.platform_id and submission.platform_id not in (
                False,
                news.platform_id,
            ):
                _logger.warning(
                    "Chorus Pro: %s is told under another identifier", submission.number
                )
                continue
            kept.append((submission, news, source))
        return kept

    def _apply_events(self):
        """Make the state what the events say, grouped writes, and tell the chatter."""
        if not self:
            return self
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
        groups, held = defaultdict(self.browse), self.browse()
        for submission in self:
            fact = latest(facts[submission.id])
            if submission._waits_for_first(fact):
                held += submission
                fact = latest(without_copies(facts[submission.id]))
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
        for submission in held.filtered(lambda sub: not sub.waiting_since):
            submission.waiting_since = fields.Datetime.now()
        if changed:
            changed._notify_state()
        return changed

    def _waits_for_first(self, fact):
        """Tell whether a copy's refusal is no state yet.

        The platform has another one of this number, maybe the first copy of this very
        invoice: no order is promised, and that one's arrival may be told later.

        :param fact: that would give the state
        """
        if fact is None or state_of(fact.code).code != COPY_REFUSED:
            return False
        if self.state == COPY_REFUSED:
            return False
        return not self.waiting_since or self.waiting_since > _heard(self.connection_id)

    @api.model
    def _tell_copies(self, connection):
        """Believe that a number was used, where no arrival was told for long."""
        self.search(
            [
                ("connection_id", "=", connection.id),
                ("waiting_since", "<=", _heard(connection)),
                ("state", "!=", COPY_REFUSED),
                ("event_ids.state", "=", COPY_REFUSED),
            ]
        )._apply_events()

    def _note_integrated(self, transmission):
        """Note that a report took these, of which the platform says nothing else yet.

        The next news tells the rest; this only opens the way.
        """
        moment = transmission.deposited_at or fields.Datetime.now()
        rows = [
            (
                submission,
                submission._as_news(
                    submission._channel()._integrated_as, moment.replace(tzinfo=UTC)
                ),
                REPORT,
            )
            for submission in self
        ]
        self._record_news(rows)

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
        silent = (
            Domain("state", "in", RUNNING)
            & Domain("state_date", "<", fields.Datetime.now() - SILENCE)
            & Domain("move_id.payment_state", "in", ("paid", "in_payment"))
        )
        return [*(awaited & ~silent | self._given_up_domain())]

    @api.model
    def _given_up_domain(self):
        """Domain of what is given up as not integrated, and may have arrived."""
        return (
            Domain("state", "=", "not_integrated")
            & Domain("transmission_id", "any", LOST_OUTCOME)
            & Domain("state_date", ">", fields.Datetime.now() - LATE)
        )


def _heard(connection):
    """The moment before which all that a platform had to say has been heard."""
    return fields.Datetime.now() - timedelta(minutes=connection.quarantine)
