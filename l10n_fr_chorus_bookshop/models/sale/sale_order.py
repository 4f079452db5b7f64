from odoo import api, fields, models

from ...chorus import rules
from ...chorus.lifecycle.actions import FIELD_LABELS
from ...chorus.rules.problem import problem
from ..common import in_user_lang, problem_item, problem_list
from .document import ENGAGEMENT_DATE

# What an invoice says once: orders that differ in one of them never share it.
REFERENCES = ("buyer_reference", "purchase_order_reference", "contract_reference")

# What a customer of the e-shop may say of its basket.
BASKET = {
    "service": "l10n_fr_chorus_service_code",
    "engagement": "l10n_fr_chorus_engagement",
}


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
    """What an order's invoice would be stopped for, seen while there is time (R34)."""

    _name = "sale.order"
    _inherit = ["sale.order", "l10n_fr_chorus.document"]

    _l10n_fr_chorus_customer = "partner_invoice_id"
    _l10n_fr_chorus_service = "l10n_fr_chorus_service_code"
    _l10n_fr_chorus_engagement = "l10n_fr_chorus_engagement"

    l10n_fr_chorus_service_code = fields.Char(
        "Service code",
        compute="_compute_l10n_fr_chorus_service_code",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    l10n_fr_chorus_engagement = fields.Char("Engagement number", tracking=True)
    l10n_fr_chorus_market = fields.Char("Market number", tracking=True)
    l10n_fr_chorus_structure_id = fields.Many2one(
        related="partner_invoice_id.l10n_fr_chorus_structure_id"
    )
    l10n_fr_chorus_siret = fields.Char(
        "Invoiced under SIRET", compute="_compute_l10n_fr_chorus_siret"
    )
    l10n_fr_chorus_siret_said = fields.Char(
        related="partner_invoice_id.l10n_fr_chorus_siret_said"
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
    l10n_fr_chorus_missing = fields.Char(
        "To ask the customer for", compute="_compute_l10n_fr_chorus_problems"
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'sale'
        none = self.browse()
        return super().create([none._l10n_fr_chorus_dated(vals) for vals in vals_list])

    def write(self, vals):
        # EXTENDS 'sale'
        return super().write(self._l10n_fr_chorus_dated(vals))

    def _prepare_invoice(self):
        # EXTENDS 'sale': the references go to the invoice as typed (R8); where ours are
        # empty, another module's stay. Core sorts by them where it groups orders, and
        # no text compares with False.
        values = super()._prepare_invoice()
        for name, said in zip(
            REFERENCES, self._l10n_fr_chorus_references(), strict=True
        ):
            values[name] = said or values.get(name) or ""
        if self.l10n_fr_chorus_engagement:
            values[ENGAGEMENT_DATE] = self.l10n_fr_chorus_engagement_date
        return values

    # ---- WHO IS INVOICED ----------------------------------------------------------

    @api.depends("partner_invoice_id", "company_id")
    def _compute_l10n_fr_chorus_concerned(self):
        for order in self:
            customer = order.partner_invoice_id
            order.l10n_fr_chorus_concerned = (
                customer._l10n_fr_chorus_served_by(order.company_id)
                and not customer.commercial_partner_id.l10n_fr_chorus_exempt
            )

    @api.depends("l10n_fr_chorus_concerned", "l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_public(self):
        """The directory knows private companies too: nothing is asked of those (R8)."""
        for order in self:
            structure = order.l10n_fr_chorus_structure_id
            exempt = (
                order.partner_invoice_id.commercial_partner_id.l10n_fr_chorus_exempt
            )
            order.l10n_fr_chorus_public = order.l10n_fr_chorus_concerned or (
                structure.is_known and structure.is_public and not exempt
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
            order.l10n_fr_chorus_siret = order._l10n_fr_chorus_siret()

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
        structure = self.l10n_fr_chorus_structure_id
        engagements = self.env["l10n_fr_chorus.engagement"]
        known = engagements._known(self.company_id, {(siret, number)})
        return rules.check_order(
            siret,
            {
                "service": self.l10n_fr_chorus_service_code or "",
                "engagement": number or "",
                "market": self.l10n_fr_chorus_market or "",
            },
            structure._recipients().get(structure.id),
            self.company_id._l10n_fr_chorus_policy(),
            rules.Engagement(
                entered_on=self.l10n_fr_chorus_engagement_date or None,
                known=known.get((siret, number)),
                supplier=engagements._supplier(self.company_id),
            ),
        )

    def _l10n_fr_chorus_basket(self, given=None):
        """Tell what a customer of the e-shop must say of its own basket (R47).

        :param given: dict of what it answers, by the names of `asked`
        """
        customer = self.partner_invoice_id
        if given and customer._l10n_fr_chorus_served_by(self.company_id):
            self.write({BASKET[name]: value for name, value in given.items()})
        asked = customer._l10n_fr_chorus_asked(
            self.company_id,
            {
                "service": self.l10n_fr_chorus_service_code,
                "engagement": self.l10n_fr_chorus_engagement,
                "market": self.l10n_fr_chorus_market,
            },
        )
        # Who reads it is the customer.
        return {**asked, "problems": asked["said"]} if asked["public"] else asked

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
                    for one in (
                        order._l10n_fr_chorus_check() or order._l10n_fr_chorus_doubt()
                    )
                ],
            }
            for order in in_user_lang(self)
        ]

    def _l10n_fr_chorus_doubt(self):
        """What to ask of a customer that is taken for a private one; as a list."""
        doubtful = self.partner_invoice_id.l10n_fr_chorus_probably_public
        if self.l10n_fr_chorus_concerned or not doubtful:
            return []
        return [problem("probably_public", "buyer.siret")]

    def _l10n_fr_chorus_about(self):
        return self.client_order_ref or self.name

    # ---- TOGETHER OR APART (R8) ---------------------------------------------------

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

    def _create_invoices(self, sale_orders):
        # EXTENDS 'sale': a deposit is made by the dialog itself
        moves = super()._create_invoices(sale_orders)
        if self.advance_payment_method != "delivered":
            sale_orders._l10n_fr_chorus_join(moves)
        return moves

    @api.depends("sale_order_ids", "consolidated_billing")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_apart(self):
        for wizard in self:
            together = wizard.consolidated_billing and len(wizard.sale_order_ids) > 1
            wizard.l10n_fr_chorus_apart = (
                together and wizard.sale_order_ids._l10n_fr_chorus_say_why_apart()
            )
