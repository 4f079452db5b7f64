from odoo import api, fields, models

from ..common import CHORUS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Body's service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
    )
    l10n_fr_chorus_service_code = fields.Char("Service code", tracking=True)
    l10n_fr_chorus_engagement = fields.Char("Engagement number", tracking=True)
    l10n_fr_chorus_market = fields.Char("Market number", tracking=True)
    l10n_fr_chorus_structure_id = fields.Many2one(
        related="partner_invoice_id.l10n_fr_chorus_structure_id"
    )
    l10n_fr_chorus_siret = fields.Char(
        "Invoiced under SIRET", compute="_compute_l10n_fr_chorus_siret"
    )

    l10n_fr_chorus_concerned = fields.Boolean(
        compute="_compute_l10n_fr_chorus_concerned"
    )
    l10n_fr_chorus_public = fields.Boolean(
        "Public customer",
        compute="_compute_l10n_fr_chorus_public",
        help="A public body: its references are asked for.",
    )
    l10n_fr_chorus_refused = fields.Text(
        "Refused on Chorus Pro",
        compute="_compute_l10n_fr_chorus_refused",
        compute_sudo=True,
    )

    @api.depends("partner_invoice_id", "company_id")
    def _compute_l10n_fr_chorus_concerned(self):
        for order in self:
            customer = order.partner_invoice_id
            order.l10n_fr_chorus_concerned = (
                customer._l10n_fr_chorus_method(order.company_id) == CHORUS
                and not customer.commercial_partner_id.l10n_fr_chorus_exempt
            )

    @api.depends("l10n_fr_chorus_concerned", "l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_public(self):
        """The directory knows private companies too: nothing is asked of those (R8)."""
        for order in self:
            body = order.l10n_fr_chorus_structure_id
            exempt = (
                order.partner_invoice_id.commercial_partner_id.l10n_fr_chorus_exempt
            )
            order.l10n_fr_chorus_public = order.l10n_fr_chorus_concerned or (
                body.is_known and body.is_public and not exempt
            )

    @api.depends(
        "invoice_ids.l10n_fr_chorus_submission_id.state",
        "invoice_ids.reversal_move_ids.state",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_refused(self):
        """The refusals that nobody has answered yet, with the body's reason."""
        for order in self:
            refused = order.invoice_ids.filtered(
                lambda move: (
                    move.move_type == "out_invoice"
                    and move.l10n_fr_chorus_state == "REJETEE"
                    and not move._l10n_fr_chorus_credits()
                )
            )
            order.l10n_fr_chorus_refused = "\n".join(
                self.env._(
                    "%(invoice)s is refused by the public body: %(reason)s",
                    invoice=move.name,
                    reason=move.l10n_fr_chorus_said or "-",
                )
                for move in refused
            )

    @api.depends("partner_invoice_id.company_registry")
    def _compute_l10n_fr_chorus_siret(self):
        for order in self:
            order.l10n_fr_chorus_siret = (
                order.partner_invoice_id._l10n_fr_chorus_siret()
            )

    @api.depends("l10n_fr_chorus_service_code", "partner_invoice_id")
    def _compute_l10n_fr_chorus_service_id(self):
        for order in self:
            order.l10n_fr_chorus_service_id = (
                order.l10n_fr_chorus_structure_id._service(
                    order.l10n_fr_chorus_service_code
                )
            )

    def _inverse_l10n_fr_chorus_service_id(self):
        for order in self:
            order.l10n_fr_chorus_service_code = order.l10n_fr_chorus_service_id.code

    def _prepare_invoice(self):
        # EXTENDS 'sale': the references go to the invoice as typed (R8)
        return {
            **super()._prepare_invoice(),
            "buyer_reference": self.l10n_fr_chorus_service_code,
            "purchase_order_reference": self.l10n_fr_chorus_engagement,
            "contract_reference": self.l10n_fr_chorus_market,
            "l10n_fr_chorus_engagement_date": self.l10n_fr_chorus_engagement_date,
        }
