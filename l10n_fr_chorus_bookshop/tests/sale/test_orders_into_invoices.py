"""R8: orders whose references differ never share an invoice; deposits keep them."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestOrdersIntoInvoices(ChorusCase):
    def order(self, service="MEDIATHEQUE", engagement="10-X", market="", **values):
        order = self.shop["sale.order"].create(
            {
                "partner_id": self.ref("partner_aube").id,
                "l10n_fr_chorus_service_code": service,
                "l10n_fr_chorus_engagement": engagement,
                "l10n_fr_chorus_market": market,
                "order_line": [Command.create({"product_id": self.book.id})],
                **values,
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        return order

    def wizard(self, orders, **values):
        return (
            self.shop["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=orders.ids)
            .create(values)
        )

    def invoices(self, orders):
        self.wizard(orders).create_invoices()
        return orders.invoice_ids

    def references(self, moves):
        return sorted(
            (
                move.buyer_reference or "",
                move.purchase_order_reference or "",
                move.contract_reference or "",
            )
            for move in moves
        )

    def test_each_reference_parts_orders(self):
        for other in (
            {"service": "DIR-CULTURE"},
            {"engagement": "10-Y"},
            {"market": "2026-M1"},
            {"engagement": ""},
        ):
            with self.subTest(other):
                invoices = self.invoices(self.order() + self.order(**other))
                self.assertEqual(len(invoices), 2)
                first = ("MEDIATHEQUE", "10-X", "")
                names = ("service", "engagement", "market")
                second = dict(zip(names, first, strict=True)) | other
                self.assertEqual(
                    self.references(invoices),
                    sorted([first, tuple(second[name] for name in names)]),
                )

    def test_the_same_references_share_an_invoice(self):
        invoice = self.invoices(self.order() + self.order())
        self.assertEqual(self.references(invoice), [("MEDIATHEQUE", "10-X", "")])
        self.assertFalse(invoice.l10n_fr_chorus_problems)

    def test_the_dialog_says_why(self):
        orders = self.order() + self.order("DIR-CULTURE", "10-Y", "2026-M1")
        said = self.wizard(orders).l10n_fr_chorus_apart
        self.assertIn("engagement 10-X", said)
        self.assertIn("service DIR-CULTURE, engagement 10-Y, market 2026-M1", said)
        self.assertFalse(self.wizard(orders[0] + self.order()).l10n_fr_chorus_apart)
        apart = self.wizard(orders, consolidated_billing=False)
        self.assertFalse(apart.l10n_fr_chorus_apart)

    def test_an_invoice_of_orders_that_disagree_is_stopped(self):
        one, other = self.order(), self.order(engagement="10-Y")
        invoice = one._create_invoices()
        with Form(invoice) as form:
            self.assertTrue(form.invoice_line_ids)
        line = invoice.invoice_line_ids.copy_data()[0]
        line["sale_line_ids"] = [Command.set(other.order_line.ids)]
        invoice.write({"invoice_line_ids": [Command.create(line)]})
        [answer] = invoice.l10n_fr_chorus_check()
        [problem] = [
            one for one in answer["problems"] if one["code"] == "orders_disagree"
        ]
        self.assertIn("10-Y", problem["message"])
        with self.assertRaisesRegex(UserError, "different references"):
            invoice.with_user(self.claire).action_post()

    def test_down_payment_and_balance_carry_the_references(self):
        order = self.order(market="2026-M1")
        values = {"advance_payment_method": "percentage", "amount": 30}
        self.wizard(order, **values).create_invoices()
        order.invoice_ids.action_post()
        self.wizard(order).create_invoices()
        self.assertEqual(len(order.invoice_ids), 2)
        expected = [("MEDIATHEQUE", "10-X", "2026-M1")] * 2
        self.assertEqual(self.references(order.invoice_ids), expected)
