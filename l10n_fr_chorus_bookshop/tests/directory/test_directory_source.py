"""R3: the directory fetched by itself, by the API or from an open address."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from simulator import directory_files as files

from ...chorus.directory import download as directory_download
from ...chorus.directory.download import Stamp
from ...chorus.errors import Unreachable
from ..common import MODULE
from ..transactions import written_after_calls
from .directory_case import BODIES, LILLE, SERVICES, DirectoryCase

DOWNLOAD = "telecharger/annuaire"
URL = "https://example.org/FAR0037.zip"


@tagged("post_install", "-at_install")
class TestDirectorySource(DirectoryCase):
    def setUp(self):
        super().setUp()
        self.api = self.source("api")
        self.boss = self.imports.env.user

    def source(self, kind):
        return self.env.ref(f"{MODULE}.directory_source_{kind}")

    def round(self):
        self.run_job(method="_cron_directory")

    def due(self, source):
        source.due_at = fields.Datetime.now() - timedelta(minutes=1)

    # ---- BY THE API ---------------------------------------------------------------

    def test_only_the_api_is_on_and_only_once_connected(self):
        sources = self.env["l10n_fr_chorus.directory.source"].search([])
        self.assertEqual(sources.filtered("enabled"), self.api)
        self.round()
        self.assertFalse(self.calls(DOWNLOAD), "this connection has never worked")
        self.assertFalse(self.api.worked_at)
        self.assertFalse(self.body(LILLE))
        self.connection.synced_at = fields.Datetime.now()
        self.due(self.api)
        with written_after_calls() as late:
            self.round()
        self.assertFalse(late)
        self.assertTrue(self.api.worked_at)
        self.assertEqual(self.api.import_id.state, "done")
        self.assertEqual(self.body(LILLE).source, "file")
        self.assertEqual(self.codes(LILLE), {"BIBLIO", "ECOLES"})
        self.round()
        self.assertEqual(len(self.calls(DOWNLOAD)), 1, "not before it is due")
        self.due(self.api)
        self.round()
        imports = self.env["l10n_fr_chorus.import"].search([])
        self.assertEqual(len(imports), 1, "the same file again is not loaded again")

    def test_platform_down_is_told_and_tried_again_soon(self):
        self.connection.synced_at = fields.Datetime.now()
        self.platform.fault("status", DOWNLOAD, times=None, code=503)
        self.round()
        self.assertTrue(self.api.last_error)
        self.assertFalse(self.api.worked_at)
        self.assertLess(self.api.due_at, fields.Datetime.now() + timedelta(hours=7))
        self.platform.clear_faults()
        self.due(self.api)
        self.round()
        self.assertFalse(self.api.last_error)
        self.assertEqual(self.api.import_id.state, "done")

    # ---- FROM AN OPEN ADDRESS -----------------------------------------------------

    def served(self, content=None, stamp=None):
        """An address that hands out a file, or says that it is the same."""
        content = content or files.csv_zip(BODIES, SERVICES)

        def fetch(url, known, into):
            self.known.append(known)
            if known.etag == "v1":
                return None
            into.write(content)
            return Stamp(url, "v1", "")

        self.known = []
        return patch.object(directory_download, "fetch", fetch)

    def test_address_is_asked_only_for_what_changed(self):
        source = self.source("file")
        source.write({"enabled": True, "url": URL})
        with self.served():
            self.round()
            self.due(source)
            self.round()
        self.assertEqual([one.etag for one in self.known], ["", "v1"])
        self.assertEqual(source.import_id.name, "FAR0037.zip")
        self.assertEqual(source.import_id.state, "done")
        self.assertEqual(len(self.env["l10n_fr_chorus.import"].search([])), 1)

    def test_page_is_read_then_its_link(self):
        source = self.source("page")
        source.enabled = True
        page = "<a href='/x/AIFE-Chorus-Pro-Annuaire_20261123.xlsx'>ici</a>"
        content = files.xlsx(BODIES, SERVICES)
        with (
            patch.object(directory_download, "read_page", lambda _url: page),
            self.served(content),
        ):
            self.round()
        self.assertEqual(source.last_error, False)
        one = source.import_id
        self.assertEqual(one.name, "AIFE-Chorus-Pro-Annuaire_20261123.xlsx")
        self.assertEqual(one.state, "done")

    @mute_logger(
        "odoo.addons.l10n_fr_chorus_bookshop.models.directory.directory_source"
    )
    def test_one_that_fails_does_not_stop_the_others(self):
        self.source("page").enabled = self.source("file").enabled = True

        def broken(_url):
            raise ValueError("poison")

        with patch.object(directory_download, "read_page", broken), self.served():
            self.round()
        self.assertIn("poison", self.source("page").last_error)
        self.assertEqual(self.source("file").import_id.state, "done")

    def test_file_refused_leaves_the_mirror(self):
        source = self.source("file")
        source.enabled = True
        with self.served(b"<html>Maintenance</html>"):
            self.round()
        self.assertEqual(source.import_id.state, "refused")
        self.assertFalse(self.body(LILLE))

    # ---- BY HAND ------------------------------------------------------------------

    def test_download_now_also_when_it_is_off(self):
        source = self.source("file").with_user(self.boss)
        with self.served():
            [answer] = source.l10n_fr_chorus_download()
            self.assertNotIn(None, answer.values())
            self.round()
            self.round()
        self.assertEqual(len(self.known), 1)
        self.assertEqual(source.import_id.state, "done")

    def test_download_now_fails_once(self):
        source = self.source("file").with_user(self.boss)

        def down(*_details):
            raise Unreachable("Nobody answers.")

        source.action_download()
        with patch.object(directory_download, "fetch", down):
            self.round()
        self.assertEqual(source.last_error, "Nobody answers.")
        self.assertFalse(source.due_at)

    def test_only_the_administrator_downloads(self):
        with self.assertRaises(AccessError):
            self.source("file").with_user(self.claire).l10n_fr_chorus_download()
