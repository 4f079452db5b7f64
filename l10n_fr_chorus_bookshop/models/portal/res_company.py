from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_alias_id = fields.Many2one(
        "mail.alias",
        "Chorus Pro's mails",
        copy=False,
        ondelete="set null",
        readonly=True,
    )
    l10n_fr_chorus_alias_name = fields.Char(
        "Chorus Pro's mails arrive at",
        compute="_compute_l10n_fr_chorus_alias_name",
        inverse="_inverse_l10n_fr_chorus_alias_name",
        help="Have the mails of Chorus Pro sent or forwarded to this address: they "
        "propose states, which someone confirms.",
    )

    l10n_fr_chorus_export_columns = fields.Json(
        help="What each column of the portal's export holds: part by title.",
        readonly=True,
    )

    @api.depends("l10n_fr_chorus_alias_id.alias_name")
    def _compute_l10n_fr_chorus_alias_name(self):
        for company in self:
            alias = company.sudo().l10n_fr_chorus_alias_id
            company.l10n_fr_chorus_alias_name = alias.alias_name

    def _inverse_l10n_fr_chorus_alias_name(self):
        for company in self:
            company._l10n_fr_chorus_set_alias(
                "l10n_fr_chorus_alias_id",
                company.l10n_fr_chorus_alias_name,
                "l10n_fr_chorus.mail",
            )

    def _l10n_fr_chorus_remember_columns(self, parts):
        """Keep what a person said of some columns: part by title, "" for none."""
        if parts:
            known = self.sudo().l10n_fr_chorus_export_columns or {}
            self.sudo().l10n_fr_chorus_export_columns = {**known, **parts}
