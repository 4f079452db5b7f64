"""R13: what only several faults together show, found by bench/faults.py."""

from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.channels.answers import INTEGRATED, Report, Unread
from ...chorus.errors import Doubtful
from ..common import ChorusCase

DEPOSIT = "deposer/flux"
TRANSMISSION = "odoo.addons.l10n_fr_chorus_bookshop.models.sending.transmission_worker"
SIX_HOURS = 6 * 3600


@tagged("post_install", "-at_install")
class TestFaults(ChorusCase):
    def transmission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.transmission_id

    def resent_to_a_slow_platform(self):
        """An invoice whose first answer was lost, about to be sent again."""
        self.platform.settings(
            integrated_after=SIX_HOURS, available_after=SIX_HOURS + 60
        )
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        self.later(hours=5)
        self.work("_resolve_due")
        self.assertEqual(self.transmission(move).state, "ready")
        return move

    @mute_logger(TRANSMISSION)
    def test_news_comes_before_the_doubt(self):
        """The worker died with the answer; the news was read before its lease's end."""
        self.connection.batch_size = 1
        move, other = self.make_invoice(), self.make_invoice()
        model = type(self.env["l10n_fr_chorus.transmission"])
        with patch.object(model, "_accept", side_effect=MemoryError("killed")):
            self.deposit(move)
        self.assertState(move, "sending")
        self.deposit(other)
        self.later(minutes=10)
        self.connection.next_sync = False
        self.work()
        self.later(hours=2)
        self.work("_report_due")
        with self.worker() as env:
            env["l10n_fr_chorus.connection"].browse(self.connection.id)._sync()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.work("_resolve_due")
        self.assertState(move, "MISE_A_DISPOSITION")
        self.later(hours=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.transmission(move).state, "reported")
        self.assertEqual(self.deposits(), 2)

    def test_asked_again_before_the_same_bytes_go_again(self):
        """The first attempt arrived while nobody worked."""
        move = self.resent_to_a_slow_platform()
        self.later(hours=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_refusal_after_a_doubt_is_not_the_last_word(self):
        """The first attempt arrives at last, though the second one was refused."""
        move, other = self.resent_to_a_slow_platform(), self.make_invoice()
        self.platform.fault("status", DEPOSIT, code=413)
        self.work()
        self.assertState(move, "not_integrated")
        self.deposit(other)
        for _round in range(4):
            self.later(hours=2)
            self.work()
        self.assertIn(move.name, self.ledger())
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_alone_on_its_connection_it_is_still_asked_about(self):
        """Given up after a doubt, it arrives at last, and nothing else is followed."""
        move = self.resent_to_a_slow_platform()
        self.platform.fault("status", DEPOSIT, code=413)
        self.work()
        self.assertState(move, "not_integrated")
        for _round in range(4):
            self.later(hours=2)
            self.work()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_sent_again_by_hand_after_a_doubt(self):
        """The person's new sending is a duplicate: the first one had arrived."""
        move = self.resent_to_a_slow_platform()
        self.platform.fault("status", DEPOSIT, code=413)
        self.work()
        self.assertState(move, "not_integrated")
        move.l10n_fr_chorus_send()
        self.work()
        for _round in range(6):
            self.later(hours=2)
            self.work()
        self.assertTrue(self.platform.ledger()["rejected"])
        self.assertEqual(self.ledger(), [move.name])
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_sent_again_by_hand_once_the_first_one_shows(self):
        """A doubt, a refusal, and the first one is there before a person sends again:
        it is found, and nothing leaves.
        """
        move, other = self.resent_to_a_slow_platform(), self.make_invoice()
        self.platform.fault("status", DEPOSIT, code=413)
        self.work("_deposit_due")
        self.assertState(move, "not_integrated")
        self.later(hours=2)
        (move + other).l10n_fr_chorus_send()
        for step in ("_prepare_due", "_seal_due", "_pack_due", "_deposit_due"):
            self.work(step)
        self.assertState(other, "deposited")
        self.assertEqual(self.deposits(), 2, "the other one, and the first attempt")
        for _round in range(4):
            self.later(hours=2)
            self.work()
        self.assertFalse(self.platform.ledger()["rejected"])
        self.assertState(move + other, "MISE_A_DISPOSITION")

    def test_integrated_but_not_found_yet_is_asked_again(self):
        """The report comes before the search shows the invoice."""
        move = self.make_invoice()
        self.deposit(move)
        transmission = self.transmission(move)
        report = Report(transmission.flux_number, INTEGRATED, "IN_INTEGRE")
        transmission._settle(report, [])
        self.assertEqual(transmission.state, "deposited")
        self.later(minutes=3)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(transmission.state, "reported")

    # ---- FOUND WITHOUT ITS NUMBER -------------------------------------------------

    def silent_on_the_flux(self, *hidden):
        """Have the platform's rows not say which flux brought an invoice.

        :param hidden: what is also there, and cannot be read
        """
        model = type(self.connection._channel())
        find = model._find

        def find_without_number(channel, connection, **criteria):
            found = find(channel, connection, **criteria)
            return [*(replace(news, flux_number="") for news in found), *hidden]

        return patch.object(model, "_find", find_without_number)

    def half_integrated(self):
        """Two invoices of one deposit, one of them rejected; the answer was lost."""
        model = type(self.env["l10n_fr_chorus.transmission"])
        carry = model._carry

        def carry_and_lose(*parcel):
            carry(*parcel)
            return Doubtful("lost")

        self.platform.fault("partial", DEPOSIT, every=2)
        moves = self.make_invoices(2)
        with patch.object(model, "_carry", carry_and_lose):
            self.deposit(moves)
        self.assertState(moves, "doubtful")
        return moves

    def test_found_without_its_number_it_ends_by_its_invoices(self):
        """No report can be asked for, but each invoice has its state."""
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        with self.silent_on_the_flux():
            for _round in range(3):
                self.later(hours=2)
                self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.transmission(move).state, "reported")
        self.assertFalse(self.calls("consulterCRDetaille"))
        self.assertEqual(self.deposits(), 1)

    def test_found_without_its_number_the_number_comes_later(self):
        """A row that says it comes while one invoice is still awaited."""
        moves = self.half_integrated()
        with self.silent_on_the_flux():
            self.later(minutes=10)
            self.work("_resolve_due")
        self.assertEqual(self.transmission(moves).state, "deposited")
        self.assertFalse(self.transmission(moves).flux_number)
        for _round in range(3):
            self.later(hours=1)
            self.work("_report_due")
        self.assertTrue(self.transmission(moves).flux_number)
        self.assertEqual(self.transmission(moves).state, "reported")
        states = moves.sudo().l10n_fr_chorus_submission_id.mapped("state")
        self.assertEqual(set(states), {"MISE_A_DISPOSITION", "not_integrated"})

    def test_found_without_its_number_what_never_shows_is_not_integrated(self):
        """The platform took some; the rest is given up after the quarantine only."""
        moves = self.half_integrated()
        with self.silent_on_the_flux():
            self.later(minutes=10)
            self.work("_resolve_due")
            self.later(minutes=10)
            self.work("_report_due")
            self.assertEqual(self.transmission(moves).state, "deposited")
            for _round in range(4):
                self.later(hours=2)
                self.work("_report_due")
        self.assertEqual(self.transmission(moves).state, "reported")
        submissions = moves.sudo().l10n_fr_chorus_submission_id
        lost = submissions.filtered(lambda one: one.state == "not_integrated")
        self.assertEqual(len(lost), 1)
        self.assertIn("not taken", lost.reason)
        self.assertTrue(lost._may_have_arrived_before())
        self.assertState((submissions - lost).move_id, "MISE_A_DISPOSITION")

    def test_found_without_its_number_what_may_be_hidden_is_awaited(self):
        """One more row is there, which nobody can read: it may be the other one."""
        moves = self.half_integrated()
        with self.silent_on_the_flux(Unread("?")):
            for _round in range(6):
                self.later(hours=2)
                self.work()
        self.assertEqual(self.transmission(moves).state, "deposited")
        states = moves.sudo().l10n_fr_chorus_submission_id.mapped("state")
        self.assertEqual(sorted(states), ["MISE_A_DISPOSITION", "deposited"])

    # ---- DATES OF NEWS ------------------------------------------------------------

    def test_backdated_news_is_read_in_the_end(self):
        """A body's system was cut off: its news comes with the date it had there."""
        late, other = self.make_invoice(), self.make_invoice()
        self.integrate(late + other)
        event = self.platform.invoice(late.name)["history"][-1]
        self.later(hours=12)
        self.platform.status(other.name, "SERVICE_FAIT")
        self.follow()
        self.assertState(other, "SERVICE_FAIT")
        date = datetime.fromisoformat(event["date"]) + timedelta(hours=1)
        self.platform.status(late.name, "MANDATEE", date=date.isoformat())
        self.follow()
        self.connection.reread_at -= timedelta(days=1)
        self.follow()
        self.assertState(late, "MANDATEE")
