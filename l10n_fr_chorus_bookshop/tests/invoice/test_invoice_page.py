"""R16, R18, R32: the invoice's page, its lists and what they ask of a person."""

from collections import Counter
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from ..common import MODULE, ChorusCase

REFUSED = "EJ_ERR - engagement inconnu"


@tagged("post_install", "-at_install")
class TestInvoicePage(ChorusCase):
    def steps(self, move):
        """The time line, as (state, position)."""
        move.invalidate_recordset()
        line = move.l10n_fr_chorus_timeline or []
        return [(step["state"], step["position"]) for step in line]

    def set_state(self, moves, state, **values):
        """What a sending would become, without the way there."""
        for move in moves:
            submission = self.env["l10n_fr_chorus.submission"].create(
                {
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "channel": "piste",
                    "connection_id": self.connection.id,
                    "state": state,
                    **values,
                }
            )
            move.sudo().l10n_fr_chorus_submission_id = submission

    # ---- TIME LINE ----------------------------------------------------------------

    def test_the_line_tells_a_refusal_in_words(self):
        move = self.make_invoice()
        self.assertEqual(self.steps(move), [])
        self.answer(move, "REJETEE", reason=REFUSED)
        states = [state for state, _position in self.steps(move)]
        self.assertEqual(states[:3], ["requested", "queued", "deposited"])
        self.assertLess(states.index("DEPOSEE"), states.index("MISE_A_DISPOSITION"))
        self.assertEqual(self.steps(move)[-1], ("REJETEE", "current"))
        [answer] = move.with_context(lang="fr_FR").l10n_fr_chorus_timeline_steps()
        last = answer["steps"][-1]
        self.assertEqual(last["label"], "Rejetée")
        self.assertEqual(last["standing"], "Maintenant")
        self.assertEqual(last["tone"], "danger")
        self.assertEqual(last["actor"], "La librairie")
        self.assertNotIn("EJ_ERR", last["reason"])
        self.assertIn("engagement inconnu", last["reason"])
        self.assertNotIn("EJ_ERR", move.l10n_fr_chorus_said)
        self.assertRegex(last["date"], r"^\d\d/\d\d/\d{4} \d\d:\d\d$")

    def test_the_strip_says_test_and_no_ribbon_says_sent(self):
        move = self.make_invoice()
        self.assertTrue(move.l10n_fr_chorus_is_test)
        self.company.l10n_fr_chorus_environment = "production"
        move.invalidate_recordset()
        self.assertFalse(move.l10n_fr_chorus_is_test)
        self.set_state(move, "deposited")
        self.assertTrue(move.l10n_fr_chorus_is_test, "it went there as a test")
        for lang in ("en_US", "fr_FR"):
            form = move.with_context(lang=lang).get_view(view_type="form")["arch"]
            arch = etree.fromstring(form)
            [strip] = arch.xpath("//div[@name='l10n_fr_chorus_strip']")
            self.assertTrue(strip.xpath(".//field[@name='l10n_fr_chorus_strip']"))
            ribbons = arch.xpath("//widget[@name='web_ribbon']")
            sent = [
                one.get("invisible")
                for one in ribbons
                if "is_move_sent" in one.get("invisible")
                or "'sent'" in one.get("invisible")
            ]
            self.assertEqual(len(sent), 2)
            for hidden in sent:
                self.assertIn("l10n_fr_chorus_concerned", hidden)

    def test_durations_are_in_words(self):
        move = self.make_invoice()
        shown = move.with_context(lang="fr_FR")._l10n_fr_chorus_shown_duration
        self.assertEqual(shown(timedelta(days=1, hours=5)), "1\xa0jour")
        self.assertEqual(shown(timedelta(days=40)), "40\xa0jours")
        self.assertEqual(shown(timedelta(minutes=61)), "1\xa0heure")
        self.assertEqual(shown(timedelta(seconds=59)), "")
        self.assertEqual(shown(None), "")
        self.assertEqual(shown(timedelta(days=3), running=True), "depuis 3\xa0jours")

    def test_every_sending_of_an_invoice_is_on_its_line(self):
        """R24: stopped, corrected, sent again under the same number."""
        move = self.make_invoice("partner_aube", engagement="EJ-1")
        move._l10n_fr_chorus_request()
        self.work("_prepare_due")
        self.assertEqual(
            self.steps(move),
            [
                ("requested", "done"),
                ("not_integrated", "current"),
                ("requested", "next"),
            ],
        )
        move.buyer_reference = "MEDIATHEQUE"
        move.l10n_fr_chorus_send()
        self.assertEqual(
            [step for step in self.steps(move) if step[1] != "next"],
            [
                ("requested", "done"),
                ("not_integrated", "done"),
                ("requested", "current"),
            ],
        )

    def test_a_word_nobody_knows_is_shown_as_received(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.statuses([{"number": move.name, "status": "VISA_EN_COURS"}])
        self.work()
        [answer] = move.l10n_fr_chorus_timeline_steps()
        self.assertEqual(answer["steps"][-1]["label"], "VISA_EN_COURS")
        self.assertEqual(answer["steps"][-1]["tone"], "warning")

    # ---- LISTS --------------------------------------------------------------------

    def todo(self, moves, code):
        """Those of these that the filter of this code finds."""
        found = self.shop["account.move"].search(
            [("id", "in", moves.ids), ("l10n_fr_chorus_todo", "=", code)]
        )
        self.assertEqual(
            found, moves.filtered(lambda one: one.l10n_fr_chorus_todo == code)
        )
        return found

    def test_each_filter_finds_what_it_says(self):
        moves = self.make_invoices(7)
        fresh, taken_back, to_deposit, stopped, doubtful, silent, spoken = moves
        private = self.make_invoice(
            self.env["res.partner"].create({"name": "A reader"}), engagement=False
        )
        draft = self.make_invoice(post=False)
        self.set_state(taken_back, "withdrawn")
        self.set_state(to_deposit, "to_deposit")
        self.set_state(stopped, "not_integrated")
        self.set_state(doubtful, "doubtful")
        ago = fields.Datetime.now() - timedelta(days=31)
        self.set_state(silent, "MISE_A_DISPOSITION", state_date=ago)
        self.set_state(spoken, "MISE_A_DISPOSITION")
        everything = moves + private + draft
        everything.invalidate_recordset()
        for code, expected in (
            ("to_send", fresh + taken_back + to_deposit),
            ("to_correct", stopped),
            ("doubtful", doubtful),
            ("no_news", silent),
        ):
            with self.subTest(code):
                self.assertEqual(set(self.todo(everything, code)), set(expected))
        self.assertEqual(
            set(self.todo(everything, False)), set(spoken + private + draft)
        )

    def test_what_is_answered_is_no_longer_to_correct(self):
        refused, suspended = self.make_invoices(2)
        self.set_state(refused + suspended, "REJETEE")
        suspended.sudo().l10n_fr_chorus_submission_id.state = "SUSPENDUE"
        moves = refused + suspended
        moves.invalidate_recordset()
        self.assertEqual(self.todo(moves, "to_correct"), moves.sorted())
        self.assertEqual(set(moves.mapped("l10n_fr_chorus_tone")), {"danger"})
        self.env["account.move"].browse(refused.id)._reverse_moves()
        suspended._l10n_fr_chorus_complete([], "Bon de livraison joint")
        moves.invalidate_recordset()
        self.assertFalse(self.todo(moves, "to_correct"))
        self.assertEqual(set(moves.mapped("l10n_fr_chorus_tone")), {"info"})

    def test_a_credit_note_rejected_is_nothing_to_correct(self):
        """R23: it is the end that was hoped for."""
        credit = self.make_invoice(move_type="out_refund")
        self.set_state(credit, "REJETEE")
        self.assertFalse(self.todo(credit, "to_correct"))
        self.assertEqual(credit.l10n_fr_chorus_tone, "success")

    def test_every_filter_and_grouping_of_the_search_view_works(self):
        moves = self.shop["account.move"]
        view = self.env.ref("account.view_account_invoice_filter")
        arch = moves.get_view(view.id, "search")["arch"]
        for name in ("to_send", "to_correct", "waiting", "doubtful", "no_news"):
            self.assertIn(f'name="l10n_fr_chorus_{name}"', arch)
        for group in (
            "l10n_fr_chorus_state",
            "l10n_fr_chorus_channel",
            "commercial_partner_id",
            "invoice_date:month",
        ):
            with self.subTest(group):
                moves.formatted_read_group([], [group], ["__count"])

    def test_each_invoice_stands_in_one_column(self):
        """Five columns, shown empty too, and a search that agrees with them."""
        moves = self.make_invoices(6)
        stood = {
            "to_deposit": "to_send",
            "REJETEE": "to_correct",
            "waiting": "under_way",
            "MISE_A_DISPOSITION": "under_way",
            "MISE_EN_PAIEMENT": "ordered",
        }
        for move, state in zip(moves, stood, strict=False):
            self.set_state(move, state)
        closed = moves[5]
        self.set_state(closed, "REJETEE")
        self.env["account.move"].browse(closed.id)._reverse_moves(cancel=True)
        moves.invalidate_recordset()
        expected = dict(zip(moves.ids, [*stood.values(), "cashed"], strict=True))
        self.assertEqual(
            {move.id: move.l10n_fr_chorus_stage for move in moves}, expected
        )
        grouped = self.shop["account.move"].web_read_group(
            [("id", "in", moves.ids)], ["l10n_fr_chorus_stage"], ["__count"]
        )
        columns = {
            one["l10n_fr_chorus_stage"]: one["__count"] for one in grouped["groups"]
        }
        self.assertEqual(columns, Counter(expected.values()))
        # In the life cycle's order, for graphs and pivots too.
        stages = ["to_send", "to_correct", "under_way", "ordered", "cashed"]
        self.assertEqual(list(columns), stages)
        for code, count in columns.items():
            found = self.shop["account.move"].search(
                [("id", "in", moves.ids), ("l10n_fr_chorus_stage", "=", code)]
            )
            self.assertEqual(len(found), count, code)
        kanban = self.shop["account.move"].with_context(read_group_expand=True)
        alone = kanban.web_read_group(
            [("id", "=", closed.id)], ["l10n_fr_chorus_stage"], ["__count"]
        )
        self.assertEqual(len(alone["groups"]), 5, "an empty column shows too")

    def test_the_kanban_is_ours_and_by_stage(self):
        action = self.env.ref(f"{MODULE}.account_move_action_followed")
        views = {mode: view for view, mode in action.views}
        self.assertEqual(list(views)[:4], ["list", "kanban", "graph", "pivot"])
        arch = self.shop["account.move"].get_view(views["kanban"], "kanban")["arch"]
        self.assertIn('default_group_by="l10n_fr_chorus_stage"', arch)

    # ---- QUICK --------------------------------------------------------------------

    def queries(self, moves, mode):
        """How many queries it takes to show these in a list or kanban."""
        view = self.env.ref("account.view_out_invoice_tree")
        if mode == "kanban":
            view = self.env.ref(f"{MODULE}.account_move_view_kanban")
        model = self.shop["account.move"].with_context(default_move_type="out_invoice")
        names = model.get_views([(view.id, mode)])["models"]["account.move"]["fields"]
        plain = {
            name: {"fields": {"display_name": {}}} if "2many" in one["type"] else {}
            for name, one in names.items()
        }
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        model.web_search_read([("id", "in", moves.ids)], plain, limit=100)
        return self.cr.sql_log_count - before

    def test_a_longer_list_asks_no_more_queries(self):
        """Invoices in several states: 10 cost as many queries as 80."""
        values = self._invoice_values("partner_seine_maritime", invoice_line_ids=[])
        moves = self._make([values] * 80, post=False)
        for rank, state in enumerate(("queued", "REJETEE", "MISE_A_DISPOSITION")):
            self.set_state(moves[rank::3], state, reason=REFUSED)
        for mode in ("list", "kanban"):
            with self.subTest(mode):
                self.queries(moves[:10], mode)  # what is read once for all
                few = self.queries(moves[:10], mode)
                self.assertLessEqual(self.queries(moves, mode), few)

    # ---- ORIGINAL -----------------------------------------------------------------

    def test_the_original_is_one_button_away(self):
        move = self.make_invoice()
        self.integrate(move)
        original = move.l10n_fr_chorus_original_id
        self.assertEqual(original.number, move.name)
        self.assertEqual(move.l10n_fr_chorus_outcome, "Received: the original")
        self.assertTrue(
            move.action_l10n_fr_chorus_original()["url"].endswith(f"/{original.id}")
        )
        self.assertEqual(
            move.action_l10n_fr_chorus_open_original()["res_id"], original.id
        )
