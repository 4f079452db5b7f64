import base64
import json

from odoo import fields, models

from ..models.edi.profile import MOST_BYTES


class L10nFrChorusProfileImport(models.TransientModel):
    """Takes the JSON file of a profile."""

    _name = "l10n_fr_chorus.profile.import"
    _description = "Import of a profile"

    content = fields.Binary("JSON file", required=True, attachment=False)

    def action_import(self):
        """Create the profile and open it."""
        self.ensure_one()
        try:
            content = base64.b64decode(self.content)
            values = json.loads(content) if len(content) < MOST_BYTES else None
        except (ValueError, RecursionError):
            values = None
        made = self.env["l10n_fr_chorus.profile"].l10n_fr_chorus_import(values)
        return {
            "type": "ir.actions.act_window",
            "res_model": "l10n_fr_chorus.profile",
            "res_id": made["id"],
            "views": [(False, "form")],
        }
