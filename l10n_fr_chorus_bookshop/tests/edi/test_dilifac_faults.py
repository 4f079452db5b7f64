"""R11, R13: a mailbox that breaks loses no file and is left none twice."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.edi import connection as connection_mailbox
from .dilifac_case import DilifacCase

LATE = {"minutes": 10}
DAYS = 2 * 86400  # seconds


@tagged("post_install", "-at_install")
class TestDilifacFaults(DilifacCase):
    def verdict(self, move):
        return self.transmission(move).verdict

    def test_cut_while_it_is_written(self):
        self.platform.mailbox_faults("cut_write")
        move = self.send()
        self.assertState(move, "queued")
        self.operate()
        self.assertState(move, "deposited")
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_disk_full(self):
        self.platform.mailbox_faults("disk_full")
        move = self.send()
        self.assertState(move, "queued")
        self.assertIn("Dilifac cannot be reached", self.reason(move))
        self.operate()
        self.operate()
        self.assertEqual(self.ledger(), [move.name])

    def test_cut_before_the_renaming(self):
        """What was begun and lies there unnamed did not go: no long wait for that."""
        self.platform.mailbox_faults("cut_before_rename")
        move = self.send()
        self.assertState(move, "doubtful")
        self.operate()
        self.assertState(move, "doubtful")
        self.later(**LATE)
        self.work()
        self.operate()
        self.assertState(move, "deposited")
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_begun_again_proves_nothing_of_the_first_time(self):
        """A draft is that of the last attempt: the first may have arrived."""
        self.platform.mailbox_manners(aperak=False, statuses=False)
        self.platform.mailbox_faults("cut_after_rename", "cut_before_rename")
        move = self.leave_only()
        self.platform.mailbox_round()
        for hours in (73, 6):
            self.later(hours=hours)
            self.work()
            self.work()
            self.assertState(move, "doubtful")
            self.assertEqual(self.transmission(move).attempts, 2)
        self.assertEqual(self.deposits(), 1)

    def test_an_operator_silent_over_the_weekend_gets_no_second_file(self):
        self.platform.mailbox_manners(delay=DAYS, status_delay=DAYS)
        self.platform.mailbox_faults("cut_after_rename")
        move = self.leave_only()
        self.platform.mailbox_round()
        for _half_day in range(3):
            self.later(hours=12)
            self.work()
        self.assertState(move, "doubtful")
        self.later(hours=12)
        self.platform.mailbox_round()
        self.work()
        self.assertState(move, "DEPOSEE")
        self.assertEqual(self.deposits(), 1)

    def test_what_became_of_an_earlier_file_proves_nothing_of_the_next(self):
        """Its verdict, and its place among what was taken, are its own."""
        self.profile.write({"taken_folder": "ARC", "suffix": ".rdy"})
        self.platform.mailbox_manners(once=["reject"])
        move = self.send()
        self.operate()
        self.assertState(move, "not_integrated")
        self.platform.mailbox_faults("cut_before_rename")
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.later(hours=5)
        self.work()
        self.later(**LATE)
        self.work()
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), [move.name])
        self.assertEqual(self.deposits(), 2)

    def test_cut_after_the_renaming(self):
        """The file lies there, or its answer came: it never goes again."""
        self.platform.mailbox_faults("cut_after_rename")
        move = self.leave_only()
        self.assertState(move, "doubtful")
        seen = self.files("I")
        with self.worker() as env:
            env["l10n_fr_chorus.connection"]._collect_due()
        self.work("_resolve_due")
        self.assertState(move, "deposited")
        self.assertEqual(self.files("I"), seen)
        self.platform.mailbox_faults("cut_after_rename")
        other = self.leave_only()
        self.assertState(other, "doubtful")
        self.operate()
        self.assertState(move + other, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 2)

    def test_silence_proves_nothing_where_nobody_answers(self):
        self.profile.acknowledges = False
        self.platform.mailbox_manners(aperak=False, statuses=False)
        self.platform.mailbox_faults("cut_after_rename")
        move = self.leave_only()
        self.assertState(move, "doubtful")
        self.platform.mailbox_round()
        self.later(hours=9)
        self.work()
        self.assertState(move, "doubtful")
        self.assertIn("ask the operator", self.transmission(move).reason)
        self.assertEqual(self.deposits(), 1)
        transmission = self.transmission(move).with_env(self.shop)
        with self.assertRaises(AccessError):
            transmission.l10n_fr_chorus_settle(True)
        doubtful = transmission.with_env(self.env)
        doubtful.l10n_fr_chorus_settle(True)
        self.assertState(move, "deposited")
        with self.assertRaises(UserError):
            doubtful.l10n_fr_chorus_settle(False)

    def test_what_the_operator_never_saw_goes_under_the_same_number(self):
        self.profile.acknowledges = False
        self.platform.mailbox_faults("cut_before_rename")
        move = self.leave_only()
        self.transmission(move).with_env(self.env).l10n_fr_chorus_settle(False)
        self.assertState(move, "not_integrated")
        self.assertIn("has not received it", self.reason(move))
        self.deposit(move)
        self.operate()
        self.assertEqual(self.ledger(), [move.name])

    def test_the_folder_of_what_was_taken_proves_it(self):
        self.profile.write(
            {"acknowledges": False, "taken_folder": "ARC", "suffix": ".rdy"}
        )
        self.platform.mailbox_manners(aperak=False, statuses=False)
        self.platform.mailbox_faults("cut_after_rename")
        move = self.leave_only()
        self.platform.mailbox_round()
        self.later(hours=9)
        self.work()
        self.assertState(move, "deposited")
        self.assertEqual(self.deposits(), 1)

    def test_a_dead_worker_leaves_no_second_file(self):
        model = type(self.env["l10n_fr_chorus.transmission"])
        logger = "odoo.addons.l10n_fr_chorus_bookshop.models.sending.transmission"
        with (
            mute_logger(logger),
            patch.object(model, "_accept", side_effect=MemoryError("killed")),
        ):
            move = self.send()
        self.assertState(move, "sending")
        self.assertEqual(len(self.files("I")), 1)
        self.platform.mailbox_round()
        self.later(hours=6)
        self.platform.mailbox_round()
        self.work()
        self.later(**LATE)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_a_file_never_taken_waits(self):
        self.platform.mailbox_manners(takes=False)
        move = self.send()
        for _round in range(3):
            self.follow()
        self.assertState(move, "deposited")
        self.assertEqual(len(self.files("I")), 1)

    def test_an_answer_stored_but_not_put_away_is_applied_once(self):
        self.platform.mailbox_faults("cut_archiving")
        move = self.send()
        self.operate()
        self.operate()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.files("O"), [])
        names = self.env["l10n_fr_chorus.operator_reply"].search([]).mapped("name")
        self.assertEqual(len(names), len(set(names)))

    def test_an_answer_that_cannot_be_put_away_stops_no_other(self):
        self.platform.mailbox_manners(statuses=False)
        moves = self.send() + self.send()
        self.platform.mailbox_faults({"kind": "archiving_refused", "times": 9})
        with patch.object(connection_mailbox, "ANSWERS_AT_ONCE", 1):
            self.operate()
        self.assertEqual(moves.mapped(self.verdict), ["accepted"] * 2)
        self.assertEqual(len(self.files("O")), 2)
        self.assertIn("Dilifac", self.mailbox.last_error)
        self.platform.clear_mailbox_faults()
        self.follow()
        self.assertEqual(self.files("O"), [])
        self.assertFalse(self.mailbox.last_error)

    def test_an_answer_that_cannot_be_read_stops_no_other(self):
        self.platform.mailbox_manners(statuses=False)
        moves = self.send() + self.send()
        self.platform.mailbox_faults("read_refused")
        self.operate()
        self.assertEqual(
            sorted(moves.mapped(self.verdict), key=str), [False, "accepted"]
        )
        self.assertEqual(len(self.unmatched()), 1)
        self.follow()
        self.assertEqual(moves.mapped(self.verdict), ["accepted"] * 2)
        self.assertEqual(self.files("O"), [])

    def test_renaming_refused_is_told(self):
        self.platform.mailbox_faults("rename_refused")
        move = self.send()
        self.assertState(move, "queued")
        self.assertIn("refuses to rename", self.reason(move))
