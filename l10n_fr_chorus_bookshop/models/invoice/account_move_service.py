from odoo import api, fields, models


class AccountMove(models.Model):
    """The service a contact usually orders for, on its invoices too (R7)."""

    _inherit = "account.move"

    buyer_reference = fields.Char(
        compute="_compute_buyer_reference",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("partner_id")
    def _compute_buyer_reference(self):
        """The customer's usual service; what another system wrote is kept (R7)."""
        for move in self:
            usual = (
                move.is_sale_document()
                and (
                    move.partner_id | move.partner_shipping_id
                )._l10n_fr_chorus_usual_service()
            )
            move.buyer_reference = usual or move.buyer_reference

    @api.onchange("l10n_fr_chorus_service_id")
    def _onchange_l10n_fr_chorus_service_id(self):
        """The code follows the choice at once, not only when the form is saved."""
        self._inverse_l10n_fr_chorus_service_id()
