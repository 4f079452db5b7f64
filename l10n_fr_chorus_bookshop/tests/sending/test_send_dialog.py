"""R9, R12: Odoo's own Send dialog speaks of Chorus Pro."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestSendDialog(ChorusCase):
    def dialog(self, moves):
        kind = "batch" if len(moves) > 1 else ""
        model = ".".join(filter(None, ("account.move.send", kind, "wizard")))
        return (
            self.shop[model]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({})
        )

    def alerts(self, moves):
        alerts = self.dialog(moves).alerts or {}
        return [alerts[key] for key in sorted(alerts) if "chorus" in key]

    def test_good_invoice_has_no_alert(self):
        self.assertEqual(self.alerts(self.make_invoice()), [])

    def test_one_bad_invoice_is_a_danger(self):
        move = self.make_invoice("partner_aube")
        alerts = self.alerts(move)
        self.assertEqual([one["level"] for one in alerts], ["danger"] * 2)
        messages = "\n".join(one["message"] for one in alerts)
        self.assertIn("requires a service code", messages)
        self.assertIn("requires an engagement number", messages)
        self.assertEqual(alerts[0]["action"]["res_id"], move.id)
        self.assertTrue(alerts[0]["action_text"])

    def test_bad_ones_among_several_are_a_warning(self):
        good, bad = self.make_invoice(), self.make_invoice("partner_aube")
        alerts = self.alerts(good + bad)
        self.assertEqual([one["level"] for one in alerts], ["warning"] * 2)
        for alert in alerts:
            self.assertEqual(alert["action"]["res_id"], bad.id)

    def test_body_not_active_yet_does_not_stop(self):
        self.ref("partner_rennes").l10n_fr_chorus_refresh()
        [alert] = self.alerts(self.make_invoice("partner_rennes"))
        self.assertEqual(alert["level"], "warning")
        self.assertIn("not active", alert["message"])

    def test_alerts_make_no_call(self):
        moves = self.make_invoice() + self.make_invoice("partner_lille")
        self.dialog(moves)
        self.assertEqual(self.calls(), [])

    def test_one_bad_invoice_does_not_stop_the_others(self):
        good, bad = self.make_invoice(), self.make_invoice("partner_aube")
        self.dialog(good + bad).action_send_and_print()
        with self.worker() as env:
            env["account.move"]._cron_account_move_send()
        self.assertState(good, "requested")
        self.assertFalse(bad.l10n_fr_chorus_state)
        self.assertFalse(bad.sending_data, "core's own queue is not blocked")

    def test_nothing_says_sent_before_the_platform_has_it(self):
        move = self.make_invoice()
        wizard = self.dialog(move)
        wizard.sending_methods = ["email", "chorus"]
        wizard.action_send_and_print()
        self.assertState(move, "requested")
        self.assertTrue(move.invoice_pdf_report_id, "a copy was made")
        self.assertFalse(move.is_move_sent)
        self.assertEqual(move.status_in_payment, "posted")
        self.assertEqual(move.move_sent_values, "not_sent")
        private = self.make_invoice("partner_parents")
        self.dialog(private).action_send_and_print()
        self.assertTrue(private.is_move_sent, "as in Odoo")

    def test_core_embeds_no_invoice_of_its_own(self):
        move = self.make_invoice()
        send = self.shop["account.move.send"]
        self.assertFalse(send._get_default_invoice_edi_format(move))
        self.assertFalse(self.dialog(move).invoice_edi_format)

    def test_chorus_ticked_for_a_customer_not_served_is_told(self):
        move = self.make_invoice("partner_parents")
        wizard = self.dialog(move)
        self.assertEqual(wizard.sending_methods, ["email"])
        wizard.sending_methods = ["chorus"]
        with self.refused(UserError, "not served by Chorus Pro"):
            wizard.action_send_and_print()
        self.assertFalse(move.l10n_fr_chorus_state)

    def test_sent_invoice_is_not_offered_again(self):
        move = self.make_invoice()
        self.deposit(move)
        wizard = self.dialog(move)
        self.assertNotIn("chorus", wizard.sending_methods or [])
