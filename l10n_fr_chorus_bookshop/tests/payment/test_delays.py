"""R19: only what the shop, the platform or a payment owes is late; silence is not."""

# pylint: disable=translation-required

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestDelays(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice()

    def submission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id

    def late(self):
        """What the list of late invoices shows."""
        return self.shop["account.move"].search([("l10n_fr_chorus_late", "!=", False)])

    def in_stage(self, code):
        return self.shop["account.move"].search([("l10n_fr_chorus_payment", "=", code)])

    def assertLate(self, move, code):  # noqa: N802 - as unittest names them
        self.assertEqual(move.l10n_fr_chorus_late, code)
        self.assertEqual(move in self.late(), bool(code))

    def assertStage(self, move, code):  # noqa: N802 - as unittest names them
        self.assertEqual(move.l10n_fr_chorus_payment, code)
        self.assertIn(move, self.in_stage(code))

    def followed(self, move):
        domain = self.env["l10n_fr_chorus.submission"]._followed_domain()
        return bool(self.submission(move).filtered_domain(domain))

    def bank_line(self, move):
        """A transfer arrives at the bank and is reconciled."""
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        line = self.env["account.bank.statement.line"].with_company(self.company)
        line = line.create(
            {
                "journal_id": bank.id,
                "payment_ref": "VIR DRFIP NORMANDIE",
                "partner_id": move.commercial_partner_id.id,
                "amount": move.amount_total,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = move.sudo().line_ids.filtered(
            lambda one: one.account_id.account_type == "asset_receivable"
        )
        suspense.account_id = receivable.account_id
        (suspense + receivable).reconcile()

    # ---- WHOSE TURN ---------------------------------------------------------------

    def test_a_silent_body_raises_nothing(self):
        self.integrate(self.move)
        self.follow()
        self.assertState(self.move, "MISE_A_DISPOSITION")
        # Minutes after the deposit nobody would speak of no news.
        self.submission(self.move).state_date = fields.Datetime.now()
        self.assertNotIn("No news", self.move.l10n_fr_chorus_delay)
        self.assertIn("Payment due by", self.move.l10n_fr_chorus_delay)
        self.later(days=5)
        self.assertLate(self.move, False)
        self.assertStage(self.move, "awaited")
        self.assertIn("no fault", self.move.l10n_fr_chorus_delay)

    def test_the_payment_delay_counts_from_the_day_it_was_made_available(self):
        self.integrate(self.move)
        self.follow()
        submission = self.submission(self.move)
        paris = self.move.with_context(tz="Europe/Paris")
        day = fields.Datetime.context_timestamp(paris, submission.available_at).date()
        self.assertEqual(submission.payment_due - day, timedelta(days=30))
        self.later(days=(submission.payment_due - self.today()).days)
        self.assertLate(self.move, False)
        self.later(days=2)
        self.assertLate(self.move, "payment")
        self.assertIn("due by", self.move.l10n_fr_chorus_delay)
        [item] = self.shop["account.move"].l10n_fr_chorus_late_invoices()
        self.assertEqual((item["id"], item["late"]), (self.move.id, "payment"))
        [status] = self.move.l10n_fr_chorus_status()
        self.assertEqual((status["late"], status["payment"]), ("payment", "awaited"))

    def test_a_hospital_has_fifty_days(self):
        self.integrate(self.move)
        self.follow()
        submission = self.submission(self.move)
        due = submission.payment_due
        self.move.commercial_partner_id.sudo().l10n_fr_chorus_payment_days = 50
        self.assertEqual(submission.payment_due - due, timedelta(days=20))

    def test_a_late_mise_a_disposition_is_the_platforms(self):
        self.platform.settings(available_after=10**7)
        self.platform.set_clock(f"{fields.Datetime.now().isoformat()}+00:00")
        self.integrate(self.move)
        self.assertState(self.move, "DEPOSEE")
        self.assertLate(self.move, False)
        self.later(days=3)
        self.assertLate(self.move, "platform")
        self.assertIn("Chorus Pro", self.move.l10n_fr_chorus_delay)

    def test_what_has_not_left_is_the_shops(self):
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertLate(move, False)
        self.later(days=2)
        self.assertLate(move, "shop")

    def test_a_suspended_invoice_is_the_shops_to_answer_not_late(self):
        self.integrate(self.move)
        self.follow()
        self.later(days=15)
        self.assertLate(self.move, "payment")
        self.platform.status(self.move.name, "SUSPENDUE", reason="LIVR_INCOMP")
        self.follow()
        self.assertState(self.move, "SUSPENDUE")
        self.assertLate(self.move, False)

    def test_a_credit_note_is_owed_by_nobody(self):
        credit = self.make_invoice(move_type="out_refund", post=False)
        credit.reversed_entry_id = self.move
        credit._post()
        self.integrate(credit)
        self.follow()
        self.later(days=15)
        self.assertState(credit, "MISE_A_DISPOSITION")
        self.assertLate(credit, False)
        self.assertFalse(credit.l10n_fr_chorus_payment)

    # ---- THE MONEY ----------------------------------------------------------------

    def test_payment_ordered_is_not_money_in_the_bank(self):
        self.answer(self.move, "MISE_EN_PAIEMENT")
        self.assertStage(self.move, "ordered")
        self.assertEqual(self.move.payment_state, "not_paid")
        self.later(days=40)
        self.assertLate(self.move, False)
        self.bank_line(self.move)
        self.assertStage(self.move, "cashed")
        self.assertFalse(self.in_stage("ordered"))

    def test_a_payment_noted_by_hand_is_no_bank_line(self):
        self.integrate(self.move)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        ).create({})._create_payments()
        self.assertStage(self.move, "registered")
        self.later(days=60)
        self.assertLate(self.move, False)

    def test_a_body_without_payment_news_ends(self):
        self.structures.write({"payment_not_reported": True})
        self.answer(self.move, "MANDATEE")
        self.assertFalse(self.followed(self.move))
        self.assertStage(self.move, "untold")
        self.assertLate(self.move, False)
        self.later(days=40)
        self.assertLate(self.move, "payment")

    def test_a_body_that_says_nothing_more_ends_once_it_has_paid(self):
        self.integrate(self.move)
        self.follow()
        self.bank_line(self.move)
        self.assertTrue(self.followed(self.move))
        self.later(days=61)
        self.assertFalse(self.followed(self.move))

    # ---- REMINDING ----------------------------------------------------------------

    def all_late(self):
        """Two late invoices of one body, one of another."""
        other = self.make_invoice("partner_lyon")
        moves = self.move + self.make_invoice(engagement="EJ-2") + other
        self.integrate(moves)
        self.follow()
        self.later(days=15)
        self.assertEqual(set(moves.mapped("l10n_fr_chorus_late")), {"payment"})
        return moves[:2], other

    def test_one_letter_names_a_bodys_whole_pile_and_is_traced_on_each(self):
        pile, other = self.all_late()
        body = self.move.commercial_partner_id
        action = body.with_user(self.claire).action_l10n_fr_chorus_remind()
        self.assertEqual(action["context"]["l10n_fr_chorus_reminded"], pile.ids)
        composer = (
            self.shop["mail.compose.message"]
            .with_context(**action["context"], default_partner_ids=body.ids)
            .create({})
        )
        for move in pile:
            self.assertIn(move.name, composer.subject)
            self.assertIn(move.name, composer.body)
        self.assertIn("EJ-2", composer.body)
        self.assertRegex(composer.body, r"\d\d/\d\d/\d{4}")
        composer.action_send_mail()
        for move in pile:
            self.assertIn("reminded", self.chatter(move))
            self.assertTrue(move.l10n_fr_chorus_reminded_at)
        self.assertNotIn("reminded", self.chatter(other))

    def test_one_letter_goes_to_one_body(self):
        pile, other = self.all_late()
        with self.refused(UserError, "one public body"):
            (pile + other).action_l10n_fr_chorus_remind()
        with self.refused(UserError, "no late payment"):
            self.ref("partner_aube").action_l10n_fr_chorus_remind()

    def test_a_context_from_outside_names_no_other_customer(self):
        """Their names and amounts would be read in the letter, rights or not."""
        pile, other = self.all_late()
        forged = pile[0].with_context(l10n_fr_chorus_reminded=(pile + other).ids)
        forged.message_post(body="Bonjour")
        for move in pile:
            self.assertTrue(move.l10n_fr_chorus_reminded_at)
        self.assertFalse(other.l10n_fr_chorus_reminded_at)
        self.assertNotIn("reminded", self.chatter(other))

    def test_other_systems_remind_too_and_one_failing_stops_no_other(self):
        pile, other = self.all_late()
        pile.commercial_partner_id.sudo().email = "compta@example.com"
        other.partner_id.sudo().email = False
        early = self.make_invoice("partner_aube", service="MEDIATHEQUE")
        answers = (pile + other + early).l10n_fr_chorus_remind()
        self.assertEqual(
            [answer["done"] for answer in answers], [True, True, False, False]
        )
        self.assertIn("e-mail", answers[2]["message"])
        self.assertIn(early.name, answers[3]["message"])
        letters = pile.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertEqual(len(letters), 1)
        self.assertIn(pile.commercial_partner_id, letters.partner_ids)

    def test_nobody_else_sends_reminders(self):
        self.integrate(self.move)
        self.claire.sudo().group_ids = [
            Command.set(self.env.ref("account.group_account_readonly").ids)
        ]
        with self.assertRaises(AccessError):
            self.move.with_user(self.claire).l10n_fr_chorus_remind()
