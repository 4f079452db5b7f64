from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...chorus.lifecycle.delays import LEGAL_DAYS
from ...chorus.lifecycle.states import STATES
from ..common import (
    in_user_lang,
    need_staff,
    notification,
)

# Where a body's invoices stand, in the order of a payment. English titles.
STAGES = ("to_send", "on_its_way", "accepted", "ordered", "received")
ACCEPTED = (
    "SERVICE_FAIT",
    "MANDATEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "COMPTABILISEE",
)
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
        """Return the invoices of these bodies that are due, or were paid lately."""
        since = fields.Date.context_today(self) - RECEIVED_SINCE
        return self.env["account.move"].search(
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("commercial_partner_id", "in", self.commercial_partner_id.ids)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("state", "=", "posted")
            & (
                Domain("payment_state", "in", ("not_paid", "partial"))
                | Domain("invoice_date", ">=", since)
            ),
            order="invoice_date, id",
        )

    @api.model
    def _l10n_fr_chorus_due_stage(self, move):
        """Tell where an invoice stands, one of STAGES."""
        if move.payment_state not in ("not_paid", "partial"):
            return "received"
        state = move.l10n_fr_chorus_state
        if move.l10n_fr_chorus_payment == "ordered":
            return "ordered"
        if state in ACCEPTED:
            return "accepted"
        sent = state in STATES and not STATES[state].send_again
        return "on_its_way" if sent else "to_send"

    def _l10n_fr_chorus_stage_titles(self):
        return {
            "to_send": self.env._("Not sent"),
            "on_its_way": self.env._("On its way"),
            "accepted": self.env._("Accepted"),
            "ordered": self.env._("Payment ordered"),
            "received": self.env._("Received in the last twelve months"),
        }

    def _l10n_fr_chorus_due(self):
        """Return one body's invoices by stage, with totals; for the printed page."""
        self.ensure_one()
        by_stage = self._l10n_fr_chorus_due_moves().grouped(
            self._l10n_fr_chorus_due_stage
        )
        titles = self._l10n_fr_chorus_stage_titles()
        return [
            {
                "code": stage,
                "title": titles[stage],
                "moves": moves,
                "total": sum(
                    moves.mapped(
                        "amount_total_signed"
                        if stage == "received"
                        else "amount_residual_signed"
                    )
                ),
            }
            for stage in STAGES
            if (moves := by_stage.get(stage, self.env["account.move"]))
        ]

    @api.model
    def _l10n_fr_chorus_owing(self):
        """Return the public bodies that owe something, by name."""
        moves = self.env["account.move"]
        dues = moves.search(
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
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
                "total": sum(
                    one["total"] for one in stages if one["code"] != "received"
                ),
                "stages": [
                    {
                        "code": one["code"],
                        "title": one["title"],
                        "total": one["total"],
                        "invoices": [
                            {
                                "id": move.id,
                                "number": move.name or "",
                                "amount": move.amount_residual_signed
                                if one["code"] != "received"
                                else move.amount_total_signed,
                            }
                            for move in one["moves"]
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
