"""A platform that does not answer delays nobody else's invoices."""

from odoo import Command
from odoo.tests import tagged

from simulator.client import Admin
from simulator.server import Simulator

from ..common import SECRETS, ChorusCase

DEPOSIT = "deposer/flux"


@tagged("post_install", "-at_install")
class TestOutage(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The other bookshop's platform is elsewhere, and fares otherwise.
        simulator = Simulator()
        cls.enterClassContext(simulator)
        cls.elsewhere = Admin(simulator.url)
        cls.other = cls.other_company()
        siret = cls.other.company_registry
        cls.elsewhere.structure(siret, name=cls.other.name, public=False)
        cls.elsewhere.account(f"TECH_1_{siret}@cpro.fr", SECRETS["password"], [siret])
        cls.env["l10n_fr_chorus.connection"].search(
            [("company_id", "=", cls.other.id)]
        ).write(
            {
                "oauth_url": f"{simulator.url}/api/oauth/token",
                "api_url": simulator.url,
                # Another address has emptied them.
                **SECRETS,
            }
        )
        cls.connection.batch_size = 1

    def theirs(self):
        """An invoice of the other bookshop, asked for sending."""
        there = self.env["account.move"].with_company(self.other)
        there = there.with_context(allowed_company_ids=self.other.ids)
        body = self.ref("partner_qualification_none").with_env(there.env)
        body.invoice_sending_method = "chorus"
        move = there.create(
            {
                "move_type": "out_invoice",
                "partner_id": body.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Un livre",
                            "price_unit": 12,
                            "tax_ids": self.other.account_sale_tax_id.ids,
                        }
                    )
                ],
            }
        )
        move._post()
        move.l10n_fr_chorus_send()
        return move

    def asked(self, count=4):
        """Invoices of ours, each to be a deposit of its own."""
        moves = self.make_invoices(count)
        moves.l10n_fr_chorus_send()
        return moves

    def test_one_deposit_is_tried_and_the_others_wait(self):
        self.platform.fault("status", DEPOSIT, times=None, code=429)
        ours, theirs = self.asked(), self.theirs()
        self.work()
        self.assertState(theirs, "deposited")
        self.assertState(ours, "queued")
        self.assertEqual(len(self.calls(DEPOSIT)), 1)
        for move in ours:
            self.assertIn("too many calls", move.l10n_fr_chorus_reason)
        submissions = ours.sudo().l10n_fr_chorus_submission_id
        self.assertNotIn(False, submissions.mapped("waiting_since"))
        self.work()
        self.assertEqual(len(self.calls(DEPOSIT)), 1, "left alone for a while")

        self.platform.clear_faults()
        self.later(hours=1)
        self.work()
        self.assertState(ours, "deposited")
        self.assertFalse(self.connection.unreachable_since)

    def test_rests_longer_while_the_outage_lasts(self):
        self.platform.fault("status", "", times=None, code=429)
        self.asked()
        self.work()
        self.later(minutes=10)
        self.work()
        calls = len(self.calls())
        self.later(minutes=8)
        self.work()
        self.assertEqual(len(self.calls()), calls)
        self.later(minutes=8)
        self.work()
        self.assertGreater(len(self.calls()), calls)

    def test_lost_answer_stops_the_other_deposits_only(self):
        self.platform.fault("lost_answer", DEPOSIT, times=1)
        ours, theirs = self.asked(), self.theirs()
        self.work()
        self.assertEqual(self.deposits(), 1)
        self.assertState(theirs, "deposited")
        states = ours.mapped("l10n_fr_chorus_state")
        self.assertEqual(sorted(states), ["doubtful", "queued", "queued", "queued"])
        self.later(minutes=2)
        self.work()
        self.assertEqual(self.deposits(), len(ours))

    def test_reports_and_news_wait_together(self):
        ours = self.asked()
        self.work()
        theirs = self.theirs()
        self.platform.fault("status", "", times=None, code=503)
        self.platform.clear_calls()
        self.later(hours=2)
        self.work()
        self.assertEqual(len(self.calls()), 1, "one call shows that it is down")
        self.assertState(theirs, "deposited")
        self.assertState(ours, "deposited")

    def test_wrong_credentials_are_tried_once_a_round(self):
        self.connection.password = "wrong"
        ours, theirs = self.asked(), self.theirs()
        self.work()
        submissions = ours.sudo().l10n_fr_chorus_submission_id
        self.assertEqual(sum(submissions.transmission_id.mapped("attempts")), 1)
        self.assertState(theirs, "deposited")
        self.assertState(ours, "queued")

    def test_directory_is_asked_once_a_round(self):
        self.platform.fault("status", "structures/", times=None, code=503)
        self.structures.write({"checked_at": "2020-01-01"})
        moves = self.asked(2) + self.make_invoice(
            "partner_lyon", service="MEDIATHEQUE", engagement="EJ-2"
        )
        moves.l10n_fr_chorus_send()
        self.work()
        self.assertState(moves, "waiting")
        self.assertEqual(len(self.calls("structures/")), 1)
