"""R30: companies are separated, and each customer's choice is per company."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestCompanies(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.other_company()
        cls.neighbour = new_test_user(
            cls.env,
            "neighbour",
            groups="account.group_account_invoice",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    def theirs(self, model):
        """A model as the clerk of the other bookshop sees it."""
        return self.env[model].with_user(self.neighbour).with_company(self.other)

    def test_case_13_sending_method_of_company_b_only(self):
        body = self.ref("partner_qualification_none")
        self.assertEqual(body.invoice_sending_method, "chorus")
        there = self.theirs("res.partner").browse(body.id)
        self.assertFalse(there.invoice_sending_method)
        ours = self.make_invoice(body)
        theirs = self.theirs("account.move").create(
            {
                "move_type": "out_invoice",
                "partner_id": body.id,
                "invoice_line_ids": [
                    Command.create({"name": "Un livre", "price_unit": 12})
                ],
            }
        )
        theirs._post()
        self.assertEqual(theirs.company_id, self.other)
        self.assertTrue(ours.l10n_fr_chorus_concerned)
        self.assertFalse(theirs.l10n_fr_chorus_concerned)
        both = (ours + theirs).sudo().with_company(self.other)
        both.invalidate_recordset()
        self.assertEqual(both.mapped("l10n_fr_chorus_concerned"), [True, False])
        [answer] = theirs.l10n_fr_chorus_send()
        self.assertEqual(answer["problems"][0]["code"], "not_concerned")
        self.integrate(ours)
        self.assertState(ours, "MISE_A_DISPOSITION")

    def test_worker_of_another_company_sends_ours(self):
        """The scheduled job runs as a user whose company is none of ours."""
        root = self.env.ref("base.user_root")
        self.assertNotEqual(root.company_id, self.company)
        moves = self.make_invoices(2)
        moves.l10n_fr_chorus_send()
        cron = self.env.ref("l10n_fr_chorus_bookshop.ir_cron_work")
        with self.worker() as env:
            cron.with_env(env).method_direct_trigger()
        self.later(minutes=2)
        with self.worker() as env:
            cron.with_env(env).method_direct_trigger()
        self.assertState(moves, "MISE_A_DISPOSITION")

    def test_other_company_sees_nothing_of_ours(self):
        self.integrate(self.make_invoice())
        for name in (
            "submission",
            "transmission",
            "original",
            "seal",
            "event",
            "unmatched",
            "connection",
        ):
            with self.subTest(name):
                model = f"l10n_fr_chorus.{name}"
                ours = self.env[model].search(
                    [("company_id", "=", self.company.id)]
                    if "company_id" in self.env[model]
                    else []
                )
                seen = self.theirs(model).search([])
                self.assertFalse(seen & ours.with_env(seen.env))
                if name != "unmatched":
                    self.assertTrue(ours)
                    with self.assertRaises(AccessError):
                        self.theirs(model).browse(ours[0].id).read(["display_name"])

    def test_what_was_typed_by_hand_is_not_shared(self):
        typed = self.shop["l10n_fr_chorus.structure"].create(
            {"siret": "21590350100017", "name": "Lille", "is_active": True}
        )
        there = self.theirs("l10n_fr_chorus.structure")
        self.assertFalse(there.search([("siret", "=", typed.siret)]))
        shared = there.search([("siret", "=", "22760540900019")])
        self.assertEqual(len(shared), 1)

    def test_our_invoices_are_not_sent_by_the_neighbour(self):
        move = self.make_invoice()
        with self.assertRaises(AccessError):
            self.theirs("account.move").browse(move.id).l10n_fr_chorus_send()
        self.assertFalse(move.l10n_fr_chorus_state)

    def test_each_company_has_its_settings(self):
        self.other.l10n_fr_chorus_superfluous = "warning"
        move = self.make_invoice("partner_qualification_none", engagement="EJ-1")
        [answer] = move.l10n_fr_chorus_check()
        self.assertEqual([one["severity"] for one in answer["problems"]], ["error"])
