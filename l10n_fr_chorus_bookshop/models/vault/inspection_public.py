from odoo import api, fields, models


class L10nFrChorusInspection(models.Model):
    _inherit = "l10n_fr_chorus.inspection"

    # ---- PUBLIC: XML-RPC and JSON-2 (DESIGN §7) -----------------------------------

    @api.model
    def l10n_fr_chorus_give(self, name, email, date_until, why):
        """Give an inspector access to the vault of the present company (R27).

        :param date_until: ISO date of the last day
        :param why: such as the reference of the inspection's notice
        :return: {"id", "person", "date_until"}
        :raises UserError: the address or the date is not one
        """
        lang = self.env.context.get("lang") or self.env.user.lang
        dialogs = self.env["l10n_fr_chorus.inspection.grant"].with_context(lang=lang)
        dialog = dialogs.create(
            {"name": name, "email": email, "date_until": date_until, "why": why}
        )
        given = self.browse(dialog.action_give()["res_id"])
        return {
            "id": given.id,
            "person": given.person,
            "date_until": given.date_until.isoformat(),
        }

    def l10n_fr_chorus_end(self):
        """End these accesses now.

        :return: list of {"id", "ended_at": ISO text}
        """
        self.action_end()
        return [
            {"id": one.id, "ended_at": fields.Datetime.to_string(one.ended_at)}
            for one in self
        ]
