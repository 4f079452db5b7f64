"""R25, R27: the vault is verified, anchored outside, and exported with its proof."""

import io
import subprocess
import sys
import tempfile
import zipfile
from base64 import b64decode
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..chorus.invoice import Attachment
from ..models import verification
from .common import MODULE, ChorusCase

COMPANIONS = ("fate", "supplement", "comparison", "anchor", "reading")


@tagged("post_install", "-at_install")
class TestProof(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.shop["l10n_fr_chorus.original"]
        cls.seals = cls.env["l10n_fr_chorus.seal"]
        cls.anchors = cls.env["l10n_fr_chorus.anchor"]

    def setUp(self):
        super().setUp()
        self.moves = self.make_invoices(3)
        self.moves.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.work("_seal_due")

    def originals(self, moves=None):
        return self.vault.sudo().search(
            [("move_id", "in", (moves or self.moves).ids)], order="id"
        )

    def tamper(self, table, change, record_id):
        """Change a row as only the table's owner can."""
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %(table)s DISABLE TRIGGER USER;"
                "UPDATE %(table)s SET %(change)s WHERE id = %(id)s;"
                "ALTER TABLE %(table)s ENABLE TRIGGER USER",
                table=SQL.identifier(f"l10n_fr_chorus_{table}"),
                change=change,
                id=record_id,
            )
        )
        self.env.invalidate_all()

    def flip(self, original):
        self.tamper(
            "original",
            SQL("content = set_byte(content, 30, get_byte(content, 30) # 1)"),
            original.id,
        )

    def rebuild(self, original):
        """Change a document and make the whole chain again, as its owner could."""
        self.tamper(
            "original",
            SQL(
                "content = 'forged', size = 6,"
                " sha256 = encode(sha256('forged'::bytea), 'hex')"
            ),
            original.id,
        )
        self.env.cr.execute(
            "ALTER TABLE l10n_fr_chorus_seal DISABLE TRIGGER USER;"
            "DELETE FROM l10n_fr_chorus_seal;"
            "ALTER TABLE l10n_fr_chorus_seal ENABLE TRIGGER USER"
        )
        self.env.invalidate_all()
        self.seals._append()

    def verify(self, *anchors):
        return self.vault.l10n_fr_chorus_verify(list(anchors))

    def exported(self, **choice):
        answer = self.vault.l10n_fr_chorus_export(**choice)
        return answer, zipfile.ZipFile(io.BytesIO(b64decode(answer["content"])))

    def run_verifier(self, archive, *arguments):
        """Unpack an export and run its own verifier, as an inspector would."""
        with tempfile.TemporaryDirectory() as folder:
            archive.extractall(folder)
            return subprocess.run(
                [sys.executable, "-S", "verify.py", *arguments],
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
                encoding="utf-8",
                env={"PYTHONIOENCODING": "utf-8"},
            )

    def receive(self):
        """What was sealed leaves, and is integrated."""
        self.work()
        self.later(minutes=2)
        self.work()

    # ---- FATES AND COMPANIONS -----------------------------------------------------

    def test_fate_of_each_version(self):
        """R25: only what was received is the original."""
        self.receive()
        [original] = self.originals(self.moves[0])
        self.assertEqual(original._fate(), "received")
        self.assertTrue(original.fate_ids.flux_number)
        withdrawn = self.make_invoice()
        withdrawn.l10n_fr_chorus_send()
        self.work("_prepare_due")
        [version] = self.originals(withdrawn)
        self.assertEqual(version._fate(), "")
        withdrawn.purchase_order_reference = "EJ-2"
        self.work()
        first, second = self.originals(withdrawn)
        self.assertEqual((first._fate(), second._fate()), ("withdrawn", ""))
        self.later(minutes=2)
        self.work()
        self.assertEqual((first._fate(), second._fate()), ("withdrawn", "received"))

    def test_fate_of_what_was_not_integrated(self):
        move = self.make_invoice("partner_aube", service="COLLEGES", engagement="E")
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.platform.service(
            move.partner_id.company_registry, "COLLEGES", active=False
        )
        self.integrate(move)
        [original] = self.originals(move)
        self.assertEqual(original._fate(), "not_integrated")
        self.assertTrue(original.fate_ids.reason)
        self.assertIn("nobody received it", original.fate)

    def test_news_told_again_adds_no_fate(self):
        self.receive()
        [original] = self.originals(self.moves[0])
        self.platform.advance(60)
        self.platform.status(self.moves[0].name, "MANDATEE")
        self.follow()
        self.assertState(self.moves[0], "MANDATEE")
        self.assertEqual(len(original.fate_ids), 1)

    def fill(self):
        """One row in each companion table."""
        [original, *_others] = self.originals()
        files = [Attachment("bl.pdf", b"%PDF delivery note")]
        self.env["l10n_fr_chorus.supplement"]._keep(
            original.submission_id, files, "Voici le bon."
        )
        original._compare(original._content())
        self.env["l10n_fr_chorus.fate"]._insert(
            [{"original_id": original.id, "fate": "received"}]
        )
        self.publish()
        inspection = self.env["l10n_fr_chorus.inspection"]._give(
            self.company, "I", "i@impots.example", "2099-01-01", "test"
        )
        self.env["l10n_fr_chorus.reading"]._note(inspection, "list")
        return original

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
        file, comment = original.supplement_ids.sorted("id")
        self.assertEqual(file._content(), b"%PDF delivery note")
        self.assertEqual(comment._content().decode(), "Voici le bon.")
        self.assertEqual((file.kind, comment.kind), ("file", "comment"))
        with self.refused(psycopg2.Error, "sha256 or size"), self.env.cr.savepoint():
            model = self.env["l10n_fr_chorus.supplement"]
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

    # ---- VERIFICATION -------------------------------------------------------------

    def test_verified_by_button_and_rpc(self):
        answer = self.verify()
        self.assertTrue(answer["ok"], answer["message"])
        self.assertGreaterEqual(answer["checked"], 3)
        params = self.vault.action_l10n_fr_chorus_verify()["params"]
        self.assertEqual(params["type"], "success")
        self.assertIn(answer["head"], params["message"])

    def cron(self):
        with self.worker() as env:
            env["l10n_fr_chorus.verification"]._cron_verify()
        self.env.invalidate_all()
        return self.env["l10n_fr_chorus.verification"].search(
            [("company_id", "=", self.company.id)]
        )

    def alarms(self):
        return self.env["mail.message"].search([("subject", "ilike", "ALARM")])

    def test_scheduled_verification(self):
        with patch.object(verification, "SLICE", 2):
            found = self.cron()
        self.assertTrue(found.finished_at)
        self.assertEqual(found.checked, self.verify()["seq"])
        self.assertFalse(found.fault)
        self.assertFalse(self.alarms())

    def test_verification_cut_short_goes_on(self):
        looked_at = []
        verify_slice = type(self.seals)._verify_slice

        def counted(model, company_id, seq, head, limit=None):
            looked_at.append(seq)
            return verify_slice(model, company_id, seq, head, limit)

        commit = type(self.env["ir.cron"])._commit_progress

        def no_time_left(model, processed=0, **values):
            commit(model, processed, **values)
            return 0

        with (
            patch.object(verification, "SLICE", 1),
            patch.object(type(self.seals), "_verify_slice", counted),
        ):
            with patch.object(
                type(self.env["ir.cron"]), "_commit_progress", no_time_left
            ):
                self.assertEqual(self.cron().seq, 1)
                self.assertEqual(self.cron().seq, 2)
            found = self.cron()
        self.assertEqual(looked_at[:3], [0, 1, 2], "nothing is verified twice")
        self.assertEqual((found.seq, bool(found.finished_at)), (0, True))

    def test_flipped_byte_raises_the_alarm_and_is_named_everywhere(self):
        """Must show: in Odoo, by the job, and by `verify.py` in the export."""
        victim = self.originals()[1]
        _answer, archive = self.exported()
        self.assertEqual(self.run_verifier(archive).returncode, 0)
        self.flip(victim)
        answer = self.verify()
        self.assertEqual((answer["ok"], answer["number"]), (False, victim.number))
        with self.assertLogs("odoo.addons.l10n_fr_chorus_bookshop", "ERROR"):
            found = self.cron()
        self.assertIn(victim.number, found.fault)
        alarm = self.alarms()
        self.assertIn(victim.number, alarm.body)
        self.assertIn(self.env.ref("base.user_admin").partner_id, alarm.partner_ids)
        _answer, archive = self.exported()
        done = self.run_verifier(archive)
        self.assertEqual(done.returncode, 1)
        self.assertIn(victim.number, done.stdout)
        self.assertIn("le document n'est pas celui qui a été scellé", done.stdout)

    def test_rebuilt_chain_is_found_out_by_the_anchor(self):
        """Must show: the owner rewrites document, chain and anchors; not the mail."""
        anchor = self.publish()
        text = f"{anchor.seq}:{anchor.hash}"
        self.assertTrue(self.verify(text)["ok"])
        self.rebuild(self.originals()[0])
        answer = self.verify()
        self.assertFalse(answer["ok"])
        self.assertIn(anchor.hash, answer["message"])
        self.env.cr.execute(
            "ALTER TABLE l10n_fr_chorus_anchor DISABLE TRIGGER USER;"
            "DELETE FROM l10n_fr_chorus_anchor;"
            "ALTER TABLE l10n_fr_chorus_anchor ENABLE TRIGGER USER"
        )
        self.env.invalidate_all()
        self.assertTrue(self.verify()["ok"], "from inside, nothing can tell any more")
        self.assertFalse(self.verify(text)["ok"], "the mail does")
        _answer, archive = self.exported()
        self.assertEqual(self.run_verifier(archive).returncode, 0)
        done = self.run_verifier(archive, "--anchor", text)
        self.assertEqual(done.returncode, 1)
        self.assertIn("la chaîne a été refaite", done.stdout)

    def test_chain_cut_short_is_found_out_by_the_anchor(self):
        self.publish()
        self.env.cr.execute(
            SQL(
                "ALTER TABLE l10n_fr_chorus_seal DISABLE TRIGGER USER;"
                "DELETE FROM l10n_fr_chorus_seal WHERE original_id = %s;"
                "ALTER TABLE l10n_fr_chorus_seal ENABLE TRIGGER USER",
                self.originals()[-1].id,
            )
        )
        self.env.invalidate_all()
        self.assertIn("rebuilt or cut", self.verify()["message"])

    def test_altered_file_beside_an_original_is_found(self):
        original = self.fill()
        self.tamper("supplement", SQL("content = 'x'"), original.supplement_ids[0].id)
        self.assertIn("bl.pdf", self.verify()["message"])

    def test_a_verification_that_breaks_is_told_and_does_not_raise(self):
        with (
            patch.object(
                type(self.seals), "_verify_slice", side_effect=OSError("disk")
            ),
            self.assertLogs("odoo.addons.l10n_fr_chorus_bookshop", "ERROR"),
        ):
            self.assertEqual(self.cron().fault, "disk")
        self.assertTrue(self.alarms())

    # ---- ANCHORS ------------------------------------------------------------------

    def publish(self):
        self.company.l10n_fr_chorus_anchor_emails = "compta@cabinet.example, b@c.fr"
        self.anchors._cron_publish()
        return self.anchors.search([("company_id", "=", self.company.id)], limit=1)

    def test_anchor_is_mailed_outside_once(self):
        anchor = self.publish()
        mails = self.env["mail.mail"].search([("subject", "ilike", "anchor")])
        self.assertEqual(len(mails), 1)
        self.assertIn(f"{anchor.seq}:{anchor.hash}", mails.body_html)
        self.assertEqual(mails.email_to, "compta@cabinet.example, b@c.fr")
        self.assertEqual(self.publish(), anchor, "nothing new, no mail")
        self.integrate(self.make_invoice())
        second = self.publish()
        self.assertGreater(second.seq, anchor.seq)
        mail = self.env["mail.mail"].search([("subject", "ilike", "anchor")])[:1]
        self.assertIn(anchor.hash, mail.body_html, "the one before is told too")

    def test_no_address_no_anchor(self):
        self.company.l10n_fr_chorus_anchor_emails = False
        self.anchors._cron_publish()
        self.assertFalse(self.anchors.search([("company_id", "=", self.company.id)]))

    def test_anchor_badly_copied_is_told(self):
        for text in ("", "12", "12:abc", "x:" + "0" * 64):
            with self.refused(UserError, "RANK:HASH"):
                self.verify(text)

    # ---- EXPORT -------------------------------------------------------------------

    def test_export_of_a_period_and_of_an_invoice(self):
        self.fill()
        move = self.moves[0]
        day = move.invoice_date.isoformat()
        for choice, count in (
            ({}, 3),
            ({"date_from": day, "date_to": day}, 3),
            ({"date_to": "2000-01-01"}, 0),
            ({"move_ids": move.ids}, 1),
        ):
            with self.subTest(**choice):
                answer, archive = self.exported(**choice)
                names = archive.namelist()
                originals = [one for one in names if one.startswith("originals/")]
                self.assertEqual(len(originals), answer["count"])
                self.assertEqual(len(originals), count)
                trails = [one for one in names if one.startswith("audit/")]
                self.assertEqual(len(trails), 2 * count)
        self.assertTrue([one for one in names if one.startswith("supplements/")])
        [name] = originals
        content = self.originals(move)._content()
        self.assertEqual(archive.read(name), content)
        self.assertIn(b'"seq"', archive.read("anchors.json"))
        done = self.run_verifier(archive)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_export_says_the_same_in_the_same_bytes(self):
        first, _archive = self.exported()
        self.assertEqual(self.exported()[0], first)

    def test_one_changed_byte_in_the_export_is_named(self):
        _answer, archive = self.exported()
        [name, *_] = [one for one in archive.namelist() if one.endswith(".pdf")]
        with tempfile.TemporaryDirectory() as folder:
            archive.extractall(folder)
            path = Path(folder) / name
            path.write_bytes(path.read_bytes()[:-1] + b"!")
            done = subprocess.run(
                [sys.executable, "-S", "verify.py"],
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
                encoding="utf-8",
                env={"PYTHONIOENCODING": "utf-8"},
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"FAUX   {name}", done.stdout)

    # ---- RIGHTS -------------------------------------------------------------------

    def test_proof_is_for_those_who_may_read_the_vault(self):
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        theirs = self.vault.with_user(stranger)
        for attempt in (theirs.l10n_fr_chorus_verify, theirs.l10n_fr_chorus_export):
            with self.assertRaises(AccessError):
                attempt()

    def test_other_company_exports_nothing_of_ours(self):
        other = self.other_company()
        self.claire.company_ids += other
        theirs = self.vault.with_context(allowed_company_ids=other.ids)
        self.assertEqual(theirs.l10n_fr_chorus_export()["count"], 0)
        self.assertEqual(theirs.l10n_fr_chorus_verify()["checked"], 0)
        clerk = new_test_user(
            self.env,
            "clerk",
            groups=f"{MODULE}.{MODULE}_group_user,account.group_account_invoice",
            company_id=other.id,
            company_ids=[other.id],
        )
        with self.assertRaises(AccessError):
            self.vault.with_user(clerk).with_context(
                allowed_company_ids=other.ids
            ).l10n_fr_chorus_export(move_ids=self.moves.ids)
        for name in COMPANIONS:
            if name != "reading":
                model = self.env[f"l10n_fr_chorus.{name}"].with_user(clerk)
                self.assertFalse(
                    model.with_context(allowed_company_ids=other.ids).search([])
                )
