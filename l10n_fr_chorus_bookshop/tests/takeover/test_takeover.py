"""R40: a base upgraded from 18.0, where the OCA's modules left their columns."""

from odoo.tests import tagged

from ..common import ChorusCase
from .old_base import leave_behind

SIRET = "21350238800019"


@tagged("post_install", "-at_install")
class TestTakeover(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.takeover = cls.shop["l10n_fr_chorus.takeover"]

    def setUp(self):
        super().setUp()
        self.town = self.env["res.partner"].create(
            {"name": "Ville de Saint-Aubin", "is_company": True}
        )
        self.moves = self.make_invoice() + self.make_invoice() + self.make_invoice()
        self.env.flush_all()
        leave_behind(self.env.cr, self.company, self.town, self.moves)
        self.env.invalidate_all()

    def take(self, really=True):
        manager = self.takeover.with_user(self.env.ref("base.user_admin"))
        manager = manager.with_context(allowed_company_ids=self.company.ids)
        answers = manager.l10n_fr_chorus_take_over(really)
        self.env.invalidate_all()
        return {answer["code"]: answer for answer in answers}

    def test_what_is_found_is_what_is_taken(self):
        found = self.take(really=False)
        self.assertEqual(
            {code: answer["found"] for code, answer in found.items()},
            {
                "structures": 1,
                "customers": 1,
                "services": 1,
                "settings": 1,
                "references": 1,
                "sent": 2,
            },
        )
        self.assertFalse(self.town.l10n_fr_chorus_service_code)
        taken = self.take()
        self.assertEqual([one["left"] for one in taken.values()], [[]] * 6)
        again = self.take()
        self.assertEqual({one["found"] for one in again.values()}, {0})

    def test_another_companys_customers_are_neither_counted_nor_named(self):
        """Nor taken: they are that company's, whatever the table says of them."""
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s, siren = 'no' WHERE id = %s",
            (self.other_company().id, self.town.id),
        )
        self.env.invalidate_all()
        for really in (False, True):
            answers = self.take(really)
            of_partners = ("structures", "customers", "services")
            self.assertEqual([answers[one]["found"] for one in of_partners], [0] * 3)
            self.assertNotIn(self.town.name, str(answers))

    def test_a_customer_keeps_its_rules_and_service(self):
        self.take()
        town = self.town.with_company(self.company)
        self.assertEqual(town.company_registry, SIRET)
        self.assertEqual(town.invoice_sending_method, "chorus")
        self.assertEqual(town.l10n_fr_chorus_service_code, "LECTURE")
        structure = town.l10n_fr_chorus_structure_id
        self.assertTrue(structure.service_required)
        self.assertFalse(structure.engagement_required)
        self.assertTrue(structure.service_ids.engagement_required)

    def test_what_was_sent_is_followed_and_is_no_original_of_ours(self):
        self.take()
        first, second, third = self.moves
        sent = first.l10n_fr_chorus_submission_id
        self.assertEqual((sent.state, sent.platform_id), ("MANDATEE", "777"))
        self.assertEqual(sent.event_ids.source, "takeover")
        self.assertFalse(sent.original_id)
        self.assertEqual(second.l10n_fr_chorus_state, "DEPOSEE")
        self.assertFalse(third.l10n_fr_chorus_submission_id)
        self.assertFalse(first.l10n_fr_chorus_can_send)

    def test_references_are_taken_as_they_were_typed(self):
        self.take()
        third = self.moves[2]
        self.assertEqual(third.purchase_order_reference, "EJ 12")
        self.assertEqual(third.buyer_reference, "LECTURE")

    def test_the_connection_comes_without_its_secrets(self):
        self.take()
        made = self.env["l10n_fr_chorus.connection"].search(
            [("login", "=", "TECH_1@cpro.fr")]
        )
        self.assertEqual(made.environment, "production")
        self.assertEqual(str(made.password_expires_on), "2027-01-31")
        self.assertFalse(made.sudo().stored_password)
        self.assertEqual(self.company.l10n_fr_chorus_syntax, "IN_DP_E2_CII_MIN_16B")

    def test_one_that_cannot_be_taken_leaves_the_others(self):
        self.env.cr.execute("UPDATE res_partner SET nic = '00018' WHERE siren != ''")
        taken = self.take()
        [left] = taken["structures"]["left"]
        self.assertIn("Saint-Aubin", left["name"])
        self.assertTrue(left["why"])
        self.assertEqual(taken["sent"]["taken"], 2)
