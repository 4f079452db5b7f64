"""A page that shows an invoice is told that it moved; only who may read it is."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import ChorusCase

NEWS = "l10n_fr_chorus/news"


@tagged("post_install", "-at_install")
class TestBell(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()

    def channels(self, user, *names):
        """What a page of this user listens to, of what it asks for."""
        return (
            self.env["ir.websocket"]
            .with_user(user)
            ._l10n_fr_chorus_channels(["other", *names])
        )

    def user(self, login, groups, company):
        return new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_only_who_may_read_an_invoice_hears_of_it(self):
        mine = f"l10n_fr_chorus.invoice_{self.invoice.id}"
        gone = f"l10n_fr_chorus.invoice_{self.invoice.id + 999_999}"
        firm = f"l10n_fr_chorus.company_{self.company.id}"
        accounting = "account.group_account_readonly"
        reader = self.user("bell_reader", accounting, self.company)
        self.assertEqual(
            self.channels(reader, mine, gone, firm),
            ["other", self.invoice, (self.company, "l10n_fr_chorus")],
        )
        neighbour = self.user("bell_neighbour", accounting, self.other_company())
        clerk = self.user("bell_clerk", "base.group_user", self.company)
        portal = self.user("bell_portal", "base.group_portal", self.company)
        for stranger in (neighbour, clerk, portal):
            with self.subTest(stranger.login):
                heard = self.channels(stranger, mine, gone, firm)
                self.assertEqual(heard, ["other"])

    def test_a_new_state_rings_and_says_nothing_else(self):
        rung = self.env.cr.precommit.data
        self.invoice.l10n_fr_chorus_send()
        rung.pop("bus.bus.values", None)
        self.invoice.sudo().l10n_fr_chorus_submission_id._set_state("queued")
        messages = [one["message"] for one in rung["bus.bus.values"]]
        bells = [one for one in messages if NEWS in one]
        self.assertEqual(
            bells,
            [
                f'{{"type":"{NEWS}","payload":{{"id":{self.invoice.id}}}}}',
                f'{{"type":"{NEWS}","payload":{{"company":{self.company.id}}}}}',
            ],
        )
