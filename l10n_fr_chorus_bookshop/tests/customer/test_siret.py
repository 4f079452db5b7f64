"""R1: a public body is known by its SIRET."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

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

    def test_a_wrong_key_is_told_beside_the_siret(self):
        partner = self.shop["res.partner"].new(
            {"name": "X", "is_company": True, "company_registry": "55210055400014"}
        )
        self.assertIn("check digit", partner.l10n_fr_chorus_siret_said)

    def test_contact_without_a_siret_is_invoiced_under_its_bodys(self):
        library = self.ref("partner_aube_library")
        library.company_registry = False
        self.assertEqual(library._l10n_fr_chorus_siret(), "22100005200011")
