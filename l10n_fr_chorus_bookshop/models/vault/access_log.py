from odoo import api, fields, models


class L10nFrChorusAccessLog(models.Model):
    """What an inspector read, line by line (R27)."""

    _name = "l10n_fr_chorus.access_log"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Reading by an inspector"
    _log_access = False
    _order = "id DESC"
    _rec_name = "what"

    inspection_id = fields.Many2one(
        "l10n_fr_chorus.inspection",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    what = fields.Char(
        "Page", required=True, readonly=True, help="list, document, trail, export…"
    )
    page = fields.Char("What was read", compute="_compute_page")
    about = fields.Char(readonly=True)
    address = fields.Char("IP address", readonly=True)

    @api.depends("what")
    @api.depends_context("lang")
    def _compute_page(self):
        pages = {
            "list": self.env._("List of the originals"),
            "document": self.env._("Document"),
            "trail": self.env._("Audit trail"),
            "export": self.env._("Export with proof"),
            "verify": self.env._("Verification"),
        }
        for one in self:
            one.page = pages.get(one.what, one.what)

    @api.model
    def _note(self, inspection, what, about="", address=""):
        """Write down one reading."""
        return self._insert(
            [
                {
                    "inspection_id": inspection.id,
                    "company_id": inspection.company_id.id,
                    "what": what,
                    "about": about,
                    "address": address,
                }
            ]
        )
