"""R47: till and e-shop ask a public body's references, by the rules of its invoice."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestTicket(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = new_test_user(
            cls.env,
            "cashier",
            groups="base.group_user,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.till = cls.env["l10n_fr_chorus.ticket"].with_user(cls.cashier)
        cls.till = cls.till.with_context(allowed_company_ids=cls.company.ids)
        cls.aube = cls.ref("partner_aube")

    def ask(self, partner, references=None, uuid="T-1"):
        return self.till.l10n_fr_chorus_ask(uuid, partner.id, references)

    def test_what_a_body_requires_is_asked(self):
        asked = self.ask(self.aube)
        self.assertTrue(asked["public"] and asked["asked"])
        self.assertEqual(asked["missing"], ["service", "engagement"])
        self.assertIn("MEDIATHEQUE", [code for code, _name in asked["services"]])
        self.assertIn("service code", asked["problems"][0])

    def test_what_was_given_is_kept_until_it_is_right(self):
        wrong = self.ask(self.aube, {"service": "AILLEURS", "engagement": "10-X"})
        self.assertTrue(wrong["asked"])
        self.assertEqual(wrong["service"], "AILLEURS")
        self.assertIn("AILLEURS", wrong["problems"][0])
        right = self.ask(self.aube, {"service": "MEDIATHEQUE", "engagement": "10-X"})
        self.assertFalse(right["asked"])
        self.assertFalse(self.ask(self.aube)["asked"])

    def test_each_ticket_and_each_customer_its_own(self):
        self.ask(self.aube, {"service": "MEDIATHEQUE", "engagement": "10-X"})
        self.assertTrue(self.ask(self.aube, uuid="T-2")["asked"])
        self.assertFalse(self.ask(self.ref("partner_lyon"))["engagement"])

    def test_nothing_is_asked_of_others(self):
        self.assertEqual(
            self.ask(self.ref("partner_parents")), {"public": False, "asked": False}
        )
        self.assertFalse(self.ask(self.ref("partner_lyon"))["asked"])

    def test_a_ticket_is_read_and_written_by_nobody(self):
        self.ask(self.aube, {"engagement": "10-X"})
        with self.assertRaises(AccessError):
            self.till.search([]).read()
        with self.assertRaises(AccessError):
            self.till.create({"uuid": "x"})
        with self.assertRaises(UserError):
            self.ask(self.aube.browse())
        for references in ("x", ["x"], 1):
            with self.subTest(references), self.assertRaises(UserError):
                self.ask(self.aube, references)

    def test_without_a_till_an_invoice_has_no_ticket(self):
        if "pos_order_ids" not in self.env["account.move"]._fields:
            self.assertFalse(self.make_invoice()._l10n_fr_chorus_said_at_till())

    def test_a_basket_of_the_shop(self):
        order = self.shop["sale.order"].create({"partner_id": self.aube.id})
        asked = order._l10n_fr_chorus_basket()
        self.assertEqual(asked["missing"], ["service", "engagement"])
        # The customer reads it: nobody tells it to ask the customer.
        self.assertNotIn("customer", " ".join(asked["problems"]))
        given = {"service": "MEDIATHEQUE", "engagement": "10-X"}
        self.assertFalse(order._l10n_fr_chorus_basket(given)["asked"])
        self.assertEqual(
            order._l10n_fr_chorus_references(), ("MEDIATHEQUE", "10-X", "")
        )

    def test_a_private_basket_says_no_reference(self):
        order = self.shop["sale.order"].create(
            {"partner_id": self.ref("partner_parents").id}
        )
        answer = order._l10n_fr_chorus_basket({"engagement": "10-X"})
        self.assertFalse(answer["public"])
        self.assertFalse(order.l10n_fr_chorus_engagement)

    def test_the_page_of_the_shop_speaks_the_customers_language(self):
        modules = self.env["ir.http"]._get_translation_frontend_modules_name()
        self.assertIn("l10n_fr_chorus_bookshop", modules)
