from hashlib import sha256

from odoo import api, fields, models

FILE, COMMENT, RECEIPT = "file", "comment", "receipt"


class L10nFrChorusComplementaryFile(models.Model):
    """What was sent or received beside an original: exact bytes too (R20, R25).

    A file or comment that completed a suspended invoice; the archiving receipt that
    Dilifac gives. PostgreSQL checks the digest as they come in; the chain covers them.
    """

    _name = "l10n_fr_chorus.complementary_file"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "File beside an original"
    _log_access = False
    _order = "id"
    _rec_name = "filename"

    submission_id = fields.Many2one(
        "l10n_fr_chorus.submission",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Char(required=True, readonly=True, help="file, comment or receipt")
    content = fields.Binary(
        attachment=False, required=True, readonly=True, groups=fields.NO_ACCESS
    )
    sha256 = fields.Char("SHA-256", size=64, required=True, readonly=True)
    size = fields.Integer("Bytes", required=True, readonly=True, aggregator=None)
    filename = fields.Char("File name", required=True, readonly=True)
    mimetype = fields.Char("Type of file", required=True, readonly=True)

    def init(self):
        # The function is the vault's: same columns, same promise.
        self.env.cr.execute(
            """
            ALTER TABLE l10n_fr_chorus_complementary_file
                ALTER COLUMN content SET STORAGE EXTERNAL;
            DROP TRIGGER IF EXISTS complementary_file_content
                ON l10n_fr_chorus_complementary_file;
            CREATE TRIGGER complementary_file_content
                BEFORE INSERT ON l10n_fr_chorus_complementary_file
                FOR EACH ROW EXECUTE FUNCTION l10n_fr_chorus_original_content();
            """
        )
        return super().init()

    @api.model
    def _store_files(self, submission, files=(), comment="", kind=FILE):
        """Keep what goes with a submission, for as long as its original.

        :param files: `chorus.invoice.Attachment`s
        :param comment: what was said with them, kept as a file of its own
        :param kind: FILE for what was sent, RECEIPT for an archiving receipt
        :return: the rows added
        """
        kept = [(kind, one.name, one.content, one.mimetype) for one in files]
        if comment:
            content = comment.encode()
            kept.append((COMMENT, "commentaire.txt", content, "text/plain"))
        return self._insert(
            [
                {
                    "submission_id": submission.id,
                    "company_id": submission.company_id.id,
                    "kind": kind,
                    "filename": name,
                    "content": content,
                    "mimetype": mimetype,
                    "sha256": sha256(content).hexdigest(),
                    "size": len(content),
                }
                for kind, name, content, mimetype in kept
            ]
        )

    def _content(self) -> bytes:
        """Return the exact bytes of one file. The caller checks the right to."""
        self.ensure_one()
        return self.sudo().with_context(bin_size=False).content


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    complementary_file_ids = fields.One2many(
        "l10n_fr_chorus.complementary_file",
        "submission_id",
        "Files beside it",
        readonly=True,
    )
