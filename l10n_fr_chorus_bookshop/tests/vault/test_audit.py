"""R28: one sale, from the market to the bank, on screen, as PDF and over RPC."""

import io
from datetime import timedelta

from markupsafe import escape
from pypdf import PdfReader

from odoo import Command, fields
from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestAudit(ChorusCase):
    def sell(self):
        """A market's order, delivered late, part of it returned, invoiced."""
        order = self.shop["sale.order"].create(
            {
                "partner_id": self.ref("partner_seine_maritime").id,
                "client_order_ref": "BC-77",
                "l10n_fr_chorus_engagement": "EJ-1",
                "l10n_fr_chorus_market": "MARCHE-2026-4",
                "order_line": [
                    Command.create({"product_id": self.book.id, "product_uom_qty": 3})
                ],
            }
        )
        order.action_confirm()
        delivery = order.picking_ids
        planned = fields.Datetime.now() - timedelta(days=4)
        delivery.move_ids.write({"date_deadline": planned, "date": planned})
        delivery.move_ids.quantity = 3
        delivery.button_validate()
        self.give_back(delivery)
        invoice = order._create_invoices()
        invoice._post()
        return order, invoice

    def give_back(self, delivery):
        wizard = (
            self.env["stock.return.picking"]
            .with_company(self.company)
            .with_context(
                active_id=delivery.id,
                active_ids=delivery.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.quantity = 1
        back.move_ids.picked = True
        back.button_validate()

    def refuse_and_correct(self, order, invoice):
        """The body refuses; a credit note, a new invoice, the money, the bank."""
        self.integrate(invoice)
        self.platform.advance(60)
        self.platform.status(invoice.name, "REJETEE", reason="EJ_ERR")
        self.follow()
        wizard = (
            self.shop["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = self.shop["account.move"].browse(wizard.refund_moves()["res_id"])
        credit._post()
        again = order._create_invoices()
        again._post()
        return credit, again

    def pay(self, invoice):
        """A transfer arrives at the bank and is reconciled."""
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        line = (
            self.env["account.bank.statement.line"]
            .with_company(self.company)
            .create(
                {
                    "journal_id": bank.id,
                    "date": fields.Date.today(),
                    "payment_ref": "VIR DRFIP NORMANDIE",
                    "partner_id": invoice.commercial_partner_id.id,
                    "amount": invoice.amount_total,
                }
            )
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = invoice.line_ids.filtered(
            lambda one: one.account_id.account_type == "asset_receivable"
        )
        suspense.account_id = receivable.account_id
        (suspense + receivable).reconcile()

    def trail(self, move):
        [trail] = move.l10n_fr_chorus_audit_trail()
        return trail, {one["code"]: one for one in trail["sections"]}

    def said(self, section):
        return "\n".join(
            f"{step['what']} {step['reference']} {step['detail']}"
            for step in section["steps"]
        )

    def test_whole_sale(self):
        order, invoice = self.sell()
        credit, again = self.refuse_and_correct(order, invoice)
        self.pay(again)
        trail, found = self.trail(invoice)
        self.assertIn("MARCHE-2026-4", self.said(found["references"]))
        self.assertIn("EJ-1", self.said(found["references"]))
        self.assertIn("BC-77", self.said(found["orders"]))
        self.assertEqual(len(found["orders"]["steps"]), 2)
        [delivered] = found["deliveries"]["steps"]
        self.assertIn("Late by days: 4", delivered["detail"])
        self.assertIn("3 × ", delivered["detail"])
        self.assertTrue(delivered["when"])
        [returned] = found["returns"]["steps"]
        self.assertIn("1 × ", returned["detail"])
        self.assertIn("Nothing to report", self.said(found["checks"]))
        original = invoice.sudo().l10n_fr_chorus_submission_id.original_id
        self.assertIn(original.sha256, self.said(found["originals"]))
        self.assertIn("Received: the original", self.said(found["originals"]))
        self.assertIn("CPP", self.said(found["deposits"]))
        codes = [step["reference"] for step in found["life_cycle"]["steps"]]
        self.assertEqual(codes[-1], "REJETEE")
        self.assertIn("EJ_ERR", found["life_cycle"]["steps"][-1]["detail"])
        corrections = self.said(found["corrections"])
        self.assertIn(credit.name, corrections)
        self.assertIn(again.name, corrections)
        self.assertFalse(trail["copy"])
        # The new invoice goes on to the bank.
        _trail, found = self.trail(again)
        self.assertIn("VIR DRFIP NORMANDIE", self.said(found["bank"]))
        self.assertEqual(found["originals"]["gap"], "No original in the vault.")
        # The credit note leads back.
        _trail, found = self.trail(credit)
        self.assertIn(invoice.name, self.said(found["corrections"]))
        self.assertIn(order.name, self.said(found["orders"]))

    def test_gaps_are_told(self):
        move = self.make_invoice("partner_lyon")
        trail, found = self.trail(move)
        gaps = {code: one["gap"] for code, one in found.items() if one["gap"]}
        self.assertEqual(
            set(gaps),
            {
                *("references", "orders", "deliveries", "checks", "originals"),
                *("deposits", "life_cycle", "payments", "bank"),
            },
        )
        self.assertEqual(gaps["deliveries"], "No delivery note found.")
        self.assertEqual(trail["number"], move.name)

    def test_payment_is_in_it(self):
        move = self.make_invoice("partner_lyon")
        payment = (
            self.shop["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({})
            ._create_payments()
        )
        _trail, found = self.trail(move)
        self.assertIn(payment.name, self.said(found["payments"]))

    def test_screen_and_pdf_say_the_same_in_french(self):
        move = self.make_invoice("partner_lyon").with_context(lang="fr_FR")
        [trail] = move.l10n_fr_chorus_audit_trail()
        content = move.sudo()._l10n_fr_chorus_trail_pdf()
        pages = PdfReader(io.BytesIO(content)).pages
        printed = "".join(page.extract_text() for page in pages)
        for section in trail["sections"]:
            for text in (section["title"], section["gap"]):
                self.assertIn(text, printed)
                self.assertIn(escape(text), move.l10n_fr_chorus_trail_html)
        self.assertIn("Aucun bon de livraison", printed)
        view = move.action_l10n_fr_chorus_audit_trail()["views"][0][0]
        self.shop["account.move"].get_view(view, "form")

    def test_neutralised_copy_says_so(self):
        move = self.make_invoice("partner_lyon")
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("database.is_neutralized", True)
        self.assertTrue(self.trail(move)[0]["copy"])
        self.assertIn("proves nothing", move.l10n_fr_chorus_trail_html)
