from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_road = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Chorus Pro channel",
        company_dependent=True,
        help="Invoices to this customer leave by it instead of the company's channel.",
    )
    l10n_fr_chorus_road_reason = fields.Char(
        "Why another channel", company_dependent=True
    )

    @api.constrains("l10n_fr_chorus_road", "l10n_fr_chorus_road_reason")
    def _check_l10n_fr_chorus_road(self):
        for partner in self:
            said = (partner.l10n_fr_chorus_road_reason or "").strip()
            if partner.l10n_fr_chorus_road and not said:
                raise ValidationError(
                    self.env._(
                        "Say why invoices to %s leave by another channel.",
                        partner.display_name,
                    )
                )
