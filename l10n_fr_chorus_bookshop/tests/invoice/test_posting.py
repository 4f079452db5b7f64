"""R9: what is wrong is said before the invoice legally exists."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.common import ToSettle
from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestPosting(ChorusCase):
    def codes(self, move):
        [answer] = move.l10n_fr_chorus_check()
        return sorted(problem["code"] for problem in answer["problems"])

    # ---- STOPPED ------------------------------------------------------------------

    def test_person_is_told_all_problems_at_once(self):
        move = self.make_invoice("partner_aube", post=False)
        with self.assertRaises(UserError) as refusal:
            move.action_post()
        message = str(refusal.exception)
        self.assertIn("requires a service code", message)
        self.assertIn("requires an engagement number", message)
        self.assertIn(move.partner_id.display_name, message)
        self.assertIn("ask the customer", message, "what to do")
        self.assertEqual(move.state, "draft")
        self.assertFalse(move.l10n_fr_chorus_state)
        self.assertNotIn("FAC/", message, "no number was given")
        self.assertIsInstance(refusal.exception, ToSettle, "its own title")

    def test_several_bad_invoices_are_all_named(self):
        aube = self.make_invoice("partner_aube", post=False)
        seine = self.make_invoice(post=False, engagement=False)
        with self.assertRaises(UserError) as refusal:
            (aube + seine).action_post()
        for move in (aube, seine):
            self.assertIn(move.partner_id.display_name, str(refusal.exception))

    def test_automatic_flow_posts_and_leaves_it_to_correct(self):
        move = self.make_invoice("partner_aube")
        self.assertEqual(move.state, "posted")
        self.assertIn("requires a service code", move.l10n_fr_chorus_problems)
        [answer] = move.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        self.assertFalse(move.l10n_fr_chorus_state)

    def test_validation_of_a_selection_is_a_person_too(self):
        move = self.make_invoice("partner_aube", post=False)
        wizard = self.shop["validate.account.move"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        with self.refused(UserError, "requires a service code"):
            wizard.create({}).validate_move()
        self.assertEqual(move.state, "draft")

    def test_other_customers_are_not_checked(self):
        move = self.make_invoice(
            "partner_parents", post=False, service="X", engagement="Y"
        )
        self.assertFalse(move.l10n_fr_chorus_problems)
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_exempt_body_is_not_checked(self):
        sncf = self.ref("partner_sncf")
        sncf.invoice_sending_method = "chorus"
        move = self.make_invoice(sncf, post=False)
        self.assertFalse(move.l10n_fr_chorus_concerned)
        move.action_post()
        [answer] = move.l10n_fr_chorus_send()
        self.assertEqual(answer["problems"][0]["code"], "not_concerned")

    def test_case_16_number_too_long(self):
        name = "FAC/2026/SALON-DU-LIVRE/00001"
        move = self.make_invoice(post=False, name=name)
        with self.refused(UserError, "29 characters; Chorus Pro takes 20"):
            move.action_post()
        move._post()
        self.assertEqual(move.name, name)
        self.assertIn("number_too_long", self.codes(move))
        [answer] = move.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        self.work()
        self.assertEqual(self.deposits(), 0)

    # ---- ONE CLICK ----------------------------------------------------------------

    def test_superfluous_references_are_removed_in_one_click(self):
        move = self.make_invoice(
            "partner_qualification_none", post=False, service="S1", engagement="EJ-1"
        )
        self.assertEqual(
            self.codes(move), ["engagement_superfluous", "service_superfluous"]
        )
        self.assertTrue(move.l10n_fr_chorus_fixable)
        with self.refused(UserError, "does not ask for a service code"):
            move.action_post()
        move.action_l10n_fr_chorus_fix()
        self.assertFalse(move.buyer_reference or move.purchase_order_reference)
        self.assertFalse(move.l10n_fr_chorus_problems)
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_case_of_a_service_is_put_right_in_one_click(self):
        move = self.make_invoice(
            "partner_aube", post=False, service="mediatheque", engagement="EJ-1"
        )
        self.assertEqual(self.codes(move), ["service_case"])
        move.action_l10n_fr_chorus_fix()
        self.assertEqual(move.buyer_reference, "MEDIATHEQUE")
        self.assertEqual(self.codes(move), [])

    def test_superfluous_may_be_a_warning(self):
        self.company.l10n_fr_chorus_superfluous = "warning"
        move = self.make_invoice(
            "partner_qualification_none", post=False, engagement="EJ-1"
        )
        [answer] = move.l10n_fr_chorus_check()
        self.assertEqual([one["severity"] for one in answer["problems"]], ["warning"])
        move.action_post()
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")

    # ---- BANNER -------------------------------------------------------------------

    def test_banner_lives_with_the_draft(self):
        move = self.make_invoice("partner_aube", post=False)
        self.assertIn("requires a service code", move.l10n_fr_chorus_problems)
        self.assertFalse(move.l10n_fr_chorus_fixable)
        move.buyer_reference = "MEDIATHEQUE"
        self.assertNotIn("requires a service code", move.l10n_fr_chorus_problems)
        self.assertIn("requires an engagement number", move.l10n_fr_chorus_problems)
        move.purchase_order_reference = "EJ-1"
        self.assertFalse(move.l10n_fr_chorus_problems)

    def test_banner_escapes_what_people_type(self):
        move = self.make_invoice(
            "partner_aube", post=False, service="<b>x", engagement="EJ-1"
        )
        self.assertIn("&lt;b&gt;x", move.l10n_fr_chorus_problems)

    def test_banner_speaks_before_the_draft_is_saved(self):
        draft = self.shop["account.move"].new(
            {
                "move_type": "out_invoice",
                "partner_id": self.ref("partner_aube").id,
                "invoice_line_ids": [Command.create({"product_id": self.book.id})],
            }
        )
        self.assertIn("requires a service code", draft.l10n_fr_chorus_problems)

    # ---- CREDIT NOTES -------------------------------------------------------------

    def test_full_credit_note_carries_the_references_of_its_invoice(self):
        """Regression cases 5 and 6: engagement kept, posted without an edit."""
        move = self.make_invoice(engagement="EJ-76-1")
        self.integrate(move)
        wizard = (
            self.shop["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        credit = self.shop["account.move"].browse(wizard.refund_moves()["res_id"])
        self.assertEqual(credit.purchase_order_reference, "EJ-76-1")
        self.assertFalse(credit.l10n_fr_chorus_state)
        credit.action_post()
        self.integrate(credit)
        self.assertState(credit, "MISE_A_DISPOSITION")
        self.assertEqual(self.platform.invoice(credit.name)["kind"], "AVOIR")
