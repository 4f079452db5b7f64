"""R11, R13: a mailbox that breaks loses no file and is left none twice."""

import os
import threading
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from simulator import edi

from ...chorus.channels.edi.mailbox import Mailbox
from ...chorus.errors import Unreachable
from ...models.edi import connection as connection_mailbox
from ..transactions import written_after_calls
from .dilifac_case import DilifacCase

LATE = {"minutes": 10}
DAYS = 2 * 86400  # seconds
UNLOCK = "SELECT pg_advisory_unlock(%s, %s)"


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
        with written_after_calls() as late:
            move = self.send()
            self.assertState(move, "doubtful")
            self.operate()
            self.assertState(move, "doubtful")
            self.later(**LATE)
            self.work()
            self.operate()
        self.assertFalse(late)
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
        self.look_twice()
        self.assertState(move, "DEPOSEE")
        self.assertEqual(self.deposits(), 1)

    def test_a_file_left_at_the_second_try_is_stopped_as_any_other(self):
        """That the operator has it, its refusal says too: it is no integration."""
        for fault in ("cut_write", "cut_before_rename"):
            with self.subTest(fault):
                self.platform.mailbox_faults(fault)
                self.platform.mailbox_manners(once=["reject"])
                move = self.send()
                self.operate()
                self.later(**LATE)
                self.work()
                for _round in range(2):
                    self.operate()
                self.assertGreater(self.transmission(move).attempts, 1)
                self.assertState(move, "not_integrated")
                self.assertIn("inconnu du FEL", self.reason(move))
                self.assertEqual(self.ledger(), [])

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

    def test_a_worker_that_looks_into_the_mailbox_is_waited_for(self):
        """Else each question about a doubt meets the visit that begins with it."""
        self.mailbox.sudo().collected_at = fields.Datetime.now()
        with db_connect(self.cr.dbname).cursor() as other, self.worker() as env:
            mailbox = env["l10n_fr_chorus.connection"].browse(self.mailbox.id)
            key = (connection_mailbox.MAILBOX_LOCK, mailbox.id)
            other.execute("SELECT pg_advisory_lock(%s, %s)", key)
            looked = threading.Event()

            def end():
                looked.set()
                other.execute(UNLOCK, key)

            ended = threading.Timer(0.3, end)
            ended.start()
            self.assertTrue(mailbox._all_heard())
            self.assertTrue(looked.is_set(), "it was still looking")
            ended.join()

    def test_an_answer_nobody_could_read_may_be_about_this_file(self):
        """While it waits to be sorted out, the silence is no silence (R13)."""
        self.platform.mailbox_manners(aperak=False, statuses=False)
        for garbage in (True, False):
            with self.subTest(garbage=garbage):
                self.platform.mailbox_faults("cut_after_rename")
                move = self.leave_only()
                self.platform.mailbox_round()
                unclear = edi.aperak(move.name, "").replace(b"+AB", b"+ZZ")
                answer = b"\0?" if garbage else unclear
                self.platform.mailbox_file(f"A{garbage}.txt", answer)
                for _half in range(8):
                    self.later(hours=12)
                    self.look_twice()
                self.assertState(move, "doubtful")
                self.assertEqual(self.transmission(move).attempts, 1)
                self.assertIn("sorted out", self.transmission(move).reason)
                self.unmatched().sorted = True
                self.later(hours=12)
                self.look_twice()
                self.assertEqual(self.transmission(move).attempts, 2)
                self.transmission(move).state = "refused"

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
        logger = (
            "odoo.addons.l10n_fr_chorus_bookshop.models.sending.transmission_worker"
        )
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
        self.look_twice()
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
        self.assertIn("refuses to archive", self.unmatched().why)
        self.assertFalse(self.mailbox.last_error, "the mailbox answers: invoices leave")
        self.platform.clear_mailbox_faults()
        self.follow()
        self.assertEqual(self.files("O"), [])
        self.assertFalse(self.unmatched())

    def test_a_mailbox_that_is_never_archived_is_read_to_its_end(self):
        """More answers than one visit takes, and none of them ever goes away."""
        self.platform.mailbox_faults({"kind": "archiving_refused", "times": 9999})
        move = self.send()
        row = "numero_facture;statut\nFAC/1999/%s;MANDATEE\n"
        for number in range(7):
            self.platform.mailbox_file(f"A{number}.csv", (row % number).encode())
        text = f"numero_facture;statut\n{move.name};MISE_EN_PAIEMENT\n"
        self.platform.mailbox_file("Z.csv", text.encode())
        with patch.object(connection_mailbox, "MOST_ANSWERS", 3):
            for _visit in range(4):
                self.follow()
        self.assertState(move, "MISE_EN_PAIEMENT")
        replies = self.env["l10n_fr_chorus.operator_reply"].search([])
        self.assertEqual(len(replies), len(set(replies.mapped("name"))))
        self.assertEqual(len(self.unmatched()), 8, "seven answers and the archive")

    def test_a_name_in_latin_1_is_told_and_hides_no_other(self):
        self.platform.mailbox_manners(statuses=False)
        move = self.send()
        root = os.fsencode(self.platform.mailbox()["root"])
        with open(root + b"/O/\xe9tat.csv", "wb") as file:
            file.write(b"x")
        for _visit in range(3):
            self.operate()
        self.assertEqual(self.verdict(move), "accepted")
        self.assertIn("plain file", self.unmatched().why)
        self.assertEqual(self.unmatched().operator_reply_id.name, "?tat.csv")
        os.remove(root + b"/O/\xe9tat.csv")

    def test_a_half_written_answer_is_waited_for(self):
        self.platform.mailbox_manners(aperak=False, statuses=False)
        move = self.send()
        self.platform.mailbox_round()
        whole = edi.aperak(move.name, "L'article est inconnu")
        path = f"{self.platform.mailbox()['root']}/O/APERAK.txt"
        for end in (len(whole) // 2, len(whole) - 20):
            with open(path, "wb") as file:
                file.write(whole[:end])
            self.look_twice()
            self.later(minutes=1)
            self.assertFalse(self.env["l10n_fr_chorus.operator_reply"].search([]))
        with open(path, "wb") as file:
            file.write(whole)
        self.look_twice()
        self.assertState(move, "not_integrated")
        self.assertFalse(self.unmatched())

    def test_a_half_written_table_is_waited_for(self):
        self.platform.mailbox_manners(aperak=False, statuses=False)
        moves = self.send() + self.send()
        self.platform.mailbox_round()
        now = fields.Datetime.now()
        rows = [f"{move.name};MANDATEE;{now};\r\n" for move in moves]
        whole = "".join(["numero_facture;statut;date;motif\r\n", *rows])
        path = f"{self.platform.mailbox()['root']}/O/STATUT.txt"
        for end in (20, len(whole) - len(rows[1]) + 10):
            with open(path, "w") as file:
                file.write(whole[:end])
            self.look_twice()
            self.later(minutes=1)
            self.assertFalse(self.env["l10n_fr_chorus.operator_reply"].search([]))
        with open(path, "w") as file:
            file.write(whole)
        self.look_twice()
        self.assertState(moves, "MANDATEE")
        self.assertFalse(self.unmatched())

    def test_a_worker_that_waited_behind_another_s_look_does_not_look_again(self):
        """Two looks at once would see alike a file that somebody writes."""
        connection, visits = type(self.mailbox), []
        alone = connection._alone_in_mailbox

        @contextmanager
        def after_another(one, waits):
            one.sudo().collected_at = fields.Datetime.now()
            with alone(one, waits) as free:
                yield free

        self.patch(connection, "_alone_in_mailbox", after_another)
        self.patch(connection, "_visit_mailbox", lambda _one, now: visits.append(now))
        with self.worker() as env:
            self.mailbox.with_env(env)._collect()
        self.assertFalse(visits)

    def test_nothing_is_written_in_the_transaction_of_a_call(self):
        """Another worker writes the connection meanwhile: the visit would be undone,
        and the next one too."""
        with written_after_calls() as late:
            move = self.send()
            self.platform.mailbox_round()
            self.look_twice()
        self.assertEqual(self.verdict(move), "accepted")
        self.assertFalse(late)

    def test_a_look_that_fails_is_a_look(self):
        """A mailbox that does not answer is left alone for a while."""
        self.send()
        self.later(minutes=30)
        with patch.object(Mailbox, "answers", side_effect=Unreachable("away")):
            for _round in range(2):
                with self.worker() as env:
                    self.mailbox.with_env(env)._visit()
            self.assertEqual(Mailbox.answers.call_count, 1)
        looked = fields.Datetime.now() - self.mailbox.collected_at
        self.assertLess(looked, timedelta(minutes=1))

    def test_an_answer_that_stays_unfinished_is_told_and_read_for_what_it_has(self):
        self.platform.mailbox_manners(aperak=False, statuses=False)
        move = self.send()
        self.platform.mailbox_round()
        whole = edi.aperak(move.name, "")
        self.platform.mailbox_file("APERAK.txt", whole[: whole.index(b"UNZ")])
        self.look_twice()
        self.assertFalse(self.verdict(move))
        with patch.object(connection_mailbox, "UNFINISHED", timedelta(0)):
            self.look_twice()
        self.assertEqual(self.verdict(move), "accepted")
        self.assertIn("stops before its end", self.unmatched().why)

    def test_dates_that_cannot_be_are_no_dates(self):
        move, other = self.send(), self.send()
        self.operate()
        text = (
            "numero_facture;statut;date;motif\n"
            f"{move.name};MANDATEE;0001-01-01T00:00:00;\n"
            f"{other.name};SERVICE_FAIT;26112301;Rayon\0vide\n"
            f"{move.name}\0;SERVICE_FAIT;;\n"
            f"{other.name};MANDATEE;02/02/2611;\n"
        )
        self.platform.mailbox_file("S.csv", text.encode())
        self.follow()
        self.assertState(move + other, "MANDATEE")
        later = f"numero_facture;statut\n{move.name};Mise en paiement\n"
        self.platform.mailbox_file("T.csv", later.encode())
        self.follow()
        self.assertState(move, "MISE_EN_PAIEMENT")
        self.assertEqual(len(self.unmatched()), 1)
        self.assertEqual(self.unmatched().code, "SERVICE_FAIT")

    def test_an_answer_that_our_own_code_refuses_stops_no_other(self):
        move, other = self.send(), self.send()
        self.operate()
        model = type(self.env["l10n_fr_chorus.submission"])
        record = model._record_news

        def refuse(submissions, rows, *arguments):
            if rows[0][0].number == move.name:
                raise KeyError("poison")
            return record(submissions, rows, *arguments)

        text = f"numero_facture;statut\n{move.name};MANDATEE\n{other.name};MANDATEE\n"
        self.platform.mailbox_file("S.csv", text.encode())
        logger = "odoo.addons.l10n_fr_chorus_bookshop.models.edi.operator_reply"
        with mute_logger(logger), patch.object(model, "_record_news", refuse):
            self.follow()
        self.assertState(other, "MANDATEE")
        self.assertIn("could not be noted", self.unmatched().why)
        self.assertEqual(self.unmatched().operator_reply_id.state, "read")

    def test_a_contrl_that_refuses_the_message_it_takes(self):
        """Level 7: the interchange is taken, its one message is refused."""
        self.platform.mailbox_manners(once=["contrl_7"])
        move = self.send()
        self.operate()
        self.assertState(move, "not_integrated")
        self.assertIn("UCS 20 12", self.reason(move))
        self.assertEqual(self.ledger(), [])
