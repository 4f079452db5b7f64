from odoo import api, models
from odoo.fields import Domain

# Reserved for invoices between public bodies: a bookseller is refused there.
RESERVED = "FACTURES_PUBLIQUES"


class L10nFrChorusStructure(models.Model):
    _inherit = "l10n_fr_chorus.structure"

    def _service(self, code):
        """Return the service of this body with exactly this code, archived ones too."""
        return self.service_ids.filtered(lambda service: service.code == code)[:1]


class L10nFrChorusService(models.Model):
    """How a service is chosen on a customer, an order or an invoice (R7)."""

    _inherit = "l10n_fr_chorus.service"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Active codes by code or name, the one this customer used last first."""
        # EXTENDS 'base'
        domain = Domain(domain or Domain.TRUE) & Domain("code", "!=", RESERVED)
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
