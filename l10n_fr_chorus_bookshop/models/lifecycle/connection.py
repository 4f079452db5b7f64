import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...chorus.channels.answers import Unread
from ...chorus.errors import ChorusError, Illegible, Refused
from ...chorus.lifecycle.order import SLACK, Fact
from ...chorus.lifecycle.states import state_of
from ..common import each_for_itself

_logger = logging.getLogger(__name__)

# News is read again over this span: what was late or shifted between pages is found,
# what is already known is dropped by the events' unique key.
OVERLAP = timedelta(hours=2)
SYNC_EVERY = timedelta(hours=1)
# A body may date its news long before the platform shows it: all that is followed is
# read again from time to time, whatever the cursor.
REREAD_EVERY = timedelta(days=1)
# How far back to look the first time, before anything was read.
FIRST_SYNC = timedelta(days=30)
# When a state is dated that is told by its day alone: what comes after has room.
LATE_IN_THE_DAY = timedelta(hours=23)


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # ---- NEWS ---------------------------------------------------------------------

    @api.model
    def _collect_due(self):
        """Have what the networks left fetched, before anything is asked about it."""
        for connection in self.sudo().search([("active", "=", True)]):
            if (
                connection._asks_soon()
                or connection._follows_soon()
                or connection._looks_again()
            ):
                self.env["l10n_fr_chorus.transmission"]._run_step(connection._visit)

    def _asks_soon(self):
        """Tell whether the fate of a deposit is due to be asked, or asked once more."""
        waiting = [
            ("connection_id", "=", self.id),
            ("next_try", "<=", fields.Datetime.now()),
            ("state", "in", ("ready", "doubtful", "deposited")),
            ("sha256", "!=", False),
        ]
        transmissions = self.env["l10n_fr_chorus.transmission"]
        return bool(transmissions.search_count(waiting, limit=1))

    def _follows_soon(self):
        """Tell whether the news of an invoice is due to be asked."""
        return self._news_due() and self._is_followed()

    def _news_due(self):
        """Tell whether the hour has come to ask for news."""
        return bool(self.next_sync) and self.next_sync <= fields.Datetime.now()

    def _is_followed(self):
        """Tell whether news of an invoice that it has sent is still awaited."""
        submissions = self.env["l10n_fr_chorus.submission"]
        mine = [("connection_id", "=", self.id), *submissions._followed_domain()]
        return bool(submissions.search_count(mine, limit=1))

    def _has_open(self):
        """Tell whether a deposit by it is not over."""
        mine = [
            ("connection_id", "=", self.id),
            ("state", "not in", ("reported", "refused")),
        ]
        return bool(self.env["l10n_fr_chorus.transmission"].search_count(mine, limit=1))

    def _check_stays(self, vals):
        """Refuse another environment while a deposit is not over.

        It would be asked about elsewhere, where nobody knows it, and leave again.

        :raises UserError: what to do instead
        """
        names = ("environment", "channel", "company_id")
        elsewhere = {name: vals[name] for name in names if name in vals}
        for connection in self._moving(elsewhere).sudo():
            if connection._has_open():
                connection._refuse_to_leave()

    def _refuse_to_leave(self):
        raise UserError(
            self.env._(
                "Invoices are still under way by the connection « %s »: archive it and "
                "make another one. What is under way finishes by the archived one.",
                self.name,
            )
        )

    def _visit(self):
        """Have the channel fetch what was left; trouble is noted."""
        lang = self.company_id._l10n_fr_chorus_lang()
        connection = self.with_context(lang=lang)
        try:
            connection._channel()._collect(connection)
        except ChorusError as error:
            self._commit_read()
            connection._note_health(error)

    def _sync_due(self):
        """Read the news of every connection that is due and has something to follow.

        An archived one sends nothing new; what it has sent is followed to its end.
        """
        every = self.sudo().with_context(active_test=False)
        due = every.search([("next_sync", "<=", fields.Datetime.now())])
        for connection in self.sudo().browse(due.ids):
            if connection.active:
                connection._adopt()
            if connection._follows_soon():
                lang = connection.company_id._l10n_fr_chorus_lang()
                self.env["l10n_fr_chorus.transmission"]._run_step(
                    connection.with_context(lang=lang)._sync_if_due
                )

    def _sync_if_due(self):
        """Read the news, unless another worker does: a step begun again looks first."""
        if self._news_due():
            self._sync()

    def _sync(self):
        """Read what changed since the last time, one committed page after the other.

        The cursor stands on the platform's own clock and only moves once every page
        is in: a failure half-way keeps the pages read and begins again from there.
        Nothing is written in a transaction that began before a call: were the same row
        written meanwhile, PostgreSQL would undo all that the call has brought.
        """
        now = fields.Datetime.now()
        rereads = not self.reread_at or self.reread_at <= now - REREAD_EVERY
        since = self._read_since(now, rereads)
        self.write({"next_sync": now + SYNC_EVERY})
        self.env["ir.cron"]._commit_progress()
        try:
            self._read_news(now, since, rereads)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # The next hour was planned before this reading, which is undone.
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)
            self._free().next_sync = now
            self._commit_read()
            raise

    def _read_news(self, now, since, rereads):
        """Store the news page by page, then how far they were read; note trouble."""
        newest = self.synced_until
        channel = self._channel()
        pages = channel._news(self, since.replace(tzinfo=UTC))
        try:
            with channel._session(self):
                for batch in self._batches(pages, channel._pages_at_once):
                    self._commit_read()
                    self._absorb(batch)
                    times = [newest, *_times(batch, now)]
                    newest = max(filter(None, times), default=newest)
                    self._commit_read()
        except ChorusError as error:
            self._commit_read()
            self._note_health(error)
            return
        self._commit_read()
        self.env["l10n_fr_chorus.submission"]._tell_copies(self)
        reread_at = now if rereads else self.reread_at
        self.write({"synced_until": newest, "synced_at": now, "reread_at": reread_at})
        self._note_health(None)

    def _read_since(self, now, rereads):
        """Return the date from which to read: the cursor's, or the oldest followed."""
        since = self.synced_until or now - FIRST_SYNC
        if rereads:
            submissions = self.env["l10n_fr_chorus.submission"]
            oldest = submissions.search(
                [
                    ("connection_id", "=", self.id),
                    ("state_code", "!=", False),
                    *submissions._followed_domain(),
                ],
                order="state_date",
                limit=1,
            )
            since = min(since, oldest.state_date or since)
            given_up = submissions.search(
                [("connection_id", "=", self.id), *submissions._given_up_domain()]
            )
            since = min([since, *given_up.transmission_id.mapped("create_date")])
        return since - OVERLAP

    def _commit_read(self):
        """Commit: nothing is held during a call, nor undone by what came meanwhile."""
        self.env["ir.cron"]._commit_progress()

    @staticmethod
    def _batches(pages, at_once):
        """Join pages so that few statements store them; an error comes last.

        What was read before it is good: it is given first.

        :param at_once: how many pages are stored together
        """
        batch, trouble = [], None
        try:
            for number, page in enumerate(pages, start=1):
                batch += page
                if number % at_once == 0:
                    yield batch
                    batch = []
        except ChorusError as error:
            trouble = error
        if batch:
            yield batch
        if trouble:
            raise trouble

    def _absorb(self, batch):
        """Store a batch of news; keep aside what belongs to no submission."""
        unread = [row for row in batch if isinstance(row, Unread)]
        told = [row for row in batch if not isinstance(row, Unread)]
        matches, others = self._sorted_out(told)
        matches = [
            (submission, news)
            for submission, news in matches
            if not self._is_known(submission, news)
        ]
        rows, trouble = self._detailed(matches)
        if rows:
            self.env["l10n_fr_chorus.submission"]._absorb(rows)
        unmatched = self.env["l10n_fr_chorus.unmatched"]
        if others:
            each_for_itself(self.env, partial(unmatched._store_unmatched, self), others)
        if unread:
            unmatched._keep_unread(self, unread)
        if trouble:
            raise trouble

    def _detailed(self, matches):
        """Add the histories wanted to the news of some submissions.

        News whose history could not be read waits: an event is never completed later.

        :return: rows to record, and the ChorusError that stopped the reading, if any
        """
        rows, wanted, unread, trouble = [], [], [], None
        for submission, news in matches:
            if self._wants_history(submission, news):
                wanted.append((submission, news))
            else:
                rows.append((submission, self._timed(submission, news), "search"))
        if wanted:
            # Network: nothing is locked nor written yet.
            self._commit_read()
        try:
            for submission, news in wanted:
                history, illegible = self._history(news)
                unread += illegible
                dated = news.precision != "day"
                if dated or all(past.state != news.state for past in history):
                    rows.append((submission, self._timed(submission, news), "search"))
                rows += [(submission, past, "history") for past in history]
        except ChorusError as error:
            trouble = error
        if wanted:
            self._commit_read()
        if unread:
            self.env["l10n_fr_chorus.unmatched"].sudo()._keep_unread(self, unread)
        return rows, trouble

    @staticmethod
    def _timed(submission, news):
        """News whose time was not told, or by its day alone: late in that day.

        A search tells the state of the moment: of two of one day, the last heard is
        the later one.
        """
        if news.precision != "day" or (news.occurred_at and not _may_be(news)):
            return news
        at = last = datetime.now(UTC)
        if news.occurred_at:
            at = min(at, news.occurred_at + LATE_IN_THE_DAY)
            last = news.occurred_at + timedelta(days=1, minutes=-1)
        if submission.state_code not in (False, news.state):
            after = submission.state_date.replace(tzinfo=UTC) + timedelta(minutes=1)
            at = max(at, min(after, last))
        return replace(news, occurred_at=at, precision="minute")

    @staticmethod
    def _is_known(submission, news):
        """The news is the very fact that gave the present state: it is stored.

        What was read last comes again and again, because the cursor overlaps.
        """
        if submission.state_code != news.state:
            return False
        if news.platform_id and submission.platform_id != news.platform_id:
            return False
        if not news.occurred_at:
            return True
        here = Fact(news.state, submission.state_date)
        there = Fact(news.state, news.occurred_at.replace(tzinfo=None))
        if news.precision == "day":
            return there.minute <= here.minute < there.minute + timedelta(days=1)
        return here.minute == there.minute

    def _history(self, news):
        """The way of one invoice; one that is refused does not stop the others.

        Nor does what cannot be read of it.

        :return: list of News, and list of Unread
        """
        told = []
        try:
            told = self._channel()._history(self, news)
        except Refused as error:
            _logger.warning("Chorus Pro: history of %s: %s", news.number, error)
        except Illegible as error:
            told = [Unread(error.message).of(f"{news.number} ({news.platform_id})")]
        unread = [one for one in told if isinstance(one, Unread)]
        return [one for one in told if not isinstance(one, Unread)], unread

    def _wants_history(self, submission, news):
        """Tell whether the detail adds a reason, the way to the end or a time."""
        state = state_of(news.state)
        new = submission.state_code != news.state
        telling = state.needs_person or state.final or news.precision == "day"
        return new and news.platform_id and telling


def _times(batch, now):
    """When the news of a batch occurred, naive UTC; vague times tell nothing.

    One that is still to come would have all news before it passed over.
    """
    return [
        min(news.occurred_at.replace(tzinfo=None), now)
        for news in batch
        if not isinstance(news, Unread) and news.occurred_at and _may_be(news)
    ]


def _may_be(news):
    return news.occurred_at <= datetime.now(UTC) + SLACK
