"""G21: a branch invoices by its company's rules, connection and SIRET."""

from odoo import Command
from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestBranches(ChorusCase):
    def branch(self, **values):
        """A branch of the bookshop, where Claire works too."""
        branch = self.env["res.company"].create(
            {
                "name": "Annexe",
                "parent_id": self.company.id,
                "country_id": self.env.ref("base.fr").id,
                **values,
            }
        )
        self.cr.precommit.run()  # core loads a branch's chart at the end
        self.claire.company_ids = [Command.link(branch.id)]
        companies = [branch.id, self.company.id]
        return branch, self.shop(
            context={**self.shop.context, "allowed_company_ids": companies}
        )

    def invoice(self, shop, branch):
        values = self._invoice_values("partner_seine_maritime", company_id=branch.id)
        move = shop["account.move"].with_company(branch).create(values)
        move._post()
        return move

    def test_an_administrator_makes_a_branch(self):
        """What the software alone writes is not copied from the company."""
        companies = self.env["res.company"].with_user(self.env.ref("base.user_admin"))
        branch = companies.create({"name": "Annexe", "parent_id": self.company.id})
        self.assertEqual(branch.l10n_fr_chorus_channel, "piste")

    def test_g21_an_invoice_of_a_branch_is_concerned_and_leaves(self):
        branch, shop = self.branch()
        move = self.invoice(shop, branch)
        self.assertEqual(move.company_id, branch)
        self.assertTrue(move.l10n_fr_chorus_concerned)
        [answer] = move.l10n_fr_chorus_check()
        self.assertEqual(answer["problems"], [])
        [(invoice, _problems)] = move._l10n_fr_chorus_checks().values()
        self.assertEqual(invoice.seller.siret, self.company.company_registry)
        self.assertEqual(invoice.seller.vat, self.company.vat)
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_a_branch_follows_its_company(self):
        branch, _shop = self.branch()
        self.company.l10n_fr_chorus_superfluous = "warning"
        self.company.l10n_fr_chorus_directory_age = 12
        self.assertEqual(branch.l10n_fr_chorus_superfluous, "warning")
        self.assertEqual(branch.l10n_fr_chorus_directory_age, 12)
        self.assertEqual(branch.l10n_fr_chorus_channel, "piste")

    def test_forgotten_in_a_branch(self):
        branch, shop = self.branch()
        move = self.invoice(shop, branch)
        self.assertTrue(move.l10n_fr_chorus_is_forgotten)
