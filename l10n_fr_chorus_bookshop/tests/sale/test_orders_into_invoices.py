"""R8: orders whose references differ never share an invoice; deposits keep them."""

from unittest.mock import patch

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

    def test_what_another_module_gives_the_invoice_is_kept(self):
        """Ours first; where ours is empty, what the others prepared."""
        given = {
            "buyer_reference": "THEIRS-S",
            "purchase_order_reference": "THEIRS-E",
            "contract_reference": "THEIRS-M",
            "l10n_fr_chorus_engagement_date": "2026-01-02",
        }
        orders = self.order(engagement="") + self.order(service="", engagement="10-Y")
        core = next(
            one
            for one in type(orders).__mro__
            if one.__module__ == "odoo.addons.sale.models.sale_order"
        )
        prepare = core._prepare_invoice
        with patch.object(
            core, "_prepare_invoice", lambda order: {**prepare(order), **given}
        ):
            first, second = (order._prepare_invoice() for order in orders)
        self.assertEqual(
            [first[name] for name in given],
            ["MEDIATHEQUE", "THEIRS-E", "THEIRS-M", "2026-01-02"],
        )
        self.assertEqual(second["buyer_reference"], "THEIRS-S")
        self.assertEqual(second["purchase_order_reference"], "10-Y")
        self.assertEqual(
            str(second["l10n_fr_chorus_engagement_date"]), str(self.today())
        )

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

    def test_balance_after_the_references_changed(self):
        """Each invoice says what the order said when it was made."""
        order = self.order()
        values = {"advance_payment_method": "fixed", "fixed_amount": 3}
        self.wizard(order, **values).create_invoices()
        deposit = order.invoice_ids
        deposit.action_post()
        order.l10n_fr_chorus_engagement = "10-Z"
        self.wizard(order).create_invoices()
        balance = order.invoice_ids - deposit
        self.assertEqual(self.references(deposit), [("MEDIATHEQUE", "10-X", "")])
        self.assertEqual(self.references(balance), [("MEDIATHEQUE", "10-Z", "")])
        codes = [one["code"] for one in balance.l10n_fr_chorus_check()[0]["problems"]]
        self.assertNotIn("orders_disagree", codes)

    def test_balance_after_a_cancelled_deposit(self):
        order = self.order()
        values = {"advance_payment_method": "percentage", "amount": 30}
        self.wizard(order, **values).create_invoices()
        deposit = order.invoice_ids
        deposit.button_cancel()
        self.wizard(order).create_invoices()
        balance = order.invoice_ids - deposit
        self.assertEqual(self.references(balance), [("MEDIATHEQUE", "10-X", "")])
        self.assertEqual(balance.amount_total, order.amount_total)

    def test_the_order_goes_beside_the_deposit_too(self):
        order = self.order()
        file = {"name": "bc.csv", "content": "SVNCTjtRdMOpCjk3ODI5OTk5MDAzNzA7MQo="}
        order.l10n_fr_chorus_read_order([file])
        order.l10n_fr_chorus_form_ids.join = True
        values = {"advance_payment_method": "percentage", "amount": 30}
        self.wizard(order, **values).create_invoices()
        names = order.invoice_ids.l10n_fr_chorus_attachment_ids.mapped("name")
        self.assertEqual(names, ["bc.csv"])

    def test_orders_of_two_companies(self):
        other = self.other_company()
        both = self.company | other
        orders = self.env["sale.order"].with_context(allowed_company_ids=both.ids)
        made = orders.create(
            [
                {
                    "partner_id": self.ref("partner_aube").id,
                    "company_id": company.id,
                    "l10n_fr_chorus_service_code": "MEDIATHEQUE",
                    "l10n_fr_chorus_engagement": "10-X",
                    "order_line": [
                        Command.create({"name": "Livre", "product_id": book.id})
                    ],
                }
                for company, book in (
                    (self.company, self.service(self.company)),
                    (other, self.service(other)),
                )
            ]
        )
        made.action_confirm()
        made._create_invoices()
        self.assertEqual(len(made.invoice_ids), 2)
        self.assertEqual(made.invoice_ids.company_id, both)

    def service(self, company):
        """What is invoiced as soon as it is ordered."""
        return self.env["product.product"].create(
            {
                "name": "Atelier",
                "type": "service",
                "invoice_policy": "order",
                "company_id": company.id,
            }
        )
