"""R11, R43: a road changed for another, with invoices in flight on both."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

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

    def test_the_settings_take_a_road_with_its_date(self):
        """Both in one go: neither is anything without the other."""
        values = {
            "l10n_fr_chorus_next_channel": "piste",
            "l10n_fr_chorus_next_on": self.today() + timedelta(days=40),
        }
        for chosen in (values, dict.fromkeys(values, False)):
            settings = self.env["res.config.settings"].with_company(self.company)
            with Form(settings.sudo()) as form:
                for name, value in chosen.items():
                    setattr(form, name, value)
            form.save().execute()
            self.assertEqual(
                self.company.read(list(values))[0], {"id": self.company.id, **chosen}
            )

    def test_the_road_changes_at_midnight_in_france(self):
        """Whoever asks, and from wherever: the worker has no time zone."""
        company = self.company
        day = date(2027, 9, 1)
        company.write(
            {
                "l10n_fr_chorus_channel": "piste",
                "l10n_fr_chorus_next_channel": "approved",
                "l10n_fr_chorus_next_on": day,
            }
        )
        for moment, road in (
            ("2027-08-31 21:59:00", "piste"),
            ("2027-08-31 22:01:00", "approved"),
        ):
            with freeze_time(moment):
                for zone in (False, "Indian/Reunion", "America/Guadeloupe"):
                    found = company.with_context(tz=zone)._l10n_fr_chorus_road()
                    self.assertEqual(found, road, (moment, zone))

    def test_a_working_connection_does_not_forestall_the_date(self):
        """From a day on is not from the first successful test on."""
        self.company.write(
            {
                "l10n_fr_chorus_channel": "portal",
                "l10n_fr_chorus_next_channel": "approved",
                "l10n_fr_chorus_next_on": self.today() + timedelta(days=40),
            }
        )
        manager = self.env.ref("base.user_admin")
        self.connection.with_user(manager).action_test()
        self.assertIn("Everything answers", self.connection.test_result)
        self.assertEqual(self.company.l10n_fr_chorus_channel, "portal")

    def test_a_refused_invoice_is_credited_as_its_own_road_wants(self):
        """Not as the company's: one invoice or one customer may go another way."""
        self.company.l10n_fr_chorus_channel = "piste"
        move = self.make_invoice()
        move.l10n_fr_chorus_send_by("approved", "Essai")
        self.work()
        self.later(minutes=2)
        self.work()
        self.follow()
        self.platform.status(move.name, "REJETEE")
        self.follow()
        self.assertState(move, "REJETEE")
        self.assertTrue(self.company.l10n_fr_chorus_credit_sending)
        self.assertFalse(self.reversal(move).l10n_fr_chorus_send)
        self.company.l10n_fr_chorus_channel = "approved"
        self.company.l10n_fr_chorus_credit_sending = True
        self.assertTrue(self.reversal(move).l10n_fr_chorus_send, "what the shop chose")

    def reversal(self, move):
        """Core's own dialog on an invoice."""
        dialogs = self.env["account.move.reversal"]
        on_it = {"active_model": "account.move", "active_ids": move.ids}
        return dialogs.with_context(**on_it).create({"journal_id": move.journal_id.id})

    def test_two_profiles_of_one_origin_may_be_two_platforms(self):
        """« XP Z12-013 » duplicated twice: the code is the same, not the place."""
        standard = self.platforms.search([("code", "=", "standard")])
        first, second = (
            standard.copy({"test_flow_url": f"https://{name}.example/flow/v1"})
            for name in ("one", "two")
        )
        self.connection.approved_id = first
        self.connection.write(self.addresses())
        self.deposit(self.make_invoice())
        with self.refused(UserError, "still under way by the connection"):
            self.connection.approved_id = second

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
        today = self.today()
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
