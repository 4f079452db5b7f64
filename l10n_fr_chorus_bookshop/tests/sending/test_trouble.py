"""What outages, refusals and wrong credentials do: invoices wait and say why."""

from datetime import timedelta

from odoo.tests import tagged

from ..common import ChorusCase

DEPOSIT = "deposer/flux"


@tagged("post_install", "-at_install")
class TestTrouble(ChorusCase):
    def transmission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.transmission_id

    def test_too_many_calls_waits_as_long_as_asked(self):
        self.platform.fault(
            "status", DEPOSIT, code=429, headers={"Retry-After": "3000"}
        )
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "queued")
        self.assertIn("too many calls", move.l10n_fr_chorus_reason)
        submission = move.sudo().l10n_fr_chorus_submission_id
        self.assertTrue(submission.waiting_since, "it says since when")
        self.later(minutes=40)
        self.work()
        self.assertEqual(self.deposits(), 0, "not before the platform allows it")
        self.later(minutes=11)
        self.work()
        self.assertState(move, "deposited")

    def test_back_off_keeps_the_first_date(self):
        self.platform.fault("status", DEPOSIT, times=None, code=429)
        move = self.make_invoice()
        self.deposit(move)
        submission = move.sudo().l10n_fr_chorus_submission_id
        since = submission.waiting_since
        self.later(hours=2)
        self.work()
        self.assertEqual(len(self.calls(DEPOSIT)), 2)
        drift = abs(submission.waiting_since - (since - timedelta(hours=2)))
        self.assertLess(drift, timedelta(minutes=1))

    def test_case_10_503_without_headers(self):
        self.platform.fault("status", DEPOSIT, code=503, bare=True)
        move = self.make_invoice()
        self.deposit(move)
        self.assertIn(move.l10n_fr_chorus_state, ("queued", "doubtful"))
        self.assertEqual(self.deposits(), 0)
        for _round in range(3):
            self.later(hours=5)
            self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_refusal_of_the_deposit_itself(self):
        self.platform.settings(max_flux_bytes=10)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "not_integrated")
        self.assertEqual(self.transmission(move).state, "refused")
        self.assertTrue(move.l10n_fr_chorus_can_send)
        self.platform.settings(max_flux_bytes=30_000_000)
        move.l10n_fr_chorus_send()
        self.work()
        self.assertState(move, "deposited")

    def test_incident_of_the_platform_sends_the_same_flux_again(self):
        self.platform.fault("incident", DEPOSIT)
        move = self.make_invoice()
        self.integrate(move)
        fingerprint = self.transmission(move).sha256
        for _round in range(3):
            self.later(hours=2)
            self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.transmission(move).sha256, fingerprint)
        self.assertEqual(self.ledger(), [move.name])

    def test_integration_that_lasts_is_asked_again(self):
        self.platform.fault("late", DEPOSIT, seconds=3600)
        move = self.make_invoice()
        self.integrate(move)
        self.assertState(move, "deposited")
        self.later(hours=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    # ---- CREDENTIALS --------------------------------------------------------------

    def told(self):
        """The messages that told the managers."""
        return self.env["mail.message"].search(
            [
                ("model", "=", "l10n_fr_chorus.connection"),
                ("res_id", "=", self.connection.id),
                ("message_type", "=", "user_notification"),
            ]
        )

    def test_wrong_credentials_tell_the_managers_once(self):
        self.connection.password = "wrong"
        moves = self.make_invoices(2)
        self.deposit(moves)
        self.assertState(moves, "queued")
        self.assertIn("refuses the credentials", moves[0].l10n_fr_chorus_reason)
        self.assertFalse(self.told(), "PISTE refuses a valid pair now and then")
        for _round in range(3):
            self.later(minutes=20)
            self.work()
        self.assertEqual(len(self.told()), 1)
        managers = self.told().partner_ids
        self.assertIn(self.env.ref("base.user_admin").partner_id, managers)
        self.assertNotIn(self.claire.partner_id, managers)
        for _round in range(3):
            self.later(hours=2)
            self.work()
        self.assertEqual(len(self.told()), 1)
        self.assertEqual(self.deposits(), 0)
        self.connection.password = "password"
        self.later(hours=2)
        self.work()
        self.assertState(moves, "deposited")
        self.connection.invalidate_recordset()
        self.assertFalse(self.connection.last_error)

    def test_missing_credentials_wait_too(self):
        self.connection.client_secret = False
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "queued")
        self.assertIn("no credentials", move.l10n_fr_chorus_reason)
        self.assertFalse(self.calls())

    def test_no_connection_waits_and_leaves_once_there_is_one(self):
        self.connection.active = False
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertIn("No connection", move.l10n_fr_chorus_reason)
        self.connection.active = True
        self.later(minutes=10)
        self.work()
        self.assertState(move, "deposited")

    def test_test_of_the_connection_tells_what_works(self):
        self.connection.action_test()
        self.assertEqual(self.connection.test_result, "Everything answers.")
        self.assertEqual(str(self.connection.password_expires_on), "2030-12-31")
        self.connection.password = "wrong"
        action = self.connection.action_test()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("refuses the credentials", self.connection.test_result)
