from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus import rules
from ...chorus.lifecycle.actions import FIELD_LABELS
from ..common import in_user_lang, problem_item, problem_list


class SaleOrder(models.Model):
    """What an order's invoice would be stopped for, seen while there is time (R34)."""

    _inherit = "sale.order"

    l10n_fr_chorus_service_code = fields.Char(
        compute="_compute_l10n_fr_chorus_service_code",
        store=True,
        readonly=False,
        precompute=True,
    )
    l10n_fr_chorus_engagement_date = fields.Date(
        "Engagement number entered on", readonly=True
    )
    l10n_fr_chorus_problems = fields.Html(
        compute="_compute_l10n_fr_chorus_problems", sanitize=False
    )
    l10n_fr_chorus_missing = fields.Char(
        "To ask the customer for", compute="_compute_l10n_fr_chorus_problems"
    )
    l10n_fr_chorus_body_inactive = fields.Boolean(
        "Body inactive", compute="_compute_l10n_fr_chorus_body_inactive"
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'sale'
        return super().create([self._l10n_fr_chorus_dated(vals) for vals in vals_list])

    def write(self, vals):
        # EXTENDS 'sale': the same number written again is not a new one
        number = vals.get("l10n_fr_chorus_engagement")
        if number and any(one.l10n_fr_chorus_engagement != number for one in self):
            vals = self._l10n_fr_chorus_dated(vals)
        return super().write(vals)

    @api.model
    def _l10n_fr_chorus_dated(self, vals):
        """Values that say when their engagement number was entered (R9)."""
        name = "l10n_fr_chorus_engagement_date"
        if not vals.get("l10n_fr_chorus_engagement") or vals.get(name):
            return vals
        return {**vals, name: fields.Date.context_today(self)}

    @api.depends("partner_id", "partner_invoice_id")
    def _compute_l10n_fr_chorus_service_code(self):
        """The usual service of who is invoiced, of who orders, of who receives (R7)."""
        for order in self:
            contacts = order.partner_invoice_id | order.partner_id
            usual = (
                contacts | order.partner_shipping_id
            )._l10n_fr_chorus_usual_service()
            order.l10n_fr_chorus_service_code = (
                usual or order.l10n_fr_chorus_service_code
            )

    @api.onchange("l10n_fr_chorus_service_id")
    def _onchange_l10n_fr_chorus_service_id(self):
        """The code follows the choice at once, not only when the form is saved."""
        self._inverse_l10n_fr_chorus_service_id()

    @api.depends("l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_body_inactive(self):
        for order in self:
            body = order.l10n_fr_chorus_structure_id
            order.l10n_fr_chorus_body_inactive = body and not body.is_active

    # ---- CHECKS -------------------------------------------------------------------

    @api.depends(
        "l10n_fr_chorus_concerned",
        "l10n_fr_chorus_structure_id",
        "l10n_fr_chorus_service_code",
        "l10n_fr_chorus_engagement",
        "l10n_fr_chorus_engagement_date",
        "l10n_fr_chorus_market",
        "invoice_status",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_problems(self):
        for order in self:
            problems = order._l10n_fr_chorus_check()
            order.l10n_fr_chorus_problems = problem_list(self.env, problems)
            missing = [
                self.env._(FIELD_LABELS[name]) for name in rules.missing(problems)
            ]
            order.l10n_fr_chorus_missing = ", ".join(missing)

    def _l10n_fr_chorus_check(self):
        """Return the problems of one order, none once it is invoiced; no network."""
        self.ensure_one()
        settled = self.state == "cancel" or self.invoice_status == "invoiced"
        if settled or not self.l10n_fr_chorus_concerned:
            return []
        siret, number = self.l10n_fr_chorus_siret or "", self.l10n_fr_chorus_engagement
        body = self.l10n_fr_chorus_structure_id
        known = self.env["l10n_fr_chorus.engagement"]._known(
            self.company_id, {(siret, number)}
        )
        return rules.check_order(
            siret,
            {
                "service": self.l10n_fr_chorus_service_code or "",
                "engagement": number or "",
                "market": self.l10n_fr_chorus_market or "",
            },
            body._recipients().get(body.id),
            self.company_id._l10n_fr_chorus_policy(),
            rules.Engagement(
                entered_on=self.l10n_fr_chorus_engagement_date or None,
                known=known.get((siret, number)),
            ),
        )

    def l10n_fr_chorus_check(self):
        """Check what orders say for Chorus Pro, before any invoice.

        :return: list of {"id", "number", "siret", "problems": [{"code", "severity",
            "field", "message", "remedy"}]}
        """
        self.check_access("read")
        return [
            {
                "id": order.id,
                "number": order.name or "",
                "siret": order.l10n_fr_chorus_siret or "",
                "problems": [
                    problem_item(order.env, one)
                    for one in order._l10n_fr_chorus_check()
                ],
            }
            for order in in_user_lang(self)
        ]

    # ---- VERIFY -------------------------------------------------------------------

    def action_l10n_fr_chorus_refresh(self):
        """Verify the SIRET this order will be invoiced under, and its engagement (R34).

        :raises UserError: there is no SIRET, or nothing could be learnt
        """
        self.ensure_one()
        if not self.l10n_fr_chorus_siret:
            raise UserError(
                self.env._(
                    "%s has no SIRET: enter it on the customer's form.",
                    self.partner_invoice_id.display_name,
                )
            )
        self._l10n_fr_chorus_ask_engagements()
        return self.partner_invoice_id.with_company(
            self.company_id
        ).action_l10n_fr_chorus_refresh()

    def action_l10n_fr_chorus_letter(self):
        """Write to a body that could not receive this order's invoice (R35)."""
        self.ensure_one()
        return self.partner_invoice_id.with_company(
            self.company_id
        )._l10n_fr_chorus_compose_letter(self.client_order_ref or self.name)
