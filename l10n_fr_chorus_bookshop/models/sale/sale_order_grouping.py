from odoo import api, fields, models

# What an invoice says once: orders that differ in one of them never share it.
REFERENCES = ("buyer_reference", "purchase_order_reference", "contract_reference")


def say_references(env, references):
    """Say a service, an engagement and a market, "" without any, in one sentence."""
    service, engagement, market = references
    said = [
        service and env._("service %s", service),
        engagement and env._("engagement %s", engagement),
        market and env._("market %s", market),
    ]
    return ", ".join(filter(None, said)) or env._("no reference")


class SaleOrder(models.Model):
    """Orders of different engagement, service or market never share an invoice (R8)."""

    _inherit = "sale.order"

    @api.model
    def _get_invoice_grouping_keys(self):
        # EXTENDS 'sale'
        return [*super()._get_invoice_grouping_keys(), *REFERENCES]

    def _l10n_fr_chorus_references(self):
        """Return what this order's invoice will say: service, engagement, market."""
        self.ensure_one()
        return (
            self.l10n_fr_chorus_service_code or "",
            self.l10n_fr_chorus_engagement or "",
            self.l10n_fr_chorus_market or "",
        )

    def _l10n_fr_chorus_say_references(self):
        """Say an order's references, one sentence."""
        return say_references(self.env, self._l10n_fr_chorus_references())

    def _l10n_fr_chorus_disagree(self):
        """Tell whether orders of one customer bear different references."""
        groups = self.grouped(lambda one: one.partner_invoice_id)
        return any(
            len({one._l10n_fr_chorus_references() for one in orders}) > 1
            for orders in groups.values()
        )

    def _l10n_fr_chorus_say_why_apart(self):
        """Say why these orders make several invoices, "" when they need not."""
        if not self._l10n_fr_chorus_disagree():
            return ""
        lead = self.env._(
            "One invoice bears one service, one engagement and one market: orders "
            "that differ are invoiced apart."
        )
        lines = [
            self.env._(
                "%(order)s: %(references)s",
                order=one.name,
                references=one._l10n_fr_chorus_say_references(),
            )
            for one in self
        ]
        return "\n".join([lead, *lines])


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    l10n_fr_chorus_apart = fields.Text(
        "Why several invoices", compute="_compute_l10n_fr_chorus_apart"
    )

    @api.depends("sale_order_ids", "consolidated_billing")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_apart(self):
        for wizard in self:
            together = wizard.consolidated_billing and len(wizard.sale_order_ids) > 1
            wizard.l10n_fr_chorus_apart = (
                together and wizard.sale_order_ids._l10n_fr_chorus_say_why_apart()
            )
