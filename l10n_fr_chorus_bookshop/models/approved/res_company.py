from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_address_id = fields.Char(
        "Electronic address",
        help="The shop's own line in the reform's directory, which the approved "
        "platform gives. Empty: the one made of the SIRET number.",
    )
