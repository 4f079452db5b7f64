"""R2, R3: the whole directory from a file: what is written, and what is left alone."""

import base64
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from simulator import directory_files as files

from ...models.directory.staging import Staging
from .directory_case import (
    AUBE,
    BODIES,
    LILLE,
    SEINE,
    SERVICES,
    DirectoryCase,
    changed,
    without,
)

IMPORTING = "odoo.addons.l10n_fr_chorus_bookshop.models.directory.directory_import"


@tagged("post_install", "-at_install")
class TestDirectoryImport(DirectoryCase):
    def versions(self):
        """The version of each row of the mirror: PostgreSQL moves what is written."""
        self.env.cr.execute(
            """
            SELECT 'body', id, xmin::text, ctid::text FROM l10n_fr_chorus_structure
            UNION ALL
            SELECT 'service', id, xmin::text, ctid::text FROM l10n_fr_chorus_service
            """
        )
        return set(self.env.cr.fetchall())

    # ---- LOADING ------------------------------------------------------------------

    def test_every_format_is_loaded(self):
        for make in (files.xlsx, files.xml_zip, files.csv_zip):
            with self.subTest(make.__name__):
                one = self.load(content=make(BODIES, SERVICES))
                self.assertEqual((one.state, one.message), ("done", False))
                self.assertEqual((one.structures, one.services), (3, 3))
        lille = self.body(LILLE)
        self.assertTrue(lille.is_active and lille.service_or_engagement_required)
        self.assertEqual((lille.source, lille.city), ("file", "PARIS"))
        self.assertEqual(self.codes(LILLE), {"BIBLIO"})
        self.assertEqual(self.ref("partner_lille").l10n_fr_chorus_structure_id, lille)

    def test_unchanged_file_writes_no_row(self):
        self.load()
        before = self.versions()
        for make in (files.csv_zip, files.xlsx, files.xml_zip):
            one = self.load(content=make(BODIES, SERVICES))
            self.assertEqual(one.state, "done")
        self.assertEqual(self.versions(), before)

    def test_only_what_changed_is_written(self):
        self.load()
        before = self.versions()
        one = self.load(changed(BODIES, LILLE, RaisonSociale="LILLE (59)"))
        self.assertEqual((one.added, one.changed, one.gone), (0, 1, 0))
        self.assertEqual(len(self.versions() - before), 1)

    def test_unchanged_file_confirms_what_is_known(self):
        self.load(as_of=fields.Datetime.now() - timedelta(days=9))
        lille = self.body(LILLE)
        old = lille.checked_at
        one = self.load()
        self.assertEqual(lille.checked_at, old, "not written")
        self.assertEqual(lille.verified_at, one.as_of)
        stale = self.env["l10n_fr_chorus.structure"]._stale_sirets(
            [LILLE], self.company
        )
        self.assertFalse(stale, "what was confirmed today need not be asked again")

    def test_body_no_longer_listed_becomes_inactive(self):
        self.load()
        one = self.load(without(BODIES, LILLE), SERVICES, partial=True)
        self.assertEqual((one.gone, self.body(LILLE).is_active), (0, True))
        self.imports.search([]).sudo().structures = 0
        one = self.load(without(BODIES, LILLE))
        self.assertEqual(one.gone, 1)
        self.assertTrue(self.body(LILLE).is_known)
        self.assertFalse(self.body(LILLE).is_active)
        self.load()
        self.assertTrue(self.body(LILLE).is_active)

    def test_bodies_alone_leave_services_as_they_are(self):
        self.load()
        rows = changed(BODIES, AUBE, Ville="SAINTE-SAVINE")
        for content in (
            files.csv_text(rows).encode(),
            files.xlsx(rows, []),
            files.xml_zip(rows, []),
        ):
            one = self.load(content=content)
            self.assertEqual((one.state, one.message), ("done", False))
            self.assertEqual((one.structures, one.services), (3, 0))
            self.assertEqual(self.body(AUBE).city, "SAINTE-SAVINE")
            self.assertEqual(self.codes(AUBE), {"DIR-CULTURE", "MEDIATHEQUE"})

    def test_services_alone_leave_bodies_as_they_are(self):
        self.load()
        rows = without(SERVICES, "MEDIATHEQUE")
        one = self.load(content=files.csv_text(rows).encode())
        self.assertEqual(one.state, "done")
        self.assertEqual(self.codes(AUBE), {"DIR-CULTURE"})
        self.assertTrue(self.body(SEINE).is_active)

    def test_damaged_rows_are_told_and_silence_nobody(self):
        many = [
            files.structure(f"{21590350100100 + n}", f"ECOLE {n}") for n in range(60)
        ]
        self.load([*BODIES, *many])
        lines = files.csv_text([*BODIES, *many]).splitlines()
        lines[5] = lines[5].replace("ECOLE", '"ECOLE')  # never closed
        lines[9] = lines[9].replace("ECOLE", "ECOLE; ANNEXE")
        lines[12] = lines[12].replace("21590350100108", "123")
        one = self.load(content="\n".join([*lines, ""]).encode())
        self.assertEqual((one.state, one.skipped, one.gone), ("done", 3, 3))
        self.assertEqual(len(one.skipped_rows.splitlines()), 3)
        for line in (6, 10, 13):
            self.assertIn(f"Row {line}: ", one.skipped_rows)
        self.assertTrue(one.file, "whoever corrects the rows wants to see them")
        longest = max(self.env["l10n_fr_chorus.structure"].search([]).mapped("name"))
        self.assertLess(len(longest), 100)

    def test_a_file_that_would_silence_many_waits_for_a_person(self):
        many = [
            files.structure(f"{21590350100100 + n}", f"ECOLE {n}") for n in range(120)
        ]
        self.load([*BODIES, *many])
        closed = [{**row, "StructureActive": "false"} for row in many[90:]]
        one = self.load([*BODIES, *many[:90], *closed])
        self.assertEqual(one.state, "ready")
        self.assertIn("30 of 123", one.message)
        self.assertTrue(self.body(many[-1]["Identifiant"]).is_active)
        one.action_load()
        self.run_job()
        self.assertEqual(one.state, "done")
        self.assertFalse(self.body(many[-1]["Identifiant"]).is_active)

    def test_what_is_blank_is_unknown(self):
        self.load()
        rows = changed(BODIES, AUBE, StructureActive="", GestionService="")
        self.load(
            [*rows, files.structure("21350238800019", "RENNES", StructureActive="")]
        )
        self.assertTrue(self.body(AUBE).is_active)
        self.assertTrue(self.body(AUBE).service_required)
        self.assertTrue(self.body("21350238800019").is_active)

    def test_unknown_word_leaves_what_was_known(self):
        self.load()
        self.load(changed(BODIES, AUBE, GestionService="peut-être"))
        self.assertTrue(self.body(AUBE).service_required)

    def test_column_the_file_has_not_got_leaves_what_was_known(self):
        self.load()
        columns = [name for name in files.STRUCTURE if name != "Ville"]
        self.load(content=files.csv_text(BODIES, columns=columns).encode())
        self.assertEqual(self.body(AUBE).city, "TROYES")

    def test_body_twice_in_the_file(self):
        rows = [*BODIES, *changed(BODIES[:1], AUBE, StructureActive="false")]
        self.assertEqual(self.load(rows).state, "done")
        self.assertTrue(self.body(AUBE).is_active, "the active one counts")

    def test_answers_typed_by_hand_are_left_alone(self):
        own = self.shop["l10n_fr_chorus.structure"].create(
            {"siret": LILLE, "name": "Lille, par nous", "is_active": True}
        )
        self.load()
        self.assertEqual(own.name, "Lille, par nous")
        self.assertEqual(self.ref("partner_lille").l10n_fr_chorus_source, "file")

    # ---- OF TWO NEWS THE LATER WINS ------------------------------------------------

    def test_answer_newer_than_the_file_stands(self):
        now = fields.Datetime.now()
        self.load(as_of=now - timedelta(hours=2))
        self.platform.structure(LILLE, active=False)
        self.platform.remove_service(LILLE, "ECOLES")
        self.ref("partner_lille").l10n_fr_chorus_refresh()
        one = self.load(as_of=now - timedelta(hours=1))
        self.assertEqual((one.state, one.changed), ("done", 0))
        self.assertFalse(self.body(LILLE).is_active)
        self.assertNotIn("ECOLES", self.codes(LILLE))
        self.load()
        self.assertTrue(self.body(LILLE).is_active, "a newer file")

    def test_file_older_than_the_last_is_refused(self):
        self.load()
        one = self.load(name="AIFE-Chorus-Pro-Annuaire_20250106.xlsx")
        self.assertEqual(one.state, "refused")
        self.assertIn("01/06/2025", one.message)

    def test_name_tells_the_day(self):
        one = self.imports.create({"name": "Annuaire_20250106.xlsx"})
        self.assertEqual(str(one.as_of), "2025-01-05 23:00:00", "midnight in Paris")
        future = self.imports.create({"name": "Annuaire_20990106.xlsx"})
        self.assertLessEqual(future.as_of, fields.Datetime.now())

    # ---- REFUSALS -----------------------------------------------------------------

    def test_file_much_smaller_than_the_last_is_refused(self):
        self.load()
        before = self.versions()
        one = self.load(BODIES[:2], SERVICES)
        self.assertEqual(one.state, "refused")
        self.assertIn("names 2 bodies, the last one 3", one.message)
        self.assertFalse(one.file)
        self.assertEqual(self.versions(), before)

    def test_file_that_ends_badly_has_changed_nothing(self):
        self.load()
        before = self.versions()
        rows = changed(BODIES, LILLE, StructureActive="false")
        one = self.load(content=files.csv_zip(rows, SERVICES)[:-200])
        self.assertEqual(one.state, "refused")
        self.assertIn("damaged", one.message)
        text = files.csv_text(rows * 3000).encode()
        one = self.load(content=text[:-40])
        self.assertIn("middle of a row", one.message)
        self.assertEqual(self.versions(), before)
        self.assertEqual(self.load().state, "done", "the next one is not in its way")

    def test_conflict_with_a_worker_begins_again(self):
        load, tried = Staging.load, []

        def conflict(staging):
            tried.append(staging)
            if len(tried) == 1:
                raise psycopg2.errors.SerializationFailure()
            return load(staging)

        with patch.object(Staging, "load", conflict):
            one = self.load()
        self.assertEqual((one.state, len(tried)), ("done", 2))

    @mute_logger(IMPORTING)
    def test_load_that_always_stops_ends(self):
        with patch.object(Staging, "load", side_effect=MemoryError("no memory")):
            one = self.load()
        self.assertEqual(one.state, "refused")
        self.assertIn("no memory", one.message)

    # ---- PREVIEW ------------------------------------------------------------------

    def test_preview_tells_what_loading_would_do_and_writes_nothing(self):
        self.load()
        before = self.versions()
        rows = without(changed(BODIES, AUBE, GestionService="false"), SEINE)
        rows += [
            files.structure("21350238800019", "RENNES"),
            files.structure("21350238800018", "WRONG KEY"),
            files.structure("X1", "ELSEWHERE", TypeIdentifiant="2"),
        ]
        rows = [{**row, "Couleur": "bleu"} for row in rows]
        services = without(SERVICES, "BIBLIO") + [files.service("21350238800019", "R")]
        content = files.zipped(
            {
                "structures.csv": files.csv_text(rows).encode(),
                "services.csv": files.csv_text(services).encode(),
            }
        )
        one = self.load(content=content, to_confirm=True)
        self.assertEqual(one.state, "ready")
        self.assertEqual((one.added, one.changed, one.gone), (2, 1, 1))
        told = (one.service_added, one.service_changed, one.service_gone)
        self.assertEqual(told, (1, 0, 1))
        self.assertEqual((one.others, one.wrong_keys), (1, 1))
        self.assertEqual(one.unmapped, "Couleur")
        self.assertEqual(self.versions(), before)
        one.action_load()
        self.run_job()
        self.assertEqual(one.state, "done")
        self.assertEqual((one.added, one.changed, one.gone), (2, 1, 1))
        told = (one.service_added, one.service_changed, one.service_gone)
        self.assertEqual(told, (1, 0, 1))
        self.assertTrue(self.body("21350238800018").wrong_key)

    # ---- REGRESSION CASES 1 TO 4, THROUGH A FILE -------------------------------------

    def test_case_01_inactive_structure(self):
        self.load(changed(BODIES, LILLE, StructureActive="false"))
        move = self.make_invoice("partner_lille", post=False)
        self.assertIn("not active", move.l10n_fr_chorus_problems)

    def test_case_02_siret_changed_after_lookup(self):
        self.load()
        aube = self.ref("partner_aube")
        aube.company_registry = LILLE
        self.assertEqual(aube.l10n_fr_chorus_structure_id, self.body(LILLE))
        self.assertFalse(aube.l10n_fr_chorus_service_required)
        aube.company_registry = "21690123100011"
        self.assertFalse(aube.l10n_fr_chorus_structure_id)
        self.assertFalse(aube.l10n_fr_chorus_checked_at)

    def test_case_03_service_removed_upstream(self):
        self.load()
        self.load(services=without(SERVICES, "MEDIATHEQUE"))
        gone = self.body(AUBE).service_ids.filtered(lambda one: not one.active)
        self.assertIn("MEDIATHEQUE", gone.mapped("code"))
        move = self.make_invoice(
            "partner_aube", service="MEDIATHEQUE", engagement="EJ-1", post=False
        )
        self.assertIn("no longer active", move.l10n_fr_chorus_problems)

    def test_case_04_engagement_flag_true_then_false(self):
        self.load()
        self.assertTrue(self.body(SEINE).engagement_required)
        self.load(changed(BODIES, SEINE, GestionEngagement="false"))
        self.assertFalse(self.body(SEINE).engagement_required)
        [answer] = self.make_invoice().l10n_fr_chorus_check()
        codes = [problem["code"] for problem in answer["problems"]]
        self.assertIn("engagement_superfluous", codes)

    # ---- RIGHTS AND RPC -----------------------------------------------------------

    def test_another_system_loads_a_file(self):
        content = base64.b64encode(files.xml_zip(BODIES, SERVICES)).decode()
        asked = self.imports.l10n_fr_chorus_import(content, "FAR0037.zip", confirm=True)
        self.assertEqual(asked["state"], "reading")
        self.run_job()
        one = self.imports.browse(asked["id"])
        self.assertEqual(one.l10n_fr_chorus_import_status()[0]["state"], "ready")
        one.l10n_fr_chorus_load()
        self.run_job()
        [status] = one.l10n_fr_chorus_import_status()
        self.assertEqual((status["state"], status["structures"]), ("done", 3))
        self.assertNotIn(None, status.values())

    def test_only_the_administrator_loads(self):
        clerk = self.shop["l10n_fr_chorus.import"]
        with self.assertRaises(AccessError):
            clerk.l10n_fr_chorus_import("")
        one = self.imports.create({"file": base64.b64encode(b"x")})
        with self.assertRaises(AccessError):
            one.with_env(clerk.env).action_read()
        with self.assertRaises(AccessError):
            one.with_env(clerk.env).l10n_fr_chorus_load()

    def test_what_is_no_file_is_told(self):
        with self.refused(UserError, "Choose the directory file"):
            self.imports.create({}).action_read()
        with self.refused(UserError, "base64"):
            self.imports.l10n_fr_chorus_import("no é base64")
        one = self.load(content=b"Bonjour")
        self.assertEqual(one.state, "refused")
        self.assertIn("no table", one.message)
