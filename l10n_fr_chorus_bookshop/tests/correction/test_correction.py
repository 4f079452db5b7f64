"""R21 to R24: after the body's no, a full credit note and a new invoice."""

import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...chorus.facturx import cii, schemas
from ...models.invoice.neutral import neutral_invoices
from ..common import MODULE, ChorusCase


@tagged("post_install", "-at_install")
class TestCorrection(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "correction_manager",
            groups=f"account.group_account_invoice,{MODULE}.{MODULE}_group_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def refused(self, *arguments, **values):
        """A refused invoice; or, with an error and words, the refusal expected."""
        if arguments:
            return super().refused(*arguments, **values)
        move = self.make_invoice(**values)
        self.answer(move, "REJETEE", reason="EJ_ERR - engagement inconnu")
        return move

    def moves(self, *ids):
        return self.shop["account.move"].browse(ids)

    def dialog(self, move, **values):
        """Core's own reversal dialog on an invoice."""
        model = self.shop["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return model.create({"journal_id": move.journal_id.id, **values})

    # ---- ONE ACTION ---------------------------------------------------------------

    def test_credit_and_invoice_again_in_one_call(self):
        """Issue 6; case 5: the engagement to the byte, never "Reversal of"."""
        move = self.refused(engagement="eJ-76/Été 01", service=False)
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        self.assertEqual(answer["message"], "")
        self.assertTrue(answer["done"] and answer["queued"])
        credit = self.moves(answer["credit_note_id"])
        again = self.moves(answer["invoice_id"])
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.state, "posted")
        self.assertEqual(credit.reversed_entry_id, move)
        self.assertEqual(move.reversal_move_ids, credit)
        self.assertEqual(credit.purchase_order_reference, "eJ-76/Été 01")
        self.assertEqual(credit.amount_total, move.amount_total)
        self.assertEqual(again.state, "draft")
        self.assertEqual(again.l10n_fr_chorus_replaces_id, move)
        self.assertEqual(move.l10n_fr_chorus_replaced_by_ids, again)
        self.assertEqual(again.amount_total, move.amount_total)
        self.integrate(credit)
        there = self.platform.invoice(credit.name)
        self.assertEqual(there["kind"], "AVOIR")
        self.assertEqual(there["engagement"], "eJ-76/Été 01")
        self.assertEqual(there["origin"], move.name)
        self.assertTrue(self.platform.invoice(move.name)["rejection_treated"])
        self.assertState(move, "REJETEE")
        # Corrected, it leaves under another number.
        self.assertEqual(again.l10n_fr_chorus_faults, "engagement")
        again.purchase_order_reference = "EJ-2"
        self.assertEqual(again.l10n_fr_chorus_faults, "")
        again.action_post()
        self.assertNotEqual(again.name, move.name)
        self.integrate(again)
        self.assertState(again, "MISE_A_DISPOSITION")

    def test_f6_the_payment_of_a_refused_invoice_is_matched_again(self):
        """Paid, refused, credited, invoiced again: said, and one click."""
        move = self.refused()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        register.create({})._create_payments()
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        again = self.moves(answer["invoice_id"])
        self.assertFalse(again.l10n_fr_chorus_left_payment, "a draft is not due")
        again.purchase_order_reference = "EJ-2"
        again.action_post()
        self.assertEqual(again.l10n_fr_chorus_left_payment, again.amount_total)
        [answer] = again.l10n_fr_chorus_match_payment()
        self.assertTrue(answer["done"], answer["message"])
        self.assertEqual(again.amount_residual, 0)
        self.assertFalse(again.l10n_fr_chorus_left_payment)
        [answer] = again.l10n_fr_chorus_match_payment()
        self.assertIn("No payment", answer["message"])

    def test_the_credit_note_is_a_381_that_passes_the_schematron(self):
        move = self.refused()
        [answer] = move.l10n_fr_chorus_credit()
        credit = self.moves(answer["credit_note_id"])
        invoice = neutral_invoices(credit)[credit.id]
        original = neutral_invoices(move)[move.id]
        self.assertEqual((invoice.kind, invoice.original_number), ("381", move.name))
        self.assertEqual(invoice.engagement, "EJ-1")
        self.assertEqual(invoice.total, original.total)
        self.assertGreater(invoice.total, 0)
        xml = cii.write(invoice)
        self.assertEqual(schemas.xsd_problems(xml), [])
        self.assertEqual(schemas.schematron_problems(xml), [])
        for text in (b">381<", move.name.encode(), b">EJ-1<"):
            self.assertIn(text, xml)

    def test_case_06_core_dialog_posts_without_manual_edits(self):
        first, second = self.make_invoices(2)
        self.answer(first + second, "REJETEE", reason="EJ_ERR")
        self.dialog(first).refund_moves()
        credit = first.reversal_move_ids
        self.assertEqual(credit.state, "draft")
        credit.action_post()
        self.assertEqual(credit.purchase_order_reference, "EJ-1")
        dialog = self.dialog(second)
        dialog.modify_moves()
        self.assertEqual(second.reversal_move_ids.state, "posted")
        again = dialog.new_move_ids
        again.action_post()
        self.assertEqual(again.l10n_fr_chorus_replaces_id, second)
        for move in (first, second):
            self.assertEqual(move.payment_state, "reversed")
            self.assertState(move, "REJETEE")

    def test_dialog_explains_and_does_it_all(self):
        move = self.refused()
        form = Form(
            self.shop["account.move.reversal"].with_context(
                active_model="account.move", active_ids=move.ids
            )
        )
        self.assertTrue(form.l10n_fr_chorus_concerned and form.l10n_fr_chorus_refused)
        self.assertTrue(form.l10n_fr_chorus_send, "the booksellers' guide by default")
        self.assertFalse(form.l10n_fr_chorus_of_the_state)
        self.assertEqual(form.reason, move.l10n_fr_chorus_said, "why the body refused")
        action = form.save().action_l10n_fr_chorus_correct()
        self.assertEqual(action["res_id"], move.l10n_fr_chorus_replaced_by_ids.id)
        self.assertState(move.reversal_move_ids, "requested")

    # ---- A SELECTION --------------------------------------------------------------

    def test_server_action_credits_one_and_explains_the_others(self):
        refused, credited = self.make_invoices(2)
        self.answer(refused + credited, "REJETEE", reason="EJ_ERR")
        credited.l10n_fr_chorus_credit()
        unsent = self.make_invoice()
        selection = refused + credited + unsent
        action = self.env.ref(f"{MODULE}.action_credit").with_user(self.claire)
        told = action.with_context(
            active_model="account.move",
            active_ids=selection.ids,
            active_id=refused.id,
            lang="en_US",
            allowed_company_ids=self.company.ids,
        ).run()["params"]
        rows = told["rows"]
        self.assertEqual([one["id"] for one in rows], selection.ids)
        self.assertEqual([one["done"] for one in rows], [True, False, False])
        self.assertIn(refused.reversal_move_ids.name, rows[0]["text"])
        self.assertIn("already credited by", rows[1]["text"])
        self.assertIn("has reached nobody", rows[2]["text"])
        self.assertEqual(len(credited.reversal_move_ids), 1)
        self.assertFalse(unsent.reversal_move_ids)

    def test_what_is_on_its_way_is_not_credited(self):
        draft = self.make_invoice(post=False)
        under_way = self.make_invoice()
        self.deposit(under_way)
        answers = (draft + under_way).l10n_fr_chorus_credit()
        self.assertEqual([one["done"] for one in answers], [False, False])
        self.assertIn("not confirmed", answers[0]["message"])
        self.assertIn("wait for Chorus Pro's answer", answers[1]["message"])

    # ---- SENT OR KEPT -------------------------------------------------------------

    def test_credit_note_of_a_refusal_may_stay_inside_the_shop(self):
        self.company.l10n_fr_chorus_credit_sending = False
        move = self.refused()
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        self.assertTrue(answer["done"])
        self.assertFalse(answer["queued"])
        credit = self.moves(answer["credit_note_id"])
        self.assertTrue(credit.l10n_fr_chorus_internal)
        self.assertEqual(credit.state, "posted")
        [sent] = credit.l10n_fr_chorus_send()
        self.assertEqual([one["code"] for one in sent["problems"]], ["kept_internal"])
        credit.action_l10n_fr_chorus_send_internal()
        self.assertState(credit, "requested")

    def test_credit_note_of_an_accepted_invoice_is_always_sent(self):
        self.company.l10n_fr_chorus_credit_sending = False
        move = self.make_invoice()
        self.integrate(move)
        [answer] = move.l10n_fr_chorus_credit()
        self.assertTrue(answer["queued"])

    def test_service_closed_since_goes_out_with_a_warning(self):
        service = {"service": "MEDIATHEQUE", "engagement": "EJ-1"}
        move = self.make_invoice("partner_aube", **service)
        self.answer(move, "REJETEE", reason="SE_ERR")
        self.platform.service("22100005200011", "MEDIATHEQUE", active=False)
        move.partner_id.l10n_fr_chorus_refresh()
        [answer] = move.l10n_fr_chorus_credit()
        self.assertTrue(answer["queued"], answer["message"])
        warnings = [(one["code"], one["severity"]) for one in answer["problems"]]
        self.assertEqual(warnings, [("service_inactive", "warning")])

    # ---- TWO LIVES ----------------------------------------------------------------

    def test_case_21_rejected_credit_note_does_not_loop(self):
        """R23: its expected end; nothing more is made, nobody is called."""
        move = self.refused()
        [answer] = move.l10n_fr_chorus_credit()
        credit = self.moves(answer["credit_note_id"])
        self.answer(credit, "REJETEE", reason="SUPPR_COMP_AVOIR")
        self.assertFalse(credit.activity_ids)
        self.assertFalse(credit.reversal_move_ids)
        self.assertIn("as it should", credit.l10n_fr_chorus_meaning)
        self.assertEqual(credit.l10n_fr_chorus_actor, "Nobody")
        self.work()
        self.assertTrue(self.platform.invoice(credit.name)["rejection_treated"])
        [status] = credit.l10n_fr_chorus_status()
        self.assertEqual(status["actions"], [])
        [again] = credit.l10n_fr_chorus_credit(reinvoice=True)
        self.assertFalse(again["done"])
        rows = self.shop["l10n_fr_chorus.refusal"].search(
            [("move_id", "in", (move + credit).ids)]
        )
        self.assertEqual(rows.move_id, move, "no refusal to put right")

    def test_refusal_of_what_is_credited_already_calls_nobody(self):
        move = self.make_invoice()
        self.integrate(move)
        move.l10n_fr_chorus_credit()
        self.later(hours=2)
        self.platform.status(move.name, "REJETEE", reason="SUPPR_COMP_AVOIR")
        self.work()
        self.assertState(move, "REJETEE")
        self.assertFalse(move.activity_ids)

    def test_credit_notes_left_open_are_listed(self):
        move = self.refused()
        [answer] = move.l10n_fr_chorus_credit()
        credit = self.moves(answer["credit_note_id"])
        self.integrate(credit)
        open_ones = [("l10n_fr_chorus_credit_open", "=", True)]
        self.assertNotIn(credit, self.shop["account.move"].search(open_ones))
        self.later(days=31)
        self.assertIn(credit, self.shop["account.move"].search(open_ones))
        self.assertTrue(credit.l10n_fr_chorus_credit_open)
        action = credit.action_l10n_fr_chorus_ask_rejection()
        composer = Form(
            self.shop["mail.compose.message"].with_context(**action["context"])
        ).save()
        self.assertIn(credit.name, composer.subject)
        self.assertIn(move.name, composer.body)

    def test_reconciling_changes_no_state(self):
        move = self.make_invoice()
        self.integrate(move)
        [answer] = move.l10n_fr_chorus_credit()
        self.assertEqual(move.payment_state, "reversed")
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertState(self.moves(answer["credit_note_id"]), "requested")

    # ---- PARTIAL ------------------------------------------------------------------

    def partial(self):
        move = self.make_invoice()
        self.dialog(move).refund_moves()
        credit = move.reversal_move_ids
        credit.invoice_line_ids.price_unit = 3
        return move, credit

    def test_partial_credit_note_is_stopped_and_made_whole(self):
        move, credit = self.partial()
        self.assertTrue(credit.l10n_fr_chorus_partial)
        with self.refused(UserError, "does not cancel the whole"):
            credit.action_post()
        credit.action_l10n_fr_chorus_make_whole()
        self.assertFalse(credit.l10n_fr_chorus_partial)
        self.assertEqual(credit.amount_total, move.amount_total)
        credit.action_post()

    def test_partial_credit_note_is_allowed_by_a_manager_only(self):
        _move, credit = self.partial()
        values = {
            "kind": "allow_partial",
            "move_ids": credit.ids,
            "reason": "Two books kept",
        }
        dialogs = self.shop["l10n_fr_chorus.reason"]
        with (
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRaises(UserError),
        ):
            dialogs.create(values).action_confirm()
        with self.assertRaises(AccessError):
            credit.l10n_fr_chorus_partial_reason = "I say so"
        dialogs.with_user(self.manager).create(values).action_confirm()
        self.assertIn("Two books kept", self.chatter(credit))
        self.assertIn(self.manager.name, self.chatter(credit))
        credit.action_post()
        [sent] = credit.l10n_fr_chorus_send()
        self.assertTrue(sent["queued"])

    def test_posted_unattended_a_partial_credit_note_does_not_leave(self):
        _move, credit = self.partial()
        credit._post()
        [sent] = credit.l10n_fr_chorus_send()
        self.assertFalse(sent["queued"])
        self.assertIn("credit_partial", [one["code"] for one in sent["problems"]])

    def test_other_lines_of_the_same_amount_are_partial_too(self):
        move = self.make_invoice()
        self.dialog(move).refund_moves()
        credit = move.reversal_move_ids
        line = credit.invoice_line_ids
        line.write({"quantity": 2, "price_unit": line.price_unit / 2})
        self.assertTrue(credit.l10n_fr_chorus_partial)

    # ---- ORDERS -------------------------------------------------------------------

    def test_order_shows_the_refusal_and_counts_right(self):
        order = self.shop["sale.order"].create(
            {
                "partner_id": self.ref("partner_seine_maritime").id,
                "l10n_fr_chorus_engagement": "EJ-1",
                "order_line": [
                    Command.create({"product_id": self.book.id, "product_uom_qty": 4})
                ],
            }
        )
        order.action_confirm()
        order.order_line.qty_delivered = 4
        move = order._create_invoices()
        move.action_post()
        self.answer(move, "REJETEE", reason="EJ_ERR")
        self.assertIn(move.name, order.l10n_fr_chorus_refused)
        self.assertIn("Engagement number wrong", order.l10n_fr_chorus_refused)
        self.assertNotIn("EJ_ERR", order.l10n_fr_chorus_refused)
        self.assertEqual(order.order_line.qty_invoiced, 4)
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        self.assertFalse(order.l10n_fr_chorus_refused)
        again = self.moves(answer["invoice_id"])
        self.assertEqual(order.invoice_ids, move + move.reversal_move_ids + again)
        self.assertEqual(order.order_line.qty_invoiced, 4)
        again.purchase_order_reference = "EJ-2"
        again.action_post()
        self.assertEqual(order.order_line.qty_invoiced, 4)
        self.assertEqual(order.invoice_status, "invoiced")

    # ---- NUMBERS ------------------------------------------------------------------

    def test_journal_warns_of_numbers_the_platform_refuses(self):
        journal = self.make_invoice().journal_id.with_env(self.env)
        self.assertFalse(journal.l10n_fr_chorus_number_warning)
        move = self.make_invoice(post=False)
        move.name = "FACTURE/2099/12/00001"
        move.invoice_date = move.date = "2099-12-31"
        journal.invalidate_recordset()
        warning = journal.l10n_fr_chorus_number_warning
        self.assertIn("FACTURE/2099/12/00001", warning)
        self.assertIn(f"{journal.code}/", warning)

    # ---- OVER RPC -----------------------------------------------------------------

    def test_a_wrong_file_is_told_not_sent(self):
        move = self.make_invoice()
        self.answer(move, "SUSPENDUE", reason="LIVR_INCOMP")
        file = {"name": "macro.exe", "content": base64.b64encode(b"x").decode()}
        [answer] = move.l10n_fr_chorus_complete([file])
        self.assertFalse(answer["done"])
        self.assertIn("macro.exe", answer["message"])
        [answer] = move.l10n_fr_chorus_complete([{"name": "a.pdf"}])
        self.assertIn("base64", answer["message"])
