"""A person is told, once, when something lasts too long (R18, R19)."""

from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestWatchdog(ChorusCase):
    def watch(self):
        """One run of the watching job; return what it told the managers."""
        before = self.told()
        self.env["l10n_fr_chorus.submission"]._cron_watch()
        return self.told() - before

    def told(self):
        return self.env["mail.message"].search(
            [
                ("model", "=", self.connection._name),
                ("res_id", "=", self.connection.id),
                ("message_type", "=", "user_notification"),
            ]
        )

    def job_ran(self):
        """The working job has just run."""
        job = self.env.ref("l10n_fr_chorus_bookshop.ir_cron_work")
        self.env.cr.execute(
            "UPDATE ir_cron SET lastcall = now() at time zone 'UTC', active = true"
            " WHERE id = %s",
            [job.id],
        )
        job.invalidate_recordset()

    def setUp(self):
        super().setUp()
        self.job_ran()

    def test_nothing_to_tell(self):
        self.integrate(self.make_invoice())
        self.assertFalse(self.watch())

    def test_a_wait_is_told_once_with_number_and_state(self):
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertFalse(self.watch(), "a day has not passed")
        self.later(hours=25)
        message = self.watch()
        self.assertIn(move.name, message.body)
        self.assertIn("Waiting", message.body)
        self.assertIn(
            self.env.ref("base.user_admin").partner_id, message.notified_partner_ids
        )
        self.assertFalse(self.watch())

    def test_an_outage_that_goes_on_is_one_wait(self):
        move = self.make_invoice()
        self.platform.fault("status", "deposer/flux", times=None, code=429)
        self.deposit(move)
        self.later(hours=5)
        self.work()
        self.assertIn(move.name, self.watch().body)
        self.later(hours=5)
        self.work()
        self.assertFalse(self.watch())

    def test_a_doubt_that_goes_on_attempt_after_attempt_is_told_once(self):
        move = self.make_invoice()
        self.platform.fault("reset_after_read", "deposer/flux", times=None)
        self.deposit(move)
        told = []
        for _attempt in range(3):
            self.later(hours=5)
            self.work()  # the silence is long enough: the same bytes are ready
            self.work()
            self.assertState(move, "doubtful")
            told.append(len(self.watch()))
        self.assertEqual(len(self.calls("deposer/flux")), 4)
        self.assertEqual(told, [0, 1, 0])

    def test_a_doubt_told_stays_told_when_the_platform_is_away(self):
        move = self.make_invoice()
        self.platform.fault("reset_after_read", "deposer/flux")
        self.deposit(move)
        self.later(hours=9)
        self.assertEqual(len(self.watch()), 1)
        self.platform.fault("status", "deposer/flux", times=None, code=429)
        self.work()  # the silence is long enough: the same bytes are ready
        self.work()
        self.assertEqual(len(self.calls("deposer/flux")), 2)
        self.assertState(move, "doubtful")
        self.later(hours=9)
        self.assertFalse(self.watch())

    def test_a_silent_body_raises_nothing(self):
        move = self.make_invoice()
        self.integrate(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.later(days=40)
        self.assertFalse(self.watch())

    def test_a_platform_that_does_not_pass_it_on_is_told(self):
        self.platform.settings(available_after=10**7)
        move = self.make_invoice()
        self.integrate(move)
        self.assertState(move, "DEPOSEE")
        self.env["l10n_fr_chorus.submission"].search(
            [("move_id", "=", move.id)]
        ).state_date = "2026-01-01 08:00:00"
        self.assertIn(move.name, self.watch().body)

    def test_a_job_switched_off_is_told_once_and_again_after_it_ran(self):
        job = self.env.ref("l10n_fr_chorus_bookshop.ir_cron_work")
        job.active = False
        self.assertIn(job.name, self.watch().body)
        self.assertFalse(self.watch())
        job.active = True
        self.assertFalse(self.watch())
        job.active = False
        self.assertTrue(self.watch())

    def test_health_is_plain_and_right(self):
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        self.assertTrue(health["ok"])
        self.assertEqual(health["states"], {})
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        self.later(hours=25)
        self.job_ran()
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        self.assertEqual(health["states"], {"waiting": 1})
        self.assertEqual(health["overdue"], 1)
        self.assertFalse(health["ok"])
        self.assertFalse(health["job"]["asleep"])
        [connection] = health["connections"]
        self.assertTrue(connection["ok"])
        self.assertNotIn(None, [*health.values(), *connection.values()])
