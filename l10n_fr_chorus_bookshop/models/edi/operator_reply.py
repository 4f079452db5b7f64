import hashlib

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from ...chorus.channels.edi import returns


class L10nFrChorusOperatorReply(models.Model):
    """A file the operator answered with, kept as it came (R11)."""

    _name = "l10n_fr_chorus.operator_reply"
    _description = "Operator's answer"
    _order = "id DESC"

    name = fields.Char("File name", required=True, readonly=True)
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    content = fields.Binary(attachment=False, readonly=True)
    sha256 = fields.Char(required=True, readonly=True)
    received_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("new", "To be read"),
            ("read", "Read"),
            ("unreadable", "Not understood"),
            ("refused", "Not fetched"),
        ],
        required=True,
        default="new",
        readonly=True,
    )
    note = fields.Char(readonly=True)

    # The same file may be there again: a crash came before it was put away.
    _once = models.UniqueIndex(
        "(connection_id, sha256, name)", "This answer is already kept."
    )
    _to_read = models.Index("(connection_id, id) WHERE state = 'new'")

    @api.model
    def _keep(self, connection, name, content):
        """Store a file just fetched, unless it already is."""
        digest = hashlib.sha256(content).hexdigest()
        if self._is_kept(connection, name, digest):
            return
        values = {
            "connection_id": connection.id,
            "name": name,
            "content": content,
            "sha256": digest,
        }
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.create(values)
        except UniqueViolation:
            return  # another worker was quicker

    @api.model
    def _keep_refused(self, connection, entry, error):
        """Note, once, a file that was left where it is."""
        digest = f"refused {entry.size}"
        name = entry.name.encode("ascii", "replace").decode()[:200]
        if self._is_kept(connection, name, digest):
            return
        why = self.env._(error.template, **error.values)
        returned = self.create(
            {
                "connection_id": connection.id,
                "name": name,
                "sha256": digest,
                "state": "refused",
                "note": why,
            }
        )
        returned._unmatched(1, why=why)

    @api.model
    def _is_kept(self, connection, name, digest):
        domain = [
            ("connection_id", "=", connection.id),
            ("name", "=", name),
            ("sha256", "=", digest),
        ]
        return bool(self.search_count(domain, limit=1))

    @api.model
    def _read_new(self, connection):
        """Read what is stored and was not read yet, file by file."""
        domain = [("connection_id", "=", connection.id), ("state", "=", "new")]
        run_step = self.env["l10n_fr_chorus.transmission"]._run_step
        for returned in self.sudo().search(domain, order="id"):
            run_step(returned._read_file)

    def _read_file(self):
        """Apply one file: all of it, or nothing and it is read again."""
        if not self.try_lock_for_update():
            return
        self.invalidate_recordset()
        if self.state != "new":
            return
        if self._is_repeated():
            note = self.env._("Already read, under another name.")
            self.write({"state": "read", "note": note})
            return
        dictionary = self.connection_id.profile_id._dictionary()
        try:
            answers = returns.read(self.content or b"", dictionary)
        except returns.Unreadable as error:
            why = self.env._(error.template)
            self.write({"state": "unreadable", "note": why})
            self._unmatched(1, why=why)
            return
        self.state = "read"
        for rank, answer in enumerate(answers, start=1):
            why = self._place(answer)
            if why:
                self._unmatched(rank, answer, why)

    def _is_repeated(self):
        """Tell whether the same bytes came before.

        An answer often bears no date: repeated late, a rejection would be taken for
        that of the next sending. A new answer has a control reference of its own.
        """
        domain = [
            ("connection_id", "=", self.connection_id.id),
            ("sha256", "=", self.sha256),
            ("id", "<", self.id),
        ]
        return bool(self.search_count(domain, limit=1))

    def action_download(self):
        """Give the file as it came."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.name}"
            "?download=true",
            "target": "download",
        }
