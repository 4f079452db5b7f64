from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...chorus.payment import Due
from ..common import (
    in_user_lang,
    iso,
    need_staff,
)
from .account_move import OPEN, ORDERED, SETTLED

CENT = Decimal("0.01")

# A payment that is ordered reaches the bank within days; beyond, someone asks.
PATIENCE = timedelta(days=10)
# The oldest invoices that are compared with bank lines.
MOST_DUES = 2000
# The latest lines that are looked at for one invoice.
MOST_LINES = 500


class AccountMove(models.Model):
    """The bank's end of a public invoice (R46)."""

    _inherit = "account.move"

    l10n_fr_chorus_unbanked = fields.Boolean(
        "Ordered ten days ago, not in the bank",
        compute="_compute_l10n_fr_chorus_unbanked",
        search="_search_l10n_fr_chorus_unbanked",
    )

    # ---- OPEN, AND COMPARED WITH BANK LINES ------------------------------------

    @api.model
    def _l10n_fr_chorus_dues(self, company):
        """Return what public bodies owe a company, as the core reads it."""
        moves = self.search(
            Domain("company_id", "=", company.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("state", "=", "posted")
            & (
                Domain("payment_state", "in", OPEN)
                # A payment that waits for the bank without an entry leaves all due.
                | Domain("payment_state", "in", SETTLED)
                & (
                    Domain("amount_residual", "!=", 0)
                    | Domain("id", "in", self._l10n_fr_chorus_noted())
                )
            )
            & Domain("currency_id", "=", company.currency_id.id)
            & (
                Domain("l10n_fr_chorus_submission_id", "!=", False)
                | Domain("partner_id.l10n_fr_chorus_structure_id", "!=", False)
                | self._l10n_fr_chorus_served_in(company)
            ),
            order="invoice_date, id",
            limit=MOST_DUES,
        )
        return [move._l10n_fr_chorus_due() for move in moves]

    def _l10n_fr_chorus_due(self):
        """This invoice as something that a transfer may pay."""
        submission = self.sudo().l10n_fr_chorus_submission_id
        ordered = submission.state == ORDERED and submission.state_date
        orders = self.sudo().line_ids.sale_line_ids.order_id
        references = [
            self.purchase_order_reference,
            *orders.mapped("client_order_ref"),
            self.contract_reference,
        ]
        return Due(
            key=self.id,
            number=self.name or "",
            amount=Decimal(str(self._l10n_fr_chorus_awaited())).quantize(CENT),
            on=self.invoice_date or self.date,
            siret=self._l10n_fr_chorus_siret() or "",
            payment=submission.payment_request or "",
            references=tuple(dict.fromkeys(filter(None, references))),
            ordered_on=ordered.date() if ordered else None,
        )

    @api.model
    def _l10n_fr_chorus_noted(self):
        """SQL of the invoices that a payment settles which no bank line has met."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["move_id"])
        self.env["account.move"].flush_model(["origin_payment_id"])
        self.env["account.payment"].flush_model(["is_matched"])
        return SQL(
            """(
            SELECT line.move_id
              FROM account_payment payment
              JOIN account_move entry ON entry.origin_payment_id = payment.id
              JOIN account_move_line other ON other.move_id = entry.id
              JOIN account_partial_reconcile part
                ON other.id IN (part.credit_move_id, part.debit_move_id)
              JOIN account_move_line line
                ON line.id IN (part.credit_move_id, part.debit_move_id)
               AND line.id != other.id
             WHERE payment.is_matched IS NOT TRUE
            )"""
        )

    def _l10n_fr_chorus_awaited(self):
        """What the bank has still to bring of one invoice, in its company's currency;
        negative for a credit note.
        """
        noted = sum(part for _item, part in self._l10n_fr_chorus_noted_items())
        return self.amount_residual_signed + noted

    def _l10n_fr_chorus_open_items(self):
        """List what a bank line settles of these invoices: (journal item, amount).

        What payments that a clerk noted await, then what is still due.
        """
        items = []
        for move in self:
            items += move._l10n_fr_chorus_noted_items()
            items += [
                (item, item.amount_residual)
                for item in move.line_ids
                if item.account_type == "asset_receivable" and not item.reconciled
            ]
        return items

    def _l10n_fr_chorus_noted_items(self):
        """The items of payments that await the bank, each with this invoice's part."""
        items = []
        if self.payment_state == "not_paid":
            return items
        receivable = self.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        parts = receivable.matched_credit_ids | receivable.matched_debit_ids
        for part in parts:
            other = (part.credit_move_id | part.debit_move_id) - receivable
            payment = other.move_id.origin_payment_id
            if not payment or payment.is_matched:
                continue
            awaiting = payment._seek_for_lines()[0].filtered(
                lambda item: item.account_id.reconcile and not item.reconciled
            )
            sign = 1 if part.debit_move_id in receivable else -1
            items += [(item, sign * part.amount) for item in awaiting[:1]]
        return items

    def _l10n_fr_chorus_bank_found(self):
        """Return dict line id -> candidates, of the lines that may pay this invoice."""
        self.ensure_one()
        lines = self.env["account.bank.statement.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_reconciled", "=", False),
                ("amount", ">", 0),
                ("date", ">=", self.invoice_date or self.date),
            ],
            limit=MOST_LINES,
        )
        return lines._l10n_fr_chorus_found()

    def action_l10n_fr_chorus_bank_candidates(self):
        """Show the bank lines that may pay this invoice."""
        found = self._l10n_fr_chorus_bank_found()
        return self.env["l10n_fr_chorus.bank_candidate"]._show(found, only=self)

    def l10n_fr_chorus_bank_candidates(self):
        """List the bank lines that may pay these invoices, with the reasons (R46).

        :return: list of {"id", "number", "lines": what
            `account.bank.statement.line.l10n_fr_chorus_candidates` tells of each line
            that may pay the invoice}
        """
        need_staff(self)
        answers = []
        for move in in_user_lang(self):
            found = move._l10n_fr_chorus_bank_found()
            ids = [
                line_id
                for line_id, ones in found.items()
                if any(move.id in one.keys for one in ones)
            ]
            lines = move.env["account.bank.statement.line"].browse(ids)
            told = lines.l10n_fr_chorus_candidates()
            answers.append({"id": move.id, "number": move.name or "", "lines": told})
        return answers

    # ---- ORDERED, AND NOT IN THE BANK ------------------------------------------

    @api.model
    def _l10n_fr_chorus_unbanked_domain(self):
        """Domain of the payments ordered ten days ago that no bank line has met.

        A payment that a clerk noted is no line of the bank.
        """
        since = fields.Datetime.now() - PATIENCE
        ordered = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("l10n_fr_chorus_submission_id.state", "=", ORDERED)
            & Domain("l10n_fr_chorus_submission_id.state_date", "<", since)
        )
        return ordered & (
            Domain("payment_state", "in", (*OPEN, "in_payment"))
            | Domain("payment_state", "=", "paid")
            & Domain("id", "in", self._l10n_fr_chorus_noted())
        )

    @api.depends("l10n_fr_chorus_payment")
    def _compute_l10n_fr_chorus_unbanked(self):
        mine = Domain("id", "in", self._origin.ids)
        found = self.search(mine & self._l10n_fr_chorus_unbanked_domain())
        for move in self:
            move.l10n_fr_chorus_unbanked = move._origin in found

    def _search_l10n_fr_chorus_unbanked(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._l10n_fr_chorus_unbanked_domain()

    @api.model
    def l10n_fr_chorus_unbanked_invoices(self):
        """List the payments ordered ten days ago that no bank line has met (R46).

        :return: list of {"id", "number", "customer", "siret", "residual", "ordered_on",
            "payment_request"}; dates are ISO text
        """
        need_staff(self)
        return [
            {
                "id": move.id,
                "number": move.name or "",
                "customer": move.partner_id.display_name or "",
                "siret": move._l10n_fr_chorus_siret() or "",
                "residual": move.amount_residual,
                "ordered_on": iso(move.l10n_fr_chorus_state_date),
                "payment_request": move.l10n_fr_chorus_payment_request or "",
            }
            for move in in_user_lang(
                self.search(self._l10n_fr_chorus_unbanked_domain())
            )
        ]
