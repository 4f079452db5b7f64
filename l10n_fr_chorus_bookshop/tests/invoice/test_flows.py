"""Odoo's own flows end in a right document or a clear problem (F2 to F9)."""

import io
from unittest.mock import patch

from pypdf import PdfWriter

from odoo import Command, tools
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...chorus.facturx.pdfa import embedded_files, open_pdf
from ..common import ChorusCase

TO_CORRECT = "l10n_fr_chorus_bookshop.mail_activity_type_case"


def tiny_pdf() -> bytes:
    """One empty page, as core's renderer would give."""
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(buffer)
    return buffer.getvalue()


class FlowCase(ChorusCase):
    def faulty(self, **values):
        """A draft that lacks service and engagement."""
        return self.make_invoice("partner_aube", post=False, **values)

    def awaiting(self, move):
        """Whom the one in charge is told by."""
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        return activities.filtered(
            lambda one: one.activity_type_id == self.env.ref(TO_CORRECT)
        )


@tagged("post_install", "-at_install")
class TestAutomaticFlows(FlowCase):
    def test_f2_core_presses_the_button_itself(self):
        """An online payment confirms as superuser: money was taken."""
        move = self.faulty()
        move.sudo().action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.l10n_fr_chorus_todo, "to_correct")
        [told] = self.awaiting(move)
        self.assertEqual(told.user_id, self.claire)
        self.assertIn("requires a service code", told.note)

    def test_f2_the_post_processing_of_a_payment(self):
        move = self.faulty()
        provider = self.env["payment.provider"].search([], limit=1)
        method = self.env["payment.method"].search([], limit=1)
        transaction = self.env["payment.transaction"].new(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "state": "done",
                "invoice_ids": [Command.set(move.ids)],
            }
        )
        drafts = transaction.sudo().invoice_ids.filtered(
            lambda one: one.state == "draft"
        )
        drafts._origin.action_post()
        self.assertEqual(move.state, "posted")

    def test_f4_told_once_and_in_the_list_of_what_is_to_be_corrected(self):
        self.company.l10n_fr_chorus_auto_send = True
        move = self.faulty()
        move._post()
        self.assertEqual(len(self.awaiting(move)), 1)
        self.work()
        self.assertEqual(len(self.awaiting(move)), 1)
        mine = [("id", "=", move.id)]
        moves = self.shop["account.move"]
        self.assertTrue(
            moves.search([*mine, ("l10n_fr_chorus_todo", "=", "to_correct")])
        )
        self.assertFalse(moves.search([*mine, ("l10n_fr_chorus_todo", "=", "to_send")]))

    def test_corrected_and_sent_nobody_is_awaited(self):
        move = self.faulty()
        move._post()
        move.buyer_reference = "MEDIATHEQUE"
        move.purchase_order_reference = "EJ-1"
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(self.awaiting(move))
        self.assertFalse(move.l10n_fr_chorus_faulty)
        self.assertNotEqual(move.l10n_fr_chorus_todo, "to_correct")

    def test_back_to_draft_nobody_is_awaited(self):
        move = self.faulty()
        move._post()
        move.button_draft()
        self.assertFalse(self.awaiting(move))
        self.assertFalse(move.l10n_fr_chorus_faulty)

    def test_a_right_invoice_tells_nobody(self):
        move = self.make_invoice()
        self.assertFalse(self.awaiting(move))
        self.assertFalse(move.l10n_fr_chorus_faulty)


