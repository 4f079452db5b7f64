from hashlib import sha256

from odoo import fields, models

from ..chorus import facturx_pdf


class L10nFrChorusComparison(models.Model):
    """The document the platform gives back, compared with ours (R25)."""

    _name = "l10n_fr_chorus.comparison"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Comparison with the platform's document"
    _log_access = False
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


class L10nFrChorusOriginal(models.Model):
    # A long model stands in files named after what they hold.
    _inherit = "l10n_fr_chorus.original"  # pylint: disable=R8180

    def _compare(self, content: bytes) -> str:
        """Compare the platform's document with this original, and write it down.

        :param content: what the platform gave
        :return: "same" bytes; "same_data" when only the XML inside is the same; else
            "different"
        """
        self.ensure_one()
        ours = self._content()
        result = "same" if content == ours else "different"
        if result == "different" and _data(content) == _data(ours):
            result = "same_data"
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


def _data(content):
    """The XML of a document, itself when it is no PDF."""
    if not content.startswith(b"%PDF"):
        return content
    return facturx_pdf.read_xml(content)
