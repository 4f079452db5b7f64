"""R17: news read page by page; what fails half-way loses nothing."""

import base64
from dataclasses import replace
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.facturx import cii
from ...chorus.lifecycle.states import STATES
from ...models.invoice.neutral import neutral_invoices
from ..common import ChorusCase
from ..transactions import written_after_calls

BON = {"name": "bon.pdf", "content": base64.b64encode(b"%PDF-1.4").decode()}
SEARCH = "rechercher/fournisseur"
NEWS = "odoo.addons.l10n_fr_chorus_bookshop.models.lifecycle.connection"


@tagged("post_install", "-at_install")
class TestNews(ChorusCase):
    def followed(self, count):
        """Invoices made available, then authorised all at once."""
        moves = self.make_invoices(count)
        self.integrate(moves)
        self.later(hours=2)
        self.work()
        self.later(hours=2)
        self.platform.statuses(
            [{"number": move.name, "status": "MANDATEE"} for move in moves]
        )
        return moves

    def test_nothing_is_written_in_the_transaction_of_a_call(self):
        """Another worker writes the same row meanwhile: what was read is undone."""
        stale = fields.Datetime.now() - timedelta(days=9)
        with written_after_calls() as late:
            self.structures.checked_at = stale
            self.connection.write({"token": False})
            lost = self.make_invoice()
            self.platform.fault("lost_answer", "deposer/flux")
            self.deposit(lost)
            move = self.make_invoice()
            state = self.make_invoice("partner_etat", service="SFACETAT")
            self.integrate(move + state)
            self.later(hours=2)
            self.platform.status(move.name, "SUSPENDUE", reason="LIVR_INCOMP")
            self.platform.status(state.name, "MANDATEE")
            self.work()
            self.assertState(move, "SUSPENDUE")
            move.l10n_fr_chorus_complete(files=[BON])
            self.work()
            self.follow()
        self.assertState(move, "COMPLETEE")
        self.assertFalse(late)

    def states(self, moves):
        return [move.l10n_fr_chorus_state for move in moves.sorted("name")]

    def test_case_17_answer_spread_over_pages(self):
        moves = self.followed(5)
        self.platform.settings(page_max=2)
        self.platform.clear_calls()
        self.work()
        self.assertState(moves, "MANDATEE")
        self.assertGreaterEqual(len(self.calls(SEARCH)), 3)

    def test_case_09_http_500_in_the_middle_keeps_earlier_pages(self):
        moves = self.followed(5)
        cursor = self.connection.synced_until
        self.assertTrue(cursor)
        self.platform.settings(page_max=2)
        self.platform.fault("status", SEARCH, after=1, code=500)
        self.work()
        self.assertEqual(
            self.states(moves),
            ["MANDATEE"] * 2 + ["MISE_A_DISPOSITION"] * 3,
            "the first page is kept",
        )
        self.assertEqual(self.connection.synced_until, cursor)
        self.assertTrue(self.connection.last_error)
        self.follow()
        self.assertState(moves, "MANDATEE")
        self.assertGreater(self.connection.synced_until, cursor)
        self.assertFalse(self.connection.last_error)

    def test_case_11_token_expiring_mid_run(self):
        moves = self.followed(5)
        self.platform.settings(page_max=2)
        self.platform.fault("token_expired", SEARCH, after=1)
        self.work()
        self.assertState(moves, "MANDATEE")
        self.assertFalse(self.connection.last_error)

    def test_cursor_stands_on_the_newest_news(self):
        moves = self.followed(2)
        self.work()
        newest = max(moves.mapped("l10n_fr_chorus_state_date"))
        self.assertEqual(self.connection.synced_until, newest)

    # ---- REASONS ------------------------------------------------------------------

    def test_reason_of_a_suspension_comes_from_the_history(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "SUSPENDUE", reason="LIVR_INCOMP")
        self.work()
        self.assertState(move, "SUSPENDUE")
        self.assertTrue(move.l10n_fr_chorus_reason)
        self.assertIn("Incomplete delivery", self.chatter(move))
        self.assertNotIn("LIVR_INCOMP", self.chatter(move))
        self.assertTrue(self.calls("consulter/historique"))
        event = move.sudo().l10n_fr_chorus_event_ids[0]
        self.assertEqual(event.code, "SUSPENDUE")
        self.assertTrue(event.platform_sequence)

    def test_states_passed_in_between_are_read_in_the_end(self):
        move = self.make_invoice()
        self.integrate(move)
        for word in ("SERVICE_FAIT", "MANDATEE", "MISE_EN_PAIEMENT"):
            self.later(hours=3)
            self.platform.status(move.name, word)
        self.work()
        self.assertState(move, "MISE_EN_PAIEMENT")
        codes = set(move.sudo().l10n_fr_chorus_event_ids.mapped("code"))
        self.assertLessEqual({"SERVICE_FAIT", "MANDATEE", "MISE_EN_PAIEMENT"}, codes)
        ways = [code for code in codes if code not in STATES]
        self.assertEqual(ways, [])

    @mute_logger(NEWS)
    def test_history_refused_does_not_stop_the_news(self):
        moves = self.make_invoices(2)
        self.integrate(moves)
        self.later(hours=2)
        self.platform.fault("status", "consulter/historique", times=None, code=400)
        self.platform.statuses(
            [
                {"number": move.name, "status": word, "reason": "LIVR_INCOMP"}
                for move, word in zip(moves, ("SUSPENDUE", "MANDATEE"), strict=True)
            ]
        )
        self.work()
        self.assertEqual(
            moves.mapped("l10n_fr_chorus_state"), ["SUSPENDUE", "MANDATEE"]
        )
        self.assertFalse(self.connection.last_error)

    def test_a_history_that_cannot_be_read_stops_no_news(self):
        moves = self.make_invoices(2)
        self.integrate(moves)
        self.later(hours=2)
        self.platform.fault("wrong_types", "consulter/historique", codeRetour=0)
        self.platform.statuses(
            [{"number": move.name, "status": "SUSPENDUE"} for move in moves]
        )
        self.work()
        self.assertState(moves, "SUSPENDUE")
        self.assertFalse(self.connection.last_error)
        self.assertIn(self.set_aside().reason.split()[0], moves.mapped("name"))

    def test_an_unreadable_state_of_a_history_is_set_aside(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.fault("unreadable_row", "consulter/historique")
        self.platform.status(move.name, "SUSPENDUE", reason="LIVR_INCOMP")
        self.work()
        self.assertState(move, "SUSPENDUE")
        self.assertIn(move.name, self.set_aside().reason)

    def set_aside(self):
        """The one row that nobody could read, where a person sees it."""
        [row] = self.env["l10n_fr_chorus.to_sort"].search([])
        self.assertIn("cannot be read", row.why)
        self.assertIn("this row", row.remedy)
        return self.env["l10n_fr_chorus.unmatched"].browse(row.source_id)

    # ---- STRAYS -------------------------------------------------------------------

    def test_unmatched_news_is_kept_once(self):
        move = self.make_invoice()
        self.integrate(move)
        invoice = replace(neutral_invoices(move)[move.id], number="CAISSE/1")
        with self.connection._client() as client:
            client.deposit(cii.write(invoice), "a.xml", "IN_DP_E2_CII_MIN_16B")
        self.follow()
        unmatched = self.env["l10n_fr_chorus.unmatched"].search(
            [("number", "=", "CAISSE/1")]
        )
        self.assertEqual(len(unmatched), 1)
        self.assertEqual(unmatched.company_id, self.company)
        self.later(hours=2)
        self.platform.status("CAISSE/1", "MANDATEE")
        self.work()
        again = self.env["l10n_fr_chorus.unmatched"].search(
            [("number", "=", "CAISSE/1")]
        )
        self.assertEqual(again, unmatched)
        self.assertEqual(unmatched.code, "MANDATEE", "its last word")
