from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_fill_orders = fields.Boolean(
        "Fill in what its orders say",
        help="What is read with certainty on this customer's orders is written on the "
        "quotation without being confirmed first.",
    )
