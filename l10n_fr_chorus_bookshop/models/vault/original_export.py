import base64
import json
import tempfile
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, split_every

from ...chorus.vault.export import Anchor, Export, Seal, safe_name

# Invoices whose trails are gathered together; forgotten before the next ones.
BATCH = 50
# Bytes that an answer may hold whole; more is fetched from its address.
LARGEST = 20_000_000
ADDRESS = "/l10n_fr_chorus/vault/export"


class L10nFrChorusOriginal(models.Model):
    _inherit = "l10n_fr_chorus.original"

    outcome_ids = fields.One2many("l10n_fr_chorus.outcome", "original_id", "Outcomes")
    outcome = fields.Char("What became of it", compute="_compute_outcome")
    complementary_file_ids = fields.One2many(
        related="submission_id.complementary_file_ids"
    )
    comparison_ids = fields.One2many("l10n_fr_chorus.comparison", "original_id")
    seal_ids = fields.One2many("l10n_fr_chorus.seal", "original_id")
    guarantee = fields.Char("Who guarantees it", compute="_compute_guarantee")

    @api.depends("outcome_ids")
    @api.depends_context("lang")
    def _compute_outcome(self):
        labels = self.env["l10n_fr_chorus.outcome"]._labels()
        for original in self:
            original.outcome = labels[original._outcome()]

    def _outcome(self) -> str:
        """The last thing known of this version, "" while it is on its way."""
        self.ensure_one()
        return self.sudo().outcome_ids[-1:].outcome or ""

    @api.depends("channel", "environment")
    @api.depends_context("lang")
    def _compute_guarantee(self):
        for original in self:
            original.guarantee = original._guarantee()

    def _guarantee(self):
        """Say whose original is the legal one, by the channel it went through (R25)."""
        self.ensure_one()
        if self.environment != "production":
            return self.env._("A test: this document has no legal value.")
        return self.env["l10n_fr_chorus.channel"]._named(self.channel)._guarantee()

    # ---- CHOICE -------------------------------------------------------------------

    @api.model
    def _chosen(self, company, date_from=None, date_to=None, moves=None):
        """Return the originals of a period, by the invoices' dates, or of invoices."""
        domain = Domain("company_id", "=", company.id)
        if moves is not None:
            domain &= Domain("move_id", "in", moves.ids)
        if date_from:
            domain &= Domain("move_id.invoice_date", ">=", date_from)
        if date_to:
            domain &= Domain("move_id.invoice_date", "<=", date_to)
        return self.sudo().search(domain, order="id")

    # ---- EXPORT -------------------------------------------------------------------

    def _export(self, file, company, period):
        """Write these originals, their trails and the company's chain into a ZIP.

        The same originals give the same bytes as long as nothing new is known of them.
        One document is in memory at a time.

        :param file: binary file, open for writing
        :param period: what was chosen, for people
        :return: rank and hash of the chain's head
        """
        company = company.sudo()
        export = Export(file)
        paths = self._export_contents(export)
        self._export_trails(export, company)
        self._export_stamps(export, company)
        chain = self.env["l10n_fr_chorus.seal"]._links(company.id, hashed=False)
        head = export.add_chain(
            Seal(
                link.entry,
                link.previous_hash,
                link.hash,
                paths.get(link.entry.get("original_id"), ""),
            )
            for link in chain
        )
        anchors = self.env["l10n_fr_chorus.anchor"].sudo()
        export.close(
            head,
            [
                Anchor(
                    one.seq,
                    one.hash,
                    one.made_at.isoformat(),
                    one.sent_to,
                    json.loads(one.counts),
                )
                for one in anchors.search([("company_id", "=", company.id)], order="id")
            ],
            company=company.name,
            siren=company._l10n_fr_chorus_siret()[:9],
            period=period,
        )
        return head

    def _export_contents(self, export):
        """Add the documents, and what goes beside them; return their paths by id."""
        paths = {}
        ranks = self._ranks()
        for original in self.filtered(lambda one: one.id in ranks):
            rank = f"{ranks[original.id]:06}"
            path = f"originals/{rank}_{safe_name(original.filename)}"
            export.add(path, original._content())
            paths[original.id] = path
            for one in original.submission_id.complementary_file_ids.sorted("id"):
                name = f"supplements/{rank}_{one.id}_{safe_name(one.filename)}"
                export.add(name, one._content())
                one.invalidate_recordset(["content"])
            original.invalidate_recordset(["content"])
        return paths

    def _export_stamps(self, export, company):
        """Add every time stamp in the company's chain, by the rank it certifies."""
        sealed = self.env["l10n_fr_chorus.seal"].sudo()
        sealed = sealed.search(
            [("company_id", "=", company.id), ("kind_of_row", "=", "timestamp")],
            order="seq",
        )
        stamps = self.env["l10n_fr_chorus.timestamp"].sudo()
        for stamp in stamps.browse(sealed.mapped("row_id")):
            rank = f"{stamp.anchor_id.seq:06}"
            export.add(f"timestamps/{rank}_{stamp.id}.tsr", stamp._content())
            stamp.invalidate_recordset(["content"])

    def _ranks(self):
        """The rank of each original in its chain; what is not sealed has none."""
        if not self:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT original_id, seq FROM l10n_fr_chorus_seal
                    WHERE original_id IN %s
                    """,
                    tuple(self.ids),
                )
            )
        )

    def _export_trails(self, export, company):
        """Add each invoice's audit trail, as JSON and PDF, in the shop's language."""
        lang = company._l10n_fr_chorus_lang()
        move_ids = sorted(set(self.move_id.ids))
        for ids in split_every(BATCH, move_ids):
            moves = self.env["account.move"].sudo().browse(ids)
            for move in moves.with_context(lang=lang):
                name = f"audit/{safe_name(move.name)}_{move.id}"
                trail = move._l10n_fr_chorus_trail()
                text = json.dumps(trail, ensure_ascii=False, indent=1, sort_keys=True)
                export.add(f"{name}.json", text.encode() + b"\n")
                export.add(f"{name}.pdf", move._l10n_fr_chorus_trail_pdf(trail))
            self.env.invalidate_all(flush=False)

    @contextmanager
    def _exported(self, company, period):
        """Export into a temporary file on disk; give it open, at its start."""
        with tempfile.TemporaryFile() as file:
            self._export(file, company, period)
            file.seek(0)
            yield file

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    @api.model
    def l10n_fr_chorus_export(self, date_from="", date_to="", move_ids=()):
        """Export originals with what proves them, as a ZIP (R27).

        :param date_from: ISO date of the first invoices, "" for no limit
        :param date_to: ISO date of the last ones, "" for no limit
        :param move_ids: only these invoices
        :return: {"filename", "count", "seq", "head", "size", "sha256", "content":
            base64, "" above 20 MB, "url": where the same ZIP is fetched with a session
            or an API key as bearer}
        """
        self.check_access("read")
        company = self.env.company
        moves = self.env["account.move"].browse(move_ids)
        moves.check_access("read")
        chosen = self._chosen(
            company,
            fields.Date.to_date(date_from),
            fields.Date.to_date(date_to),
            moves if move_ids else None,
        )
        query = {
            "company_id": company.id,
            "date_from": date_from or "",
            "date_to": date_to or "",
            "move_ids": ",".join(map(str, move_ids)),
        }
        period = chosen._period(date_from, date_to)
        with chosen._exported(company, period) as file:
            digest, size = sha256(), 0
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
            file.seek(0)
            content = base64.b64encode(file.read()) if size <= LARGEST else b""
        head = self._head(company)
        return {
            "filename": self._export_name(company, date_from, date_to),
            "count": len(chosen),
            "seq": head.seq,
            "head": head.hash or "",
            "size": size,
            "sha256": digest.hexdigest(),
            "content": content.decode(),
            "url": f"{self.get_base_url()}{ADDRESS}?{urlencode(query)}",
        }

    @api.model
    def _head(self, company):
        return (
            self.env["l10n_fr_chorus.seal"]
            .sudo()
            .search([("company_id", "=", company.id)], order="seq DESC", limit=1)
        )

    @api.model
    def _export_name(self, company, date_from, date_to):
        """The file's name: whose vault, and of which days."""
        siren = company.sudo()._l10n_fr_chorus_siret()[:9]
        parts = ["coffre", siren, str(date_from or ""), str(date_to or "")]
        return "_".join(filter(None, parts)) + ".zip"

    @api.model
    def _period(self, date_from, date_to):
        """What was chosen, in words, in the company's language."""
        if not date_from and not date_to:
            return self.env._("Originals chosen: %s", len(self))
        return self.env._(
            "Invoices from %(start)s to %(end)s, originals: %(count)s",
            start=format_date(self.env, date_from) if date_from else "…",
            end=format_date(self.env, date_to) if date_to else "…",
            count=len(self),
        )

    def action_l10n_fr_chorus_export(self):
        """Download these originals with what proves them."""
        query = {
            "company_id": self.company_id[:1].id or self.env.company.id,
            "move_ids": ",".join(map(str, self.move_id.ids)),
        }
        return {
            "type": "ir.actions.act_url",
            "url": f"{ADDRESS}?{urlencode(query)}",
            "target": "self",
        }
