from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.errors import ChorusError
from ...chorus.facturx import pdf as facturx_pdf
from ..common import describe, in_user_lang

SAME, SAME_DATA, DIFFERENT = "same", "same_data", "different"


class L10nFrChorusComparison(models.Model):
    """The document the platform gives back, compared with ours (R25)."""

    _name = "l10n_fr_chorus.comparison"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Comparison with the platform's document"
    _log_access = False
    _company_path = "original_id.company_id"
    _order = "id"
    _rec_name = "result"

    original_id = fields.Many2one(
        "l10n_fr_chorus.original",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    result = fields.Char(
        required=True, readonly=True, help="same, same_data or different"
    )
    sha256 = fields.Char("SHA-256 there", size=64, required=True, readonly=True)
    size = fields.Integer("Bytes there", required=True, readonly=True, aggregator=None)
    label = fields.Char("What was found", compute="_compute_label")

    @api.depends("result")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = self._labels()
        for one in self:
            one.label = labels[one.result]

    @api.model
    def _labels(self):
        """The results in the user's language."""
        return {
            SAME: self.env._("The platform has the very same bytes."),
            SAME_DATA: self.env._(
                "The platform has another file with the same data inside."
            ),
            DIFFERENT: self.env._(
                "The platform has another document: compare both, and ask Chorus Pro's "
                "support."
            ),
        }


class L10nFrChorusOriginal(models.Model):
    _inherit = "l10n_fr_chorus.original"

    def _compare(self, content: bytes) -> str:
        """Compare the platform's document with this original, and write it down.

        :param content: what the platform gave
        :return: "same" bytes; "same_data" when only the XML inside is the same; else
            "different"
        """
        self.ensure_one()
        ours = self._content()
        result = SAME if content == ours else DIFFERENT
        if result == DIFFERENT and _data(content) == _data(ours):
            result = SAME_DATA
        self.env["l10n_fr_chorus.comparison"].sudo()._insert(
            [
                {
                    "original_id": self.id,
                    "result": result,
                    "sha256": sha256(content).hexdigest(),
                    "size": len(content),
                }
            ]
        )
        return result

    def _compare_with_platform(self) -> str:
        """Fetch the platform's document and compare it with this original.

        :return: as `_compare`
        :raises UserError: it is not on the platform, or that does not answer
        """
        self.ensure_one()
        self.move_id._l10n_fr_chorus_need_user()
        submission = self.sudo().submission_id
        channel = submission._channel()
        reference = channel._kept_as(submission)
        if not reference:
            raise UserError(
                self.env._(
                    "%s is not on the platform yet: there is nothing to compare with.",
                    self.number,
                )
            )
        try:
            files = channel._download(submission.connection_id, reference)
        except ChorusError as error:
            raise UserError(describe(self.env, error)) from error
        found = max(files, key=len, default=b"")
        if self._content() in files:
            found = self._content()
        return self._compare(found)

    def l10n_fr_chorus_compare(self):
        """Fetch the platform's documents and say whether they are ours (R25).

        :return: list of {"id", "number", "result": "same", "same_data", "different" or
            "" when nothing could be compared, "message"}
        """
        self.check_access("read")
        answers = []
        for original in in_user_lang(self):
            result = ""
            try:
                result = original._compare_with_platform()
                message = original.env["l10n_fr_chorus.comparison"]._labels()[result]
            except UserError as error:
                message = str(error)
            answers.append(
                {
                    "id": original.id,
                    "number": original.number,
                    "result": result,
                    "message": message,
                }
            )
        return answers

    def action_l10n_fr_chorus_compare(self):
        """Compare with the platform's document, and say whether it is ours."""
        result = self._compare_with_platform()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if result == DIFFERENT else "success",
                "title": self.number,
                "message": self.env["l10n_fr_chorus.comparison"]._labels()[result],
                "sticky": result == DIFFERENT,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _data(content):
    """The XML of a document, itself when it is no PDF or has none inside."""
    if not content.startswith(b"%PDF"):
        return content
    return facturx_pdf.read_xml(content) or content
