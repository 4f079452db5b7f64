"""R8: an order asks for the references early, of public bodies only, never blocking."""

from odoo.tests import Form, tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestOrderScreen(ChorusCase):
    def order(self, partner):
        """A quotation being typed, as Claire sees it."""
        form = Form(self.shop["sale.order"])
        form.partner_id = partner
        with form.order_line.new() as line:
            line.product_id = self.book
        return form

    def test_nothing_is_asked_of_a_private_customer(self):
        reader = self.shop["res.partner"].create({"name": "Une lectrice"})
        structures = self.env["l10n_fr_chorus.structure"]
        structures.create(
            {"siret": "55210055400013", "name": "PEUGEOT", "is_public": False}
        )
        firm = self.shop["res.partner"].create(
            {
                "name": "Peugeot",
                "is_company": True,
                "company_registry": "55210055400013",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        for customer in (reader, firm):
            with self.subTest(customer.name):
                form = self.order(customer)
                self.assertFalse(form.l10n_fr_chorus_public)
                self.assertFalse(form.l10n_fr_chorus_problems)
                self.assertFalse(form.l10n_fr_chorus_missing)

    def test_what_is_missing_is_said_while_it_is_typed(self):
        form = self.order(self.ref("partner_aube"))
        self.assertTrue(form.l10n_fr_chorus_public)
        self.assertEqual(
            form.l10n_fr_chorus_missing, "the service code, the engagement number"
        )
        form.l10n_fr_chorus_service_id = self.ref("service_aube_library")
        self.assertEqual(form.l10n_fr_chorus_service_code, "MEDIATHEQUE")
        self.assertEqual(form.l10n_fr_chorus_missing, "the engagement number")
        form.l10n_fr_chorus_engagement = "10-CULT-4471"
        self.assertFalse(form.l10n_fr_chorus_missing)
        self.assertFalse(form.l10n_fr_chorus_problems)

    def test_one_of_two_is_asked_as_both(self):
        lille = self.ref("partner_lille")
        self.env["l10n_fr_chorus.structure"].create(
            {
                "siret": lille.company_registry,
                "name": "COMMUNE DE LILLE",
                "is_active": True,
                "service_or_engagement_required": True,
                "source": "api",
            }
        )
        form = self.order(lille)
        self.assertEqual(
            form.l10n_fr_chorus_missing, "the service code, the engagement number"
        )
        form.l10n_fr_chorus_engagement = "EJ-59"
        self.assertFalse(form.l10n_fr_chorus_missing)

    def test_the_sale_is_never_stopped(self):
        order = self.order(self.ref("partner_aube")).save()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.l10n_fr_chorus_missing, "it is still said")

    def test_an_exempt_body_is_asked_nothing(self):
        body = self.ref("partner_aube")
        body.sudo().commercial_partner_id.l10n_fr_chorus_exempt = True
        form = self.order(body)
        self.assertFalse(form.l10n_fr_chorus_public)
        self.assertFalse(form.l10n_fr_chorus_problems)
