"""R25: the outcome of each version, what is kept beside it, and what proves it."""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .proof_case import COMPANIONS, ProofCase


@tagged("post_install", "-at_install")
class TestFates(ProofCase):
    def test_outcome_of_each_version(self):
        """R25: only what was received is the original."""
        self.receive()
        [original] = self.originals(self.moves[0])
        self.assertEqual(original._outcome(), "received")
        self.assertTrue(original.outcome_ids.flux_number)
        withdrawn = self.make_invoice()
        withdrawn.l10n_fr_chorus_send()
        self.work("_prepare_due")
        [version] = self.originals(withdrawn)
        self.assertEqual(version._outcome(), "")
        withdrawn.purchase_order_reference = "EJ-2"
        self.work()
        first, second = self.originals(withdrawn)
        self.assertEqual((first._outcome(), second._outcome()), ("withdrawn", ""))
        self.later(minutes=2)
        self.work()
        self.assertEqual(
            (first._outcome(), second._outcome()), ("withdrawn", "received")
        )

    def test_outcome_of_what_was_not_integrated(self):
        move = self.make_invoice("partner_aube", service="COLLEGES", engagement="E")
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.platform.service(
            move.partner_id.company_registry, "COLLEGES", active=False
        )
        self.integrate(move)
        [original] = self.originals(move)
        self.assertEqual(original._outcome(), "not_integrated")
        self.assertTrue(original.outcome_ids.reason)
        self.assertIn("nobody received it", original.outcome)

    def test_news_told_again_adds_no_outcome(self):
        self.receive()
        [original] = self.originals(self.moves[0])
        self.platform.advance(60)
        self.platform.status(self.moves[0].name, "MANDATEE")
        self.follow()
        self.assertState(self.moves[0], "MANDATEE")
        self.assertEqual(len(original.outcome_ids), 1)

    def test_companions_are_insert_only(self):
        self.fill()
        for name in COMPANIONS:
            model = self.env[f"l10n_fr_chorus.{name}"].sudo()
            row = model.search([], limit=1)
            self.assertTrue(row, name)
            for statement in (
                "UPDATE %s SET made_by = 'me'",
                "DELETE FROM %s",
                "TRUNCATE %s CASCADE",
            ):
                with (
                    self.subTest(name, statement=statement),
                    self.refused(psycopg2.Error, "never changed nor deleted"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(SQL(statement, SQL.identifier(model._table)))
            for attempt in (
                lambda row=row: row.write({"made_by": "me"}),
                lambda row=row: row.unlink(),
                lambda model=model: model.create({"made_by": "me"}),
            ):
                with self.refused(UserError, "proof"):
                    attempt()

    def test_files_and_comments_are_kept(self):
        """R20, R25: exact bytes, checked by the database as they come in."""
        original = self.fill()
        file, comment = original.complementary_file_ids.sorted("id")
        self.assertEqual(file._content(), b"%PDF delivery note")
        self.assertEqual(comment._content().decode(), "Voici le bon.")
        self.assertEqual((file.kind, comment.kind), ("file", "comment"))
        with self.refused(psycopg2.Error, "sha256 or size"), self.env.cr.savepoint():
            model = self.env["l10n_fr_chorus.complementary_file"]
            row = file.read(["kind", "filename", "mimetype", "size"])[0]
            del row["id"]
            model._insert(
                [
                    {
                        **row,
                        "submission_id": original.submission_id.id,
                        "company_id": self.company.id,
                        "content": b"other",
                        "sha256": file.sha256,
                    }
                ]
            )
        with self.assertRaises(AccessError):
            file.with_user(self.claire).read(["content"])

    def test_comparison_with_the_platforms_document(self):
        [original, other, *_] = self.originals()
        self.assertEqual(original._compare(original._content()), "same")
        self.assertEqual(original._compare(original._content() + b"\n"), "same_data")
        self.assertEqual(original._compare(other._content()), "different")
        self.assertEqual(
            original.comparison_ids.mapped("result"),
            ["same", "same_data", "different"],
        )

    def test_platforms_document_is_fetched_and_compared(self):
        [original, *_] = self.originals()
        with self.refused(UserError, "nothing to compare with"):
            original.with_user(self.claire).action_l10n_fr_chorus_compare()
        self.receive()
        action = original.with_user(self.claire).action_l10n_fr_chorus_compare()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(original.comparison_ids.result, "same")
        self.tamper(
            "original",
            SQL("content = 'forged', size = 6"),
            original.id,
        )
        action = original.action_l10n_fr_chorus_compare()
        self.assertEqual(action["params"]["type"], "danger")
        self.platform.fault("status", "telecharger/groupe", times=None, code=503)
        with self.refused(UserError, "cannot be reached"):
            original.action_l10n_fr_chorus_compare()

    def test_who_guarantees_what(self):
        """R25: said per channel; a test proves nothing."""
        original = self.originals()[0]
        self.assertIn("no legal value", original.guarantee)
        for channel, words in (
            ("piste", "nobody else keeps it"),
            ("dilifac", "Dilicom archives"),
            ("portal", "A PDF alone is not an electronic invoice"),
        ):
            change = SQL("channel = %s, environment = 'production'", channel)
            self.tamper("original", change, original.id)
            self.assertIn(words, original.guarantee)
