from markupsafe import Markup

from odoo import api, fields, models


class L10nFrChorusTakeoverDialog(models.TransientModel):
    """Shows what would be taken over, then what was (R40)."""

    _name = "l10n_fr_chorus.takeover.dialog"
    _description = "Take over from the former Chorus modules"

    found = fields.Html(compute="_compute_found", sanitize=False)
    is_empty = fields.Boolean(compute="_compute_found")
    report = fields.Html(readonly=True)

    @api.depends_context("company", "lang")
    def _compute_found(self):
        steps = self.env["l10n_fr_chorus.takeover"].l10n_fr_chorus_take_over()
        for dialog in self:
            dialog.is_empty = not any(step["found"] for step in steps)
            dialog.found = _table((step["label"], step["found"]) for step in steps)

    def action_take_over(self):
        """Take over, and show the report."""
        self.ensure_one()
        steps = self.env["l10n_fr_chorus.takeover"].l10n_fr_chorus_take_over(True)
        left = [one for step in steps for one in step["left"]]
        self.report = _table((step["label"], step["taken"]) for step in steps) + _table(
            (one["name"], one["why"]) for one in left
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


def _table(rows):
    """Rows of two cells, as a table to read."""
    cells = Markup().join(
        Markup("<tr><td>%s</td><td>%s</td></tr>") % row for row in rows
    )
    return cells and Markup("<table class='table table-sm'>%s</table>") % cells
