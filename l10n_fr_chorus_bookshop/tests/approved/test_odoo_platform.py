"""R44: Odoo's own platform as a road, without its modules: a stand-in field."""

from unittest.mock import patch

from odoo.tests import tagged

from ...models.sending import account_move_road, account_move_send
from ..common import ChorusCase

# A text that any invoice has, in the place of `peppol_move_state`.
STAND_IN = "ref"


@tagged("post_install", "-at_install")
class TestOdooPlatform(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for file in (account_move_road, account_move_send):
            cls.startClassPatcher(patch.object(file, "OTHER_STATE", STAND_IN))
        cls.company.l10n_fr_chorus_channel = "odoo"

    def say(self, move, word):
        """Odoo's own modules say this of an invoice; a while later it is noted."""
        move.sudo()[STAND_IN] = word
        self.env.flush_all()
        self.work()
        self.later(minutes=2)

    def codes(self, move):
        submission = move.sudo().l10n_fr_chorus_submission_id
        return submission.event_ids._in_order().mapped("code")

    def test_nothing_of_ours_leaves(self):
        self.company.l10n_fr_chorus_auto_send = True
        move = self.make_invoice()
        self.assertFalse(move.l10n_fr_chorus_can_send)
        self.assertFalse(move._l10n_fr_chorus_is_ours())
        [item] = move.l10n_fr_chorus_send()
        self.assertFalse(item["queued"])
        self.assertEqual(item["problems"][0]["code"], "sent_by_odoo")
        self.work()
        self.assertEqual(self.deposits(), 0)
        self.assertFalse(move.sudo().l10n_fr_chorus_submission_id)
        self.assertFalse(move._l10n_fr_chorus_is_copy())

    def test_its_states_are_the_history(self):
        move = self.make_invoice()
        for word in ("ready", "to_send"):
            self.say(move, word)
            self.assertFalse(move.sudo().l10n_fr_chorus_submission_id)
        words = {
            "processing": "DEPOSEE_PLATEFORME",
            "sent": "EN_COURS_ACHEMINEMENT",
            "AB": "DEPOSEE",
            "made_available": "MISE_A_DISPOSITION",
            "suspended": "SUSPENDUE",
            "completed": "COMPLETEE",
            "payment_sent": "MISE_EN_PAIEMENT",
        }
        for word, state in words.items():
            self.say(move, word)
            self.say(move, word)
            self.assertState(move, state)
        self.assertEqual(self.codes(move), list(words.values()))
        self.say(move, "PD")
        self.assertState(move, "MISE_EN_PAIEMENT")
        self.assertEqual(move.sudo().l10n_fr_chorus_channel, "odoo")
        self.assertEqual(self.deposits(), 0)

    def test_a_word_nobody_knows_is_shown_as_it_came(self):
        move = self.make_invoice()
        self.say(move, "cancelled")
        self.assertState(move, "unknown")
        self.assertEqual(self.codes(move), ["cancelled"])

    def test_a_refusal_awaits_a_person_and_its_credit_note_stays(self):
        self.assertFalse(self.company.l10n_fr_chorus_credit_sending)
        move = self.make_invoice()
        self.say(move, "refused")
        self.assertState(move, "REJETEE")
        self.assertTrue(move.activity_ids)

    def test_a_failure_is_told_and_sent_again_there(self):
        move = self.make_invoice()
        self.say(move, "processing")
        self.say(move, "error")
        self.assertState(move, "not_integrated")
        self.assertIn("Odoo", move.sudo().l10n_fr_chorus_reason)
        self.say(move, "processing")
        self.assertState(move, "DEPOSEE_PLATEFORME")

    def test_a_failure_told_late_is_no_failure_of_what_arrived(self):
        """The body has it: it must not be sent again there."""
        move = self.make_invoice()
        for word in ("processing", "made_available", "error"):
            self.say(move, word)
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_one_invoice_may_leave_from_here_with_its_reason(self):
        move = self.make_invoice()
        [item] = move.l10n_fr_chorus_send_by("piste", "Their platform is down")
        self.assertTrue(item["queued"], item)
        self.work()
        self.assertEqual(self.deposits(), 1)
        self.assertTrue(move._l10n_fr_chorus_is_ours())

    def test_what_is_under_way_by_us_stays_ours(self):
        self.company.l10n_fr_chorus_channel = "piste"
        move = self.make_invoice()
        self.deposit(move)
        self.company.l10n_fr_chorus_channel = "odoo"
        self.assertTrue(move._l10n_fr_chorus_is_ours())
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_a_test_of_a_connection_does_not_change_the_road(self):
        self.connection.with_user(self.env.ref("base.user_admin")).action_test()
        self.assertEqual(self.company.l10n_fr_chorus_channel, "odoo")
