"""R6: what a public customer wishes, and the reminder to ask it again."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from ..common import MODULE, ChorusCase

QUESTIONS = f"{MODULE}.mail_activity_type_questions"
YEAR = timedelta(days=365)


@tagged("post_install", "-at_install")
class TestWishes(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seine = cls.ref("partner_seine_maritime")
        cls.long_ago = fields.Date.today() - YEAR
        cls.make_invoice()

    def remind(self):
        """One round of the yearly reminder; return what is to be done."""
        self.env.flush_all()
        with self.worker() as env:
            env["res.partner"]._cron_l10n_fr_chorus_remind()
        self.env.invalidate_all()
        return self.seine.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref(QUESTIONS)
        )

    def test_wishes_are_kept_on_the_customers_form(self):
        with Form(self.seine) as form:
            form.l10n_fr_chorus_copy_method = "print"
            form.l10n_fr_chorus_copy_count = 3
            form.l10n_fr_chorus_copy_partner_id = self.ref("partner_aube_library")
            form.l10n_fr_chorus_copy_report_id = self.shop.ref(
                "account.account_invoices"
            )
            form.l10n_fr_chorus_slips = "both"
            form.l10n_fr_chorus_notes = "No staples"
        self.assertEqual(self.seine.l10n_fr_chorus_copy_count, 3)
        self.assertEqual(self.seine.l10n_fr_chorus_slips, "both")
        new = self.shop["res.partner"].create({"name": "New"})
        self.assertEqual(new.l10n_fr_chorus_copy_method, "no")
        self.assertTrue(new.l10n_fr_chorus_reminder)

    def test_a_body_not_asked_for_a_year_is_recalled_once(self):
        self.seine.l10n_fr_chorus_contacted_on = self.long_ago
        [activity] = self.remind()
        self.assertEqual(activity.user_id, self.claire)
        self.assertEqual(self.remind(), activity, "once")

    def test_the_questions_close_the_reminder(self):
        self.seine.l10n_fr_chorus_contacted_on = self.long_ago
        self.remind()
        action = self.seine.action_l10n_fr_chorus_questions()
        with Form(self.seine, view=action["views"][0][0]) as form:
            form.l10n_fr_chorus_copy_method = "email"
        self.seine.action_l10n_fr_chorus_answered()
        self.assertEqual(self.seine.l10n_fr_chorus_contacted_on, self.today())
        self.assertFalse(self.remind())

    def test_nobody_is_recalled_without_sales_wish_or_delay(self):
        lyon = self.ref("partner_lyon")
        lyon.l10n_fr_chorus_contacted_on = self.long_ago
        self.assertFalse(self.remind(), "a new customer is not asked at once")
        self.assertFalse(lyon.activity_ids, "no sale this year")
        self.seine.write(
            {
                "l10n_fr_chorus_contacted_on": self.long_ago,
                "l10n_fr_chorus_reminder": False,
            }
        )
        self.assertFalse(self.remind())
