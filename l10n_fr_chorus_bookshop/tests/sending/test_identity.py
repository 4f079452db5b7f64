"""R41: two invoices that share a number are two invoices, whatever the answers."""

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.channels.answers import News
from ...chorus.channels.piste import Piste
from ...chorus.errors import Denied
from ..common import ChorusCase

DEPOSIT = "deposer/flux"
SHOP = "88888888000018"
BODY = "22760540900019"


@tagged("post_install", "-at_install")
class TestIdentity(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1
        )
        cls.second = journal.copy({"code": "VTE2", "name": "Second shop"})

    def numbered(self, number, journal=None, **values):
        """A posted invoice of one book, under a number that was typed."""
        if journal:
            values["journal_id"] = journal.id
        move = self.make_invoice(post=False, name=number, **values)
        move._post()
        self.assertEqual(move.name, number)
        return move

    def last_year(self, number, journal):
        date = self.today().replace(year=self.today().year - 1, month=6, day=15)
        return self.numbered(number, journal, invoice_date=date)

    def problems(self, move):
        [answer] = move.l10n_fr_chorus_check()
        return {one["code"] for one in answer["problems"] if one["severity"] == "error"}

    def submission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id

    # ---- TWO OF ONE KEY -----------------------------------------------------------

    def test_a1_two_journals_one_number_is_said_at_check(self):
        first = self.numbered("F-1")
        second = self.numbered("F-1", self.second)
        self.assertNotIn("number_taken", self.problems(first))
        self.assertIn("number_taken", self.problems(second))
        self.deposit(first + second)
        self.assertState(first, "deposited")
        self.assertFalse(second.l10n_fr_chorus_submission_id)
        self.assertEqual(self.deposits(), 1)

    def test_a1_the_one_on_its_way_keeps_the_number(self):
        first = self.numbered("F-1")
        second = self.numbered("F-1", self.second)
        first.button_draft()
        second.l10n_fr_chorus_send()
        first._post()
        self.assertIn("number_taken", self.problems(first))
        self.assertNotIn("number_taken", self.problems(second))

    def test_a1_a_draft_is_told_before_it_is_posted(self):
        self.numbered("F-1").l10n_fr_chorus_send()
        draft = self.make_invoice(post=False, name="F-1", journal_id=self.second.id)
        self.assertIn("number_taken", self.problems(draft))

    def test_a1_another_company_of_one_siren(self):
        first = self.numbered("F-1")
        other = self.other_company()
        other.company_registry = SHOP[:9] + "00026"
        other.l10n_fr_chorus_environment = self.company.l10n_fr_chorus_environment
        body = first.partner_id.with_company(other).sudo()
        body.invoice_sending_method = "chorus"
        line = {"name": "Madame Bovary", "price_unit": 10}
        twin = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "name": "F-1",
                    "partner_id": body.id,
                    "purchase_order_reference": "EJ-1",
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )
        self.assertIn("number_taken", self.problems(twin))

    @mute_logger("odoo.sql_db")
    def test_a1_the_database_refuses_the_second(self):
        first, second = self.numbered("F-1"), self.numbered("F-1", self.second)
        first._l10n_fr_chorus_request()
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            second._l10n_fr_chorus_request()
            self.env.flush_all()

    def test_a1_what_was_not_integrated_frees_its_number(self):
        first, second = self.numbered("F-1"), self.numbered("F-1", self.second)
        first._l10n_fr_chorus_request()
        self.submission(first)._set_state("not_integrated")
        self.env.flush_all()
        second._l10n_fr_chorus_request()
        self.env.flush_all()
        self.assertState(second, "requested")

    @mute_logger("odoo.sql_db")
    def test_one_identifier_serves_one_submission(self):
        first, second = self.numbered("F-1"), self.numbered("F-2")
        (first + second)._l10n_fr_chorus_request()
        self.submission(first).platform_id = "42"
        self.env.flush_all()
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self.submission(second).platform_id = "42"
            self.env.flush_all()

    def test_equal_names_never_share_an_archive(self):
        moves = self.make_invoices(3)
        moves.l10n_fr_chorus_send()
        self.work("_prepare_due")
        originals = self.submission(moves).original_id
        self.env.flush_all()
        names = originals.mapped("filename")
        self.assertEqual(len(set(names)), 3)
        submissions = self.submission(moves)
        transmissions = self.env["l10n_fr_chorus.transmission"]
        repeated = submissions | submissions[0]
        loads = list(transmissions._loads(self.connection, repeated))
        self.assertEqual(len(loads), 1)

    # ---- NEWS OF ANOTHER YEAR -----------------------------------------------------

    def test_a2_each_year_has_its_own_news(self):
        """The platform pays last year's; this year's stays where it is."""
        last, this = self.last_year("F-82", self.second), self.numbered("F-82")
        self.integrate(last + this)
        self.assertState(last + this, "MISE_A_DISPOSITION")
        ids = {self.submission(move).platform_id for move in last + this}
        self.assertEqual(len(ids), 2)
        self.later(hours=2)
        self.platform.status("F-82", "MISE_EN_PAIEMENT", year=last.invoice_date.year)
        self.work()
        self.assertState(last, "MISE_EN_PAIEMENT")
        self.assertState(this, "MISE_A_DISPOSITION")

    def test_a2_with_rows_that_say_little(self):
        last, this = self.last_year("F-82", self.second), self.numbered("F-82")
        for seed in range(3):
            self.platform.settings(echoes="sparse", seed=seed)
            self.integrate(last + this)
            self.follow()
        self.platform.status("F-82", "REJETEE", reason="X", year=this.invoice_date.year)
        self.follow()
        self.follow()
        self.assertState(this, "REJETEE")
        self.assertState(last, "MISE_A_DISPOSITION")

    def test_a2_news_of_the_earlier_software_is_nobodys(self):
        move = self.numbered("F-82")
        year = move.invoice_date.year - 1
        self.platform.past(year, ["F-82"], SHOP, BODY, status="MANDATEE")
        self.integrate(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.later(hours=2)
        self.platform.status("F-82", "MISE_EN_PAIEMENT", year=year)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        kept = self.env["l10n_fr_chorus.unmatched"].search([("number", "=", "F-82")])
        self.assertEqual(kept.code, "MISE_EN_PAIEMENT")

    def test_a3_last_years_invoice_proves_nothing(self):
        """The deposit of this year's is cut; the platform has last year's only."""
        move = self.numbered("F-78")
        year = move.invoice_date.year - 1
        self.platform.past(year, ["F-78"], SHOP, BODY)
        self.platform.fault("reset_after_read", DEPOSIT)
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.later(minutes=10)
        self.work()
        self.assertState(move, "doubtful")
        self.later(hours=5)
        self.work()
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)
        there = {one["issue_date"][:4] for one in self.platform.ledger()["invoices"]}
        self.assertEqual(there, {str(year), str(year + 1)})

    def test_a3_a_row_of_no_year_proves_nothing(self):
        """Neither it nor its detail says of which year's invoice it speaks."""
        move = self.numbered("F-78")
        row = News("F-78", "", SHOP, "", "77", "MANDATEE", datetime.now(UTC))
        self.platform.fault("reset_after_read", DEPOSIT)
        with patch.object(Piste, "find_invoices", lambda *args, **sought: [row]):
            self.deposit(move)
            for _round in range(3):
                self.later(hours=5)
                self.work()
        self.assertState(move, "doubtful")
        self.assertTrue(self.env["l10n_fr_chorus.to_sort"].search([]))
        self.assertEqual(self.deposits(), 0)

    def test_one_rejection_of_a_number_that_two_years_bear_is_parted_by_search(self):
        last, this = self.last_year("F-82", self.second), self.numbered("F-82")

        def forbidden(*args, **sought):
            raise Denied("No", code="403")

        self.platform.fault("partial", DEPOSIT, every=2)
        self.deposit(last + this)
        self.assertEqual(self.deposits(), 1)
        self.later(minutes=3)
        with patch.object(Piste, "find_invoices", forbidden):
            self.work("_report_due")
        self.assertState(last + this, "deposited")
        self.later(hours=2)
        self.work("_report_due")
        [there] = self.platform.ledger()["invoices"]
        refused = this if there["issue_date"] < str(this.invoice_date.year) else last
        self.assertState(refused, "not_integrated")
        self.assertState(last + this - refused, "MISE_A_DISPOSITION")

    def test_an_identifier_once_known_is_never_overwritten(self):
        move = self.make_invoice()
        self.integrate(move)
        submission = self.submission(move)
        known = submission.platform_id
        self.assertTrue(known)
        channel = self.connection._channel()
        key = submission._identity()
        [news] = channel._find(self.connection, identities=[key])
        other = replace(news, platform_id="77", state="REJETEE")
        submission._record_news([(submission, other, "search")])
        self.assertEqual(submission.platform_id, known)
        self.assertState(move, "MISE_A_DISPOSITION")
