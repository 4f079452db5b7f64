from dataclasses import replace
from itertools import starmap

from odoo import api, models
from odoo.exceptions import ValidationError

from ...chorus import rules
from ...chorus.invoice import Recipient
from ...chorus.lifecycle.identity import Identity
from ...chorus.rules import files as file_rules
from ...chorus.rules.problem import problem, remedies
from ..common import notification, problem_lines, problem_list
from .account_move import REFERENCES
from .neutral import neutral_files, neutral_invoices


class AccountMove(models.Model):
    _inherit = "account.move"

    # ---- CHECKS -------------------------------------------------------------------

    def _l10n_fr_chorus_checks(self, fresh_only=False, attended=False):
        """Check invoices against the directory's answers at hand (R9); no network.

        :param fresh_only: leave out answers too old to send on (R4): they will be
            asked for again before anything leaves, and may have changed
        :param attended: a person looks at this one invoice, and can confirm
        :return: dict move id -> (neutral invoice, list of Problem)
        """
        invoices = neutral_invoices(self)
        checks = {}
        twins = self._l10n_fr_chorus_twins(invoices)
        for company, moves in self.grouped("company_id").items():
            sirets = {invoices[move.id].buyer.siret for move in moves}
            directory = self.env["l10n_fr_chorus.structure"]
            if fresh_only:
                sirets -= set(directory._stale_sirets(sirets, company))
            structures = directory._by_siret(sirets, company)
            recipients = directory.union(*structures.values())._recipients()
            policy = company._l10n_fr_chorus_policy(attended)
            engagements = moves._l10n_fr_chorus_engagements()
            for move in moves:
                invoice = invoices[move.id]
                structure = structures.get(invoice.buyer.siret)
                recipient: Recipient | None = structure and recipients[structure.id]
                channel = move._l10n_fr_chorus_channel()
                problems = rules.check(
                    invoice,
                    recipient,
                    replace(policy, reform=channel._reform),
                    engagements[move.id],
                )
                if move._l10n_fr_chorus_other_network():
                    problems = [problem("sent_elsewhere", "number"), *problems]
                problems += move._l10n_fr_chorus_changes(invoice)
                if twin := twins.get(move.id):
                    problems = [twin._l10n_fr_chorus_twin_problem(), *problems]
                checks[move.id] = (invoice, problems)
        return checks

    @api.constrains("l10n_fr_chorus_attachment_ids")
    def _check_l10n_fr_chorus_files(self):
        """Refuse at once a file that Chorus Pro would refuse."""
        for move in self:
            files = neutral_files(move)
            if found := list(file_rules.problems(files)):
                raise ValidationError(problem_lines(self.env, found))

    @api.depends(
        "l10n_fr_chorus_concerned",
        "l10n_fr_chorus_can_send",
        "invoice_line_ids.price_subtotal",
        "partner_id.company_registry",
        "partner_bank_id",
        "invoice_date",
        "reversed_entry_id",
        "l10n_fr_chorus_engagement_date",
        "l10n_fr_chorus_partial_reason",
        *REFERENCES,
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_problems(self):
        looked_at = self.filtered(
            lambda move: (
                move.l10n_fr_chorus_concerned
                and move.invoice_line_ids
                and (move.state == "draft" or move.l10n_fr_chorus_can_send)
            )
        )
        checks = looked_at._l10n_fr_chorus_checks()
        for move in self:
            _invoice, problems = checks.get(move.id, (None, []))
            move.l10n_fr_chorus_problems = problem_list(self.env, problems)
            move.l10n_fr_chorus_fixable = any(one.fix for one in problems)
            move.l10n_fr_chorus_remedies = ",".join(remedies(problems))
            move.l10n_fr_chorus_partial = any(
                one.code == "credit_partial" and one.severity == "error"
                for one in problems
            )

    def action_l10n_fr_chorus_fix(self):
        """Apply the one-click remedies, and say so."""
        self._l10n_fr_chorus_fix()
        said = self.env._("Put right. What is left to settle is still shown above.")
        if not any(self.mapped("l10n_fr_chorus_problems")):
            said = self.env._("Put right: nothing is left to settle.")
        return notification(self.env, [said])

    def _l10n_fr_chorus_fix(self):
        """Apply the one-click remedies: a reference (R9), a change that is meant."""
        for move in self.filtered("l10n_fr_chorus_concerned"):
            invoice, problems = move._l10n_fr_chorus_checks()[move.id]
            fixes = {one.fix: one.values for one in problems if one.fix}
            if "clear_service" in fixes:
                move.buyer_reference = False
            if "clear_engagement" in fixes:
                move.purchase_order_reference = False
            if "fix_case" in fixes:
                move.buyer_reference = fixes["fix_case"]["right"]
            if "accept_changes" in fixes:
                checks = {move.id: (invoice, problems)}
                move._l10n_fr_chorus_remember(checks)

    # ---- TWO INVOICES THAT THE PLATFORM WOULD TAKE FOR ONE (R41) ---------------------

    def _l10n_fr_chorus_twins(self, invoices):
        """Find what already has, on its way to the platform, the key of these.

        Another journal of the shop, another company of its SIREN, a date of another
        year may lead to the same key. Of two that have not left, the second one waits.

        :param invoices: dict move id -> neutral invoice
        :return: dict move id -> the other invoice
        """
        said = {
            move.id: (one.issue_date, one.seller.siret, one.number)
            for move in self
            if (one := invoices[move.id]).number and one.issue_date and one.seller.siret
        }
        keys = dict(zip(said, starmap(Identity.of, said.values()), strict=True))
        bearers = self._l10n_fr_chorus_bearers(set(keys.values()))
        twins = {
            move.id: (bearers[key] - move._origin)._l10n_fr_chorus_before(move)
            for move in self
            if (key := keys.get(move.id)) in bearers
        }
        return {move_id: twin for move_id, twin in twins.items() if twin}

    def _l10n_fr_chorus_bearers(self, keys):
        """Return dict key -> the posted invoices that bear it, oldest first."""
        found = self.sudo().search(
            [
                ("name", "in", sorted({key.number for key in keys})),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ],
            order="id",
        )
        identities = found._l10n_fr_chorus_identities()
        return found.grouped(identities.get)

    def _l10n_fr_chorus_before(self, move):
        """Return which of these keeps the number that `move` bears too, if any.

        Those already on their way come first, then the oldest; what does not go
        through Chorus Pro leaves it to the others.
        """
        rivals = self.filtered(
            lambda one: one._l10n_fr_chorus_is_living() or one.l10n_fr_chorus_concerned
        )
        if not rivals or move._l10n_fr_chorus_is_living():
            return self.browse()
        living = rivals.filtered(lambda one: one._l10n_fr_chorus_is_living())
        first = (living or rivals)[:1]
        return first if living or first.id < (move._origin.id or 0) else self.browse()

    def _l10n_fr_chorus_is_living(self):
        """Tell whether this invoice is on its way, or on the platform."""
        current = self.sudo().l10n_fr_chorus_submission_id
        return bool(current) and not current._state().send_again

    def _l10n_fr_chorus_twin_problem(self):
        """What the other invoice is told of this one."""
        return problem(
            "number_taken",
            "number",
            number=self.name,
            other=f"{self.company_id.name} ({self.journal_id.name})",
            date=self.invoice_date,
        )
