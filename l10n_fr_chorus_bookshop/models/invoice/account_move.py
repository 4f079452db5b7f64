from odoo import api, fields, models
from odoo.tools import format_date

from ...chorus.facturx.dialect import reform_kind
from ...chorus.invoice import CREDIT_NOTE, INVOICE
from ...chorus.lifecycle.states import STATES
from .neutral import deposits

REFERENCES = ("buyer_reference", "purchase_order_reference", "contract_reference")


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "l10n_fr_chorus.document"]

    _l10n_fr_chorus_customer = "partner_id"
    _l10n_fr_chorus_service = "buyer_reference"
    _l10n_fr_chorus_engagement = "purchase_order_reference"

    # Core's three fields hold what goes to the platform, byte for byte (R7).
    buyer_reference = fields.Char(
        "Service code",
        compute="_compute_buyer_reference",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    purchase_order_reference = fields.Char("Engagement number", tracking=True)
    contract_reference = fields.Char("Market number", tracking=True)
    l10n_fr_chorus_structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Chorus Pro body",
        compute="_compute_l10n_fr_chorus_structure_id",
        compute_sudo=True,
    )
    l10n_fr_chorus_attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Documents sent with the invoice",
        copy=False,
    )
    l10n_fr_chorus_submission_id = fields.Many2one(
        "l10n_fr_chorus.submission",
        "Chorus Pro sending",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    l10n_fr_chorus_state = fields.Selection(
        related="l10n_fr_chorus_submission_id.state", string="Chorus Pro state"
    )
    l10n_fr_chorus_state_code = fields.Char(
        related="l10n_fr_chorus_submission_id.state_code", string="Platform's word"
    )
    l10n_fr_chorus_state_date = fields.Datetime(
        related="l10n_fr_chorus_submission_id.state_date", string="Chorus Pro since"
    )
    l10n_fr_chorus_reason = fields.Text(
        related="l10n_fr_chorus_submission_id.reason", string="Chorus Pro reason"
    )
    l10n_fr_chorus_platform_ref = fields.Char(
        related="l10n_fr_chorus_submission_id.platform_id",
        string="Chorus Pro identifier",
    )
    l10n_fr_chorus_flux_number = fields.Char(
        related="l10n_fr_chorus_submission_id.transmission_id.flux_number",
        string="Flux number",
    )
    l10n_fr_chorus_channel_reason = fields.Text(
        related="l10n_fr_chorus_submission_id.channel_reason"
    )
    l10n_fr_chorus_deposit_number = fields.Char(
        related="l10n_fr_chorus_submission_id.deposit_number"
    )
    l10n_fr_chorus_channel = fields.Selection(
        related="l10n_fr_chorus_submission_id.channel", string="Chorus Pro channel"
    )
    l10n_fr_chorus_event_ids = fields.One2many(
        "l10n_fr_chorus.event",
        string="Life cycle",
        compute="_compute_l10n_fr_chorus_event_ids",
    )
    l10n_fr_chorus_meaning = fields.Char(compute="_compute_l10n_fr_chorus_meaning")
    l10n_fr_chorus_is_test = fields.Boolean(
        "Only a test", compute="_compute_l10n_fr_chorus_is_test"
    )
    l10n_fr_chorus_can_send = fields.Boolean(compute="_compute_l10n_fr_chorus_can_send")
    l10n_fr_chorus_locked = fields.Boolean(
        compute="_compute_l10n_fr_chorus_locked",
        help="Handed to the network: its references can no longer change.",
    )
    l10n_fr_chorus_fixable = fields.Boolean(compute="_compute_l10n_fr_chorus_problems")
    l10n_fr_chorus_deposit = fields.Char(
        "Down payment", compute="_compute_l10n_fr_chorus_deposit"
    )

    # ---- WHO IS CONCERNED ---------------------------------------------------------

    def _l10n_fr_chorus_about(self):
        return self.invoice_origin or self.name or ""

    @api.depends(
        "move_type",
        "partner_id",
        "company_id",
        "l10n_fr_chorus_internal",
        "l10n_fr_chorus_paper_reason",
    )
    def _compute_l10n_fr_chorus_concerned(self):
        for move in self:
            move.l10n_fr_chorus_concerned = (
                move.move_type in ("out_invoice", "out_refund")
                and not move.l10n_fr_chorus_internal
                and move.partner_id
                and not move.l10n_fr_chorus_paper_reason
                # The customer's choice first: the others then cost no query.
                and move.partner_id._l10n_fr_chorus_served_by(move.company_id)
                and move.company_id.is_france_country
                and not move.commercial_partner_id.l10n_fr_chorus_exempt
            )

    @api.depends(
        "partner_id.l10n_fr_chorus_structure_id", "company_id.l10n_fr_chorus_in_use"
    )
    @api.depends_context("company")
    def _compute_l10n_fr_chorus_structure_id(self):
        """The body invoiced; nobody asks for it where Chorus Pro is not used."""
        for move in self:
            move.l10n_fr_chorus_structure_id = (
                move.company_id._l10n_fr_chorus_uses()
                and move.partner_id.l10n_fr_chorus_structure_id
            )

    @api.depends(
        "l10n_fr_chorus_concerned",
        "company_id.l10n_fr_chorus_environment",
        "l10n_fr_chorus_submission_id.connection_id.environment",
    )
    def _compute_l10n_fr_chorus_is_test(self):
        """It goes, or went, to the qualification platform: training included."""
        for move in self:
            submission = move.sudo().l10n_fr_chorus_submission_id
            environment = (
                submission.connection_id.environment
                or move.company_id.l10n_fr_chorus_environment
            )
            ours = submission or move.l10n_fr_chorus_concerned
            move.l10n_fr_chorus_is_test = bool(ours and environment == "qualification")

    @api.depends("state", "l10n_fr_chorus_concerned", "l10n_fr_chorus_submission_id")
    def _compute_l10n_fr_chorus_can_send(self):
        for move in self:
            current = move.l10n_fr_chorus_submission_id
            move.l10n_fr_chorus_can_send = (
                move.state == "posted"
                and move.l10n_fr_chorus_concerned
                and not move._l10n_fr_chorus_other_network()
                and not move._l10n_fr_chorus_elsewhere()
                and (not current or current._state().send_again)
            )

    @api.depends("l10n_fr_chorus_submission_id.state")
    def _compute_l10n_fr_chorus_locked(self):
        for move in self:
            state = STATES.get(move.l10n_fr_chorus_state)
            move.l10n_fr_chorus_locked = bool(state and not state.edit_references)

    @api.depends("l10n_fr_chorus_submission_id.event_ids")
    def _compute_l10n_fr_chorus_event_ids(self):
        """Newest first: the first one is the state, also within one minute."""
        for move in self:
            events = move.sudo().l10n_fr_chorus_submission_id.event_ids
            move.l10n_fr_chorus_event_ids = events._in_order()[::-1]

    # ---- WHERE IT IS PAID ---------------------------------------------------------

    def _compute_partner_bank_id(self):
        # EXTENDS 'account': a journal without its account number would leave none, and
        # a branch has its company's
        result = super()._compute_partner_bank_id()
        for move in self:
            sells = move.is_sale_document() and move.is_inbound()
            if move.partner_bank_id or not sells:
                continue
            # Core has read the accounts: who has none costs no query.
            bank = move._l10n_fr_chorus_bank()
            if bank and move.company_id.is_france_country:
                move.partner_bank_id = bank
        return result

    def _l10n_fr_chorus_bank(self):
        """Return a trusted IBAN of the shop, its company's for a branch."""
        companies = self.company_id | self.company_id.sudo().root_id
        return companies.partner_id.bank_ids.filtered(
            lambda bank: (
                bank.acc_type == "iban"
                and bank.allow_out_payment
                and bank.company_id <= companies
            )
        )[:1]

    # ---- THE SERVICE (R7) ---------------------------------------------------------

    @api.depends("partner_id")
    def _compute_buyer_reference(self):
        """The customer's usual service; what another system wrote is kept."""
        for move in self:
            usual = (
                move.is_sale_document()
                and (
                    move.partner_id | move.partner_shipping_id
                )._l10n_fr_chorus_usual_service()
            )
            move.buyer_reference = usual or move.buyer_reference

    # ---- A DOWN PAYMENT, AND ITS BALANCE ---------------------------------------------

    @api.depends(
        "l10n_fr_chorus_concerned",
        "invoice_line_ids.is_downpayment",
        "invoice_line_ids.price_subtotal",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_deposit(self):
        """Say of a deposit under which type it leaves, of a balance what it deducts."""
        for move in self:
            found = deposits(move) if move.l10n_fr_chorus_concerned else {}
            words = ""
            if found.get("is_deposit"):
                words = self.env._(
                    "Down payment, to be deducted from the balance. Leaves as a "
                    "document of type %(kind)s.",
                    kind=move._l10n_fr_chorus_type_code(),
                )
            elif earlier := found.get("deposits"):
                words = self.env._(
                    "Balance, less the down payment invoiced before: %(invoices)s. The "
                    "document and its page name it.",
                    invoices=", ".join(
                        f"{one.number} ({format_date(self.env, one.day)})"
                        for one in earlier
                    ),
                )
            move.l10n_fr_chorus_deposit = words

    def _l10n_fr_chorus_type_code(self):
        """Return the UNTDID 1001 code (BT-3) under which the invoice leaves."""
        kind = CREDIT_NOTE if self.move_type == "out_refund" else INVOICE
        if not self._l10n_fr_chorus_channel()._reform:
            return kind
        is_deposit = deposits(self).get("is_deposit", False)
        return reform_kind(kind, is_deposit=is_deposit)
