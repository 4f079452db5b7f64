from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_anchor_emails = fields.Char(
        "Anchors of the vault are mailed to",
        help="Addresses outside the shop, such as the accountant's; commas between.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_anchor_emails = fields.Char(
        related="company_id.l10n_fr_chorus_anchor_emails", readonly=False
    )
