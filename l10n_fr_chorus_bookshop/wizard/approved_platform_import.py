import base64
import json

from odoo import fields, models
from odoo.exceptions import UserError

MOST_BYTES = 200_000


class L10nFrChorusApprovedPlatformImport(models.TransientModel):
    """Take in the profile of a platform that somebody exported."""

    _name = "l10n_fr_chorus.approved_platform.import"
    _description = "Import of an approved platform's profile"

    content = fields.Binary("JSON file", required=True, attachment=False)

    def action_import(self):
        """Make the profile and show it."""
        self.ensure_one()
        try:
            values = json.loads(base64.b64decode(self.content)[:MOST_BYTES])
        except (ValueError, RecursionError) as error:
            raise UserError(self.env._("This is not an exported profile.")) from error
        platforms = self.env["l10n_fr_chorus.approved_platform"]
        made = platforms.l10n_fr_chorus_import(values)
        return {
            "type": "ir.actions.act_window",
            "res_model": platforms._name,
            "res_id": made["id"],
            "view_mode": "form",
            "target": "current",
        }
