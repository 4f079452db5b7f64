from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...chorus.invoice import CREDIT_NOTE, INVOICE
from ...chorus.lifecycle import actions
from ...chorus.lifecycle.states import BODY, STATES
from ..common import notification
from ..invoice.account_move_unsent import served
from .operation import OPEN

KINDS = {"out_invoice": INVOICE, "out_refund": CREDIT_NOTE}
# A body need not tell its progress: after so long one may ask it, nothing more (R19).
QUIET = "-30d"
# An invoice of this morning is to be sent, not forgotten yet.
OLD = ~Domain("invoice_date", ">=", "today -2d")


class AccountMove(models.Model):
    """What a person of the shop has to do: banner, lists and filters (R18, R32)."""

    _inherit = "account.move"

    l10n_fr_chorus_tone = fields.Char(
        "Colour of its state",
        compute="_compute_l10n_fr_chorus_tone",
        help="Danger where a person must act.",
    )
    l10n_fr_chorus_remedies = fields.Char(
        "Remedies",
        compute="_compute_l10n_fr_chorus_problems",
        help="Buttons that its problems call for.",
    )
    l10n_fr_chorus_original_id = fields.Many2one(
        related="l10n_fr_chorus_submission_id.original_id", string="Original"
    )
    l10n_fr_chorus_outcome = fields.Char(related="l10n_fr_chorus_original_id.outcome")
    l10n_fr_chorus_todo = fields.Selection(
        [
            ("to_send", "To send"),
            ("to_correct", "To correct"),
            ("forgotten", "Forgotten"),
            ("doubtful", "Doubtful"),
            ("no_news", "Without news"),
        ],
        "To do on Chorus Pro",
        compute="_compute_l10n_fr_chorus_todo",
        search="_search_l10n_fr_chorus_todo",
    )
    l10n_fr_chorus_left_payment = fields.Monetary(
        "Payment of the refused invoice",
        compute="_compute_l10n_fr_chorus_left_payment",
        help="Received for the refused invoice, and matched with nothing since.",
    )

    # ---- ONE INVOICE --------------------------------------------------------------

    def _l10n_fr_chorus_answered(self):
        """Tell whether the shop has given its answer: credited, or a call under way."""
        self.ensure_one()
        given = self.sudo().l10n_fr_chorus_submission_id.operation_ids.filtered(
            lambda one: one.state in OPEN and one.state != "by_hand"
        )
        return bool(given or self._l10n_fr_chorus_credits())

    @api.depends(
        "l10n_fr_chorus_submission_id.state",
        "l10n_fr_chorus_submission_id.operation_ids.state",
        "reversal_move_ids.state",
        "move_type",
    )
    def _compute_l10n_fr_chorus_tone(self):
        for move in self:
            state = move.sudo().l10n_fr_chorus_state
            move.l10n_fr_chorus_tone = state and actions.tone(
                state, move._l10n_fr_chorus_kind(), move._l10n_fr_chorus_answered()
            )

    def action_l10n_fr_chorus_customer(self):
        """Open the customer's form, where its SIRET and address are put right."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_l10n_fr_chorus_original(self):
        """Download the exact bytes that were made for Chorus Pro."""
        self.check_access("read")
        self.ensure_one()
        return self.l10n_fr_chorus_original_id.action_l10n_fr_chorus_download()

    def action_l10n_fr_chorus_open_original(self):
        """Open this invoice's document in the vault, with what proves it."""
        self.check_access("read")
        self.ensure_one()
        return self.l10n_fr_chorus_original_id.get_formview_action()

    # ---- LISTS --------------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_todo_domains(self):
        """Return the domain of each thing to do, by code."""
        mine = Domain("move_type", "in", list(KINDS))
        return {
            "to_send": mine & self._l10n_fr_chorus_to_send_domain(),
            "to_correct": mine & self._l10n_fr_chorus_to_correct_domain(),
            "forgotten": mine & self._l10n_fr_chorus_forgotten_domain(),
            "doubtful": mine & Domain("l10n_fr_chorus_state", "=", "doubtful"),
            "no_news": mine & self._l10n_fr_chorus_no_news_domain(),
        }

    @api.depends("state", "l10n_fr_chorus_submission_id.state", "l10n_fr_chorus_faulty")
    def _compute_l10n_fr_chorus_todo(self):
        self._l10n_fr_chorus_choose(
            "l10n_fr_chorus_todo", self._l10n_fr_chorus_todo_domains()
        )

    def _search_l10n_fr_chorus_todo(self, operator, value):
        return self._l10n_fr_chorus_chosen(
            operator, value, self._l10n_fr_chorus_todo_domains()
        )

    @api.model
    def _l10n_fr_chorus_to_send_domain(self):
        """Posted for a customer of Chorus Pro, and one button away from leaving."""
        customers = Domain.OR(
            self._l10n_fr_chorus_served_in(company) for company in self.env.companies
        )
        never_left = self._l10n_fr_chorus_never_left() & ~OLD & customers
        return never_left | Domain("l10n_fr_chorus_state", "=", "to_deposit")

    @api.model
    def _l10n_fr_chorus_forgotten_domain(self):
        """Confirmed for a public body days ago, whoever made it, and never sent."""
        return self._l10n_fr_chorus_never_left() & OLD

    @api.model
    def _l10n_fr_chorus_never_left(self):
        """Nothing is under way, and nothing has to be put right first."""
        return (
            Domain("l10n_fr_chorus_is_forgotten", "=", True)
            & Domain("l10n_fr_chorus_internal", "=", False)
            & Domain("l10n_fr_chorus_state", "in", [False, "withdrawn"])
            & Domain("l10n_fr_chorus_faulty", "=", False)
        )

    @api.model
    def _l10n_fr_chorus_served_in(self, company):
        """Domain of a company's invoices to customers set to Chorus Pro."""
        partners = self.env["res.partner"].with_company(company.root_id).sudo()
        return Domain("company_id", "=", company.id) & Domain(
            "partner_id", "in", partners._search(served())
        )

    @api.model
    def _l10n_fr_chorus_to_correct_domain(self):
        """Stopped, refused or suspended, and not answered: who must act is the shop.

        Also what an automatic flow confirmed and could not be sent as it is.
        """
        credited = Domain("reversal_move_ids", "any", [("state", "!=", "cancel")])
        called = Domain(
            "l10n_fr_chorus_submission_id.operation_ids",
            "any",
            [("state", "in", [code for code in OPEN if code != "by_hand"])],
        )
        stopped = Domain.OR(
            Domain("move_type", "=", move_type)
            & Domain("l10n_fr_chorus_state", "in", _in_tone("danger", kind))
            for move_type, kind in KINDS.items()
        )
        faulty = Domain("l10n_fr_chorus_faulty", "=", True) & Domain(
            "l10n_fr_chorus_state", "in", [False, "withdrawn"]
        )
        alive = Domain("state", "!=", "cancel")
        return (stopped | faulty) & alive & ~credited & ~called

    @api.model
    def _l10n_fr_chorus_no_news_domain(self):
        """With the body for long, which says nothing and need not (R19)."""
        awaited = [
            code for code, one in STATES.items() if one.actor == BODY and not one.final
        ]
        return Domain("l10n_fr_chorus_state", "in", awaited) & Domain(
            "l10n_fr_chorus_state_date", "<", QUIET
        )

    # ---- THE PAYMENT IS MATCHED AGAIN (F6) -------------------------------------------

    @api.depends("l10n_fr_chorus_replaces_id", "state", "amount_residual")
    def _compute_l10n_fr_chorus_left_payment(self):
        for move in self:
            left = move._l10n_fr_chorus_left_items().mapped("amount_residual_currency")
            move.l10n_fr_chorus_left_payment = min(-sum(left), move.amount_residual)

    def _l10n_fr_chorus_left_items(self):
        """Return the items of the payment that the credit of a refusal set free."""
        refused = self.l10n_fr_chorus_replaces_id
        if not refused or self.state != "posted" or not self.amount_residual:
            return self.env["account.move.line"]
        free = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.commercial_partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("currency_id", "=", self.currency_id.id),
                ("balance", "<", 0),
            ]
        )
        own = refused.sudo().matched_payment_ids.move_id
        same = self.currency_id.compare_amounts
        return free.filtered(
            lambda item: (
                item.move_id in own
                or (
                    (item.move_id.origin_payment_id or item.move_id.statement_line_id)
                    and not same(-item.amount_residual_currency, refused.amount_total)
                )
            )
        )

    def l10n_fr_chorus_match_payment(self):
        """Match new invoices with the payment of the refused ones they replace.

        :return: list of {"id", "number", "state", "done", "message"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """

        def match(move):
            items = move._l10n_fr_chorus_left_items()
            if not items:
                raise UserError(
                    move.env._(
                        "No payment of the invoice that %s replaces is waiting.",
                        move.display_name,
                    )
                )
            due = move.line_ids.filtered(
                lambda item: item.account_type == "asset_receivable"
            )
            (items | due).reconcile()

        return self._l10n_fr_chorus_answer_each(match)

    def action_l10n_fr_chorus_match_payment(self):
        """The button of the same name."""
        answers = self.l10n_fr_chorus_match_payment()
        if wrong := [one["message"] for one in answers if not one["done"]]:
            return notification(self.env, wrong, "warning")
        return notification(self.env, [self.env._("Matched with its payment.")])


def _in_tone(tone, kind):
    """Codes of the states of this colour, not answered."""
    return [code for code in STATES if actions.tone(code, kind) == tone]
