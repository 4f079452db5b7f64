"""R25: the vault is verified, and anchored where nobody of the shop can reach."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.vault import verification
from .proof_case import ProofCase


@tagged("post_install", "-at_install")
class TestVerification(ProofCase):
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
        self.rebuild(self.originals()[0])
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
        self.seals._append()
        self.tamper(
            "complementary_file",
            SQL("content = 'x'"),
            original.complementary_file_ids[0].id,
        )
        self.assertIn("bl.pdf", self.verify()["message"])

    def test_every_row_of_every_table_is_in_the_chain(self):
        """Events, outcomes, files, comparisons, readings, anchors: none changes."""
        self.fill()
        self.receive()
        self.seals._append()
        self.assertEqual(self.verify()["unsealed"], 0)
        self.assertTrue(self.verify()["ok"])
        for kind in self.seals._kinds():
            row = self.env[f"l10n_fr_chorus.{kind}"].search([], limit=1)
            self.assertTrue(row, kind)
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                self.tamper(kind, SQL("made_by = 'somebody else'"), row.id)
                answer = self.verify()
                self.assertFalse(answer["ok"])
                self.assertTrue(answer["message"])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_row_taken_out_is_found(self):
        self.receive()
        self.seals._append()
        self.env.cr.execute(
            "ALTER TABLE l10n_fr_chorus_event DISABLE TRIGGER USER;"
            "DELETE FROM l10n_fr_chorus_event WHERE id ="
            " (SELECT max(id) FROM l10n_fr_chorus_event);"
            "ALTER TABLE l10n_fr_chorus_event ENABLE TRIGGER USER"
        )
        self.env.invalidate_all()
        self.assertIn("Life-cycle event", self.verify()["message"])

    def test_a_chain_cut_or_emptied_is_found_from_inside(self):
        """G11: verification and health said that all was well."""
        self.cron()
        for where in (SQL("seq > 1"), SQL("TRUE")):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE l10n_fr_chorus_seal DISABLE TRIGGER USER;"
                    "DELETE FROM l10n_fr_chorus_seal WHERE %s;"
                    "ALTER TABLE l10n_fr_chorus_seal ENABLE TRIGGER USER",
                    where,
                )
            )
            self.env.invalidate_all()
            self.assertIn("its end was cut", self.verify()["message"])
            with self.assertLogs("odoo.addons.l10n_fr_chorus_bookshop", "ERROR"):
                self.assertIn("its end was cut", self.cron().fault)
            self.assertFalse(self.health()["ok"])

    def health(self):
        return self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()["vault"]

    def watch(self):
        with self.worker() as env:
            env["l10n_fr_chorus.submission"]._cron_watch()
        self.env.invalidate_all()

    def test_a_guard_switched_off_is_told(self):
        """G11: by a server action, or by whoever owns the database."""
        self.assertTrue(self.health()["ok"])
        for table in ("original", "event", "anchor"):
            name = SQL.identifier(f"l10n_fr_chorus_{table}")
            with self.subTest(table):
                self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", name))
                self.assertIn("switched its guard off", self.verify()["message"])
                self.assertFalse(self.health()["ok"])
                self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", name))
        self.env.cr.execute("ALTER TABLE l10n_fr_chorus_seal DISABLE TRIGGER USER")
        with self.assertLogs("odoo.addons.l10n_fr_chorus_bookshop", "ERROR"):
            self.watch()
        self.assertEqual(len(self.alarms()), 1)
        self.watch()
        self.assertEqual(len(self.alarms()), 1, "told once")

    def test_a_seal_that_waits_is_told(self):
        self.make_invoice().l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.assertTrue(self.health()["ok"], "the worker has just begun")
        with patch.object(verification, "SEAL_PATIENCE", timedelta(hours=-1)):
            self.assertIn("waiting for their seal", self.health()["fault"])
            with self.assertLogs("odoo.addons.l10n_fr_chorus_bookshop", "ERROR"):
                self.watch()
        self.assertTrue(self.alarms())

    def test_a_shop_without_connection_hears_the_alarm(self):
        """G10: it deposits by hand, on the portal."""
        self.env["l10n_fr_chorus.submission"].sudo().search([]).connection_id = False
        self.env["l10n_fr_chorus.unmatched"].search([]).unlink()
        self.env["l10n_fr_chorus.transmission"].search([]).connection_id = False
        self.connection.unlink()
        self.flip(self.originals()[1])
        with self.assertLogs("odoo.addons.l10n_fr_chorus_bookshop", "ERROR"):
            self.cron()
        alarm = self.alarms()
        self.assertIn(self.env.ref("base.user_admin").partner_id, alarm.partner_ids)
        self.assertFalse(self.health()["ok"])

    def test_a_chain_held_too_long_does_not_stop_the_worker(self):
        """Sealing gives up after a while: the next round seals."""
        statements = []
        execute = type(self.env.cr).execute

        def heard(cursor, query, *arguments, **options):
            statements.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *arguments, **options)

        with patch.object(type(self.env.cr), "execute", heard):
            self.seals._append()
        self.assertIn("SET LOCAL lock_timeout", statements[0])
        self.assertIn("LOCK TABLE l10n_fr_chorus_seal", statements[1])

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
