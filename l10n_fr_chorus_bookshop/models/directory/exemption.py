from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...chorus.rules.recipient import Exemption, find_exemption


class L10nFrChorusExemption(models.Model):
    """A public body outside Chorus Pro (R5); the list is the shop's to correct."""

    _name = "l10n_fr_chorus.exemption"
    _description = "Public body outside Chorus Pro"
    _order = "name"

    name = fields.Char(required=True)
    siren = fields.Char(
        "SIREN",
        size=9,
        help="Nine digits: all the body's establishments. Empty: the customer of "
        "exactly this name.",
    )
    active = fields.Boolean(default=True)

    _siren_unique = models.UniqueIndex(
        "(siren) WHERE siren IS NOT NULL", "This SIREN is already in the list."
    )

    @api.constrains("siren")
    def _check_siren(self):
        for exemption in self:
            if exemption.siren and not (
                exemption.siren.isdigit() and len(exemption.siren) == 9
            ):
                raise ValidationError(
                    self.env._(
                        "%s is not a SIREN: it must have 9 digits.", exemption.siren
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        exemptions = super().create(vals_list)
        exemptions._look_again(exemptions._customers())
        return exemptions

    def write(self, vals):
        before = self._customers()
        result = super().write(vals)
        self._look_again(before | self._customers())
        return result

    def unlink(self):
        customers = self._customers()
        result = super().unlink()
        self._look_again(customers)
        return result

    def _customers(self):
        """The customers these entries may speak of."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.union(
            *(
                partners.search(
                    [("company_registry", "=like", f"{exemption.siren}%")]
                    if exemption.siren
                    else [("name", "=ilike", exemption.name), ("is_company", "=", True)]
                )
                for exemption in self
            )
        )

    @api.model
    def _look_again(self, customers):
        """What the list says of these customers has changed."""
        for name in ("l10n_fr_chorus_exempt", "l10n_fr_chorus_exempt_reason"):
            self.env.add_to_compute(customers._fields[name], customers)

    @api.model
    def _for_partners(self, partners):
        """Return dict partner -> the exemption that holds for it, if any."""
        exemptions = {
            Exemption(exemption.name, exemption.siren or ""): exemption
            for exemption in self.sudo().search([])
        }
        found = {
            partner: find_exemption(
                partner.company_registry or "", partner.name or "", exemptions
            )
            for partner in partners
        }
        return {
            partner: exemptions.get(one, self.browse())
            for partner, one in found.items()
        }
