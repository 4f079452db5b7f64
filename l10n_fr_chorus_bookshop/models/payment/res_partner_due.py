from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...chorus.lifecycle.delays import LEGAL_DAYS
from ...chorus.lifecycle.states import STATES
from ..common import (
    USER,
    in_user_lang,
    need_group,
    need_staff,
    notification,
)
from .account_move import OPEN, ORDERED

# Where a body's invoices stand, in the order of a payment. English titles.
STAGES = (
    *("to_send", "stopped", "on_its_way", "accepted", "ordered"),
    *("registered", "received"),
)
# What is in the books as paid: a line of the bank alone says that it was received.
PAID = STAGES[-2:]
NOT_SENT = ("to_deposit", "BROUILLON", "INTERPRETEE_OCR")
STOPPED = ("REJETEE", "SUSPENDUE", "EN_LITIGE", "A_RECYCLER")
ACCEPTED = (
    "SERVICE_FAIT",
    "APPROUVEE",
    "APPROUVEE_PARTIELLEMENT",
    "MANDATEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "COMPTABILISEE",
)
# Who sees all invoices of a company.
BOOKS = f"{USER},account.group_account_readonly"
# What was received lately is worth a word in a meeting.
RECEIVED_SINCE = timedelta(days=365)


class ResPartner(models.Model):
    """When each body must pay, and what it owes: on its way, accepted, ordered…"""

    _inherit = "res.partner"

    l10n_fr_chorus_payment_days = fields.Integer(
        "Public payment delay (days)",
        default=LEGAL_DAYS,
        help="From the day when the invoice was made available on Chorus Pro: thirty "
        "days by law, fifty for public hospitals.",
    )

    def _l10n_fr_chorus_due_moves(self):
        """Return the invoices of these bodies that are due, or were paid lately.

        :raises AccessError: the user does not see all invoices
        """
        self._l10n_fr_chorus_need_books()
        since = fields.Date.context_today(self) - RECEIVED_SINCE
        return self.env["account.move"].search(
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("commercial_partner_id", "in", self.commercial_partner_id.ids)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("state", "=", "posted")
            # What was credited in full is neither due nor received, nor its credit.
            & Domain("payment_state", "!=", "reversed")
            & ~Domain("reversed_entry_id.payment_state", "=", "reversed")
            & (
                Domain("payment_state", "in", OPEN)
                | Domain("invoice_date", ">=", since)
            ),
            order="invoice_date, id",
        )

    def _l10n_fr_chorus_due_stages(self):
        """Return dict stage -> these bodies' invoices."""
        moves = self._l10n_fr_chorus_due_moves()
        noted = moves.search(
            Domain("id", "in", moves.ids)
            & Domain("id", "in", moves._l10n_fr_chorus_noted())
        )

        def stage(move):
            state = move.l10n_fr_chorus_state
            if move.payment_state in OPEN and not state:
                # On paper or by e-mail, where the customer wants it so.
                return "on_its_way" if move.is_move_sent else "to_send"
            if move.payment_state in OPEN:
                return self._l10n_fr_chorus_due_stage(state)
            waits = move in noted or move.payment_state == "in_payment"
            return "registered" if waits else "received"

        return moves.grouped(stage)

    @api.model
    def _l10n_fr_chorus_need_books(self):
        """Who sells sees its own invoices alone: what they add up to is no truth."""
        need_group(
            self.env,
            BOOKS,
            self.env._("What is due adds up all invoices: ask who keeps the books."),
        )

    @api.model
    def _l10n_fr_chorus_due_stage(self, state):
        """Tell where an unpaid invoice stands by its state, one of STAGES."""
        if state == ORDERED:
            return "ordered"
        if state in ACCEPTED:
            return "accepted"
        if state in STOPPED:
            return "stopped"
        known = STATES.get(state)
        sent = known and not known.send_again and state not in NOT_SENT
        return "on_its_way" if sent else "to_send"

    def _l10n_fr_chorus_stage_titles(self):
        return {
            "to_send": self.env._("Not sent"),
            "stopped": self.env._("Refused or suspended: to answer"),
            "on_its_way": self.env._("On its way"),
            "accepted": self.env._("Accepted"),
            "ordered": self.env._("Payment ordered"),
            "registered": self.env._("Payment noted, no bank line yet"),
            "received": self.env._("Received in the last twelve months"),
        }

    def _l10n_fr_chorus_due(self):
        """Return one body's invoices by stage, with totals; for the printed page."""
        self.ensure_one()
        by_stage = self._l10n_fr_chorus_due_stages()
        titles = self._l10n_fr_chorus_stage_titles()
        sections = []
        for stage in STAGES:
            moves = by_stage.get(stage, self.env["account.move"])
            amount = (
                "amount_total_signed" if stage in PAID else "amount_residual_signed"
            )
            rows = [(move, move[amount]) for move in moves]
            if rows:
                sections.append(
                    {
                        "code": stage,
                        "title": titles[stage],
                        "rows": rows,
                        "total": self._l10n_fr_chorus_sum(rows),
                    }
                )
        return sections

    def _l10n_fr_chorus_still_due(self, sections):
        """Add up what a body owes: neither what was noted as paid nor received."""
        owed = [one["rows"] for one in sections if one["code"] not in PAID]
        return self._l10n_fr_chorus_sum(row for rows in owed for row in rows)

    def _l10n_fr_chorus_sum(self, rows):
        """Add up what invoices amount to, without the crumbs of a float."""
        return self.env.company.currency_id.round(sum(amount for _move, amount in rows))

    @api.model
    def _l10n_fr_chorus_owing(self):
        """Return the public bodies that owe something, by name.

        :raises AccessError: the user does not see all invoices
        """
        self._l10n_fr_chorus_need_books()
        moves = self.env["account.move"]
        dues = moves.search(
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", OPEN)
            & (
                Domain("l10n_fr_chorus_submission_id", "!=", False)
                | Domain("partner_id.l10n_fr_chorus_structure_id", "!=", False)
                | Domain.OR(map(moves._l10n_fr_chorus_served_in, self.env.companies))
            )
        )
        return dues.commercial_partner_id.sorted("name")

    def l10n_fr_chorus_due(self):
        """List what public bodies owe, by stage (R46).

        :return: list of {"id", "customer", "siret", "total", "stages": [{"code",
            "title", "total", "invoices": [{"id", "number", "amount"}]}]};
            every body that owes something when called on none
        """
        need_staff(self)
        bodies = in_user_lang(self or self._l10n_fr_chorus_owing())
        return [
            {
                "id": body.id,
                "customer": body.display_name or "",
                "siret": body._l10n_fr_chorus_siret() or "",
                "total": body._l10n_fr_chorus_still_due(stages),
                "stages": [
                    {
                        "code": one["code"],
                        "title": one["title"],
                        "total": one["total"],
                        "invoices": [
                            {
                                "id": move.id,
                                "number": move.name or "",
                                "amount": amount,
                            }
                            for move, amount in one["rows"]
                        ],
                    }
                    for one in stages
                ],
            }
            for body in bodies
            for stages in [body._l10n_fr_chorus_due()]
        ]

    @api.model
    def action_l10n_fr_chorus_due(self):
        """Print what every body owes, for a meeting; say so when none does."""
        owing = self._l10n_fr_chorus_owing()
        if not owing:
            nothing = self.env._("No public body owes you anything.")
            return notification(self.env, [nothing])
        report = self.env.ref("l10n_fr_chorus_bookshop.report_due")
        return report.report_action(owing)

    def action_l10n_fr_chorus_remind(self):
        """Write to this body about all that it has not paid in time."""
        self.ensure_one()
        late = self.env["account.move"]._l10n_fr_chorus_late_of(self)
        if not late:
            raise UserError(
                self.env._("%s has no late payment.", self.commercial_partner_id.name)
            )
        return late.action_l10n_fr_chorus_remind()
