"""R21, R24: whatever the order of refusals, credits and corrections, the sums hold."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from ..common import ChorusCase

STEPS = ("refuse", "credit", "credit_only", "correct", "accept")


@tagged("post_install", "-at_install")
class TestCorrectionLaws(ChorusCase):
    def family(self, first):
        """A sale's invoices and credit notes, from the first one on."""
        moves, found = first, first
        while found:
            found = found.l10n_fr_chorus_replaced_by_ids + found.reversal_move_ids
            moves += found
        return moves

    def play(self, step, first):
        """Do to every document of the sale what the step says, where it can be."""
        moves = self.family(first)
        if step in ("credit", "credit_only"):
            moves.l10n_fr_chorus_credit(reinvoice=step == "credit")
        elif step == "correct":
            drafts = moves.filtered(lambda move: move.state == "draft")
            drafts.purchase_order_reference = "EJ-NEW"
            drafts.action_post()
            drafts.l10n_fr_chorus_send()
        else:
            word = "REJETEE" if step == "refuse" else "MANDATEE"
            sent = moves.sudo().l10n_fr_chorus_submission_id
            kinds = {"out_invoice": "380", "out_refund": "381"}
            for one in sent:
                kind = kinds[one.move_id.move_type]
                one.write({"state": word, "state_code": word, "kind": kind})
            sent._notify_state()

    def check(self, first):
        moves = self.family(first)
        self.assertEqual(len(moves), len(set(moves.ids)))
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        live = invoices.filtered(lambda move: not move._l10n_fr_chorus_credits())
        self.assertLessEqual(len(live), 1, "at most one live invoice per sale")
        posted = moves.filtered(lambda move: move.state == "posted")
        owed = live.filtered(lambda move: move.state == "posted")
        self.assertAlmostEqual(
            sum(posted.mapped("amount_total_signed")),
            sum(owed.mapped("amount_total")),
            2,
            "originals less credits are what the body owes",
        )
        numbers = posted.mapped("name")
        self.assertEqual(len(numbers), len(set(numbers)), "no number twice")
        for move in posted - live:
            self.assertFalse(move.amount_residual)

    @settings(
        max_examples=5,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=5))
    def test_at_most_one_live_invoice_and_the_sums_hold(self, steps):
        with self.env.cr.savepoint():
            first = self.make_invoice()
            first.l10n_fr_chorus_send()
            for step in ("refuse", *steps):
                self.play(step, first)
                self.check(first)
