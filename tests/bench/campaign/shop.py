"""The shop and the bodies of a campaign: invoices, news, and time that passes.

Back-offs, leases and the quarantine last minutes and hours. Time passes at once here:
what the database has noted grows old by SQL, and the platform's clock goes on by as
much. The product's own delays stay as they are.
"""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from psycopg2 import OperationalError

from odoo import Command

from bookshop_tool import postgres
from bookshop_tool.console import Failure
from simulator.client import connection

from .schedule import (
    COMPANIES,
    DEPOSIT,
    MANNERS,
    MANY,
    SERVICES_303,
    WANT_MANY,
    Schedule,
)

MODULE = "l10n_fr_chorus_bookshop"
_STATE = "11000201100044"
# The platform lives in the past, so that leaps never take it beyond our present.
_LATE = timedelta(days=20)
# In the order in which workers lock them.
_TIMES = {
    "l10n_fr_chorus_connection": (
        "next_sync",
        "synced_at",
        "reread_at",
        "unreachable_since",
        "collected_at",
    ),
    "l10n_fr_chorus_transmission": (
        "next_try",
        "lease_until",
        "doubtful_since",
        "deposited_at",
    ),
    "l10n_fr_chorus_submission": ("next_try", "waiting_since"),
    "l10n_fr_chorus_structure": ("checked_at",),
}
_OPEN = """
    SELECT (SELECT count(*) FROM l10n_fr_chorus_transmission
             WHERE state NOT IN ('reported', 'refused'))
         + (SELECT count(*) FROM l10n_fr_chorus_submission
             WHERE state IN ('requested', 'waiting', 'queued', 'sending', 'doubtful',
                             'deposited'))
"""
# What the shop noted by its own clock is on the platform's, as in life.
_NOTED = """
    UPDATE l10n_fr_chorus_submission
       SET state_date = state_date - interval '{late} days'
     WHERE state_code IS NOT NULL AND state_date > timestamp '{now:%Y-%m-%d %H:%M:%S}'
"""
_PATIENCE = 300  # seconds
_SORTED = {"sorted": True}
# What comes next in a body, in a usual order.
_WAY = ("SERVICE_FAIT", "MANDATEE", "COMPTABILISEE", "MISE_EN_PAIEMENT")
# Nobody knows the platform's own words.
_DUPLICATES = (
    "Le numero %(number)s n'est pas unique.",
    "Une demande %(number)s existe deja pour ce fournisseur et cette annee.",
    "Doublon: %(number)s",
    "Identifiant %(number)s refuse.",
)
_STOPS = ("SUSPENDUE", "A_RECYCLER", "REJETEE")


@dataclass(frozen=True)
class Made:
    """What a shop has to send.

    :ivar waves: ids of its invoices, wave by wave
    :ivar year: the one before
    :ivar earlier: numbers that the platform already has, of that year
    """

    waves: list[list[int]]
    year: int
    earlier: list[str]