@tagged("post_install", "-at_install")
class TestSelections(FlowCase):
    def test_f9_one_bad_draft_does_not_stop_the_others(self):
        good = self.make_invoice(post=False) | self.make_invoice(post=False)
        bad = self.faulty()
        answer = (good | bad).action_validate_moves_with_confirmation()
        self.assertEqual(good.mapped("state"), ["posted"] * 2)
        self.assertEqual(bad.state, "draft")
        self.assertIn("requires a service code", answer["params"]["message"])
        self.assertIn(bad.partner_id.display_name, answer["params"]["message"])

    def test_f9_by_the_dialog_too(self):
        good, bad = self.make_invoice(post=False), self.faulty()
        dialog = self.shop["validate.account.move"].create(
            {"move_ids": [Command.set((good | bad).ids)], "force_hash": True}
        )
        answer = dialog.validate_move()
        self.assertEqual((good.state, bad.state), ("posted", "draft"))
        self.assertIn("requires a service code", answer["params"]["message"])

    def test_when_all_are_bad_nothing_is_posted(self):
        both = self.faulty() | self.faulty()
        with self.refused(UserError, "requires a service code"):
            both.action_validate_moves_with_confirmation()
        self.assertEqual(both.mapped("state"), ["draft"] * 2)

    def test_one_is_stopped_as_by_its_button(self):
        bad = self.faulty()
        with self.refused(UserError, "requires a service code"):
            bad.action_validate_moves_with_confirmation()


@tagged("post_install", "-at_install")
class TestCopies(FlowCase):
    def test_f3_a_copy_carries_no_e_invoice(self):
        """Core embeds its own outside tests only: as on a server, here."""
        move, other = self.make_invoice(), self.make_invoice("partner_parents")
        for invoice, expected in ((move, []), (other, ["factur-x.xml"])):
            values = {"raw": tiny_pdf(), "name": "facture.pdf"}
            data = {"pdf_attachment_values": values}
            with patch.dict(tools.config.options, {"test_enable": False}):
                self.env[
                    "account.move.send"
                ]._hook_invoice_document_after_pdf_report_render(invoice.sudo(), data)
            names = [name for name, _content in embedded_files(open_pdf(values["raw"]))]
            self.assertEqual(names, expected)


