import logging
from datetime import UTC, timedelta

from odoo import api, fields, models

from ...chorus.errors import ChorusError, Refused
from ...chorus.lifecycle.order import Fact
from ...chorus.lifecycle.states import FREE, STATES, state_of

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
# Pages stored in one transaction: more save statements, fewer are read again after a
# crash.
PAGES_AT_ONCE = 5
# What is read of a submission to place the news.
MATCHED = (
    "channel",
    "number",
    "kind",
    "seller_siret",
    "state",
    "state_code",
    "state_date",
    "reason",
    "platform_id",
    "move_id",
)

# Local states in which the platform cannot know the invoice yet, or no longer.
UNKNOWN_TO_PLATFORM = [
    code for code, state in STATES.items() if not state.platform and state.draft == FREE
]


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # ---- NEWS ---------------------------------------------------------------------

    @api.model
    def _collect_due(self):
        """Have what the networks left fetched, before anything is asked about it."""
        for connection in self.sudo().search([]):
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
        submissions = self.env["l10n_fr_chorus.submission"]
        followed = submissions._followed_domain()
        mine = [("connection_id", "=", self.id), *followed]
        due = self.next_sync and self.next_sync <= fields.Datetime.now()
        return bool(due and submissions.search_count(mine, limit=1))

    def _visit(self):
        """Have the channel fetch what was left; trouble is noted."""
        lang = self.company_id._l10n_fr_chorus_lang()
        connection = self.with_context(lang=lang)
        try:
            connection._channel()._collect(connection)
        except ChorusError as error:
            self._commit_read()
            connection._note(error)

    def _sync_due(self):
        """Read the news of every connection that is due and has something to follow."""
        due = self.sudo().search([("next_sync", "<=", fields.Datetime.now())])
        for connection in due:
            connection._adopt()
            if connection._follows_soon():
                lang = connection.company_id._l10n_fr_chorus_lang()
                self.env["l10n_fr_chorus.transmission"]._run_step(
                    connection.with_context(lang=lang)._sync
                )

    def _sync(self):
        """Read what changed since the last time, one committed page after the other.

        The cursor stands on the platform's own clock and only moves once every page
        is in: a failure half-way keeps the pages read and begins again from there.
        """
        now = fields.Datetime.now()
        rereads = not self.reread_at or self.reread_at <= now - REREAD_EVERY
        since = self._read_since(now, rereads)
        self.write({"next_sync": now + SYNC_EVERY})
        self.env["ir.cron"]._commit_progress()
        newest = self.synced_until
        pages = self._channel()._news(self, since.replace(tzinfo=UTC))
        try:
            for batch in self._batches(pages):
                self._absorb(batch)
                times = [news.occurred_at.replace(tzinfo=None) for news in batch]
                newest = max([*times, newest] if newest else times)
                self._commit_read()
        except ChorusError as error:
            self._commit_read()
            self._note(error)
            return
        self.write({"synced_until": newest, "synced_at": now})
        if rereads:
            self.reread_at = now
        self._note(None)

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
        return since - OVERLAP

    def _commit_read(self):
        """Commit, so that nothing is held during the next call."""
        self.env["ir.cron"]._commit_progress()

    def _batches(self, pages):
        """Join pages so that few statements store them; an error comes last.

        What was read before it is good: it is given first.
        """
        batch, trouble = [], None
        try:
            for number, page in enumerate(pages, start=1):
                batch += page
                if number % PAGES_AT_ONCE == 0:
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
        matches = self._match(batch)
        matched = {id(news) for _submission, news in matches}
        matches = [
            (submission, news)
            for submission, news in matches
            if not self._is_known(submission, news)
        ]
        rows, trouble = self._detailed(matches)
        if rows:
            self.env["l10n_fr_chorus.submission"]._record_news(rows)
        unmatched = [news for news in batch if id(news) not in matched]
        if unmatched:
            self.env["l10n_fr_chorus.unmatched"]._keep(self, unmatched)
        if trouble:
            raise trouble

    def _detailed(self, matches):
        """Add the histories wanted to the news of some submissions.

        News whose history could not be read waits: an event is never completed later.

        :return: rows to record, and the ChorusError that stopped the reading, if any
        """
        rows, wanted, trouble = [], [], None
        for submission, news in matches:
            if self._wants_history(submission, news):
                wanted.append((submission, news))
            else:
                rows.append((submission, news, "search"))
        if wanted:
            # Network: nothing is locked nor written yet.
            self._commit_read()
        try:
            for submission, news in wanted:
                history = self._history(news)
                rows.append((submission, news, "search"))
                rows += [(submission, past, "history") for past in history]
        except ChorusError as error:
            trouble = error
        if wanted:
            self._commit_read()
        return rows, trouble

    @staticmethod
    def _is_known(submission, news):
        """The news is the very fact that gave the present state: it is stored.

        What was read last comes again and again, because the cursor overlaps.
        """
        if (submission.state_code, submission.platform_id) != (
            news.state,
            news.platform_id,
        ):
            return False
        here = Fact(news.state, submission.state_date)
        there = Fact(news.state, news.occurred_at.replace(tzinfo=None))
        return here.minute == there.minute

    def _history(self, news):
        """The way of one invoice; one that is refused does not stop the others."""
        try:
            return self._channel()._history(self, news)
        except Refused as error:
            _logger.warning("Chorus Pro: history of %s: %s", news.number, error)
            return []

    def _wants_history(self, submission, news):
        """Tell whether the detail adds a reason to act on, or the way to the end."""
        state = state_of(news.state)
        new = submission.state_code != news.state
        return new and news.platform_id and (state.needs_person or state.final)

    def _match(self, found, among=None):
        """Pair news with submissions, on number, kind and seller's SIRET.

        :param among: submissions to look in; by default all that this connection sent
        :return: list of (submission, News)
        """
        everywhere = among is None
        if everywhere:
            among = self.env["l10n_fr_chorus.submission"].search_fetch(
                [
                    ("connection_id", "=", self.id),
                    ("number", "in", [news.number for news in found]),
                    "|",
                    ("state", "not in", UNKNOWN_TO_PLATFORM),
                    # What was refused may have arrived by an earlier attempt.
                    "&",
                    ("state", "=", "not_integrated"),
                    ("transmission_id", "!=", False),
                ],
                MATCHED,
                order="id",
            )
        known = {
            (submission.number, submission.kind, submission.seller_siret): submission
            for submission in among
        }
        pairs = (
            (known.get((news.number, news.kind, news.seller_siret)), news)
            for news in found
        )
        return [
            (submission, news)
            for submission, news in pairs
            if submission and (not everywhere or submission._is_told_by(news))
        ]
