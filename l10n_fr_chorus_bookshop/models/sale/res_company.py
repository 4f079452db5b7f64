from odoo import api, fields, models


class ResCompany(models.Model):
    """The address at which customers' orders arrive (R45)."""

    _inherit = "res.company"

    l10n_fr_chorus_order_alias_id = fields.Many2one(
        "mail.alias", "Customers' orders", copy=False, ondelete="set null"
    )
    l10n_fr_chorus_order_alias_name = fields.Char(
        "Customers' orders arrive at",
        compute="_compute_l10n_fr_chorus_order_alias_name",
        inverse="_inverse_l10n_fr_chorus_order_alias_name",
        help="Each mail makes a quotation; what its files say is proposed, and someone "
        "confirms.",
    )

    @api.depends("l10n_fr_chorus_order_alias_id.alias_name")
    def _compute_l10n_fr_chorus_order_alias_name(self):
        for company in self:
            alias = company.sudo().l10n_fr_chorus_order_alias_id
            company.l10n_fr_chorus_order_alias_name = alias.alias_name

    def _inverse_l10n_fr_chorus_order_alias_name(self):
        for company in self:
            company._l10n_fr_chorus_set_alias(
                "l10n_fr_chorus_order_alias_id",
                company.l10n_fr_chorus_order_alias_name,
                "sale.order",
            )
