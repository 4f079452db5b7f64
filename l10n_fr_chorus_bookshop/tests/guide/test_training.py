"""R38: one learns on real documents, and never in production."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import SECRETS
from .guide_case import GuideCase


@tagged("post_install", "-at_install")
class TestTraining(GuideCase):
    def train(self):
        self.guide.action_train()
        self.env.invalidate_all()

    def test_nothing_counts_before_the_training(self):
        self.integrate(self.make_invoice())
        self.assertToDo("train_send", "No training")
        self.later(hours=1)
        self.env["l10n_fr_chorus.submission"].search([]).requested_at = "2026-01-01"
        self.train()
        self.assertToDo("train_send", "No invoice has left")

    def test_send_and_read(self):
        self.train()
        move = self.make_invoice()
        self.integrate(move)
        self.assertDone("train_send")
        reading = self.step("train_read", self.claire)
        self.assertFalse(reading.is_done)
        reading.action_tick()
        self.assertDone("train_read")
        self.assertEqual(reading.ticked_by, self.claire.name)

    def test_reading_needs_something_to_read(self):
        self.train()
        with self.refused(UserError, "has told nothing"):
            self.step("train_read", self.claire).action_tick()

    def test_a_refusal_is_answered(self):
        self.train()
        self.assertToDo("train_refused", "No invoice of this training was refused")
        move = self.make_invoice()
        self.answer(move, "REJETEE", reason="EJ_ERR")
        self.assertToDo("train_refused", f"{move.name} is refused")
        move.l10n_fr_chorus_credit()
        self.assertDone("train_refused")

    def test_an_inactive_body(self):
        self.train()
        self.assertToDo("train_inactive", "No invoice waits")
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertToDo("train_inactive", f"{move.name} waits: write")
        move.partner_id.email = "accueil@example.com"
        move.partner_id.l10n_fr_chorus_letter(move.name)
        self.assertDone("train_inactive")

    def test_an_inactive_body_by_paper(self):
        self.train()
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        move.l10n_fr_chorus_leave("Not on Chorus Pro yet")
        self.assertDone("train_inactive")

    def test_a_new_training_starts_anew(self):
        self.train()
        self.integrate(self.make_invoice())
        self.step("train_read").action_tick()
        self.guide.action_end_training()
        self.assertToDo("train_read", "No training")
        self.train()
        self.assertFalse(self.step("train_read").is_done)

    # ---- NEVER IN PRODUCTION ------------------------------------------------------

    def test_no_training_in_production(self):
        self.company.l10n_fr_chorus_environment = "production"
        with self.refused(ValidationError, "is in production"):
            self.guide.action_train()

    def test_no_production_in_training(self):
        self.train()
        with self.refused(ValidationError, "is in production"):
            self.company.l10n_fr_chorus_environment = "production"
        self.guide.channel = "portal"
        with self.refused(UserError, "in training"):
            self.guide.action_open_production()

    def test_a_last_wall_stands_before_the_network(self):
        """Whatever the settings became, not one call leaves."""
        self.connection.active = False
        self.company.l10n_fr_chorus_environment = "production"
        production = self.connect(self.company, environment="production", **SECRETS)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET l10n_fr_chorus_training = true WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        self.platform.clear_calls()
        move = self.make_invoice()
        self.deposit(move)
        production.action_test()
        self.assertIn("in training", production.test_result)
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.deposits(), 0)

    # ---- RIGHTS -------------------------------------------------------------------

    def test_a_clerk_trains_and_a_manager_decides(self):
        clerk = self.seen_by(self.claire)
        with self.assertRaises(AccessError):
            clerk.l10n_fr_chorus_train()
        self.assertTrue(self.guides.l10n_fr_chorus_train()["training"])
        self.assertEqual(clerk.action_open_training()["res_id"], self.guide.id)
        self.assertFalse(self.guides.l10n_fr_chorus_train(False)["training"])
