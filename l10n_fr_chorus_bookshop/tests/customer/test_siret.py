"""R1: a public body is known by its SIRET."""

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import ChorusCase

GOOD = "22760540900019"
WRONG_KEY = "22760540900018"
LA_POSTE = "35600000000048"


@tagged("post_install", "-at_install")
class TestSiret(ChorusCase):
    def body(self, siret, method="chorus"):
        """A customer as Claire types it."""
        return self.shop["res.partner"].create(
            {
                "name": "Commune de Vernon",
                "is_company": True,
                "country_id": self.env.ref("base.fr").id,
                "company_registry": siret,
                "invoice_sending_method": method,
            }
        )

    def test_wrong_siret_is_refused_with_the_reason(self):
        self.company.l10n_fr_chorus_environment = "production"
        for siret, reason in (
            ("2276054090001", "14 digits"),
            ("2276054090001X", "14 digits"),
            (WRONG_KEY, "check digit is wrong"),
        ):
            with self.subTest(siret), self.refused(ValidationError, reason):
                self.body(siret)

    def test_wrong_siret_is_not_stored(self):
        self.company.l10n_fr_chorus_environment = "production"
        partner = self.body(GOOD)
        with self.refused(ValidationError, "check digit"):
            partner.company_registry = WRONG_KEY
        self.assertEqual(partner.company_registry, GOOD)

    def test_wrong_siret_found_when_chorus_is_chosen(self):
        self.company.l10n_fr_chorus_environment = "production"
        partner = self.body("123", method="email")
        with self.refused(ValidationError, "14 digits"):
            partner.invoice_sending_method = "chorus"

    def test_qualification_accepts_a_wrong_key_with_a_warning(self):
        self.assertEqual(self.company.l10n_fr_chorus_environment, "qualification")
        partner = self.body("12345678200052")
        self.assertIn("check digit", partner.l10n_fr_chorus_siret_warning)
        with self.refused(ValidationError, "14 digits"):
            self.body("1234567820005")

    def test_directory_accepts_a_wrong_key_with_a_warning(self):
        self.company.l10n_fr_chorus_environment = "production"
        self.env["l10n_fr_chorus.structure"].create(
            {"siret": WRONG_KEY, "name": "VERNON", "source": "api", "is_active": True}
        )
        partner = self.body(WRONG_KEY)
        self.assertIn("check digit", partner.l10n_fr_chorus_siret_warning)

    def test_directory_that_does_not_know_a_wrong_key_accepts_nothing(self):
        self.company.l10n_fr_chorus_environment = "production"
        self.env["l10n_fr_chorus.structure"]._store_answer(WRONG_KEY, None, "api")
        with self.refused(ValidationError, "check digit"):
            self.body(WRONG_KEY)

    def test_la_poste_has_a_key_of_its_own(self):
        self.company.l10n_fr_chorus_environment = "production"
        self.assertFalse(self.body(LA_POSTE).l10n_fr_chorus_siret_warning)
        with self.assertRaises(ValidationError):
            self.body(LA_POSTE[:-1] + "1")

    def test_spaces_are_no_digits(self):
        self.company.l10n_fr_chorus_environment = "production"
        partner = self.body("227 605 409 00019")
        self.assertEqual(partner.company_registry, GOOD)
        self.assertEqual(partner.l10n_fr_chorus_structure_id.siret, GOOD)
        found = self.shop["res.partner"].search(
            [("l10n_fr_chorus_structure_id.siret", "=", GOOD)]
        )
        self.assertIn(partner, found)

    def test_other_customers_are_left_alone(self):
        self.company.l10n_fr_chorus_environment = "production"
        for method in ("email", "manual", False):
            partner = self.body("RCS Rouen 123", method=method)
            self.assertEqual(partner.company_registry, "RCS Rouen 123")
            self.assertFalse(partner.l10n_fr_chorus_siret_warning)

    def test_a_new_town_hall_is_never_taken_for_a_private_customer(self):
        partners = self.shop["res.partner"]
        unknown = partners.create(
            {
                "name": "Commune de Bray",
                "is_company": True,
                "company_registry": "21999000900017",
            }
        )
        self.assertTrue(unknown.l10n_fr_chorus_probably_public)
        self.assertIn("verify", unknown.l10n_fr_chorus_siret_said)
        draft = self.shop["account.move"].new({"partner_id": unknown.id})
        self.assertTrue(draft.l10n_fr_chorus_probably_public)
        mute = partners.new({"name": "Mairie d'Elbeuf", "is_company": True})
        self.assertIn("ask it for its SIRET", mute.l10n_fr_chorus_siret_said)
        private = partners.new({"name": "Peugeot", "is_company": True})
        self.assertFalse(private.l10n_fr_chorus_probably_public)
        self.assertFalse(private.l10n_fr_chorus_siret_said)
        known = self.ref("partner_aube")
        self.assertFalse(known.l10n_fr_chorus_probably_public)
        self.assertIn("active", known.l10n_fr_chorus_siret_said)

    def test_whoever_looks_public_is_asked_about_by_every_way_in(self):
        partners = self.shop["res.partner"]
        for said, values in {
            "an import without the box": {"name": "Mairie d'Elbeuf"},
            "the e-shop": {"name": "Jeanne Dupont", "company_name": "Lycée Corneille"},
            "another system": {"name": "X", "company_registry": "21999000900017"},
            "overseas": {
                "name": "Commune de Saint-Leu",
                "country_id": self.env.ref("base.re").id,
            },
        }.items():
            with self.subTest(said):
                customer = partners.create(values)
                self.assertTrue(customer.l10n_fr_chorus_probably_public)
                self.assertTrue(customer.l10n_fr_chorus_siret_said)
        belgian = {"name": "Commune de Spa", "country_id": self.env.ref("base.be").id}
        self.assertFalse(partners.create(belgian).l10n_fr_chorus_probably_public)

    def test_the_addresses_of_who_looks_public_do_too(self):
        hall = self.shop["res.partner"].create({"name": "Mairie d'Elbeuf"})
        office = hall.create(
            {"name": "Comptabilité", "parent_id": hall.id, "type": "invoice"}
        )
        self.assertTrue(office.l10n_fr_chorus_probably_public)
        order = self.shop["sale.order"].create({"partner_id": hall.id})
        self.assertEqual(order.partner_invoice_id, office)
        self.assertIn("ask it for its SIRET", order.l10n_fr_chorus_siret_said)
        [told] = order.l10n_fr_chorus_check()
        self.assertEqual([one["code"] for one in told["problems"]], ["probably_public"])
        hall.l10n_fr_chorus_exempt = True
        self.assertFalse(office.l10n_fr_chorus_probably_public)

    def test_an_invoice_that_posts_by_itself_does_not_hide_who_looks_public(self):
        hall = self.shop["res.partner"].create({"name": "Mairie d'Elbeuf"})
        move = self.make_invoice(hall)
        self.assertFalse(move.l10n_fr_chorus_concerned)
        [told] = move.l10n_fr_chorus_check()
        self.assertEqual([one["code"] for one in told["problems"]], ["probably_public"])
        to_do = {one["code"]: one for one in move.l10n_fr_chorus_dashboard()["to_do"]}
        self.assertIn(hall.id, [row["id"] for row in to_do["doubt"]["rows"]])
        opened = move.action_l10n_fr_chorus_card("doubt")
        self.assertIn(hall, hall.search(opened["domain"]))
        hall.l10n_fr_chorus_exempt = True
        self.assertNotIn(hall, hall.search(opened["domain"]))

    def test_a_wrong_key_is_told_beside_the_siret(self):
        partner = self.shop["res.partner"].new(
            {"name": "X", "is_company": True, "company_registry": "55210055400014"}
        )
        self.assertIn("check digit", partner.l10n_fr_chorus_siret_said)

    def test_contact_without_a_siret_is_invoiced_under_its_bodys(self):
        library = self.ref("partner_aube_library")
        library.company_registry = False
        self.assertEqual(library._l10n_fr_chorus_siret(), "22100005200011")


