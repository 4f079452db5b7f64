from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...chorus.channels.edi import invoic


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_gln = fields.Char(
        "GLN", help="The shop's 13-digit book trade number, given by Dilicom."
    )
    l10n_fr_chorus_registration = fields.Char(
        "Legal form, capital and trade register",
        help="For example: SARL au capital de 8 000 € - RCS ROUEN 123 456 789. A sole "
        "trader begins with EI: invoices then have it next to the name, as the law "
        "asks.",
    )
    l10n_fr_chorus_penalties = fields.Char(
        "Late payment",
        default="Pénalités de retard : taux de la BCE majoré de 8 points",
    )
    l10n_fr_chorus_recovery = fields.Char(
        "Recovery costs",
        default="Indemnité forfaitaire pour frais de recouvrement : 40 €",
    )
    l10n_fr_chorus_early_discount = fields.Char(
        "Early payment", default="Pas d'escompte pour paiement anticipé"
    )

    @api.constrains("l10n_fr_chorus_gln")
    def _check_l10n_fr_chorus_gln(self):
        for company in self:
            gln = company.l10n_fr_chorus_gln
            if gln and not invoic.is_gln(gln):
                raise ValidationError(
                    self.env._(
                        "« %(gln)s » is not a GLN: 13 digits, the last of which is a "
                        "key.",
                        gln=gln,
                    )
                )
