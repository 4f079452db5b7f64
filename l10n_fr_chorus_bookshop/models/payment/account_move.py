from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...chorus.lifecycle.delays import PAYMENT, PLATFORM, PLATFORM_OWES, RUNNING, SHOP
from ...chorus.lifecycle.states import FINAL_WITHOUT_PAYMENT
from ..common import (
    in_user_lang,
    iso,
    need_staff,
)
from ..sending.submission import PATIENCE

SHOP_OWES = tuple(state for state in PATIENCE if state not in PLATFORM_OWES)
SETTLED = ("paid", "in_payment")
OPEN = ("not_paid", "partial")
ORDERED = "MISE_EN_PAIEMENT"
# The body has asked something: it is not silent, and its delay stands still.
ASKED = ("SUSPENDUE", "A_RECYCLER")
# Where an invoice may stand while its money is expected.
EXPECTING = (*RUNNING, *ASKED)
# Below this nobody would say that there is no news.
SILENCE = timedelta(days=3)


class AccountMove(models.Model):
    """What is late, and where the money stands (R19).

    *Mise en paiement* is the platform's news, *encaissée* a line of the bank: the
    first never stands for the second.
    """

    _inherit = "account.move"

    l10n_fr_chorus_late = fields.Selection(
        [
            (SHOP, "Not sent: the shop's turn"),
            (PLATFORM, "Not passed on: Chorus Pro's turn"),
            (PAYMENT, "Not paid in time"),
        ],
        "Late on Chorus Pro",
        compute="_compute_l10n_fr_chorus_late",
        search="_search_l10n_fr_chorus_late",
    )
    l10n_fr_chorus_payment = fields.Selection(
        [
            ("awaited", "Payment awaited"),
            ("untold", "The body does not tell: see the bank"),
            ("ordered", "Payment ordered, not in the bank yet"),
            ("registered", "Payment noted, no bank line yet"),
            ("cashed", "Received in the bank"),
        ],
        "Public payment",
        compute="_compute_l10n_fr_chorus_payment",
        search="_search_l10n_fr_chorus_payment",
    )
    l10n_fr_chorus_delay = fields.Char(
        "Delay", compute="_compute_l10n_fr_chorus_delay", help="Who is awaited."
    )
    l10n_fr_chorus_available_at = fields.Datetime(
        related="l10n_fr_chorus_submission_id.available_at",
        string="Made available on",
    )
    l10n_fr_chorus_payment_due = fields.Date(
        related="l10n_fr_chorus_submission_id.payment_due",
        string="Public payment due by",
    )
    l10n_fr_chorus_reminded_at = fields.Datetime(
        related="l10n_fr_chorus_submission_id.reminded_at", string="Reminded on"
    )

    # ---- LATE ---------------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_late_domains(self):
        """Return the domain of each kind of lateness, by code."""
        submissions = self.env["l10n_fr_chorus.submission"]

        def sent(domain):
            return Domain("l10n_fr_chorus_submission_id", "any!", domain)

        unpaid = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", OPEN)
        )
        return {
            SHOP: sent(submissions._overdue_domain(SHOP_OWES)),
            PLATFORM: sent(submissions._overdue_domain(PLATFORM_OWES)),
            PAYMENT: unpaid & sent(submissions._unpaid_domain()),
        }

    @api.depends("l10n_fr_chorus_submission_id.state", "payment_state", "state")
    def _compute_l10n_fr_chorus_late(self):
        self.l10n_fr_chorus_late = False
        self.filtered("l10n_fr_chorus_submission_id")._l10n_fr_chorus_choose(
            "l10n_fr_chorus_late", self._l10n_fr_chorus_late_domains()
        )

    def _search_l10n_fr_chorus_late(self, operator, value):
        return self._l10n_fr_chorus_chosen(
            operator, value, self._l10n_fr_chorus_late_domains()
        )

    # ---- THE MONEY ----------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_payment_domains(self):
        """Return the domain of each stage of a payment, by code."""
        invoiced = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("l10n_fr_chorus_submission_id", "!=", False)
        )
        settled = invoiced & Domain("payment_state", "in", SETTLED)
        banked = Domain("id", "in", self._l10n_fr_chorus_banked())
        open_ = invoiced & Domain("payment_state", "in", OPEN)
        state = "l10n_fr_chorus_submission_id.state"
        untold = Domain(state, "in", FINAL_WITHOUT_PAYMENT) & Domain(
            "l10n_fr_chorus_submission_id.payment_not_reported", "=", True
        )
        expecting = Domain(state, "in", EXPECTING)
        return {
            "awaited": open_ & expecting & ~untold,
            "untold": open_ & untold,
            "ordered": open_ & Domain(state, "=", ORDERED),
            "registered": settled & ~banked,
            "cashed": settled & banked,
        }

    @api.model
    def _l10n_fr_chorus_banked(self):
        """SQL of the invoices that a line of the bank, or a payment on one, settles."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["move_id"])
        self.env["account.move"].flush_model(["statement_line_id", "origin_payment_id"])
        self.env["account.payment"].flush_model(["is_matched"])
        return SQL(
            """(
            SELECT line.move_id
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.debit_move_id
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_move counterpart ON counterpart.id = other.move_id
         LEFT JOIN account_payment payment
                ON payment.id = counterpart.origin_payment_id
             WHERE counterpart.statement_line_id IS NOT NULL OR payment.is_matched
            )"""
        )

    @api.depends(
        "l10n_fr_chorus_submission_id.state", "payment_state", "state", "move_type"
    )
    def _compute_l10n_fr_chorus_payment(self):
        self.l10n_fr_chorus_payment = False
        self.filtered("l10n_fr_chorus_submission_id")._l10n_fr_chorus_choose(
            "l10n_fr_chorus_payment", self._l10n_fr_chorus_payment_domains()
        )

    def _search_l10n_fr_chorus_payment(self, operator, value):
        return self._l10n_fr_chorus_chosen(
            operator, value, self._l10n_fr_chorus_payment_domains()
        )

    # ---- ONE TRUTH FOR SEARCH AND DISPLAY -----------------------------------------

    def _l10n_fr_chorus_choose(self, name, domains):
        """Give a field the code whose domain holds each record, False without any.

        One statement for all; where several hold, the last one does.
        """
        mine, selects = Domain("id", "in", self._origin.ids), []
        for rank, domain in enumerate(domains.values()):
            query = self.sudo()._search(mine & domain)
            held = SQL.identifier(query.table, "id")
            selects.append(query.select(SQL("%s", rank), held))
        union = SQL(" UNION ALL ").join(selects)
        rows = self.env.execute_query(union) if self._origin else []
        codes = list(domains)
        found = {record_id: codes[rank] for rank, record_id in sorted(rows)}
        for move in self:
            move[name] = found.get(move._origin.id, False)

    @api.model
    def _l10n_fr_chorus_chosen(self, operator, value, domains):
        """Domain of the records whose code is among these; False is none of them."""
        if operator != "in":
            return NotImplemented
        chosen = Domain.OR(domain for code, domain in domains.items() if code in value)
        if False in value:
            chosen |= ~Domain.OR(domains.values())
        return chosen

    # ---- WORDS --------------------------------------------------------------------

    @api.depends("l10n_fr_chorus_late", "l10n_fr_chorus_payment")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_delay(self):
        for move in self:
            move.l10n_fr_chorus_delay = move._l10n_fr_chorus_say_delay()

    def _l10n_fr_chorus_say_delay(self):
        """Say who is awaited and since when, "" when nobody is."""
        submission = self.sudo().l10n_fr_chorus_submission_id
        since = format_date(self.env, submission.waiting_since or submission.state_date)
        due = submission.payment_due and format_date(self.env, submission.payment_due)
        if self.l10n_fr_chorus_late == SHOP:
            return self.env._(
                "Nothing has left since %s: it is the shop's turn.", since
            )
        if self.l10n_fr_chorus_late == PLATFORM:
            return self.env._("Chorus Pro has not passed it on since %s.", since)
        if self.l10n_fr_chorus_late == PAYMENT:
            return self.env._("The payment was due by %s.", due)
        expected = self.l10n_fr_chorus_payment in ("awaited", "untold")
        if not due or not expected or submission.state in ASKED:
            return ""
        told_at = submission.waiting_since or submission.state_date
        if told_at <= fields.Datetime.now() - SILENCE:
            return self.env._(
                "No news since %(since)s, which is no fault: a public body need not "
                "tell its progress. Payment due by %(due)s.",
                since=since,
                due=due,
            )
        return self.env._("Payment due by %s.", due)

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def _l10n_fr_chorus_payment_status(self):
        """Return what one invoice's status says of its payment."""
        return {
            "late": self.l10n_fr_chorus_late or "",
            "payment": self.l10n_fr_chorus_payment or "",
            "payment_due": iso(self.l10n_fr_chorus_payment_due),
            "delay": self.l10n_fr_chorus_delay,
        }

    @api.model
    def l10n_fr_chorus_late_invoices(self):
        """List what is late: only what the shop, the platform or a payment owes (R19).

        :return: list of {"id", "number", "customer", "siret", "total", "residual",
            "late", "payment", "payment_due", "delay"}; `late` is "shop", "platform" or
            "payment", dates are ISO text
        """
        need_staff(self)
        late = self.search([("l10n_fr_chorus_late", "!=", False)])
        return [
            {
                "id": move.id,
                "number": move.name or "",
                "customer": move.partner_id.display_name or "",
                "siret": move._l10n_fr_chorus_siret(),
                "total": move.amount_total,
                "residual": move.amount_residual,
                "late": move.l10n_fr_chorus_late,
                "payment": move.l10n_fr_chorus_payment or "",
                "payment_due": iso(move.l10n_fr_chorus_payment_due),
                "delay": move.l10n_fr_chorus_delay,
            }
            for move in in_user_lang(late)
        ]
