"""R27: the vault is exported with its proof, to those who may read it."""

import tempfile
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import MODULE
from .proof_case import COMPANIONS, ProofCase


@tagged("post_install", "-at_install")
class TestExport(ProofCase):
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
            done = self.run_verifier_in(folder)
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
            if name != "access_log":
                model = self.env[f"l10n_fr_chorus.{name}"].with_user(clerk)
                self.assertFalse(
                    model.with_context(allowed_company_ids=other.ids).search([])
                )
