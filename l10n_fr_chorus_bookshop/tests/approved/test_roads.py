"""R11, R43: a road changed for another, with invoices in flight on both."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...models.settings import res_company
from .approved_case import ApprovedCase

FLOWS = "pa/flow/v1/flows$"


@tagged("post_install", "-at_install")
class TestRoads(ApprovedCase):
    def by_piste(self):
        """One invoice in doubt on the old road, one that waits there to leave."""
        self.company.l10n_fr_chorus_channel = "piste"
        self.platform.fault("lost_answer", "deposer/flux")
        doubtful = self.make_invoice()
        self.deposit(doubtful)
        self.assertState(doubtful, "doubtful")
        queued = self.make_invoice()
        queued.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.assertState(queued, "queued")
        return doubtful, queued

    def roads(self, moves):
        return moves.sudo().l10n_fr_chorus_submission_id.mapped("channel")

    def test_by_the_companys_date(self):
        doubtful, queued = self.by_piste()
        self.company.write(
            {
                "l10n_fr_chorus_next_channel": "approved",
                "l10n_fr_chorus_next_on": self.today(),
            }
        )
        self.company._l10n_fr_chorus_watch_roads()
        after = self.make_invoice()
        self.deposit(after)
        for _round in range(3):
            self.later(hours=2)
            self.work()
        moves = doubtful + queued + after
        self.assertState(moves, "MISE_A_DISPOSITION")
        self.assertEqual(self.roads(moves), ["piste", "piste", "approved"])
        self.sent_once(moves)

    def test_a_date_without_a_road_is_refused(self):
        with self.refused(ValidationError, "a channel and a date"):
            self.company.l10n_fr_chorus_next_on = self.today()

    def test_by_the_invoice_with_a_reason(self):
        doubtful, queued = self.by_piste()
        with self.refused(UserError, "Say why"):
            queued.l10n_fr_chorus_send_by("approved", " ")
        items = (doubtful + queued).l10n_fr_chorus_send_by("approved", "Travaux")
        self.assertEqual([one["queued"] for one in items], [False, True])
        self.assertEqual(items[0]["problems"][0]["code"], "has_left")
        for _round in range(3):
            self.work()
            self.later(hours=2)
        self.work()
        self.assertState(doubtful + queued, "MISE_A_DISPOSITION")
        self.assertEqual(self.roads(doubtful + queued), ["piste", "approved"])
        self.sent_once(doubtful + queued)
        self.assertIn("Travaux", self.chatter(queued))

    def test_back_to_the_old_road_with_a_doubt_on_the_new_one(self):
        self.manners(blind=1800)
        self.platform.fault("lost_answer", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.company.l10n_fr_chorus_channel = "piste"
        other = self.make_invoice()
        self.deposit(other)
        for _round in range(3):
            self.later(hours=2)
            self.work()
        self.assertState(move + other, "MISE_A_DISPOSITION")
        self.assertEqual(self.roads(move + other), ["approved", "piste"])
        self.sent_once(move + other)

    def test_by_the_customer_from_the_next_invoice_on(self):
        before = self.make_invoice()
        self.deposit(before)
        customer = self.ref("partner_seine_maritime").sudo()
        customer.write(
            {"l10n_fr_chorus_road": "piste", "l10n_fr_chorus_road_reason": "travaux"}
        )
        after = self.make_invoice()
        self.deposit(after)
        for _round in range(2):
            self.later(hours=2)
            self.work()
        self.assertEqual(self.roads(before + after), ["approved", "piste"])
        self.assertState(before + after, "MISE_A_DISPOSITION")

    def test_by_another_platform_of_the_same_company(self):
        """What is under way is followed where it was sent, to its end."""
        before = self.make_invoice()
        self.deposit(before)
        first = self.connection
        other = self.platforms.search([("code", "=", "superpdp")])
        with self.refused(UserError, "still under way by the connection"):
            first.approved_id = other
        first.active = False
        first.flush_recordset()
        second = self.connect_approved("superpdp")
        after = self.make_invoice()
        self.deposit(after)
        for _round in range(2):
            self.later(hours=2)
            self.work()
        moves = before + after
        self.assertState(moves, "MISE_A_DISPOSITION")
        self.platform.status(before.name, "MANDATEE")
        self.follow()
        self.assertState(before, "MANDATEE")
        submissions = moves.sudo().l10n_fr_chorus_submission_id
        self.assertEqual(submissions.connection_id, first + second)
        self.sent_once(moves)

    def test_tests_under_way_never_end_in_production(self):
        """Nobody knows them there: they would leave again, and for good."""
        move = self.make_invoice()
        self.deposit(move)
        with self.refused(UserError, "still under way by the connection"):
            self.connection.environment = "production"
        for _round in range(3):
            self.follow()
        self.assertEqual(self.transmission(move).state, "reported")
        self.connection.environment = "production"

    def test_another_profile_of_the_same_platform_is_no_other_platform(self):
        move = self.make_invoice()
        self.deposit(move)
        addresses = self.connection.read(["flow_url", "directory_url", "token_url"])[0]
        self.connection.approved_id = self.connection.approved_id.copy()
        addresses.pop("id")
        self.connection.write({**addresses, "client_secret": "secret"})
        self.later(hours=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_the_reform_is_told_three_months_before_and_once(self):
        company = self.company
        company.l10n_fr_chorus_channel = "piste"
        today = fields.Date.today()
        for days, told in ((93, False), (92, True), (-30, True)):
            company.l10n_fr_chorus_reform_told_on = False
            day = today + timedelta(days=days)
            with patch.object(res_company, "REFORM", day):
                company._l10n_fr_chorus_watch_roads()
                self.assertEqual(bool(company.l10n_fr_chorus_reform_told_on), told)
        model = type(company)
        with (
            patch.object(res_company, "REFORM", today),
            patch.object(model, "_l10n_fr_chorus_tell_reform") as again,
        ):
            company._l10n_fr_chorus_watch_roads()
        again.assert_not_called()