@tagged("post_install", "-at_install")
class TestSiretAsOneTypes(ChorusCase):
    """R1, R3, R34: the key, the length, the directory here, then the platform."""

    def typed(self, siret, **values):
        """What is said beside a SIRET before anything is saved."""
        company = self.shop["res.partner"].with_context(default_is_company=True)
        with Form(company, view="base.view_partner_form") as form:
            form.country_id = self.env.ref("base.fr")
            for name, value in values.items():
                form[name] = value
            form.company_registry = siret
            said = form.l10n_fr_chorus_siret_said
            form.name = form.name or "X"
        return said

    def asked(self):
        return len(self.calls("structures"))

    def test_what_is_mistyped_is_said_and_nobody_is_asked(self):
        self.assertIn("14 digits", self.typed("5521005540001"))
        self.assertIn("check digit", self.typed("55210055400014"))
        self.assertFalse(self.typed("RCS Rouen 123"))
        self.assertFalse(self.asked())

    def test_what_is_known_here_is_said_and_nobody_is_asked(self):
        self.assertIn("active", self.typed("22100005200011"))
        self.assertFalse(self.asked())

    def test_a_body_unknown_here_is_asked_for_at_once(self):
        self.platform.structure(GOOD, name="CONSEIL", active=True)
        known = self.env["l10n_fr_chorus.structure"].search([("siret", "=", GOOD)])
        known.unlink()
        said = self.typed(GOOD)
        self.assertIn("active", said)
        self.assertEqual(self.typed(GOOD), said)
        self.assertTrue(self.asked())

    def test_a_platform_away_is_not_waited_for(self):
        self.connection.unreachable_since = fields.Datetime.now()
        self.assertIn("verify", self.typed("21999000900017", name="Commune de Bray"))
        self.assertFalse(self.asked())

    def test_a_foreign_number_is_no_siret(self):
        belgian = self.shop["res.partner"].new(
            {
                "is_company": True,
                "country_id": self.env.ref("base.be").id,
                "company_registry": "0477472701",
            }
        )
        self.assertFalse(belgian.l10n_fr_chorus_siret_said)

    def test_the_order_says_it_too(self):
        order = self.shop["sale.order"].new({"partner_id": self.ref("partner_aube").id})
        self.assertIn("active", order.l10n_fr_chorus_siret_said)

    def test_the_dialog_that_readdresses_says_it_too(self):
        move = self.make_invoice()
        self.platform.structure(GOOD, name="CONSEIL", active=True)
        with Form(
            self.shop["l10n_fr_chorus.readdress"].with_context(default_move_id=move.id)
        ) as form:
            form.siret = "2276054090001"
            self.assertIn("14 digits", form.said)
            form.siret = "55210055400013"
            self.assertIn("does not know", form.said)
            form.siret = GOOD
            self.assertIn("active", form.said)
