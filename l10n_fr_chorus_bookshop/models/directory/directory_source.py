import base64
import hashlib
import logging
import os
import tempfile
from datetime import timedelta

from odoo import api, fields, models

from ...chorus.directory import download as directory_download
from ...chorus.directory.download import Stamp
from ...chorus.errors import ChorusError
from ...chorus.outside import TRUSTED_HOSTS, named_hosts
from ..common import iso

_logger = logging.getLogger(__name__)

# A download that failed is tried again long before the next one is due.
SOON = timedelta(hours=6)


class L10nFrChorusDirectorySource(models.Model):
    """Where the whole directory may be fetched, and how the last time went (R3)."""

    _name = "l10n_fr_chorus.directory.source"
    _description = "Download of the Chorus Pro directory"
    _order = "sequence, id"
    _rec_name = "kind"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("page", "Page that links the weekly file"),
            ("file", "Address of the file"),
            ("api", "Chorus Pro API, once connected"),
        ],
        required=True,
        default="file",
    )
    url = fields.Char("Address")
    enabled = fields.Boolean("Download by itself")
    every_days = fields.Integer("Days between downloads", default=1)
    due_at = fields.Datetime("Next download", readonly=True)
    asked_at = fields.Datetime("Last asked", readonly=True)
    worked_at = fields.Datetime("Last worked", readonly=True)
    last_error = fields.Char("What went wrong", readonly=True)
    import_id = fields.Many2one("l10n_fr_chorus.import", "Last file", readonly=True)
    file_url = fields.Char(readonly=True)
    etag = fields.Char(readonly=True)
    last_modified = fields.Char(readonly=True)
    digest = fields.Char(readonly=True)

    _days_positive = models.Constraint(
        "CHECK (every_days > 0)", "At least one day must pass between two downloads."
    )

    def action_download(self):
        """Download now, in the scheduled job, also what has not changed since."""
        self.env["l10n_fr_chorus.import"]._need_administrator()
        forgotten = dict.fromkeys(("etag", "last_modified", "digest"), False)
        self.sudo().write({"due_at": fields.Datetime.now(), **forgotten})
        self.env["l10n_fr_chorus.import"]._wake()

    @api.model
    def _download_due(self):
        """Download what is due; one that fails does not stop the others."""
        now = fields.Datetime.now()
        for source in self.search([("due_at", "<=", now)]) | self.search(
            [("enabled", "=", True), ("due_at", "=", False)]
        ):
            # Committed first: a download that kills the process is not tried at once.
            source.write({"due_at": now + SOON, "asked_at": now})
            self.env["ir.cron"]._commit_progress()
            try:
                answered = source._download()
            except Exception as error:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if not isinstance(error, ChorusError):
                    _logger.exception("Chorus Pro: directory from %s", source.kind)
                source.last_error = source._describe_error(error)
            else:
                due = now + timedelta(days=source.every_days)
                source.write({"last_error": False, "due_at": due})
                if answered:
                    source.worked_at = now
            if not source.enabled:
                source.due_at = False
            self.env["ir.cron"]._commit_progress()

    def _describe_error(self, error):
        if isinstance(error, ChorusError):
            return self.env._(error.template, **error.values)
        return self.env._("The directory could not be downloaded: %s", error)

    # ---- FETCH --------------------------------------------------------------------

    def _download(self):
        """Fetch the file; one that changed goes to the imports.

        :return: whether anybody was asked
        :raises ChorusError: it could not be fetched
        """
        self.ensure_one()
        if self.kind == "api":
            return self._fetch_from_api()
        url = self.url or ""
        own = named_hosts(os.environ.get(TRUSTED_HOSTS, ""))
        # Most servers name none.
        trusted = {"trusted": own} if own else {}
        if self.kind == "page":
            page = directory_download.read_page(url, **trusted)
            url = directory_download.find_link(page, url)
        known = Stamp(self.file_url or "", self.etag or "", self.last_modified or "")
        with tempfile.TemporaryFile() as file:
            stamp = directory_download.fetch(url, known, file, **trusted)
            self.env["ir.cron"]._commit_progress()
            if stamp is None:
                return True
            file.seek(0)
            self._store_download(file.read(), url.rpartition("/")[2])
        self.write(
            {
                "file_url": stamp.url,
                "etag": stamp.etag,
                "last_modified": stamp.last_modified,
            }
        )
        return True

    def _fetch_from_api(self):
        """Ask the platform, through the first connection that has worked.

        A test platform's directory is another one: it only serves where there is no
        connection to production.
        """
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        connection = connections.search(
            [
                ("channel", "in", self.env["l10n_fr_chorus.channel"]._platform_codes()),
                ("synced_at", "!=", False),
            ],
            order="environment, id",  # "production" comes before "qualification"
            limit=1,
        )
        if connection:
            content = connection._channel()._directory_file(connection)
            self.env["ir.cron"]._commit_progress()
            self._store_download(content, "FAR0037.zip")
        return bool(connection)

    def _store_download(self, content, name):
        """Hand a file to the imports, unless it is the last one again."""
        digest = hashlib.sha256(content).hexdigest()
        if digest == self.digest:
            return
        self.digest = digest
        self.env.company._l10n_fr_chorus_begin()
        self.import_id = self.env["l10n_fr_chorus.import"].create(
            {
                "name": name,
                "file": base64.b64encode(content),
                "source": "download",
                "to_confirm": False,
                "state": "reading",
            }
        )

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_download(self):
        """Have the directory downloaded now from these addresses (R3).

        :return: list of {"id", "kind", "url", "enabled", "worked_at", "error",
            "import_id"}: how the last time went; plain JSON values, 0 for no import
        """
        self.action_download()
        return [
            {
                "id": source.id,
                "kind": source.kind,
                "url": source.url or "",
                "enabled": source.enabled,
                "worked_at": iso(source.worked_at),
                "error": source.last_error or "",
                "import_id": source.import_id.id or 0,
            }
            for source in self
        ]
