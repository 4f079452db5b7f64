from collections import defaultdict

from odoo import models

from ...chorus.channels.answers import Unread
from ...chorus.errors import Illegible
from ...chorus.lifecycle.identity import owner
from ...chorus.lifecycle.states import FREE, STATES

# What is read of a submission to place the news.
MATCHED = (
    "channel",
    "number",
    "kind",
    "seller_siret",
    "buyer_siret",
    "state",
    "state_code",
    "state_date",
    "reason",
    "platform_id",
    "move_id",
    "requested_at",
    "sent_at",
    "create_date",
)
# Local states in which the platform cannot know the invoice yet, or no longer.
UNKNOWN_TO_PLATFORM = [
    code for code, state in STATES.items() if not state.platform and state.draft == FREE
]


class L10nFrChorusConnection(models.Model):
    """Which of our invoices the platform speaks of (`lifecycle.identity`, R41)."""

    _inherit = "l10n_fr_chorus.connection"

    def _sorted_out(self, found):
        """Part news of our invoices from news of others.

        :return: list of (submission, News), and list of News
        """
        matches = self._match(found)
        ours = {id(told) for told, _submission, _news in matches}
        others = [news for news in found if id(news) not in ours]
        for sister in self._sisters() if others else ():
            # Undated news would be asked about by the sister's own account.
            dated = [news for news in others if news.invoice_date]
            theirs = {id(told) for told, _submission, _news in sister._match(dated)}
            others = [news for news in others if id(news) not in theirs]
        return [(submission, news) for _told, submission, news in matches], others

    def _sisters(self):
        """Return what other companies of the SIREN read by: perhaps the same account.

        Each reads the news of its own invoices, and all that one account is told of.
        """
        siren = self.company_id._l10n_fr_chorus_siret()[:9]
        return (
            self.sudo()
            .search(
                [
                    ("company_id", "!=", self.company_id.id),
                    ("channel", "=", self.channel),
                    ("environment", "=", self.environment),
                ]
            )
            .filtered(lambda one: one.company_id._l10n_fr_chorus_siret()[:9] == siren)
        )

    def _match_among(self, found, submissions):
        """Pair news with some submissions, which they were asked about.

        :param found: what the channel answers; what could not be read is nobody's
        :return: list of (submission, News)
        """
        told = [news for news in found if not isinstance(news, Unread)]
        return [
            (submission, news)
            for _told, submission, news in self._match(told, submissions)
        ]

    def _may_hide_some(self, found):
        """Tell whether an answer proves nothing of what it does not show.

        What could not be read of it is kept for a person.
        """
        hidden = [one for one in found if isinstance(one, Unread)]
        self.env["l10n_fr_chorus.unmatched"].sudo()._keep_unread(self, hidden)
        return bool(hidden)

    def _match(self, found, among=None):
        """Pair news with submissions.

        :param among: submissions that the news was asked about; by default all that
            this connection sent, and then the news must prove that it is about them
        :return: list of (News as told, submission, News with its date)
        """
        bearers = self._bearers(found)
        named = self._named_in(found) if among is None else among
        known_as = {one: one._ours() for one in named | bearers}
        candidates = defaultdict(list)
        for ours in known_as.values():
            candidates[ours.number].append(ours)
        by_platform_id = {one.platform_id: known_as[one] for one in bearers}
        pairs = []
        for told in found:
            known = by_platform_id.get(told.platform_id)
            fitting = [known] if known else candidates[told.number.strip()]
            news = told
            if among is None and not known and fitting and not told.invoice_date:
                news = self._with_date(told)
            ours = owner(news, fitting)
            if ours is None:
                continue
            submission = named.browse(ours.key)
            if among is None:
                meant = known or submission._concerns(news)
            else:
                meant = submission in among
            if meant:
                pairs.append((told, submission, news))
        return pairs

    def _with_date(self, news):
        """The same news with its invoice's date, where it can be read.

        What nobody can read on one stops no other: it stays undated.
        """
        try:
            return self._channel()._dated(self, news)
        except Illegible:
            return news

    def _bearers(self, found):
        """Return the submissions that bear the platform's identifiers of some news.

        News without any names nobody: "" would be everyone that has none.
        """
        told = [one.platform_id for one in found if one.platform_id]
        return self.env["l10n_fr_chorus.submission"].search_fetch(
            [("platform_id", "in", told), ("environment", "=", self.environment)],
            MATCHED,
        )

    def _named_in(self, found):
        """Return what this connection sent under the numbers of some news.

        One of each invoice: its last sending.
        """
        sent = self.env["l10n_fr_chorus.submission"].search_fetch(
            [
                ("connection_id", "=", self.id),
                ("number", "in", [news.number.strip() for news in found]),
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
        last = {submission.move_id.id: submission for submission in sent}
        return sent.browse().union(*last.values())
