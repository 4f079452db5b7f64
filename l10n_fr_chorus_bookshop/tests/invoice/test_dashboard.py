"""R32: one glance for the day; each card counts what its list shows."""

from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..common import MODULE, ChorusCase


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
            "to_send": self.new,
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
            {"to_send": 1, "to_correct": 1, "forgotten": 1},
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

    def groups(self, moves=None):
        """What is to do, as the page tells it: {code: group}."""
        dashboard = (self.moves if moves is None else moves).l10n_fr_chorus_dashboard()
        return {one["code"]: one for one in dashboard["to_do"]}

    def test_each_thing_to_do_stands_once_with_its_button(self):
        self.day()
        suspended, stopped, by_hand = self.make_invoices(3)
        self.integrate(suspended)
        self.later(hours=3)
        self.platform.status(suspended.name, "SUSPENDUE", reason="LIVR_INCOMP")
        self.work()
        for move, state in ((stopped, "not_integrated"), (by_hand, "to_deposit")):
            move.l10n_fr_chorus_send()
            move.sudo().l10n_fr_chorus_submission_id.state = state
        self.env["l10n_fr_chorus.unmatched"].sudo().create(
            {
                "connection_id": self.connection.id,
                "number": "ELSEWHERE",
                "code": "DEPOSEE",
                "occurred_at": fields.Datetime.now(),
                "why": "No invoice",
            }
        )
        unserved = self.ref("partner_aube")
        unserved.sudo().write({"invoice_sending_method": False, "customer_rank": 1})
        groups = self.groups()
        self.maxDiff = None
        told = {
            code: [(one["name"], one["method"]) for one in group["rows"]]
            for code, group in groups.items()
            if code not in ("sort", "verify")
        }
        self.assertEqual(
            told,
            {
                "credit": [(self.refused.name, "action_l10n_fr_chorus_correct")],
                "complete": [(suspended.name, "action_l10n_fr_chorus_complete")],
                "correct": [(stopped.name, "")],
                "deposit": [(by_hand.name, "action_l10n_fr_chorus_deposit")],
                "send": [(self.new.name, "action_l10n_fr_chorus_send")],
                "forgotten": [(self.old.name, "")],
                # The platform lives twenty days ago.
                "unbanked": [
                    (self.ordered.name, "action_l10n_fr_chorus_bank_candidates")
                ],
            },
        )
        self.assertEqual(groups["sort"]["rows"][0]["name"], "ELSEWHERE")
        self.assertIn(unserved.id, [one["id"] for one in groups["verify"]["rows"]])
        self.the_menus_and_the_journal_have_the_same_numbers(groups)
        self.a_row_says_who_how_much_and_since_when(groups["credit"]["rows"][0])

    def test_what_never_left_says_what_is_wrong(self):
        wrong = self.make_invoice("partner_aube")
        for moves in (self.moves, self.moves.with_user(self.accountant())):
            [row] = self.groups(moves)["correct"]["rows"]
            self.assertEqual(row["name"], wrong.name)
            self.assertIn("service code", row["why"])

    def the_menus_and_the_journal_have_the_same_numbers(self, groups):
        for code, group in groups.items():
            action = self.moves.action_l10n_fr_chorus_card(code)
            found = self.shop[action["res_model"]].search_count(action["domain"])
            self.assertEqual(found, group["count"], code)
        [menu] = self.env.ref(f"{MODULE}.account_move_action_forgotten").read(
            ["domain"]
        )
        listed = self.moves.search(literal_eval(menu["domain"]))
        self.assertEqual(listed, self.old)
        cards = self.figures()
        correct = ("credit", "recycle", "complete", "correct")
        self.assertEqual(
            cards["to_correct"],
            sum(groups[code]["count"] for code in correct if code in groups),
        )
        self.assertEqual(
            cards["to_send"], groups["send"]["count"] + groups["deposit"]["count"]
        )
        self.assertEqual(cards["forgotten"], groups["forgotten"]["count"])

    def a_row_says_who_how_much_and_since_when(self, row):
        self.assertEqual(row["customer"], self.refused.partner_id.display_name)
        self.assertIn("10.55", row["amount_text"])
        self.assertTrue(row["why"])
        self.assertNotIn("EJ_ERR", row["why"])
        self.assertTrue(row["age"])
        method = getattr(self.env[row["model"]].browse(row["id"]), row["method"])
        self.assertEqual(method()["res_model"], "account.move.reversal")

    def test_each_bar_opens_what_it_counts(self):
        self.day()
        dashboard = self.moves.l10n_fr_chorus_dashboard()
        bars = {f"state_{one['code']}": one for one in dashboard["states"]}
        bars |= {
            f"volume_{one['month']}_{one['channel']}": one
            for one in dashboard["volume"]
        }
        bars |= {f"refusal_{one['code']}": one for one in dashboard["refusals"]}
        for code, bar in bars.items():
            with self.subTest(code):
                action = self.moves.action_l10n_fr_chorus_card(code)
                found = self.env[action["res_model"]].search_count(action["domain"])
                self.assertEqual(found, bar["count"])

    def accountant(self):
        """Somebody who only reads."""
        return new_test_user(
            self.env,
            "reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_an_accountant_who_only_reads_sees_it_without_buttons(self):
        self.day()
        groups = self.groups(self.moves.with_user(self.accountant()))
        self.assertEqual(groups["credit"]["rows"][0]["name"], self.refused.name)
        methods = {one["method"] for group in groups.values() for one in group["rows"]}
        self.assertEqual(methods, {""})

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

    def test_no_list_of_ours_invents_invoices(self):
        """I15: nobody opens a ghost, nor reads one in dollars."""
        ours = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(ours.mapped("res_id"))
        opened = [one.views for one in actions if one.res_model == "account.move"]
        opened.append(self.moves.action_l10n_fr_chorus_card("send")["views"])
        for views in opened:
            for view, mode in views:
                if mode in ("list", "kanban"):
                    arch = self.moves.get_view(view, mode)["arch"]
                    sample = etree.fromstring(arch).get("sample")
                    self.assertIn(sample, (None, "0"), (view, mode))

    def test_words_are_the_users_and_values_are_plain(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.day()
        dashboard = self.moves.with_context(lang="fr_FR").l10n_fr_chorus_dashboard()
        labels = [one["label"] for one in dashboard["cards"]]
        self.assertIn("À corriger", labels)
        self.assert_plain(dashboard)

    def assert_plain(self, value):
        """Plain JSON at any depth, without None."""
        if isinstance(value, list | dict):
            for one in value.values() if isinstance(value, dict) else value:
                self.assert_plain(one)
        else:
            self.assertIsInstance(value, str | int | float)

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
