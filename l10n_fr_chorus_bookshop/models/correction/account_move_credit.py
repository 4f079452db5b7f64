from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...chorus.invoice import CREDIT_NOTE, INVOICE
from ...chorus.lifecycle import actions
from ...chorus.lifecycle.actions import CREDIT, FAULTS, FIELD_LABELS, SEND_AGAIN
from ...chorus.lifecycle.states import STATES, reason_code
from ...chorus.siret import STATE
from ..common import MANAGER, answer_each
from .operation import OPEN


class AccountMove(models.Model):
    """After the body's no: full credit note, then a new invoice (R21 to R24)."""

    _inherit = "account.move"

    l10n_fr_chorus_actions = fields.Char(
        compute="_compute_l10n_fr_chorus_actions",
        help="Codes of what may be answered now, the usual answer first.",
    )
    l10n_fr_chorus_actor = fields.Char(
        "Who acts", compute="_compute_l10n_fr_chorus_meaning"
    )
    l10n_fr_chorus_follows = fields.Char(
        "What may follow", compute="_compute_l10n_fr_chorus_meaning"
    )
    l10n_fr_chorus_procedure = fields.Text(
        "Our procedure",
        compute="_compute_l10n_fr_chorus_procedure",
        groups="base.group_user",
    )
    l10n_fr_chorus_person_id = fields.Many2one(
        "res.users",
        "In charge",
        compute="_compute_l10n_fr_chorus_procedure",
        groups="base.group_user",
    )
    l10n_fr_chorus_replaces_id = fields.Many2one(
        "account.move",
        "Replaces",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The refused invoice that this one makes again.",
    )
    l10n_fr_chorus_replaced_by_ids = fields.One2many(
        "account.move", "l10n_fr_chorus_replaces_id", "Replaced by", readonly=True
    )
    l10n_fr_chorus_credit_ids = fields.Many2many(
        "account.move", compute="_compute_l10n_fr_chorus_credit_ids"
    )
    l10n_fr_chorus_internal = fields.Boolean(
        "Kept inside the shop",
        copy=False,
        tracking=True,
        help="This credit note cancels a refused invoice and is not sent.",
        readonly=True,
    )
    l10n_fr_chorus_partial_reason = fields.Char(
        "Partial credit note allowed because",
        copy=False,
        groups=MANAGER,
        readonly=True,
    )
    l10n_fr_chorus_partial = fields.Boolean(compute="_compute_l10n_fr_chorus_problems")
    l10n_fr_chorus_faults = fields.Char(
        compute="_compute_l10n_fr_chorus_faults",
        help="What the body found wrong and is still as it was.",
    )
    l10n_fr_chorus_fault_text = fields.Char(compute="_compute_l10n_fr_chorus_faults")
    l10n_fr_chorus_operation_ids = fields.One2many(
        related="l10n_fr_chorus_submission_id.operation_ids", string="Answers given"
    )
    l10n_fr_chorus_payment_request = fields.Char(
        related="l10n_fr_chorus_submission_id.payment_request",
        string="Payment request (DP)",
    )
    l10n_fr_chorus_credit_open = fields.Boolean(
        "Credit note still open",
        compute="_compute_l10n_fr_chorus_credit_open",
        search="_search_l10n_fr_chorus_credit_open",
    )

    # ---- WHAT MAY BE ANSWERED -----------------------------------------------------

    def _l10n_fr_chorus_kind(self):
        return CREDIT_NOTE if self.move_type == "out_refund" else INVOICE

    def _l10n_fr_chorus_credits(self):
        """The credit notes of these invoices that were not cancelled."""
        return self.reversal_move_ids.filtered(lambda move: move.state != "cancel")

    def _l10n_fr_chorus_answers(self):
        """Return what a person may answer now: the table, less what is under way."""
        self.ensure_one()
        submission = self.sudo().l10n_fr_chorus_submission_id
        if not submission:
            return []  # nobody else pays for looking
        asked = submission.operation_ids.filtered(lambda one: one.state in OPEN)
        taken = set(asked.mapped("kind"))
        if self._l10n_fr_chorus_credits():
            taken.update(actions.ACTIONS)
        if not self.l10n_fr_chorus_can_send:
            taken.add(SEND_AGAIN)
        found = actions.answers(submission.state, self._l10n_fr_chorus_kind())
        return [one for one in found if one.code not in taken]

    @api.depends("reversal_move_ids.state", "l10n_fr_chorus_submission_id")
    def _compute_l10n_fr_chorus_credit_ids(self):
        """Of what was asked to leave: nobody else pays for looking."""
        ours = self.filtered("l10n_fr_chorus_submission_id")
        (self - ours).l10n_fr_chorus_credit_ids = False
        for move in ours:
            move.l10n_fr_chorus_credit_ids = move._l10n_fr_chorus_credits()

    @api.depends(
        "l10n_fr_chorus_submission_id.state",
        "l10n_fr_chorus_submission_id.operation_ids.state",
        "reversal_move_ids.state",
        "l10n_fr_chorus_can_send",
    )
    def _compute_l10n_fr_chorus_actions(self):
        for move in self:
            codes = [one.code for one in move._l10n_fr_chorus_answers()]
            move.l10n_fr_chorus_actions = ",".join(codes)

    @api.depends(
        "l10n_fr_chorus_submission_id.state",
        "move_type",
        "reversal_move_ids.state",
        "l10n_fr_chorus_replaced_by_ids.state",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_meaning(self):
        """Meaning, who acts and what may follow, where the state is shown (R16)."""
        explain = self.env["l10n_fr_chorus.procedure"]._explain
        for move in self:
            state = move.l10n_fr_chorus_state
            (
                move.l10n_fr_chorus_meaning,
                move.l10n_fr_chorus_actor,
                move.l10n_fr_chorus_follows,
            ) = (
                explain(state, move._l10n_fr_chorus_kind())
                if state
                else (False, False, False)
            )
            if state == "waiting" and move.l10n_fr_chorus_structure_inactive:
                # Neither the shop nor the platform can do anything about it.
                label = actions.ACTORS["body"]
                move.l10n_fr_chorus_actor = self.env._(label)
            if not state or not STATES[state].needs_person:
                continue
            if credits := move._l10n_fr_chorus_credits():
                move.l10n_fr_chorus_meaning = move._l10n_fr_chorus_corrected(credits)
                move.l10n_fr_chorus_actor = move.l10n_fr_chorus_follows = False

    def _l10n_fr_chorus_corrected(self, credits):
        """Say what became of an invoice that was credited: nothing is left to do."""
        again = self.l10n_fr_chorus_replaced_by_ids.filtered(
            lambda move: move.state != "cancel"
        )
        said = self.env._(
            "Cancelled by %s: nothing is left to do.",
            credits._l10n_fr_chorus_called(),
        )
        if again:
            said += " " + self.env._(
                "Invoiced again by %s.", again._l10n_fr_chorus_called()
            )
        return said

    def _l10n_fr_chorus_called(self):
        """Numbers of several documents, for a sentence."""
        return ", ".join(
            move.display_name if move.state == "draft" else move.name for move in self
        )

    @api.depends("l10n_fr_chorus_submission_id.state")
    def _compute_l10n_fr_chorus_procedure(self):
        procedures = self.env["l10n_fr_chorus.procedure"].sudo()
        for move in self:
            state = move.l10n_fr_chorus_state
            one = procedures._for_state(move.company_id, state) if state else procedures
            move.l10n_fr_chorus_procedure = one.procedure
            move.l10n_fr_chorus_person_id = one.user_id

    # ---- THE NEW INVOICE ----------------------------------------------------------

    @api.depends(
        "l10n_fr_chorus_replaces_id",
        "buyer_reference",
        "purchase_order_reference",
        "contract_reference",
        "state",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_faults(self):
        """Mark what the body put in question, until it is changed (R21)."""
        references = {
            "engagement": "purchase_order_reference",
            "service": "buyer_reference",
            "market": "contract_reference",
        }
        for move in self:
            refused = move.l10n_fr_chorus_replaces_id
            code = reason_code(refused.sudo().l10n_fr_chorus_reason or "")
            faults = [
                name
                for name in FAULTS.get(code, ())
                if move.state == "draft"
                and (
                    name not in references
                    or (move[references[name]] or "")
                    == (refused[references[name]] or "")
                )
            ]
            labels = [self.env._(FIELD_LABELS[name]) for name in faults]
            move.l10n_fr_chorus_faults = ",".join(faults)
            move.l10n_fr_chorus_fault_text = ", ".join(labels)

    # ---- CREDIT NOTES STILL OPEN --------------------------------------------------

    def _compute_l10n_fr_chorus_credit_open(self):
        found = self.filtered_domain(self._l10n_fr_chorus_credit_open_domain())
        for move in self:
            move.l10n_fr_chorus_credit_open = move in found

    def _search_l10n_fr_chorus_credit_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._l10n_fr_chorus_credit_open_domain()

    @api.model
    def _l10n_fr_chorus_credit_open_domain(self):
        """Credit notes that the body has left open for longer than each shop allows."""
        there = [
            code
            for code, one in STATES.items()
            if one.platform and not one.final and not one.send_again
        ]
        now = fields.Datetime.now()
        return Domain.OR(
            Domain(
                [
                    ("move_type", "=", "out_refund"),
                    ("company_id", "=", company.id),
                    ("l10n_fr_chorus_state", "in", there),
                    (
                        "l10n_fr_chorus_state_date",
                        "<=",
                        now - timedelta(days=company.l10n_fr_chorus_credit_patience),
                    ),
                ]
            )
            for company in self.env.companies
        )

    # ---- CREDITING ----------------------------------------------------------------

    def _l10n_fr_chorus_credit_obstacle(self):
        """Say why this one cannot be credited in full, "" when it can."""
        state = STATES.get(self.sudo().l10n_fr_chorus_state)
        credits = self._l10n_fr_chorus_credits()
        values = {"invoice": self.display_name}
        if self.move_type != "out_invoice":
            return self.env._("%(invoice)s is not a customer invoice.", **values)
        if self.state != "posted":
            return self.env._(
                "%(invoice)s is not confirmed: correct it directly.", **values
            )
        if credits:
            return self.env._(
                "%(invoice)s is already credited by %(credit)s.",
                credit=", ".join(credits.mapped("display_name")),
                **values,
            )
        if state is None or state.send_again:
            return self.env._(
                "%(invoice)s has reached nobody: correct it and send it under the "
                "same number, without a credit note.",
                **values,
            )
        codes = [one.code for one in actions.answers(state.code)]
        if CREDIT not in codes:
            return self.env._(
                "%(invoice)s is on its way (%(state)s): wait for Chorus Pro's answer, "
                "or take it back.",
                state=self.env._(state.label),
                **values,
            )
        return ""

    def _l10n_fr_chorus_credit(self, reinvoice, **choices):
        """Credit invoices in full through core's own reversal; none stops the others.

        :param reinvoice: also make the new invoice, a draft
        :param choices: values of the reversal dialog
        :return: list of dicts, see `l10n_fr_chorus_credit`
        """
        nothing = {
            "credit_note_id": False,
            "credit_note_number": "",
            "queued": False,
            "invoice_id": False,
            "problems": [],
        }

        def credit(move):
            move.lock_for_update()
            return move._l10n_fr_chorus_credit_one(reinvoice, choices)

        return answer_each(
            self, credit, lambda move: {"number": move.name or "", **nothing}
        )

    def _l10n_fr_chorus_credit_one(self, reinvoice, choices):
        """Credit one invoice, send the credit note, make the new invoice.

        :raises UserError: it cannot be credited, or the credit note is not conforming
        """
        obstacle = self._l10n_fr_chorus_credit_obstacle()
        if obstacle:
            raise UserError(obstacle)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(
                active_model="account.move",
                active_ids=self.ids,
                l10n_fr_chorus_person=True,
            )
            .create({"journal_id": self.journal_id.id, **choices})
        )
        wizard.reverse_moves(is_modify=reinvoice)
        credit_note = self._l10n_fr_chorus_credits()
        if credit_note.state == "draft":
            credit_note.action_post()
        sent = {"queued": False, "problems": []}
        if not credit_note.l10n_fr_chorus_internal:
            [sent] = credit_note._l10n_fr_chorus_send()
        return {
            "credit_note_id": credit_note.id,
            "credit_note_number": credit_note.name,
            "queued": sent["queued"],
            "invoice_id": wizard.new_move_ids.id if reinvoice else False,
            "problems": sent["problems"],
        }

    def _l10n_fr_chorus_treat(self):
        """Close the case of credited invoices, here and on the platform."""
        submissions = self.sudo().l10n_fr_chorus_submission_id
        submissions._close_cases(self.env._("Credited in full."))
        submissions._treat()

    def _l10n_fr_chorus_of_the_state(self):
        """Tell whether some of these go to a State body: payment requests (R23)."""
        return any(move._l10n_fr_chorus_siret() == STATE for move in self)
