from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_anchor_emails = fields.Char(
        "Anchors of the vault are mailed to",
        help="Addresses outside the shop, such as the accountant's; commas between.",
    )
