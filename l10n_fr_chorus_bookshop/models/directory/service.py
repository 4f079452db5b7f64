from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.invoice import PUBLIC_ONLY


class L10nFrChorusService(models.Model):
    """A service of a public body; one that vanished from the directory is archived.

    It is chosen on a customer, an order or an invoice (R7).
    """

    _name = "l10n_fr_chorus.service"
    _description = "Service of a public body"
    _order = "structure_id, code"
    _rec_names_search = ["code", "name"]

    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure", "Body", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="structure_id.company_id")
    code = fields.Char(required=True, help="Upper and lower case matter.")
    name = fields.Char()
    active = fields.Boolean(default=True)
    engagement_required = fields.Boolean("Engagement number mandatory")
    asked_at = fields.Datetime(
        readonly=True, help="When the platform said whether it requires an engagement."
    )
    is_unasked = fields.Boolean(
        readonly=True, help="Listed among hundreds, not asked yet what it requires."
    )

    _code_unique = models.UniqueIndex(
        "(structure_id, code)", "A body has each service code only once."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            named = service.name and service.name != service.code
            service.display_name = (
                f"{service.code} - {service.name}" if named else service.code
            )

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Active codes by code or name, the one this customer used last first."""
        # EXTENDS 'base'
        domain = Domain(domain or Domain.TRUE) & Domain("code", "!=", PUBLIC_ONLY)
        found = super().name_search(name, domain, operator, limit)
        last = self._last_used_code()
        if not last:
            return found
        first = super().name_search(
            name, domain & Domain("code", "=", last), operator, limit=1
        )
        return (first + [one for one in found if one not in first])[:limit]

    @api.model
    def _last_used_code(self):
        """Return the code on the last invoice of the customer in the context."""
        customer = self.env["res.partner"].browse(
            self.env.context.get("l10n_fr_chorus_customer")
        )
        if not customer:
            return ""
        invoices = self.env["account.move"].sudo()
        of_customer = Domain(
            "commercial_partner_id", "=", customer.commercial_partner_id.id
        )
        invoice = invoices.search(
            of_customer
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("buyer_reference", "!=", False),
            order="invoice_date DESC, id DESC",
            limit=1,
        )
        return invoice.buyer_reference
