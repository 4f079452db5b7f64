"""R1, R7, R34: a body found, verified, its service chosen; the order told in time."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import ChorusCase

AUBE = "22100005200011"
LILLE = "21590350100017"


@tagged("post_install", "-at_install")
class TestCustomer(ChorusCase):
    def order(self, partner="partner_aube", **values):
        """A sale, as Claire begins it."""
        body = self.ref(partner) if isinstance(partner, str) else partner
        line = Command.create({"product_id": self.book.id})
        return self.shop["sale.order"].create(
            {"partner_id": body.id, "order_line": [line], **values}
        )

    def codes(self, record):
        [answer] = record.l10n_fr_chorus_check()
        return [problem["code"] for problem in answer["problems"]]

    def new_customer(self):
        """The form of a new French company."""
        form = Form(
            self.shop["res.partner"].with_context(default_is_company=True),
            view="base.view_partner_form",
        )
        form.country_id = self.env.ref("base.fr")
        return form

    # ---- FOUND (R1, R34) ----------------------------------------------------------

    def test_a_pasted_siret_fills_the_customer(self):
        with self.new_customer() as form:
            form.company_registry = "221 000 052 00011"
            self.assertEqual(form.name, "DEPARTEMENT DE L'AUBE")
        partner = form.record
        self.assertEqual(partner.company_registry, AUBE)
        self.assertEqual((partner.zip, partner.city), ("10000", "TROYES"))
        self.assertEqual(partner.invoice_sending_method, "chorus")
        self.assertTrue(partner.l10n_fr_chorus_service_required)
        move = self.make_invoice(partner, service="MEDIATHEQUE", engagement="EJ-1")
        self.assertEqual(self.codes(move), [])

    def test_who_is_served_is_known_without_asking_the_others(self):
        """The mark follows each company's choice, Odoo's usual one included."""
        other = self.other_company()
        reader = self.shop["res.partner"].sudo().create({"name": "Une lectrice"})
        contact = reader.create({"name": "Sa librairie", "parent_id": reader.id})
        served = contact._l10n_fr_chorus_served_by
        self.assertFalse(served(self.company))
        there = reader.with_company(other)
        there.invoice_sending_method = "chorus"
        self.assertTrue(reader.l10n_fr_chorus_chosen)
        self.assertEqual((served(self.company), served(other)), (False, True))
        there.invoice_sending_method = "email"
        self.assertFalse(reader.l10n_fr_chorus_chosen)
        self.assertFalse(served(other))
        self.env["ir.default"].set(
            "res.partner", "invoice_sending_method", "chorus", company_id=other.id
        )
        there.invoice_sending_method = False
        usual = reader.create({"name": "Un autre"})
        self.assertFalse(usual.l10n_fr_chorus_chosen)
        self.assertTrue(usual._l10n_fr_chorus_served_by(other))
        self.assertFalse(usual._l10n_fr_chorus_served_by(self.company))

    def test_a_body_is_found_by_name_town_or_beginning_of_siret(self):
        aube = self.ref("structure_aube")
        for typed in ("aube", "troyes", "2210000"):
            found = self.shop["l10n_fr_chorus.structure"].name_search(typed)
            self.assertIn(aube.id, [id_ for id_, _name in found], typed)
        with self.new_customer() as form:
            form.l10n_fr_chorus_found_id = aube
            self.assertEqual(form.company_registry, AUBE)
            self.assertFalse(form.l10n_fr_chorus_found_id, "ready for another one")
        self.assertEqual(form.record.city, "TROYES")

    def test_what_a_person_typed_stays(self):
        with self.new_customer() as form:
            form.name = "Conseil départemental"
            form.city = "Troyes"
            form.company_registry = AUBE
        partner = form.record
        self.assertEqual(partner.name, "Conseil départemental")
        self.assertEqual((partner.street, partner.city), (False, "Troyes"))

    def test_another_siret_replaces_what_the_first_one_filled(self):
        with self.new_customer() as form:
            form.company_registry = AUBE
        partner = form.record
        with Form(partner, view="base.view_partner_form") as form:
            form.company_registry = "22760540900019"
        self.assertEqual(partner.name, "DEPARTEMENT DE LA SEINE-MARITIME")
        self.assertEqual(partner.city, "ROUEN")
        self.assertFalse(partner.l10n_fr_chorus_service_required, "no stale flag")

    def test_same_siret_twice_is_told(self):
        twin = self.ref("partner_aube").copy({"company_registry": "221 000 052 00011"})
        self.assertEqual(
            twin.same_company_registry_partner_id, self.ref("partner_aube")
        )

    def test_unknown_here_is_found_on_line_and_fills_too(self):
        partner = self.shop["res.partner"].create(
            {"name": "Lille", "is_company": True, "company_registry": LILLE}
        )
        self.assertFalse(partner.invoice_sending_method)
        partner.action_l10n_fr_chorus_refresh()
        self.assertEqual(partner.name, "Lille", "what was typed stays")
        self.assertTrue(partner.city)
        self.assertEqual(partner.invoice_sending_method, "chorus")

    # ---- VERIFIED (R34) -----------------------------------------------------------

    def test_ten_customers_at_once_one_wrong_stops_no_other(self):
        names = ("aube", "lille", "lyon", "chu_bordeaux", "rennes", "etat")
        names = [*names, *(f"qualification_{one}" for one in ("none", "service"))]
        partners = self.ref("partner_seine_maritime").union(
            *(self.ref(f"partner_{name}") for name in names)
        )
        partners += self.ref("partner_lyon").copy(
            {"company_registry": "RCS 1", "invoice_sending_method": False}
        )
        self.assertEqual(len(partners), 10)
        self.structures.checked_at = "2020-01-01"
        action = partners.action_l10n_fr_chorus_refresh()
        told = action["params"]["message"].splitlines()
        self.assertEqual(len(told), 10)
        self.assertIn("14 digits", told[-1])
        self.assertIn("engagement number mandatory", told[0])
        self.assertIn("on line", told[0])
        [rennes] = [line for line in told if "Rennes" in line]
        self.assertIn("not active", rennes)
        checked = partners[:-1].mapped("l10n_fr_chorus_checked_at")
        self.assertGreater(min(checked), fields.Datetime.to_datetime("2026-01-01"))

    def test_an_outage_is_met_once_and_keeps_what_was_learnt(self):
        partners = self.ref("partner_aube") + self.ref("partner_lyon")
        partners += self.ref("partner_lille")
        self.platform.fault("status", "rechercher", times=None, after=2, code=503)
        answers = partners.l10n_fr_chorus_refresh()
        failed = [answer["siret"] for answer in answers if answer["message"]]
        self.assertEqual(len(failed), 2)
        self.assertEqual(len(self.calls("structures/v1/rechercher")), 3)

    def test_an_unknown_siret_is_an_answer_that_is_kept(self):
        partner = self.ref("partner_lille").copy({"company_registry": "21270681300018"})
        action = partner.action_l10n_fr_chorus_refresh()
        self.assertIn("does not know", action["params"]["message"])
        self.assertFalse(partner.l10n_fr_chorus_structure_id.is_known)
        self.assertEqual(partner.l10n_fr_chorus_source, "api")

    def test_one_who_only_reads_asks_the_platform_nothing(self):
        partner = self.shop["res.partner"].create(
            {"name": "Lille", "is_company": True, "company_registry": LILLE}
        )
        reader = new_test_user(
            self.env,
            "reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            partner.with_user(reader).l10n_fr_chorus_refresh()
        self.assertFalse(partner.city)

    def test_age_is_told_in_words(self):
        self.structures.checked_at = fields.Datetime.subtract(
            fields.Datetime.now(), days=3
        )
        aube = self.ref("partner_aube")
        self.assertEqual(aube.l10n_fr_chorus_age, "3 days ago")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertEqual(
            aube.with_context(lang="fr_FR").l10n_fr_chorus_age, "il y a 3 jours"
        )

    def test_order_and_invoice_verify_what_they_are_invoiced_under(self):
        establishment = self.ref("partner_lille")
        order = self.order(partner_invoice_id=establishment.id)
        self.assertEqual(order.l10n_fr_chorus_siret, LILLE)
        action = order.action_l10n_fr_chorus_refresh()
        self.assertIn(LILLE, action["params"]["message"])
        move = self.make_invoice(establishment, post=False)
        self.assertIn(LILLE, move.action_l10n_fr_chorus_refresh()["params"]["message"])
        nobody = self.order("partner_parents")
        with self.refused(UserError, "has no SIRET"):
            nobody.action_l10n_fr_chorus_refresh()

    # ---- THE SERVICE (R7) ---------------------------------------------------------

    def test_active_codes_are_listed_last_used_first(self):
        aube = self.ref("partner_aube")
        domain = [("structure_id", "=", self.ref("structure_aube").id)]
        services = self.shop["l10n_fr_chorus.service"]
        self.ref("structure_aube").sudo().write(
            {"service_ids": [Command.create({"code": "FACTURES_PUBLIQUES"})]}
        )

        def listed(text="", **options):
            known = services.with_context(l10n_fr_chorus_customer=aube.id)
            found = known.name_search(text, domain, **options)
            return services.browse([id_ for id_, _name in found]).mapped("code")

        self.assertEqual(listed(), ["COLLEGES", "DIR-CULTURE", "MEDIATHEQUE"])
        self.make_invoice(aube, service="MEDIATHEQUE", engagement="EJ-1")
        self.assertEqual(listed(), ["MEDIATHEQUE", "COLLEGES", "DIR-CULTURE"])
        self.assertEqual(listed(limit=1), ["MEDIATHEQUE"])
        self.assertEqual(listed("colleges"), ["COLLEGES"], "by code or name")
        self.assertEqual(listed("direction"), ["DIR-CULTURE"])

    def test_contact_is_invoiced_under_its_body_with_its_own_service(self):
        library = self.ref("partner_aube_library")
        library.l10n_fr_chorus_service_id = self.ref("service_aube_library")
        order = self.order(library, l10n_fr_chorus_engagement="EJ-1")
        self.assertEqual(order.l10n_fr_chorus_siret, AUBE)
        self.assertEqual(order.l10n_fr_chorus_service_code, "MEDIATHEQUE")
        order.action_confirm()
        order.picking_ids.button_validate()
        move = order._create_invoices()
        move.action_post()
        self.integrate(move)
        self.assertEqual(self.platform.invoice(move.name)["service"], "MEDIATHEQUE")
        invoice = self.shop["account.move"].create(
            {"move_type": "out_invoice", "partner_id": library.id}
        )
        self.assertEqual(invoice.buyer_reference, "MEDIATHEQUE")

    def test_code_of_another_system_is_kept_and_questioned(self):
        self.ref("partner_aube").l10n_fr_chorus_service_code = "COLLEGES"
        move = self.make_invoice("partner_aube", service="Caisse-1", engagement="EJ-1")
        self.assertEqual(move.buyer_reference, "Caisse-1")
        self.assertFalse(move.l10n_fr_chorus_service_id)
        self.assertEqual(self.codes(move), ["service_unknown"])
        order = self.order(
            l10n_fr_chorus_service_code="Caisse-1", l10n_fr_chorus_engagement="EJ-1"
        )
        self.assertEqual(order.l10n_fr_chorus_service_code, "Caisse-1")
        self.assertEqual(self.codes(order), ["service_unknown"])

    # ---- THE ORDER, IN TIME (R34, R36) --------------------------------------------

    def test_order_says_what_its_invoice_will_lack(self):
        order = self.order()
        self.assertEqual(self.codes(order), ["service_missing", "engagement_missing"])
        self.assertIn("service code", order.l10n_fr_chorus_problems)
        order.write(
            {
                "l10n_fr_chorus_service_code": "MEDIATHEQUE",
                "l10n_fr_chorus_engagement": "EJ-1",
            }
        )
        self.assertFalse(order.l10n_fr_chorus_problems)
        self.structures.filtered(lambda one: one.siret == AUBE).is_active = False
        order.invalidate_recordset()
        self.assertEqual(self.codes(order), ["recipient_inactive"])
        self.assertTrue(order.l10n_fr_chorus_structure_inactive)
        self.assertFalse(self.order("partner_parents").l10n_fr_chorus_problems)

    def test_a_salesperson_without_accounting_sees_and_verifies(self):
        seller = new_test_user(
            self.env,
            "seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order = self.order(l10n_fr_chorus_engagement="EJ-1").with_user(seller)
        with Form(order) as form:
            form.l10n_fr_chorus_service_id = self.ref("service_aube_library")
            self.assertEqual(form.l10n_fr_chorus_service_code, "MEDIATHEQUE")
            self.assertFalse(form.l10n_fr_chorus_problems, "seen before it is saved")
        self.assertEqual(order.l10n_fr_chorus_service_code, "MEDIATHEQUE")
        action = order.action_l10n_fr_chorus_refresh()
        self.assertIn(AUBE, action["params"]["message"])
