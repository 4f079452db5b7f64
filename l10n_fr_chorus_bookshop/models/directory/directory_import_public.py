import base64

from odoo import api, models
from odoo.exceptions import UserError

from ..common import iso

NUMBERS = (
    "progress",
    "structures",
    "services",
    "added",
    "changed",
    "gone",
    "service_added",
    "service_changed",
    "service_gone",
    "others",
    "wrong_keys",
    "skipped",
)


class L10nFrChorusImport(models.Model):
    _inherit = "l10n_fr_chorus.import"

    # ---- PUBLIC -------------------------------------------------------------------

    @api.model
    def l10n_fr_chorus_import(self, content, name="", partial=False, confirm=False):
        """Load a directory file: XLSX, CSV, or XML in a ZIP (R3).

        It is read by the scheduled job; `l10n_fr_chorus_import_status` follows it.

        :param content: the file in base64
        :param name: its name, whose day tells how old it is
        :param partial: bodies that it does not name stay as they are
        :param confirm: only tell what would change; `l10n_fr_chorus_load` then loads it
        :return: what `l10n_fr_chorus_import_status` tells of it
        """
        self._check_manager()
        try:
            base64.b64decode(content, validate=True)
        except ValueError:
            raise UserError(self.env._("The content must be in base64.")) from None
        one = self.create(
            {
                "name": name,
                "file": content,
                "source": "rpc",
                "partial": partial,
                "to_confirm": confirm,
            }
        )
        one._start("reading")
        return one.l10n_fr_chorus_import_status()[0]

    def l10n_fr_chorus_load(self):
        """Load files whose preview was asked for.

        :return: as `l10n_fr_chorus_import_status`
        """
        self.action_load()
        return self.l10n_fr_chorus_import_status()

    def l10n_fr_chorus_import_status(self):
        """Tell how far imports are and what they bring.

        :return: list of {"id", "name", "state", "progress", "message", "structures",
            "services", "added", "changed", "gone", "service_added", "service_changed",
            "service_gone", "others", "wrong_keys", "skipped", "unmapped", "remarks",
            "as_of", "finished_at"}; plain JSON values
        """
        self.check_access("read")
        return [
            {
                "id": one.id,
                **{name: one[name] or "" for name in ("name", "state", "message")},
                **{name: one[name] for name in NUMBERS},
                "unmapped": one.unmapped.split(", ") if one.unmapped else [],
                "remarks": one.remarks.splitlines() if one.remarks else [],
                "as_of": iso(one.as_of),
                "finished_at": iso(one.finished_at),
            }
            for one in self
        ]
