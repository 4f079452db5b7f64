"""R13: neither lost nor sent twice, wherever it breaks."""

from hashlib import sha256
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.channels.piste import Piste
from ..common import ChorusCase

DEPOSIT = "deposer/flux"
TRANSMISSION = "odoo.addons.l10n_fr_chorus_bookshop.models.sending.transmission_worker"
OUTCOME = "odoo.addons.l10n_fr_chorus_bookshop.models.sending.transmission"
SUBMISSION = "odoo.addons.l10n_fr_chorus_bookshop.models.sending.submission_prepare"


@tagged("post_install", "-at_install")
class TestExactlyOnce(ChorusCase):
    def transmission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.transmission_id

    def break_once(self, name):
        """Have a step of the deposit die the first time, as a killed process does."""
        model = type(self.env["l10n_fr_chorus.transmission"])
        original = getattr(model, name)
        calls = []

        def dying(transmission, *args):
            calls.append(name)
            if len(calls) == 1:
                raise MemoryError("killed")
            return original(transmission, *args)

        self.patch(model, name, dying)

    def settle(self, move):
        """Minutes later, everything is known."""
        self.later(minutes=3)
        self.work()

    # ---- CRASHES ------------------------------------------------------------------

    @mute_logger(TRANSMISSION)
    def test_case_08_rollback_after_deposit(self):
        self.break_once("_accept")
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "sending")
        self.assertEqual(self.deposits(), 1, "the platform has it, Odoo does not know")
        self.later(minutes=5)
        self.work()
        self.assertState(move, "sending")
        self.later(minutes=11)
        self.work()
        self.assertEqual(self.transmission(move).state, "deposited")
        self.settle(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)
        self.assertEqual(len(self.calls(DEPOSIT)), 1, "never sent again blindly")

    @mute_logger(OUTCOME)
    def test_crash_before_the_call_goes_again_after_quarantine(self):
        with patch.object(Piste, "deposit", side_effect=MemoryError("killed")):
            move = self.make_invoice()
            self.deposit(move)
        self.assertState(move, "doubtful")
        self.assertEqual(self.deposits(), 0)
        self.later(hours=3, minutes=59)
        self.work()
        self.assertState(move, "doubtful")
        self.assertEqual(self.deposits(), 0)
        self.later(hours=1)
        self.work()  # the silence is long enough: the same bytes are ready
        self.work()
        self.settle(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    @mute_logger(SUBMISSION)
    def test_poison_invoice_does_not_stop_the_others(self):
        bad, good = self.make_invoice(), self.make_invoice()
        model = type(self.env["l10n_fr_chorus.channel.piste"])
        original = model._document

        def document(channel, move, invoice):
            if move.id == bad.id:
                raise ValueError("poison")
            return original(channel, move, invoice)

        with patch.object(model, "_document", document):
            self.deposit(bad + good)
        self.assertState(good, "deposited")
        self.assertState(bad, "waiting")
        self.assertIn("poison", bad.l10n_fr_chorus_reason)
        self.later(minutes=10)
        self.work()
        self.assertState(bad, "deposited")

    @mute_logger(TRANSMISSION)
    def test_failing_deposit_does_not_stop_the_next_one(self):
        self.connection.batch_size = 1
        moves = self.make_invoices(2)
        self.break_once("_start_sending")
        self.deposit(moves)
        states = sorted(moves.mapped("l10n_fr_chorus_state"))
        self.assertEqual(states, ["deposited", "queued"])
        self.work()
        self.assertState(moves, "deposited")
        self.assertEqual(self.deposits(), 2)

    # ---- LOST ANSWERS -------------------------------------------------------------

    def test_lost_answer_is_found_by_number(self):
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        self.settle(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)
        self.assertEqual(len(self.calls(DEPOSIT)), 1)
        [flux] = self.platform.ledger()["fluxes"]
        self.assertEqual(self.transmission(move).flux_number, flux["number"])

    def test_lost_answer_stays_doubtful_while_the_platform_is_away(self):
        self.platform.fault("lost_answer", DEPOSIT)
        self.platform.fault("status", "rechercher/fournisseur", times=None, code=503)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.later(hours=5)
        self.work()
        self.assertState(move, "doubtful")
        self.assertEqual(
            len(self.calls(DEPOSIT)), 1, "no answer is no proof of absence"
        )
        self.platform.clear_faults()
        self.later(hours=2)
        self.work()
        self.settle(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_never_arrived_goes_again_with_the_same_bytes(self):
        self.platform.fault("reset_after_read", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        fingerprint = self.transmission(move).sha256
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        self.later(hours=5)
        self.work()
        self.work()
        self.settle(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        [flux] = self.platform.ledger()["fluxes"]
        sent = self.platform.flux_file(flux["number"])
        self.assertEqual(sha256(sent).hexdigest(), fingerprint)
        self.assertEqual(sent, original._content())

    def test_each_attempt_in_doubt_has_its_own_quarantine(self):
        self.platform.fault("reset_after_read", DEPOSIT, times=2)
        move = self.make_invoice()
        self.deposit(move)
        self.later(hours=5)
        self.work()
        self.work()
        self.assertState(move, "doubtful")
        self.assertEqual(len(self.calls(DEPOSIT)), 2)
        self.later(hours=3)
        self.work()
        self.work()
        self.assertEqual(
            len(self.calls(DEPOSIT)), 2, "the second may still be on its way"
        )
        self.later(hours=2)
        self.work()
        self.work()
        self.settle(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_duplicate_rejection_is_the_proof_of_a_deposit(self):
        """The platform was so slow that its silence outlasted the quarantine."""
        six_hours = 6 * 3600
        self.platform.settings(
            integrated_after=six_hours, available_after=six_hours + 60
        )
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        self.later(hours=5)
        self.work()
        self.work()
        self.assertEqual(self.deposits(), 2)
        for _round in range(4):
            self.later(hours=2)
            self.work()
        self.assertEqual(self.ledger(), [move.name], "the platform refused the second")
        self.assertTrue(self.platform.ledger()["rejected"])
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_number_taken_by_another_program_is_not_ours(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        with self.connection._client() as client:
            client.deposit(original._content(), original.filename, original.syntax)
        self.platform.advance(60)
        self.work()
        self.settle(move)
        self.assertState(move, "not_integrated")
        self.assertIn("existe deja", move.l10n_fr_chorus_reason)

    # ---- WORKERS ------------------------------------------------------------------

    def test_two_workers_do_not_take_the_same_deposit(self):
        """Real transactions: the rows are committed, and deleted at the end."""
        database = db_connect(self.cr.dbname)
        with database.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            values = {
                "channel": "piste",
                "environment": "production",
                "company_id": self.company.id,
            }
            connection = env["l10n_fr_chorus.connection"].create(values)
            ready = env["l10n_fr_chorus.transmission"].create(
                [
                    {
                        "name": f"{rank}.pdf",
                        "company_id": self.company.id,
                        "connection_id": connection.id,
                        "syntax": "IN_DP_E2_CII_FACTURX",
                    }
                    for rank in range(2)
                ]
            )
        try:
            with database.cursor() as one, database.cursor() as two:
                first, second = (
                    list(
                        api.Environment(cr, SUPERUSER_ID, {})[
                            "l10n_fr_chorus.transmission"
                        ]._each_due("ready")
                    )
                    for cr in (one, two)
                )
                self.assertEqual(len(first), 2)
                self.assertTrue(first[0]._take("ready"))
                self.assertFalse(second[0]._take("ready"), "the first has it")
                self.assertTrue(second[1]._take("ready"))
                self.assertFalse(first[1]._take("ready"), "the second has it")
                one.rollback()
                two.rollback()
        finally:
            with database.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                ready.with_env(env).unlink()
                connection.with_env(env).unlink()