class Shop:
    """One bookshop at work with the simulated platform."""

    # By which its invoices leave.
    channel = "piste"
    # What is always so, on the platform and in the shop.
    manners = MANNERS

    def __init__(self, env, platform, schedule: Schedule):
        company = env.ref(f"{MODULE}.company_bookshop")
        if sum(wave.invoices for wave in schedule.waves) < MANY:
            self.manners = tuple(one for one in self.manners if one not in WANT_MANY)
        self.companies = company
        if COMPANIES in self.manners:
            self.companies += env["res.company"].search(
                [("chart_template", "=", "fr"), ("id", "!=", company.id)], limit=1
            )
        context = {
            "allowed_company_ids": self.companies.ids,
            "tracking_disable": True,
        }
        self.env = env(context={**env.context, **context})
        self.company = company
        self.platform = platform
        self._schedule = schedule
        self._rng = schedule.rng
        self.moves = self.env["account.move"]
        self.news = {}

    # ---- BEFORE ---------------------------------------------------------------------

    def open(self, made: "Made") -> None:
        """Set the clock and the platform's manners; open the connection to it.

        :param made: what was made for this shop, here or in the database it comes from
        """
        start = time.time() - _LATE.total_seconds()
        moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(start))
        self.platform.set_clock(moment)
        self.platform.settings(page_max=self._schedule.page_max, **self._manners())
        self._connect()
        for other in self.companies - self.company:
            self._open_another(other)
        if SERVICES_303 in self.manners:
            self._grow_the_state()
        if made.earlier:
            siret = self.company.company_registry
            self.platform.past(made.year, made.earlier, siret, month=6)
        self.env.cr.commit()

    def _manners(self) -> dict:
        """How the platform always answers in this campaign."""
        if not self.manners:
            return {}
        return {
            "empty_search": "code",
            "echoes": "sparse",
            "token_hiccups": 0.1,
            "duplicate_message": self._rng.choice(_DUPLICATES),
            "seed": self._schedule.seed,
        }

    def _open_another(self, other) -> None:
        """A company that is another shop of the same SIREN, with its own account.

        Each of the two accounts sees the invoices of both.
        """
        first, siret = self.company.company_registry, other.company_registry
        self.platform.structure(siret, name=other.name, public=False)
        for one in (first, siret):
            login = connection(self.platform.url, one)["login"]
            self.platform.account(login, "password", [first, siret])
        self._connect_api(other)

    def _grow_the_state(self) -> None:
        """A State service centre has hundreds of services, and issues engagements."""
        count = min(303, 40 + sum(wave.invoices for wave in self._schedule.waves))
        services = [{"code": f"FAC1{rank:06}"} for rank in range(count)]
        self.platform.structure(_STATE, services=services, engagements=["1300012345"])

    def _connect(self) -> None:
        """Open the connection to the platform."""
        self._connect_api(self.company)

    def _connect_api(self, company) -> None:
        values = connection(self.platform.url, company.company_registry)
        self.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": company.id,
                **values,
                "batch_size": self._schedule.batch_size,
            }
        )

    def make(self) -> "Made":
        """Post the invoices and credit notes of all waves, one line each.

        They are the same for every seed: one shop made serves many campaigns, each on
        a copy of its database.
        """
        waves, rng = self._schedule.waves, random.Random(0)
        for other in self.companies - self.company:
            self._found(other)
        self.companies.l10n_fr_chorus_channel = self.channel
        bodies = (
            ("partner_lyon", False, False),
            ("partner_qualification_none", False, False),
            ("partner_seine_maritime", False, "EJ-76-2026-0200"),
        )
        if SERVICES_303 in self.manners:
            # One engagement that the State has issued, and one that it has not.
            bodies += tuple(
                ("partner_etat", "FAC9470092", number)
                for number in ("1300012345", "1300099999")
            )
        count = sum(wave.invoices - wave.credit_notes for wave in waves)
        values = [self._values(rank, *rng.choice(bodies)) for rank in range(count)]
        invoices = self.env["account.move"].create(values)
        invoices._post(soft=False)
        earlier = self._restart_numbers(invoices) if self.manners else []
        credited = sum(wave.credit_notes for wave in waves)
        credits = self._credit(
            [
                (move, value)
                for move, value in zip(invoices, values, strict=True)
                if move.company_id == self.company
            ][:credited]
        )
        self.env.cr.commit()
        invoice_ids, credit_ids = iter(invoices.ids), iter(credits.ids)
        made = [
            [
                *islice(invoice_ids, wave.invoices - wave.credit_notes),
                *islice(credit_ids, wave.credit_notes),
            ]
            for wave in waves
        ]
        return Made(made, invoices[0].invoice_date.year - 1, earlier)

    def _found(self, other) -> None:
        """Another shop of the same SIREN."""
        other.company_registry = f"{self.company.company_registry[:9]}00026"
        self.env["res.partner.bank"].create(
            {
                "acc_number": "FR1420041010050500013M02606",
                "partner_id": other.partner_id.id,
                "allow_out_payment": True,
            }
        )

    def _credit(self, pairs: list):
        """Credit invoices in full, all at once: Odoo's own reversal copies each.

        :param pairs: of an invoice and the values that it was made of
        :return: the credit notes, posted
        """
        credits = self.env["account.move"].create(
            [
                {
                    **values,
                    "move_type": "out_refund",
                    "reversed_entry_id": move.id,
                    "journal_id": move.journal_id.id,
                    "invoice_date": move.invoice_date,
                    "date": move.date,
                }
                for move, values in pairs
            ]
        )
        credits._post(soft=False)
        return credits

    def _values(self, rank: int, name: str, service, engagement) -> dict:
        """One invoice of one book; of the other company, one in eight."""
        company = self.companies[-1] if rank % 8 == 7 else self.company
        body = self.env.ref(f"{MODULE}.{name}").with_company(company)
        body.invoice_sending_method = "chorus"
        line = {"product_id": self.env.ref(f"{MODULE}.product_book_01").id}
        if company != self.company:  # whose catalogue is its own
            taxes = company.account_sale_tax_id.ids
            line = {"name": "Un livre", "price_unit": 12, "tax_ids": taxes}
        return {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": body.id,
            "buyer_reference": service,
            "purchase_order_reference": engagement,
            "invoice_line_ids": [Command.create(line)],
        }

    def _restart_numbers(self, invoices) -> list[str]:
        """Give an invoice in four the number of another, of the year before.

        Last year's series bore the same numbers, in a journal of its own or in the
        other company; and so did, before this software, invoices that the platform
        already has.

        :return: these last
        """
        year = invoices[0].invoice_date.year - 1
        journal = invoices[0].journal_id.copy({"code": "OLD", "name": "Last year"})
        ranks = range(3, len(invoices), 4)
        again = invoices.browse(
            invoices[one].id for rank in ranks for one in (rank - 1, rank)
        )
        again.button_draft()
        for rank in ranks:
            # Without the year: a number that bears it cannot be of another one.
            this, move, number = invoices[rank - 1], invoices[rank], f"N-{rank:05}"
            date = move.invoice_date.replace(year=year, day=15)
            this.name = number
            move.name = False
            if move.company_id == self.company:
                move.journal_id = journal
            move.write({"invoice_date": date, "date": date, "name": number})
        again._post(soft=False)
        return [move.name for move in invoices[::4]]

    # ---- SENDING --------------------------------------------------------------------

    def send(self, ids: list[int]) -> None:
        """Ask for the sending, as a clerk does."""
        moves = self.env["account.move"].browse(ids)
        answers = self._insist(moves._l10n_fr_chorus_send)
        if stopped := [one for one in answers if not one["queued"]]:
            raise RuntimeError(f"the checks stopped {stopped}")
        self.moves |= moves

    def sort_out(self) -> None:
        """A person has looked at all that was set aside: nothing was ours."""
        aside = self.env["l10n_fr_chorus.unmatched"]
        self._insist(lambda: aside.search([("sorted", "=", False)]).write(_SORTED))

    def _insist(self, action):
        """Do and commit, again when a worker was quicker."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self.look()
                done = action()
                self.env.cr.commit()
                return done
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.05, 0.2))

    def send_again(self) -> None:
        """A clerk reads why invoices were not integrated, and sends half of them."""
        self.look()
        back = self.moves.filtered(
            lambda move: move.l10n_fr_chorus_state == "not_integrated"
        )
        again = [move.id for move in back if self._rng.random() < 0.5]
        if again:
            self.send(again)

    def break_with(self, rules: list[dict]) -> None:
        """Have these things go wrong next."""
        self.platform.add_faults(rules)

    def struck(self, rules: list[tuple[str, dict]]) -> Counter:
        """How often each thing went wrong, of those drawn."""
        waiting = Counter(map(_signature, self.platform.faults()["waiting"]))
        struck = Counter()
        for name, rule in rules:
            if waiting[_signature(rule)]:
                waiting[_signature(rule)] -= 1
            else:
                struck[name] += 1
        return struck

    def slow_down(self, slow: bool) -> None:
        """Have the platform take six hours to integrate, or seconds again."""
        hours = 6 * 3600 if slow else 0
        self.platform.settings(integrated_after=hours + 2, available_after=hours + 3)
        if slow:
            self.platform.fault("lost_answer", match=DEPOSIT, times=2)

    # ---- THE BODIES -----------------------------------------------------------------

    def tell(self, kinds: list[str]) -> None:
        """Have the bodies say something about invoices they have."""
        for kind in kinds:
            # Asked each time: of two words of one minute, an operator tells no order.
            ledger = self.platform.ledger()
            now, there = datetime.fromisoformat(ledger["now"]), ledger["invoices"]
            chosen = self._rng.sample(there, min(len(there), 1 + len(there) // 5))
            told = [news for one in chosen for news in self._news(kind, one, now)]
            self.platform.statuses(told)
            self.news[kind] = self.news.get(kind, 0) + len(told)

    def _news(self, kind: str, invoice: dict, now: datetime) -> list[dict]:
        """What a body says of an invoice, several minutes from what it said before."""
        dates = [datetime.fromisoformat(one["date"]) for one in invoice["history"]]
        at, status = now, self._rng.choice((*_WAY, *_STOPS))
        if kind == "unknown_state":
            status = "EN_ORBITE"
        elif kind == "late_news":
            at = min(dates) - timedelta(hours=1)
        elif kind == "backdated_news":
            at = max(dates) + timedelta(minutes=2)
        if kind != "late_news" and not max(dates) + timedelta(minutes=1) < at <= now:
            return []
        names = ("number", "supplier", "kind")
        news = {
            **{name: invoice[name] for name in names},
            "year": int(invoice["issue_date"][:4]),
            "status": status,
            "reason": self._rng.choice(("", "LIVR_INCOMP")),
            "date": at.isoformat(),
        }
        return [news] * (2 if kind == "repeated_news" else 1)

    # ---- TIME -----------------------------------------------------------------------

    def look(self) -> None:
        """See what the workers have committed."""
        self.env.cr.rollback()
        self.env.invalidate_all()

    def ready(self) -> int:
        """How many are about to leave, where invoices leave one by one."""
        return 0

    def is_quiet(self) -> bool:
        """Whether nothing is under way, and the last news was asked for and came."""
        self.look()
        self.env.cr.execute(_OPEN)
        [(under_way,)] = self.env.cr.fetchall()
        return not under_way and all(map(self._is_heard, self._connections()))

    def _connections(self):
        return self.env["l10n_fr_chorus.connection"].search(
            [("channel", "=", self.company.l10n_fr_chorus_channel)]
        )

    def _is_heard(self, connection) -> bool:
        return not connection.unreachable_since and not connection._follows_soon()

    def pass_time(self, minutes: int) -> None:
        """Let minutes pass for the shop and for the platform, while nobody works."""
        leap = ";".join(
            f"UPDATE {table} SET "
            + ", ".join(
                f"{name} = {name} - interval '{minutes} minutes'" for name in columns
            )
            for table, columns in _TIMES.items()
        )
        now = datetime.fromisoformat(self.platform.clock()["now"]).astimezone(UTC)
        self._execute(f"{leap}; {_NOTED.format(late=_LATE.days, now=now)}")
        self.platform.advance(minutes=minutes)

    def _execute(self, sql: str) -> None:
        """Run SQL, whole or not at all: it and the workers may wait for each other."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                postgres.execute(f"BEGIN; {sql}; COMMIT", self.env.cr.dbname)
            except Failure:
                if time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.1, 0.5))
            else:
                return


def _signature(rule: dict) -> str:
    return json.dumps([rule["kind"], rule["match"], rule["args"]], sort_keys=True)
