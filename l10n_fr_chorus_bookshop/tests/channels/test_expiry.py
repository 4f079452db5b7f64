"""R29: a password or a key that ends is told 30, 15 and 3 days before, once each."""

from datetime import timedelta

from odoo.tests import tagged

from ...chorus.guide import PASSWORD_DAYS
from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestExpiry(ChorusCase):
    def setUp(self):
        super().setUp()
        self.admin = self.env.ref("base.user_admin")
        self.admin.lang = "en_US"

    def ends_in(self, days, field="password_expires_on"):
        self.connection[field] = self.today() + timedelta(days=days)

    def warnings(self):
        """What is open for one of the managers, after one run of the job."""
        self.env["l10n_fr_chorus.submission"]._cron_watch()
        return self.connection.activity_ids.filtered(
            lambda one: one.user_id == self.admin
        )

    def test_each_warning_comes_once_and_replaces_the_one_before(self):
        self.ends_in(31)
        self.assertFalse(self.warnings())
        end, seen = self.today(), self.env["mail.activity"]
        for days in (30, 15, 3):
            # The end comes nearer without anybody writing a new one.
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE l10n_fr_chorus_connection SET password_expires_on = %s",
                [end + timedelta(days=days)],
            )
            self.env.invalidate_all()
            [warning] = self.warnings()
            self.assertNotIn(warning, seen)
            self.assertIn("the password ends on", warning.summary)
            self.assertIn("invoices wait", warning.note)
            self.assertEqual(self.warnings(), warning, "once")
            seen += warning

    def test_a_warning_that_was_closed_does_not_come_back(self):
        self.ends_in(12)
        self.warnings().action_feedback()
        self.assertFalse(self.warnings())

    def test_every_manager_is_told_and_no_clerk(self):
        self.ends_in(2)
        self.warnings()
        told = self.connection.activity_ids.user_id
        self.assertEqual(told, self.connection._managers())
        self.assertNotIn(self.claire, told)

    def test_a_new_password_closes_the_warning(self):
        self.ends_in(2)
        self.assertTrue(self.warnings())
        self.connection.password = "new"
        self.assertFalse(self.warnings())
        self.assertEqual(
            self.connection.password_expires_on,
            self.today() + timedelta(days=PASSWORD_DAYS),
        )

    def test_the_platforms_own_date_wins(self):
        self.connection.action_test()
        self.assertEqual(str(self.connection.password_expires_on), "2030-12-31")
        self.connection.password = "••••••••"
        self.assertEqual(str(self.connection.password_expires_on), "2030-12-31")

    def test_keys_end_too(self):
        self.ends_in(3, "secret_expires_on")
        [warning] = self.warnings()
        self.assertIn("the keys end on", warning.summary)

    def test_testing_again_does_not_warn_again(self):
        account = f"TECH_1_{self.company.company_registry}@cpro.fr"
        self.platform.account(
            account,
            "password",
            [self.company.company_registry],
            password_expires=str(self.today() + timedelta(days=10)),
        )
        self.connection.action_test()
        self.warnings().action_feedback()
        self.connection.action_test()
        self.assertFalse(self.warnings())

    def test_health_tells_what_ends(self):
        self.ends_in(10)
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        [end] = [one for one in health["expiries"] if one["what"] == "password"]
        self.assertEqual(end["days_left"], 10)
        self.assertTrue(end["warned"])
        self.ends_in(-1)
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        self.assertFalse(health["ok"])
