"""A French bookshop, its clerk and a simulated Chorus Pro over real HTTP."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.tests import TransactionCase
from odoo.tools import SQL, mute_logger

from simulator.client import Admin, connection
from simulator.server import Simulator

from ..chorus.channels.piste import http

MODULE = "l10n_fr_chorus_bookshop"
SECRETS = {"client_secret": "secret", "password": "password"}
# The platform lives in the past, so that it may move on without leaving our present.
PLATFORM_LATE = timedelta(days=20)
# What tells a time of ours: all of it grows old when time passes.
TIMES = {
    "l10n_fr_chorus_submission": (
        "next_try",
        "waiting_since",
        "state_date",
        "available_at",
        "payable_since",
    ),
    "l10n_fr_chorus_transmission": (
        "next_try",
        "lease_until",
        "doubtful_since",
        "deposited_at",
    ),
    "l10n_fr_chorus_operation": ("next_try", "lease_until"),
    "l10n_fr_chorus_connection": (
        "next_sync",
        "synced_at",
        "unreachable_since",
        "refused_since",
        "collected_at",
    ),
    "l10n_fr_chorus_structure": ("checked_at",),
}


class ChorusCase(TransactionCase):
    """Claire invoices; the platform answers; `work` is one round of the worker."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulator = Simulator()
        cls.enterClassContext(simulator)
        cls.platform = Admin(simulator.url)
        cls.company = cls.env.ref(f"{MODULE}.company_bookshop")
        cls.claire = cls.env.ref(f"{MODULE}.user_claire")
        context = {"lang": "en_US", "tz": "Europe/Paris"}
        cls.env = cls.env(context=context)
        cls.shop = cls.env(
            user=cls.claire,
            context={**context, "allowed_company_ids": cls.company.ids},
        )
        cls.book = cls.shop.ref(f"{MODULE}.product_book_01")
        cls.connection = cls.connect(cls.company)
        # What the worker writes is in the shop's language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company.partner_id.lang = "en_US"
        # The directory was asked today for the demonstration's bodies.
        cls.structures = cls.env["l10n_fr_chorus.structure"].search([])
        cls.structures.write({"source": "api", "checked_at": fields.Datetime.now()})
        # Seconds that a client waits before it believes a refusal.
        cls.startClassPatcher(patch.object(http, "PAUSES", (0.0, 0.0)))

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Odoo's guard of external calls takes one time-out, not a pair."""
        if isinstance(options.get("timeout"), tuple):
            options["timeout"] = max(options["timeout"])
        return super()._request_handler(session, request, **options)

    def setUp(self):
        super().setUp()
        self.platform.reset()
        start = fields.Datetime.now() - PLATFORM_LATE
        self.platform.set_clock(f"{start.isoformat(timespec='seconds')}+00:00")

    @classmethod
    def connect(cls, company, **values):
        """Open a connection to the simulated platform, by which the company sends."""
        company.l10n_fr_chorus_channel = values.get("channel", "piste")
        return cls.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": company.id,
                **connection(cls.platform.url, company.company_registry),
                **values,
            }
        )

    # ---- THE SHOP -----------------------------------------------------------------

    @classmethod
    def ref(cls, name):
        """A record of the demonstration data, as Claire sees it."""
        return cls.shop.ref(f"{MODULE}.{name}")

    @classmethod
    def today(cls):
        """The shop's day, which is not always the server's."""
        return fields.Date.context_today(cls.shop["account.move"])

    @classmethod
    def make_invoice(cls, partner="partner_seine_maritime", post=True, **values):
        """Sell one book; posted as an automatic flow would, unless told otherwise.

        :param partner: name of a demonstration partner, or a record
        :param values: `service`, `engagement`, or values of the invoice
        """
        return cls._make([cls._invoice_values(partner, **values)], post)

    @classmethod
    def make_invoices(cls, count):
        """Several posted invoices to the département, made at once."""
        values = cls._invoice_values("partner_seine_maritime")
        return cls._make([values] * count, post=True)

    @classmethod
    def _invoice_values(cls, partner, **values):
        body = cls.ref(partner) if isinstance(partner, str) else partner
        if body == cls.ref("partner_seine_maritime"):
            values.setdefault("engagement", "EJ-1")
        line = {"product_id": cls.book.id, "price_unit": 10.55}
        return {
            "move_type": "out_invoice",
            "partner_id": body.id,
            "buyer_reference": values.pop("service", False),
            "purchase_order_reference": values.pop("engagement", False),
            "invoice_line_ids": [Command.create(line)],
            **values,
        }

    @classmethod
    def _make(cls, values, post):
        moves = cls.shop["account.move"].create(values)
        if post:
            moves._post()
        return moves

    @classmethod
    def other_company(cls):
        """Another French bookshop of the database, with its own account there."""
        other = cls.env["res.company"].search(
            [("chart_template", "=", "fr"), ("id", "!=", cls.company.id)], limit=1
        )
        siret = other.company_registry
        cls.platform.structure(siret, name=other.name, public=False)
        cls.platform.account(f"TECH_1_{siret}@cpro.fr", "password", [siret])
        cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR1420041010050500013M02606",
                "partner_id": other.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.connect(other)
        return other

    # ---- THE WORKER ---------------------------------------------------------------

    @contextmanager
    def worker(self):
        """The environment of a scheduled job, in transactions of its own."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def work(self, step="_work"):
        """One round of the worker, or one step of it."""
        with self.worker() as env:
            model = env["l10n_fr_chorus.transmission"]
            if step == "_prepare_due":
                model = env["l10n_fr_chorus.submission"]
            getattr(model, step)()

    def later(self, **span):
        """Time passes, for us and for the platform."""
        span = timedelta(**span)
        self.env.flush_all()
        for table, columns in TIMES.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s",
                    SQL.identifier(table),
                    SQL(", ").join(
                        SQL("%(c)s = %(c)s - %(s)s", c=SQL.identifier(column), s=span)
                        for column in columns
                    ),
                )
            )
        self.env.invalidate_all()
        submissions = self.env["l10n_fr_chorus.submission"].search([])
        submissions.modified(["payable_since"])
        self.platform.advance(span.total_seconds())

    def deposit(self, moves):
        """Request and work: the platform has the deposit."""
        moves.l10n_fr_chorus_send()
        self.work()

    def integrate(self, moves):
        """Deposit, wait and work again: the platform has integrated the invoices."""
        self.deposit(moves)
        self.later(minutes=2)
        self.work()

    def answer(self, moves, state, **values):
        """Integrate invoices, then the body gives its answer and it is read."""
        self.integrate(moves)
        self.later(hours=2)
        self.platform.statuses(
            [{"number": move.name, "status": state, **values} for move in moves]
        )
        self.work()
        self.assertState(moves, state)

    def follow(self):
        """A while later, the news is read."""
        self.later(hours=2)
        self.work()

    # ---- WHAT IS SEEN -------------------------------------------------------------

    def ledger(self):
        """The numbers the platform holds, sorted."""
        return sorted(one["number"] for one in self.platform.ledger()["invoices"])

    def deposits(self):
        """How many times the deposit was called with success on the platform."""
        return len(self.platform.ledger()["fluxes"])

    def calls(self, path=""):
        """Calls the platform received whose address holds `path`."""
        calls = self.platform.calls()["calls"]
        return [call for call in calls if path in call["path"]]

    @contextmanager
    def refused(self, error, words):
        """Expect this error with these words, and undo what was tried."""
        with mute_logger("odoo.sql_db"), self.assertRaises(error) as refusal:
            yield
        self.assertRegex(str(refusal.exception), words)

    def assertState(self, moves, state):  # noqa: N802 - as unittest names them
        self.assertEqual(
            set(moves.mapped("l10n_fr_chorus_state")),
            {state},
            moves.mapped("l10n_fr_chorus_reason"),
        )

    def chatter(self, move):
        """Everything said in an invoice's chatter."""
        return "\n".join(move.message_ids.mapped("body"))
