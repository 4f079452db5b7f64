import json

from odoo import Command, api, models
from odoo.exceptions import UserError

from .profile import AGREED

LINES = {"status_ids": ("code", "meaning"), "datum_ids": ("datum", "column", "path")}
PLAIN = ("name", "operator", *(name for name in AGREED if name not in LINES))
FORMAT = "l10n_fr_chorus.profile/1"
MOST_BYTES = 200_000


class L10nFrChorusProfile(models.Model):
    _inherit = "l10n_fr_chorus.profile"

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_export(self):
        """Return these profiles as plain values, to be kept or given to a colleague.

        The qualification stays behind: it is between one shop and its operator.

        :return: list of dicts without None
        """
        self.check_access("read")
        return [
            {
                "format": FORMAT,
                **{name: profile[name] or _nothing(profile, name) for name in PLAIN},
                **{
                    lines: [
                        {name: line[name] or "" for name in names}
                        for line in profile[lines]
                    ]
                    for lines, names in LINES.items()
                },
            }
            for profile in self
        ]

    @api.model
    def l10n_fr_chorus_import(self, values):
        """Create a profile from what `l10n_fr_chorus_export` gave; never qualified.

        :param values: one of its dicts
        :return: {"id": of the new profile, "name"}
        :raises UserError: these are not the values of a profile
        """
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise UserError(self.env._("This is not an exported profile."))
        known = {"format", *PLAIN, *LINES}
        try:
            if unknown := sorted(values.keys() - known):
                raise ValueError(", ".join(unknown))
            rows = {
                lines: [
                    Command.create({name: row[name] for name in names})
                    for row in values.get(lines, [])
                ]
                for lines, names in LINES.items()
            }
            plain = {name: values[name] for name in PLAIN if name in values}
            with self.env.cr.savepoint():
                profile = self.create({**plain, **rows})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                self.env._("This profile cannot be read: %(why)s", why=error)
            ) from error
        return {"id": profile.id, "name": profile.name}

    # ---- SCREEN -------------------------------------------------------------------

    def action_export(self):
        """Download a profile as a JSON file."""
        self.ensure_one()
        [values] = self.l10n_fr_chorus_export()
        content = json.dumps(values, ensure_ascii=False, indent=2).encode()
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.name}.json",
                "raw": content,
                "mimetype": "application/json",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }


def _nothing(profile, name):
    """What stands for an empty field in JSON."""
    return False if profile._fields[name].type == "boolean" else ""
