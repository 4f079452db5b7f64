import re
from base64 import b64encode
from hashlib import sha256

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from ...chorus.vault.export import program_digest
from ..common import in_user_lang

# Code de commerce L123-22: ten years from the end of the fiscal year.
RETENTION = relativedelta(years=10)
# Contents read from the database at once, each of some tens of kilobytes.
READ_BATCH = 25
ANCHOR = re.compile(r"\s*(\d{1,9}):([0-9a-fA-F]{64})\s*")

# What a seal says of its original.
SEALED = (
    "sha256",
    "size",
    "filename",
    "mimetype",
    "syntax",
    "kind",
    "number",
    "year",
    "seller_siren",
    "seller_siret",
    "buyer_siret",
    "channel",
    "environment",
    "company_id",
    "move_id",
    "submission_id",
    "checks",
    "retain_until",
    "made_at",
    "made_by",
)


class L10nFrChorusOriginal(models.Model):
    """The vault: the exact bytes of every version handed to the network (R25).

    The column `content` holds the document itself, not base64; PostgreSQL refuses a row
    whose `sha256` or `size` is not the content's. Nobody reads `content` over RPC: it
    is hundreds of kilobytes of raw bytes; controllers give it by `_content()`.
    """

    _name = "l10n_fr_chorus.original"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Original sent to Chorus Pro"
    _log_access = False
    _order = "id DESC"
    _rec_name = "number"
    _sealed_columns = SEALED

    content = fields.Binary(
        attachment=False, required=True, readonly=True, groups=fields.NO_ACCESS
    )
    sha256 = fields.Char("SHA-256", size=64, required=True, readonly=True)
    size = fields.Integer("Bytes", required=True, readonly=True, aggregator=None)
    filename = fields.Char("File name", required=True, readonly=True)
    mimetype = fields.Char("Type of file", required=True, readonly=True)
    syntax = fields.Char(required=True, readonly=True)
    kind = fields.Char(
        required=True, readonly=True, help="UNTDID 1001: 380 invoice, 381 credit note."
    )
    number = fields.Char(required=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    seller_siren = fields.Char("Seller's SIREN", required=True, readonly=True)
    seller_siret = fields.Char("Seller's SIRET", required=True, readonly=True)
    buyer_siret = fields.Char("Buyer's SIRET", required=True, readonly=True)
    channel = fields.Char(required=True, readonly=True)
    environment = fields.Char(
        required=True, readonly=True, help="qualification or production"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    submission_id = fields.Many2one(
        "l10n_fr_chorus.submission",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    checks = fields.Text("Conformity checks", readonly=True)
    author = fields.Char("Kept by", compute="_compute_author")
    road = fields.Char("Sent by", compute="_compute_road")
    retain_until = fields.Date("Kept until", required=True, readonly=True)

    _by_number = models.Index("(company_id, seller_siren, year, number)")

    def init(self):
        self.env.cr.execute(
            """
            ALTER TABLE l10n_fr_chorus_original
                ALTER COLUMN content SET STORAGE EXTERNAL;
            CREATE OR REPLACE FUNCTION l10n_fr_chorus_original_content()
            RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.sha256 IS DISTINCT FROM encode(sha256(NEW.content), 'hex')
                    OR NEW.size IS DISTINCT FROM length(NEW.content)
                THEN
                    RAISE EXCEPTION USING MESSAGE = 'INSERT refused: '
                        'sha256 or size is not the one of the content';
                END IF;
                RETURN NEW;
            END $$;
            DROP TRIGGER IF EXISTS original_content ON l10n_fr_chorus_original;
            CREATE TRIGGER original_content BEFORE INSERT ON l10n_fr_chorus_original
                FOR EACH ROW EXECUTE FUNCTION l10n_fr_chorus_original_content();
            """
        )
        return super().init()

    @api.depends("number", "made_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for original in self:
            made_at = format_datetime(self.env, original.made_at, tz="Europe/Paris")
            original.display_name = f"{original.number} ({made_at})"

    @api.depends("made_by")
    def _compute_author(self):
        """The person without the login that proves who it was."""
        for original in self:
            name, _, login = original.made_by.rpartition(" (")
            by_itself = login == "__system__)"
            original.author = (
                self.env._("The software itself") if by_itself else name or login
            )

    @api.depends("channel", "environment")
    @api.depends_context("lang")
    def _compute_road(self):
        """The channel and the environment, as the settings call them."""
        labels = {
            **dict(self.env["l10n_fr_chorus.channel"]._choices()),
            **dict(
                self.env["res.company"]
                ._fields["l10n_fr_chorus_environment"]
                ._description_selection(self.env)
            ),
        }
        for original in self:
            codes = (original.channel, original.environment)
            original.road = " · ".join(labels.get(one, one) for one in codes if one)

    @api.model
    def _store(self, vals_list):
        """Keep documents, unsealed until `l10n_fr_chorus.seal._append()` runs.

        :param vals_list: dicts of every field but `sha256`, `size`, `retain_until`,
            `made_at` and `made_by`, worked out here; `content` as raw bytes
        :return: the originals, in the same order
        """
        moves = self.env["account.move"].sudo()
        companies = self.env["res.company"].sudo()
        years, rows = {}, []
        for vals in vals_list:
            move = moves.browse(vals["move_id"])
            key = vals["company_id"], move.invoice_date or move.date
            if key not in years:
                company = companies.browse(key[0])
                years[key] = company.compute_fiscalyear_dates(key[1])["date_to"]
            rows.append(
                {
                    **vals,
                    "sha256": sha256(vals["content"]).hexdigest(),
                    "size": len(vals["content"]),
                    "retain_until": years[key] + RETENTION,
                }
            )
        return self._insert(rows)

    def _content(self) -> bytes:
        """Return the exact bytes of one original. The caller checks the right to."""
        self.ensure_one()
        return self.sudo().with_context(bin_size=False).content

    def _contents(self):
        """Yield (file name, exact bytes) of each, by name, a few held at a time."""
        ids = self.sorted("filename").ids
        for start in range(0, len(ids), READ_BATCH):
            some = self.browse(ids[start : start + READ_BATCH])
            for original in some:
                yield original.filename, original._content()
            some.invalidate_recordset(["content"])

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def l10n_fr_chorus_download(self):
        """Give the exact bytes of these originals (R25).

        :return: list of {"id", "number", "filename", "mimetype", "sha256", "content":
            base64}
        """
        self.check_access("read")
        return [
            {
                "id": original.id,
                "number": original.number,
                "filename": original.filename,
                "mimetype": original.mimetype,
                "sha256": original.sha256,
                "content": b64encode(original._content()).decode(),
            }
            for original in self
        ]

    def action_l10n_fr_chorus_download(self):
        """Download the exact bytes of one original."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/l10n_fr_chorus/vault/original/{self.id}",
            "target": "self",
        }

    # ---- UNINSTALL ----------------------------------------------------------------

    @api.model
    def _refuse_uninstall(self):
        """Keep the vault while the law asks for it.

        :raises UserError: a production original is still under retention
        """
        [(count, until)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*), max(retain_until) FROM l10n_fr_chorus_original
                WHERE environment = 'production' AND retain_until >= %s
                """,
                fields.Date.today(),
            )
        )
        if count:
            raise UserError(
                self.env._(
                    "The vault holds %(count)s originals that the law tells you to "
                    "keep, until %(date)s for the last. Uninstalling would destroy "
                    "them: it is refused.",
                    count=count,
                    date=fields.Date.to_string(until),
                )
            )

    # ---- VERIFY -------------------------------------------------------------------

    @api.model
    def l10n_fr_chorus_verify(self, anchors=()):
        """Verify the vault of the present company, now, from its first seal.

        :param anchors: texts "RANK:HASH" from the daily mails, to compare besides those
            known here
        :return: {"ok": bool, "company_id", "company", "checked": seals that hold,
            "seq", "head": the last of them, "unsealed": rows without seal,
            "message": what is wrong or "", "number": its invoice or "", "program":
            SHA-256 of the verifier that leaves with each export}
        :raises UserError: an anchor is not one
        """
        self.check_access("read")
        company = self.env.company
        speaking = in_user_lang(self)
        seals = speaking.env["l10n_fr_chorus.seal"].sudo()
        result = seals._verify_company(
            company.id, anchors=[speaking._read_anchor(one) for one in anchors]
        )
        fault = result["fault"] or {"message": "", "number": ""}
        return {
            "ok": not result["fault"],
            "company_id": company.id,
            "company": company.name,
            "checked": result["checked"],
            "seq": result["seq"],
            "head": result["head"],
            "unsealed": result["unsealed"],
            "message": fault["message"],
            "number": fault["number"],
            "program": program_digest(),
        }

    def _read_anchor(self, text):
        found = ANCHOR.fullmatch(text)
        if not found:
            raise UserError(
                self.env._(
                    "« %s » is not an anchor: copy the whole line RANK:HASH from the "
                    "mail.",
                    text,
                )
            )
        return int(found[1]), found[2].lower()

    def action_l10n_fr_chorus_verify(self):
        """Verify now and say what was found."""
        answer = self.l10n_fr_chorus_verify()
        message = answer["message"] or self.env._(
            "%(count)s seals verified: what each names is what was sealed. Anchor: "
            "%(anchor)s. SHA-256 of the exports' verify.py: %(digest)s",
            count=answer["checked"],
            anchor=f"{answer['seq']}:{answer['head']}",
            digest=answer["program"],
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if answer["ok"] else "danger",
                "title": self.env._("Vault of %s", answer["company"]),
                "message": message,
                "sticky": True,
            },
        }


class L10nFrChorusVolume(models.Model):
    """How much the vault takes, a row for each year, and ten years at that pace."""

    _name = "l10n_fr_chorus.volume"
    _description = "Size of the vault"
    _auto = False
    _log_access = False
    _order = "company_id, year DESC"
    _rec_name = "year"

    company_id = fields.Many2one("res.company", readonly=True)
    year = fields.Integer(readonly=True, aggregator=None)
    documents = fields.Integer("Originals", readonly=True)
    megabytes = fields.Float(readonly=True)
    average = fields.Integer("Bytes each", readonly=True, aggregator="avg")
    ten_years = fields.Float(
        "Ten years (MB)",
        readonly=True,
        aggregator=None,
        help="What ten years like this one take; the year that runs counts for the "
        "days gone by.",
    )

    @property
    def _table_query(self):
        # By the day of keeping: a copy of ten years is as large as what ten years made.
        return SQL(
            """
            SELECT min(id) AS id, company_id, year, count(*) AS documents,
                sum(size) / 1e6 AS megabytes, avg(size)::integer AS average,
                10 * sum(size) / 1e6 / CASE
                    WHEN year = date_part('year', now())
                    THEN date_part('doy', now()) / 365.0 ELSE 1
                END AS ten_years
            FROM (
                SELECT id, company_id, size,
                    date_part('year', made_at)::integer AS year
                FROM l10n_fr_chorus_original
            ) kept
            GROUP BY company_id, year
            """
        )

    @api.model
    def l10n_fr_chorus_volume(self):
        """Tell how much the vault takes, year by year, the latest first.

        :return: list of {"company", "year", "documents", "megabytes", "ten_years"};
            plain JSON values about the user's companies
        """
        return [
            {
                "company": one.company_id.name,
                "year": one.year,
                "documents": one.documents,
                "megabytes": one.megabytes,
                "ten_years": one.ten_years,
            }
            for one in self.search([("company_id", "in", self.env.companies.ids)])
        ]
