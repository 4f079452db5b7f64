"""What each state allows: reset to draft, cancel, delete, send again."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestStateGuards(ChorusCase):
    def still_ours(self):
        """An invoice requested, one waiting and one ready to leave."""
        waiting = self.make_invoice("partner_rennes")
        waiting.partner_id.l10n_fr_chorus_refresh()
        queued = self.make_invoice()
        (waiting + queued).l10n_fr_chorus_send()
        self.work("_prepare_due")
        requested = self.make_invoice()
        requested.l10n_fr_chorus_send()
        self.assertState(requested, "requested")
        self.assertState(waiting, "waiting")
        self.assertState(queued, "queued")
        return requested + waiting + queued

    def check_nothing_leaves(self, moves):
        self.assertState(moves, "withdrawn")
        self.later(days=2)
        self.work()
        self.assertEqual(self.deposits(), 0)

    # ---- STILL OURS ---------------------------------------------------------------

    def test_reset_to_draft_withdraws(self):
        moves = self.still_ours()
        self.assertEqual(moves.mapped("show_reset_to_draft_button"), [True] * 3)
        moves.button_draft()
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        self.check_nothing_leaves(moves)

    def test_cancel_withdraws(self):
        moves = self.still_ours()
        moves.button_cancel()
        self.check_nothing_leaves(moves)

    def test_withdraw_method(self):
        moves = self.still_ours()
        answers = moves.l10n_fr_chorus_withdraw()
        self.assertEqual([one["done"] for one in answers], [True] * 3)
        self.check_nothing_leaves(moves)
        again = moves.l10n_fr_chorus_withdraw()
        self.assertEqual([one["done"] for one in again], [False] * 3)

    def test_a_line_rewritten_before_it_leaves_is_made_again(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        first = move.sudo().l10n_fr_chorus_submission_id
        self.assertTrue(first.original_id)
        move.invoice_line_ids.name = move.invoice_line_ids.name
        self.assertEqual(move.sudo().l10n_fr_chorus_submission_id, first, "the same")
        move.invoice_line_ids.name = "Un autre titre"
        self.assertState(move, "requested")
        self.assertEqual(first.state, "withdrawn")

    def test_a_state_written_by_another_program_withdraws(self):
        """It passes no button: RPC, a server action, another module."""
        moves = self.still_ours()
        moves.write({"state": "draft"})
        self.assertState(moves, "withdrawn")

    def test_withdrawn_goes_again_when_asked(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        move.l10n_fr_chorus_withdraw()
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_delete_of_what_never_had_a_document(self):
        move = self.make_invoice(post=False)
        move.l10n_fr_chorus_send()
        move.unlink()
        self.assertFalse(move.exists())

    # ---- HANDED OVER --------------------------------------------------------------

    def check_locked(self, move, state):
        self.assertState(move, state)
        self.assertFalse(move.show_reset_to_draft_button)
        for attempt in (move.button_draft, move.button_cancel):
            with self.refused(UserError, "is with Chorus Pro"):
                attempt()
        with self.refused(UserError, "posted journal item"):
            move.unlink()
        with self.refused(UserError, "is with Chorus Pro"):
            move.with_context(force_delete=True).unlink()
        self.assertEqual(move.state, "posted")
        [answer] = move.l10n_fr_chorus_withdraw()
        self.assertFalse(answer["done"])
        self.assertIn("is with Chorus Pro", answer["message"])
        [sent] = move.l10n_fr_chorus_send()
        self.assertFalse(sent["queued"])

    def test_case_07_reset_cancel_delete_after_deposit(self):
        move = self.make_invoice()
        self.deposit(move)
        self.check_locked(move, "deposited")
        self.later(minutes=2)
        self.work()
        self.check_locked(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_doubt_locks_too(self):
        self.platform.fault("reset_after_read", "deposer/flux")
        move = self.make_invoice()
        self.deposit(move)
        self.check_locked(move, "doubtful")

    def test_refused_invoice_stays_locked(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "REJETEE", reason="EJ_ERR")
        self.work()
        self.check_locked(move, "REJETEE")

    # ---- NOT INTEGRATED -----------------------------------------------------------

    def test_not_integrated_is_corrected_and_sent_under_the_same_number(self):
        self.platform.remove_service("22100005200011", "MEDIATHEQUE")
        move = self.make_invoice(
            "partner_aube", service="MEDIATHEQUE", engagement="EJ-1"
        )
        self.integrate(move)
        self.assertState(move, "not_integrated")
        self.assertIn("MEDIATHEQUE", move.l10n_fr_chorus_reason)
        number = move.name
        move.button_draft()
        self.assertEqual(move.state, "draft")
        move.buyer_reference = "DIR-CULTURE"
        move.action_post()
        self.assertEqual(move.name, number)
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), [number])

    def test_delete_is_refused_while_an_original_is_kept(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        move.button_draft()
        with self.refused(UserError, "kept in the vault"):
            move.unlink()
        move.button_cancel()
        self.assertEqual(move.state, "cancel")
