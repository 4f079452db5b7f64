"""R11, R15: an operator's profile, and what keeps production closed."""

import base64
import json

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ...chorus.errors import Denied
from ...models.common import PROFILES
from ..common import MODULE, ChorusCase


@tagged("post_install", "-at_install")
class TestDilifacProfile(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref(f"{MODULE}.profile_eancom")
        cls.mailbox = cls.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": cls.company.id,
                "channel": "dilifac",
                "environment": "production",
                "profile_id": cls.profile.id,
                "host": "sftp.example.com",
                "login": "librairie",
                "password": "secret",
            }
        )

    def test_production_opens_with_the_qualification_only(self):
        with self.assertRaisesRegex(Denied, "not qualified"):
            self.mailbox._mailbox_opener()
        self.profile.write({"qualified": True, "qualified_on": "2026-11-20"})
        self.mailbox._mailbox_opener()
        self.profile.file_name = "{gln}-{reference}"
        self.assertFalse(self.profile.qualified, "it is not the accepted one any more")
        with self.assertRaisesRegex(Denied, "not qualified"):
            self.mailbox._mailbox_opener()

    def test_a_qualification_has_a_date(self):
        with self.refused(IntegrityError, "qualified_dated"), self.cr.savepoint():
            self.profile.qualified = True
            self.profile.flush_recordset()
        with Form(self.profile) as form:
            form.qualified = True
        self.assertEqual(self.profile.qualified_on, fields.Date.context_today(self))

    def test_a_copy_of_the_database_never_opens_production(self):
        self.profile.write({"qualified": True, "qualified_on": "2026-11-20"})
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        with self.assertRaisesRegex(Denied, "copy"):
            self.mailbox._mailbox_opener()

    def test_exported_then_imported_it_is_the_same_unqualified(self):
        self.profile.write({"qualified": True, "qualified_on": "2026-11-20"})
        [values] = self.profile.l10n_fr_chorus_export()
        self.assertNotIn("None", repr(values))
        text = json.dumps(values)
        wizard = self.env["l10n_fr_chorus.profile.import"].create(
            {"content": base64.b64encode(text.encode())}
        )
        action = wizard.action_import()
        other = self.env["l10n_fr_chorus.profile"].browse(action["res_id"])
        self.assertEqual(other.l10n_fr_chorus_export(), [values])
        self.assertFalse(other.qualified)
        self.assertEqual(other._dictionary(), self.profile._dictionary())

    def test_what_is_no_profile_is_refused(self):
        profiles = self.env["l10n_fr_chorus.profile"]
        [good] = self.profile.l10n_fr_chorus_export()
        for values in (
            None,
            [],
            {},
            {**good, "format": "other"},
            {**good, "qualified": True},
            {**good, "payload": "pigeon"},
            {**good, "receiver_gln": "123"},
            {**good, "status_ids": ["x"]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                profiles.l10n_fr_chorus_import(values)

    def test_names_and_numbers_that_cannot_be(self):
        for values in (
            {"receiver_gln": "3025590000009"},
            {"file_name": "{gln}"},
            {"file_name": "../{reference}"},
            {"file_name": "{reference.__class__}"},
            {"file_name": "{other}{reference}"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.profile.write(values)
        with self.assertRaises(ValidationError):
            self.company.l10n_fr_chorus_gln = "3025594987651"
        with self.assertRaises(ValidationError):
            self.mailbox.batch_size = 2

    def test_each_channel_comes_with_its_own_pace(self):
        """One file an invoice, and three days of silence; the API's, chosen again."""
        form = Form(self.env["l10n_fr_chorus.connection"])
        usual = (form.batch_size, form.quarantine)
        form.channel = "dilifac"
        self.assertEqual((form.batch_size, form.quarantine), (1, 3 * 24 * 60))
        form.channel = "piste"
        self.assertEqual((form.batch_size, form.quarantine), usual)

    def test_secrets_are_never_read_back(self):
        self.mailbox.private_key = "-----BEGIN"
        for name in ("password", "private_key"):
            self.assertNotIn("BEGIN", self.mailbox[name])
            self.assertNotIn("secret", self.mailbox[name])
        self.assertEqual(self.mailbox._secret("private_key"), "-----BEGIN")
        with self.assertRaises(AccessError):
            self.mailbox.with_user(self.claire).stored_private_key  # noqa: B018

    def test_a_clerk_reads_and_does_not_change(self):
        profile = self.profile.with_env(self.shop)
        self.assertTrue(profile.l10n_fr_chorus_export())
        with self.assertRaises(AccessError):
            profile.name = "mine"
        with self.assertRaises(AccessError):
            self.mailbox.with_env(self.shop).action_confirm_key()

    def test_a_folder_outside_those_opened(self):
        self.mailbox.write(
            {"environment": "qualification", "mailbox_kind": "folder", "folder": "/etc"}
        )
        self.mailbox.action_test()
        self.assertIn("CHORUS_MAILBOX_ROOT", self.mailbox.test_result)


@tagged("post_install", "-at_install")
class TestProfileDownload(HttpCase, ChorusCase):
    def manager(self):
        """A manager of the shop, signed in."""
        marc = new_test_user(
            self.env,
            "marc",
            "account.group_account_manager",
            password="marc",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.authenticate("marc", "marc")
        return marc

    def test_the_file_downloaded_is_what_is_exported(self):
        """A manager takes home what comes with the module, too, and writes nothing."""
        marc = self.manager()
        files = self.env["ir.attachment"].search_count([])
        for name in PROFILES:
            [shipped] = (
                self.env[name]
                .with_user(marc)
                .search([("company_id", "=", False)], limit=1)
            )
            answer = self.url_open(shipped.action_export()["url"])
            shipped = shipped.with_context(lang=marc.lang)
            self.assertEqual([answer.json()], shipped.l10n_fr_chorus_export())
            self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(self.env["ir.attachment"].search_count([]), files)

    @mute_logger("odoo.http")
    def test_a_profile_of_another_company_is_not_there(self):
        theirs = self.env["l10n_fr_chorus.profile"].search([], limit=1)
        theirs = theirs.copy({"company_id": self.env.company.create({"name": "B"}).id})
        self.manager()
        for address in (f"{theirs._name}/{theirs.id}", f"res.partner/{theirs.id}"):
            answer = self.url_open(f"/chorus/profile/{address}")
            self.assertEqual(answer.status_code, 404)
