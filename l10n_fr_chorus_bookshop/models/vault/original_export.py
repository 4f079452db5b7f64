import json
import tempfile
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ...chorus.vault.export import Anchor, Export, Seal, safe_name

# Invoices whose trails are gathered together; forgotten before the next ones.
BATCH = 50


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
        if self.channel == "dilifac":
            return self.env._(
                "The legal original is the one that Dilicom archives; this one is a "
                "second proof."
            )
        if self.channel == "portal":
            return self.env._(
                "This is the file uploaded on the portal. A PDF alone is not an "
                "electronic invoice."
            )
        return self.env._(
            "This is the seller's legal original: nobody else keeps it for the shop."
        )

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
        chain = self.env["l10n_fr_chorus.seal"]._links(company.id, hashed=False)
        head = export.add_chain(
            Seal(
                link.entry,
                link.previous_hash,
                link.hash,
                paths.get(link.entry["original_id"], ""),
            )
            for link in chain
        )
        anchors = self.env["l10n_fr_chorus.anchor"].sudo()
        export.close(
            head,
            [
                Anchor(one.seq, one.hash, one.made_at.isoformat(), one.sent_to)
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
