from contextlib import contextmanager
from datetime import date
from hashlib import sha256

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from ...chorus.vault.sealing import CONTENT, GAP, GENESIS, HASH, PREVIOUS
from ...hooks import uninstall_hook
from ...models.vault import seal as seal_module

PDF = b"%PDF-1.7\n\x00\xff\xfe binary"
XML = b"<?xml version='1.0'?><svg/>"
TABLES = (
    "l10n_fr_chorus_original",
    "l10n_fr_chorus_seal",
    "l10n_fr_chorus_event",
)


@tagged("post_install", "-at_install")
class TestVault(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The language would change the words the tests look for.
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.company, cls.other = cls.env["res.company"].create(
            [{"name": "Librairie du Port"}, {"name": "Librairie du Parc"}]
        )
        cls.env.user.company_ids += cls.company + cls.other
        cls.submissions = {
            company: cls._submission(company, date(2026, 11, 20))
            for company in (cls.company, cls.other)
        }
        cls.Original = cls.env["l10n_fr_chorus.original"]
        cls.Seal = cls.env["l10n_fr_chorus.seal"]
        cls.Event = cls.env["l10n_fr_chorus.event"]

    @classmethod
    def _submission(cls, company, day):
        journal = cls.env["account.journal"].create(
            {
                "name": "Ventes",
                "code": f"V{day.year}",
                "type": "general",
                "company_id": company.id,
            }
        )
        move = cls.env["account.move"].create({"journal_id": journal.id, "date": day})
        return cls.env["l10n_fr_chorus.submission"].create(
            {"move_id": move.id, "company_id": company.id, "channel": "piste"}
        )

    def _values(self, company=None, submission=None, **values):
        submission = submission or self.submissions[company or self.company]
        return {
            "content": PDF,
            "filename": "FA1.pdf",
            "mimetype": "application/pdf",
            "syntax": "IN_DP_E2_CII_FACTURX",
            "kind": "380",
            "number": "FA1",
            "year": 2026,
            "seller_siren": "732829320",
            "seller_siret": "73282932000074",
            "buyer_siret": "22100005200011",
            "channel": "piste",
            "environment": "qualification",
            "company_id": submission.company_id.id,
            "move_id": submission.move_id.id,
            "submission_id": submission.id,
            **values,
        }

    def _store(self, *args, **values):
        return self.Original._store([self._values(*args, **values)])

    def _fact(self, **values):
        return {
            "submission_id": self.submissions[self.company].id,
            "code": "SUSPENDUE",
            "state": "SUSPENDUE",
            "occurred_at": "2026-11-20 13:05:42",
            "precision": "second",
            "source": "search",
            **values,
        }

    def _fill(self):
        """One row in each table."""
        self.Event._record([self._fact()])
        original = self._store()
        self.Seal._append()
        return original

    @contextmanager
    def _refused(self, error, words):
        """Expect this error with these words, and undo what was tried."""
        with mute_logger("odoo.sql_db"), self.assertRaises(error) as refusal:
            yield
        self.assertRegex(str(refusal.exception), words)

    # ---- ORIGINALS ----------------------------------------------------------------

    def test_exact_bytes_are_kept(self):
        for content in (PDF, XML, b"=base64=", b"\x00"):
            original = self._store(content=content)
            self.assertEqual(original._content(), content)
            self.assertEqual(original.size, len(content))
            self.assertEqual(original.sha256, sha256(content).hexdigest())
            [[raw]] = self.env.execute_query(
                SQL(
                    "SELECT content FROM l10n_fr_chorus_original WHERE id = %s",
                    original.id,
                )
            )
            self.assertEqual(bytes(raw), content)

    def test_people_read_no_code_nor_the_hour_of_greenwich(self):
        original = self._store()
        self.assertNotIn("__", original.author)
        self.assertNotIn(original.channel, original.road.split(" · "))
        self.assertNotIn(str(original.made_at), original.display_name)

    def test_kept_ten_years_after_the_fiscal_year(self):
        self.assertEqual(self._store().retain_until, date(2036, 12, 31))
        self.other.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.assertEqual(self._store(self.other).retain_until, date(2037, 6, 30))

    def test_who_and_when_are_text(self):
        original = self._store()
        self.assertIn(self.env.user.login, original.made_by)
        self.assertTrue(original.made_at)
        self.assertIn("FA1", original.display_name)

    def test_database_refuses_a_wrong_digest_or_size(self):
        values = self._values() | {
            "sha256": sha256(PDF).hexdigest(),
            "size": len(PDF),
            "retain_until": date(2036, 12, 31),
        }
        self.assertTrue(self.Original._insert([values]))
        for wrong in (
            {"sha256": sha256(XML).hexdigest()},
            {"sha256": "A" * 64},
            {"size": 1},
        ):
            with (
                self.subTest(**wrong),
                self._refused(psycopg2.Error, "sha256 or size"),
            ):
                self.Original._insert([values | wrong])

    def test_unknown_column_is_not_dropped_silently(self):
        with self._refused(ValueError, "colour"):
            self._store(colour="red")

    def test_content_is_not_read_over_rpc(self):
        original = self._store()
        reader = original.with_user(self.env.ref("base.user_admin"))
        with self.assertRaises(AccessError):
            reader.read(["content"])
        self.assertNotIn("content", reader.fields_get())

    # ---- INSERT ONLY --------------------------------------------------------------

    def test_database_refuses_update_delete_truncate(self):
        self._fill()
        statements = (
            "UPDATE %s SET made_by = 'me'",
            "UPDATE %s SET id = id",
            "DELETE FROM %s",
            "TRUNCATE %s CASCADE",
        )
        for table in TABLES:
            for statement in statements:
                with (
                    self.subTest(table=table, statement=statement),
                    self._refused(psycopg2.Error, "never changed nor deleted"),
                ):
                    self.env.cr.execute(SQL(statement, SQL.identifier(table)))

    def test_orm_refuses_everyone(self):
        original = self._fill()
        seal = self.Seal.search([("original_id", "=", original.id)])
        event = self.Event.search([("submission_id", "=", original.submission_id.id)])
        for record in (original, seal, event):
            record = record.sudo()
            for attempt in (
                lambda record=record: record.write({"made_by": "me"}),
                lambda record=record: record.unlink(),
                lambda record=record: record.copy(),
                lambda record=record: record.create({"made_by": "me"}),
            ):
                with (
                    self.subTest(model=record._name),
                    self._refused(UserError, "proof"),
                ):
                    attempt()

    def test_what_an_original_proves_is_not_deleted(self):
        original = self._fill()
        for record in (original.submission_id, original.company_id):
            with self._refused(psycopg2.Error, "foreign key"):
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE id = %s",
                        SQL.identifier(record._table),
                        record.id,
                    )
                )

    def test_upgrade_sets_the_same_guards_again(self):
        self._fill()
        for model in (self.Original, self.Seal, self.Event):
            model.init()
        self.test_database_refuses_update_delete_truncate()

    # ---- CHAIN --------------------------------------------------------------------

    def _chain(self):
        """Five originals of two companies, sealed in two times."""
        originals = self._store(number="FA1") + self._store(self.other, number="B1")
        originals += self._store(number="FA2", content=XML)
        self.assertEqual(self.Seal._append(), 3)
        originals += self._store(number="FA3") + self._store(self.other, number="B2")
        self.assertEqual(self.Seal._append(), 2)
        return originals

    def _verify(self, company=None):
        [result] = self.Seal._verify(company or self.company)
        return result

    def _tamper(self, table, change, record_id):
        """Change a row as only the table's owner can."""
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %(table)s DISABLE TRIGGER USER;"
                "UPDATE %(table)s SET %(change)s WHERE id = %(id)s;"
                "ALTER TABLE %(table)s ENABLE TRIGGER USER",
                table=SQL.identifier(table),
                change=change,
                id=record_id,
            )
        )

    def test_each_company_has_its_chain(self):
        self._chain()
        self.assertEqual(self.Seal._append(), 0)
        for company, count in ((self.company, 3), (self.other, 2)):
            seals = self.Seal.search([("company_id", "=", company.id)], order="seq")
            self.assertEqual(seals.mapped("seq"), list(range(1, count + 1)))
            self.assertEqual(seals[0].previous_hash, GENESIS)
            self.assertEqual(
                seals[1:].mapped("previous_hash"), seals[:-1].mapped("hash")
            )
            self.assertEqual(
                self._verify(company),
                {
                    "company_id": company.id,
                    "checked": count,
                    "seq": count,
                    "head": seals[-1].hash,
                    "unsealed": 0,
                    "fault": False,
                },
            )

    def test_all_companies_are_verified(self):
        self._chain()
        results = self.Seal._verify()
        companies = {result["company_id"] for result in results}
        self.assertLessEqual({self.company.id, self.other.id}, companies)

    def test_batches_make_the_same_chain(self):
        self.patch(seal_module, "BATCH", 2)
        self._chain()
        self.assertEqual(self._verify()["checked"], 3)
        self.assertFalse(self._verify()["fault"])

    def test_verification_goes_on_from_a_seal(self):
        self._chain()
        first = self.Seal.search([("company_id", "=", self.company.id)], order="seq")[0]
        result = self.Seal._verify_company(self.company.id, first.seq, first.hash)
        self.assertEqual((result["checked"], result["seq"]), (2, 3))

    def test_unsealed_originals_are_counted(self):
        self._store()
        self.assertEqual(self._verify()["unsealed"], 1)

    def test_flipped_byte_is_found(self):
        originals = self._chain()
        self._tamper(
            "l10n_fr_chorus_original",
            SQL("content = set_byte(content, 3, get_byte(content, 3) # 1)"),
            originals[2].id,
        )
        result = self._verify()
        message = result["fault"].pop("message")
        self.assertEqual(
            result["fault"],
            {
                "seq": 2,
                "number": "FA2",
                "original_id": originals[2].id,
                "reason": CONTENT,
            },
        )
        self.assertIn("FA2", message)
        self.assertEqual((result["checked"], result["seq"]), (1, 1))
        self.assertFalse(self._verify(self.other)["fault"])

    def test_every_change_by_the_owner_is_found(self):
        originals = self._chain()
        seal = self.Seal.search([("original_id", "=", originals[2].id)])
        changes = (
            ("original", SQL("number = 'FA9'"), HASH),
            ("original", SQL("retain_until = retain_until - 1"), HASH),
            ("original", SQL("made_at = made_at + interval '1 microsecond'"), HASH),
            ("original", SQL("checks = ''"), HASH),
            (
                "original",
                SQL(
                    "content = 'x', size = 1,"
                    " sha256 = encode(sha256('x'::bytea), 'hex')"
                ),
                HASH,
            ),
            ("seal", SQL("seq = 9"), GAP),
            ("seal", SQL("company_id = %s, seq = 9", self.other.id), GAP),
            ("seal", SQL("previous_hash = hash"), PREVIOUS),
            ("seal", SQL("hash = previous_hash"), HASH),
            ("seal", SQL("made_by = 'me'"), HASH),
        )
        for table, change, reason in changes:
            with self.subTest(change=change.code), self.env.cr.savepoint() as savepoint:
                record = originals[2] if table == "original" else seal
                self._tamper(f"l10n_fr_chorus_{table}", change, record.id)
                self.assertEqual(self._verify()["fault"]["reason"], reason)
                savepoint.rollback()
        self.assertFalse(self._verify()["fault"])

    # ---- EVENTS -------------------------------------------------------------------

    def test_same_fact_is_recorded_once(self):
        submission = self.submissions[self.company]
        self.assertEqual(self.Event._record([]), set())
        self.assertEqual(self.Event._record([self._fact()]), {submission.id})
        again = self._fact(
            occurred_at="2026-11-20 13:05:00", precision="minute", source="history"
        )
        self.assertEqual(self.Event._record([again, self._fact()]), set())
        self.assertEqual(len(submission.event_ids), 1)

    def test_other_code_or_minute_is_another_fact(self):
        other = self.submissions[self.other]
        rows = [
            self._fact(),
            self._fact(code="COMPLETEE", state="COMPLETEE"),
            self._fact(occurred_at="2026-11-20 13:06:00"),
            self._fact(submission_id=other.id, code="NEUVE", state="unknown"),
        ]
        self.assertEqual(
            self.Event._record(rows), {self.submissions[self.company].id, other.id}
        )
        self.assertEqual(len(self.submissions[self.company].event_ids), 3)
        self.assertEqual(other.event_ids.code, "NEUVE")

    def test_row_that_says_more_is_kept(self):
        told = self._fact(reason="Bon de livraison", platform_sequence=2**40)
        self.Event._record([self._fact(), told, self._fact()])
        event = self.submissions[self.company].event_ids
        self.assertEqual(event.reason, "Bon de livraison")
        self.assertEqual(event.platform_sequence, 2**40)

    # ---- UNINSTALL ----------------------------------------------------------------

    def test_vault_under_retention_is_not_uninstalled(self):
        self._store(environment="production")
        module = self.env["ir.module.module"].search(
            [("name", "=", "l10n_fr_chorus_bookshop")]
        )
        for attempt in (
            module.button_uninstall,
            module.module_uninstall,
            self.env.ref("base.module_account").button_uninstall,
            lambda: uninstall_hook(self.env),
        ):
            with self._refused(UserError, "1 originals .* 2036-12-31"):
                attempt()

    def test_only_retention_of_production_forbids_to_uninstall(self):
        self._store(environment="qualification")
        old = self._submission(self.company, date(2010, 5, 4))
        self._store(submission=old, environment="production")
        self.Original._refuse_uninstall()