@tagged("post_install", "-at_install")
class TestReturns(FlowCase):
    def order(self, quantity=2, customer="partner_seine_maritime"):
        order = self.shop["sale.order"].create(
            {
                "partner_id": self.ref(customer).id,
                "l10n_fr_chorus_engagement": "EJ-1",
                "order_line": [
                    Command.create(
                        {"product_id": self.book.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.action_confirm()
        order.order_line.qty_delivered = quantity
        return order

    def test_f5_the_invoice_that_books_came_back_from_is_named(self):
        self.book.sudo().invoice_policy = "delivery"
        order = self.order()
        invoice = order._create_invoices()
        invoice.action_post()
        order.order_line.qty_delivered = 0
        credit = order._create_invoices(final=True)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id, invoice)
        [answer] = credit.l10n_fr_chorus_check()
        codes = [one["code"] for one in answer["problems"]]
        self.assertNotIn("original_missing", codes)

    def test_the_one_of_a_reader_stays_as_core_has_it(self):
        """Core tells on purpose that it settles nothing by itself there."""
        self.book.sudo().invoice_policy = "delivery"
        order = self.order(customer="partner_parents")
        order._create_invoices().action_post()
        order.order_line.qty_delivered = 0
        credit = order._create_invoices(final=True)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertFalse(credit.reversed_entry_id)

    def test_a_readers_invoice_is_credited_as_without_us(self):
        """A clerk gives none of the values that the software alone writes."""
        for act in ("refund_moves", "modify_moves"):
            sold = self.make_invoice("partner_parents")
            dialog = self.reversal(sold)
            made = self.shop["account.move"].browse(getattr(dialog, act)()["res_id"])
            self.assertTrue(made)
            self.assertFalse(made.l10n_fr_chorus_replaces_id)
            self.assertEqual(sold.reversal_move_ids.move_type, "out_refund")

    def test_both_are_credited_at_once(self):
        """The reader's new invoice replaces nothing on Chorus Pro."""
        reader, body = self.make_invoice("partner_parents"), self.make_invoice()
        self.reversal(reader | body).modify_moves()
        self.assertEqual(len((reader | body).reversal_move_ids), 2)
        self.assertTrue(body.l10n_fr_chorus_replaced_by_ids)
        self.assertFalse(reader.l10n_fr_chorus_replaced_by_ids)

    def reversal(self, moves):
        """Core's dialog on these invoices, as a person opens it."""
        context = {"active_model": "account.move", "active_ids": moves.ids}
        dialogs = self.shop["account.move.reversal"].with_context(**context)
        return dialogs.create({"journal_id": moves.journal_id.id})

    def deposit(self, order):
        """Ask for 30 % of an order in advance."""
        wizard = (
            self.shop["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30})
        )
        return order.invoice_ids.browse(wizard.create_invoices()["res_id"])

    def test_f7_a_deposit_and_its_balance(self):
        order = self.order(10)
        deposit = self.deposit(order)
        [(invoice, problems)] = deposit._l10n_fr_chorus_checks().values()
        self.assertTrue(invoice.is_deposit)
        self.assertEqual([one.code for one in problems], ["deposit_type"])
        self.assertIn("type 380", deposit.l10n_fr_chorus_deposit)
        deposit._post()
        balance = order._create_invoices(final=True)
        [(invoice, problems)] = balance._l10n_fr_chorus_checks().values()
        self.assertEqual(problems, [])
        self.assertIn(deposit.name, balance.l10n_fr_chorus_deposit)
        self.assertEqual([one.number for one in invoice.deposits], [deposit.name])
        self.assertTrue(invoice.after_deposit)
        self.assertEqual(invoice.paid, 0, "its line takes it back, with its VAT")
        total = float(invoice.total) + deposit.amount_total
        self.assertAlmostEqual(total, order.amount_total)

    def test_f7_what_a_second_balance_deducts(self):
        """The first was credited: neither it nor its credit note is a deposit."""
        order = self.order(10)
        deposit = self.deposit(order)
        deposit._post()
        first = order._create_invoices(final=True)
        first._post()
        credit = first._reverse_moves([{"invoice_date": first.invoice_date}])
        credit._post()
        second = order._create_invoices(final=True)
        [(invoice, _problems)] = second._l10n_fr_chorus_checks().values()
        self.assertEqual([one.number for one in invoice.deposits], [deposit.name])

    def test_f7_the_credit_note_of_a_deposit_is_one_of_a_deposit(self):
        order = self.order(10)
        deposit = self.deposit(order)
        deposit._post()
        credit = deposit._reverse_moves([{"invoice_date": deposit.invoice_date}])
        credit._post()
        [(invoice, _problems)] = credit._l10n_fr_chorus_checks().values()
        self.assertTrue(invoice.is_deposit)
        self.assertEqual(invoice.original_number, deposit.name)
        balance = order._create_invoices(final=True)
        [(invoice, _problems)] = balance._l10n_fr_chorus_checks().values()
        self.assertEqual(invoice.deposits, ())
        self.assertAlmostEqual(float(invoice.total), order.amount_total)


@tagged("post_install", "-at_install")
class TestChanges(FlowCase):
    """What changed between confirming and leaving is seen before it leaves."""

    def codes(self, move):
        [answer] = move.l10n_fr_chorus_check()
        return [one["code"] for one in answer["problems"]]

    def test_another_account(self):
        move = self.make_invoice()
        self.assertEqual(self.codes(move), [])
        bank = move.sudo().partner_bank_id
        bank.allow_out_payment = False
        bank.acc_number = "FR7630006000011234567890189"
        self.assertEqual(self.codes(move), ["changed_since"])
        [answer] = move.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        move.action_l10n_fr_chorus_fix()
        self.assertEqual(self.codes(move), [])
        [answer] = move.l10n_fr_chorus_send()
        self.assertTrue(answer["queued"])

    def test_while_it_waits_in_the_queue(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        bank = move.sudo().partner_bank_id
        bank.allow_out_payment = False
        bank.acc_number = "FR7630006000011234567890189"
        self.work()
        self.assertState(move, "not_integrated")
        self.assertEqual(self.deposits(), 0)

    def test_a_merged_customer(self):
        move = self.make_invoice()
        other = self.ref("partner_aube")
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((move.partner_id | other).ids, other, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(move.partner_id, other)
        self.assertIn("changed_since", self.codes(move))

    def test_the_remedy_of_a_body_is_no_change(self):
        """A SIRET put right while the invoice waits for its body."""
        move = self.make_invoice()
        structure = move.l10n_fr_chorus_structure_id
        structure.sudo().write({"is_active": False})
        move.partner_id.sudo().company_registry = "22760540900035"
        self.assertNotIn("changed_since", self.codes(move))
