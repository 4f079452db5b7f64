"""R32: one glance for the day; each card counts what its list shows."""

from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestDashboard(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moves = cls.shop["account.move"]
        cls.company.l10n_fr_chorus_watched_from = False

    def figures(self, name="cards", moves=None):
        """One part of the dashboard: {code: count}."""
        dashboard = (self.moves if moves is None else moves).l10n_fr_chorus_dashboard()
        return {one["code"]: one["count"] for one in dashboard[name]}

    def shown(self, code):
        """What the list of a card shows."""
        action = self.moves.action_l10n_fr_chorus_card(code)
        return self.moves.search(action["domain"])

    def statements(self):
        """How many SQL statements the dashboard and the journals' cards take."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.moves.l10n_fr_chorus_dashboard()
        return self.env.cr.sql_log_count - before

    def day(self):
        """One invoice of each kind."""
        long_ago = self.today() - timedelta(days=10)
        self.new = self.make_invoice()
        self.old = self.make_invoice(invoice_date=long_ago)
        self.waiting = self.make_invoice("partner_rennes")
        self.refused, self.ordered, self.available = self.make_invoices(3)
        sent = self.waiting + self.refused + self.ordered + self.available
        self.integrate(sent)
        self.later(hours=2)
        self.platform.status(self.refused.name, "REJETEE", reason="EJ_ERR")
        self.platform.status(self.ordered.name, "MISE_EN_PAIEMENT")
        self.work()

    def test_one_day(self):
        self.day()
        self.each_card_counts_what_its_list_shows()
        self.states_volume_and_reasons()
        self.the_sales_journal_tells_what_awaits_someone()
        self.a_company_sees_nothing_of_another()

    def each_card_counts_what_its_list_shows(self):
        expected = {
            "to_send": self.new + self.old,
            "leaving": self.moves,
            "waiting": self.waiting,
            "to_correct": self.refused,
            "forgotten": self.old,
            "late": self.moves,
            "ordered": self.moves,
            "expected_30": self.available + self.ordered,
            "expected_60": self.moves,
            "expected_90": self.moves,
            "expected_more": self.moves,
        }
        # The platform lives twenty days ago, maybe last month.
        news = self.ordered.l10n_fr_chorus_state_date
        if news.month == fields.Datetime.now().month:
            expected["ordered"] = self.ordered
        counts = {**self.figures(), **self.figures("expected")}
        self.assertEqual(counts, {code: len(moves) for code, moves in expected.items()})
        for code, moves in expected.items():
            self.assertEqual(self.shown(code), moves, code)

    def states_volume_and_reasons(self):
        self.assertEqual(
            self.figures("states"),
            {
                "waiting": 1,
                "MISE_A_DISPOSITION": 1,
                "MISE_EN_PAIEMENT": 1,
                "REJETEE": 1,
            },
        )
        self.assertEqual(self.figures("refusals"), {"EJ_ERR": 1})
        [volume] = self.moves.l10n_fr_chorus_dashboard()["volume"]
        self.assertEqual(
            (volume["month"], volume["channel"], volume["count"]),
            (self.today().strftime("%Y-%m"), "piste", 3),
        )

    def the_sales_journal_tells_what_awaits_someone(self):
        journal = self.new.journal_id
        told = journal._get_journal_dashboard_data_batched()[journal.id]
        self.assertEqual(
            {code: one["count"] for code, one in told["l10n_fr_chorus"].items()},
            {"to_send": 2, "to_correct": 1, "forgotten": 1},
        )
        action = journal.with_context(
            l10n_fr_chorus_card="to_correct"
        ).action_l10n_fr_chorus_card()
        self.assertEqual(self.moves.search(action["domain"]), self.refused)

    def a_company_sees_nothing_of_another(self):
        other = self.other_company()
        neighbour = new_test_user(
            self.env,
            "neighbour",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        theirs = self.moves.with_user(neighbour).with_company(other)
        theirs = theirs.with_context(allowed_company_ids=other.ids)
        dashboard = theirs.l10n_fr_chorus_dashboard()
        self.assertEqual(set(self.figures(moves=theirs).values()), {0})
        self.assertEqual(set(self.figures("expected", theirs).values()), {0})
        for part in ("states", "volume", "refusals"):
            self.assertEqual(dashboard[part], [])

    def test_late_and_expected_money_grow_old(self):
        self.day()
        self.later(days=45)
        counts = {**self.figures(), **self.figures("expected")}
        self.assertEqual(counts["late"], 2, "one payment, one that never left")
        self.assertEqual(self.shown("late"), self.waiting + self.available)
        self.assertEqual(counts["expected_90"], 2)
        [amount] = [
            one["amount"]
            for one in self.moves.l10n_fr_chorus_dashboard()["expected"]
            if one["code"] == "expected_90"
        ]
        owed = self.available + self.ordered
        self.assertAlmostEqual(amount, sum(owed.mapped("amount_residual")))

    def test_a_list_shows_what_its_card_is_about(self):
        about = {
            "to_correct": "l10n_fr_chorus_said",
            "late": "l10n_fr_chorus_late",
            "expected_30": "l10n_fr_chorus_payment_due",
        }
        for code, name in about.items():
            with self.subTest(code):
                action = self.moves.action_l10n_fr_chorus_card(code)
                arch = self.moves.get_view(action["views"][0][0], "list")["arch"]
                [column] = etree.fromstring(arch).iterfind(f".//field[@name='{name}']")
                self.assertEqual(column.get("optional"), "show")

    def test_words_are_the_users_and_values_are_plain(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        dashboard = self.moves.with_context(lang="fr_FR").l10n_fr_chorus_dashboard()
        labels = [one["label"] for one in dashboard["cards"]]
        self.assertIn("À corriger", labels)
        plain = (str, int, float)
        for part in dashboard.values():
            if isinstance(part, str):
                continue
            for item in part:
                self.assertTrue(all(isinstance(one, plain) for one in item.values()))

    def test_the_dashboard_costs_the_same_whatever_the_number_of_invoices(self):
        self.day()
        self.statements()
        few = self.statements()
        self.integrate(self.make_invoices(10))
        self.assertEqual(self.statements(), few)

    def test_the_list_costs_the_same_whatever_the_number_of_invoices(self):
        columns = {
            name: {}
            for name in (
                "name",
                "l10n_fr_chorus_state",
                "l10n_fr_chorus_late",
                "l10n_fr_chorus_payment",
                "l10n_fr_chorus_payment_due",
            )
        }

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.moves.web_search_read(
                [("l10n_fr_chorus_submission_id", "!=", False)], columns
            )
            return self.env.cr.sql_log_count - before

        self.integrate(self.make_invoices(2))
        read()
        few = read()
        self.integrate(self.make_invoices(10))
        self.assertEqual(read(), few)
