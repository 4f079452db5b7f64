from odoo import api, fields, models

from ..common import CHORUS

ADDRESS = ("street", "street2", "zip", "city")


class ResPartner(models.Model):
    """Find a customer in the directory and fill what it says (R1, R34)."""

    _inherit = "res.partner"

    l10n_fr_chorus_found_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Find a public body",
        compute="_compute_l10n_fr_chorus_found_id",
        readonly=False,
        help="By SIRET, name or town: SIRET, name, address and sending are filled.",
    )
    l10n_fr_chorus_service_code = fields.Char(
        "Usual service code",
        help="Put on this contact's orders and invoices. A contact of a body may have "
        "its own: a library of a town.",
    )
    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Usual service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
    )

    # ---- FIND ---------------------------------------------------------------------

    def _compute_l10n_fr_chorus_found_id(self):
        """Nothing to show: it only serves to look for a body."""
        self.l10n_fr_chorus_found_id = False

    @api.onchange("l10n_fr_chorus_found_id")
    def _onchange_l10n_fr_chorus_found_id(self):
        found = self.l10n_fr_chorus_found_id
        if found:
            self.company_registry = found.siret
            self.is_company = True
            self._l10n_fr_chorus_fill(found)
            self.l10n_fr_chorus_found_id = False

    @api.onchange("company_registry")
    def _onchange_l10n_fr_chorus_siret(self):
        self._l10n_fr_chorus_fill(self.l10n_fr_chorus_structure_id)

    def _l10n_fr_chorus_fill(self, body):
        """Fill what is empty, or what an earlier body filled, with what this one is.

        What a person typed stays: a town hall's usual name is not the directory's.
        """
        if not body.is_known:
            return
        before = self.env["l10n_fr_chorus.structure"].browse()
        if self._origin.company_registry != body.siret:
            before = self._origin.l10n_fr_chorus_structure_id
        if not self.name or self.name == before.name:
            self.name = body.name
        if not any(self[part] and self[part] != before[part] for part in ADDRESS):
            self.update({part: body[part] for part in ADDRESS})
            self.country_id = self.country_id or self.env.ref("base.fr")
        if not self.invoice_sending_method and self.l10n_fr_chorus_obliged:
            self.invoice_sending_method = CHORUS

    def _l10n_fr_chorus_learn(self):
        """Complete customers with what the directory has just said of them.

        One who only reads customers may verify them too: nothing is filled then.
        """
        for partner in self._filtered_access("write"):
            if partner == partner.commercial_partner_id and partner.is_company:
                partner._l10n_fr_chorus_fill(partner.l10n_fr_chorus_structure_id)

    # ---- USUAL SERVICE ------------------------------------------------------------

    @api.depends("l10n_fr_chorus_service_code", "l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_service_id(self):
        for partner in self:
            partner.l10n_fr_chorus_service_id = (
                partner.l10n_fr_chorus_structure_id._service(
                    partner.l10n_fr_chorus_service_code
                )
            )

    def _inverse_l10n_fr_chorus_service_id(self):
        for partner in self:
            partner.l10n_fr_chorus_service_code = partner.l10n_fr_chorus_service_id.code

    @api.onchange("l10n_fr_chorus_service_id")
    def _onchange_l10n_fr_chorus_service_id(self):
        """The code follows the choice at once, not only when the form is saved."""
        self._inverse_l10n_fr_chorus_service_id()

    def _l10n_fr_chorus_usual_service(self):
        """Return the usual code of the first of these contacts that has one."""
        return next(filter(None, self.mapped("l10n_fr_chorus_service_code")), False)
