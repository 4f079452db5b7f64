from dataclasses import replace
from itertools import starmap

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...chorus import rules
from ...chorus.invoice import Recipient
from ...chorus.lifecycle.identity import Identity
from ...chorus.lifecycle.states import STATES
from ...chorus.rules import Engagement
from ...chorus.rules import files as file_rules
from ...chorus.rules.problem import problem, remedies
from ..common import answer_each, iso, notification, problem_lines, problem_list
from ..sale.sale_order import say_references
from .account_move import REFERENCES
from .neutral import neutral_files, neutral_invoices

# What nobody may change unseen between confirming and leaving, and where it stands.
WATCHED = ("iban", "seller.siret", "buyer.siret", "buyer.name")


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_confirmed_as = fields.Json(
        "As it was confirmed", readonly=True, copy=False
    )

    # ---- CHECKS -------------------------------------------------------------------

    def _l10n_fr_chorus_checks(
        self, fresh_only=False, attended=False, by_own_road=False
    ):
        """Check invoices against the directory's answers at hand (R9); no network.

        :param fresh_only: leave out answers too old to send on (R4): they will be
            asked for again before anything leaves, and may have changed
        :param attended: a person looks at this one invoice, and can confirm
        :param by_own_road: they are to leave, by the road that is theirs: another
            program of this Odoo may be the one to send them
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
                elsewhere = move._l10n_fr_chorus_other_network()
                channel = move._l10n_fr_chorus_channel()
                problems = rules.check(
                    invoice,
                    recipient,
                    replace(policy, reform=channel._reform),
                    engagements[move.id],
                )
                if elsewhere:
                    problems = [problem("sent_elsewhere", "number"), *problems]
                problems += move._l10n_fr_chorus_changes(invoice)
                if twin := twins.get(move.id):
                    problems = [twin._l10n_fr_chorus_twin_problem(), *problems]
                if by_own_road and channel._elsewhere:
                    problems = [problem("sent_by_odoo", "number"), *problems]
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
        bearers = self._l10n_fr_chorus_bearers({one[-1] for one in said.values()})
        keys = dict(zip(said, starmap(Identity.of, said.values()), strict=True))
        twins = {
            move.id: (bearers[key] - move._origin)._l10n_fr_chorus_before(move)
            for move in self
            if (key := keys.get(move.id)) in bearers
        }
        return {move_id: twin for move_id, twin in twins.items() if twin}

    def _l10n_fr_chorus_bearers(self, numbers):
        """Return dict key -> the posted invoices that bear it, oldest first.

        :param numbers: those of the keys that are looked for
        """
        found = self.sudo().search(
            [
                ("name", "in", sorted(number.strip() for number in numbers)),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ],
            order="id",
        )
        identities = found._l10n_fr_chorus_identities()
        return found.grouped(identities.get)

    def _l10n_fr_chorus_identities(self):
        """Return dict invoice -> the `Identity` by which the platform knows it."""
        sellers = {one: one._l10n_fr_chorus_siret() for one in self.company_id}
        today = fields.Date.context_today(self)
        said = [
            (move.invoice_date or today, sellers[move.company_id], move.name or "")
            for move in self
        ]
        return dict(zip(self, starmap(Identity.of, said), strict=True))

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

    # ---- WHAT CHANGES BEFORE IT LEAVES --------------------------------------------

    def _l10n_fr_chorus_remember(self, checks):
        """Keep what these invoices said of account and parties when confirmed."""
        for move in self:
            invoice, _problems = checks[move.id]
            move.sudo().l10n_fr_chorus_confirmed_as = _watched(invoice)

    def _l10n_fr_chorus_changes(self, invoice):
        """Yield a problem for each thing that is no longer as it was confirmed.

        What a body's own problem called for (its SIRET unknown or inactive) is no
        change: that is the remedy.
        """
        then = self.sudo().l10n_fr_chorus_confirmed_as or {}
        now = _watched(invoice)
        for pointed in WATCHED:
            before, after = then.get(pointed), now[pointed]
            if self.state != "posted" or not before or not after or before == after:
                continue
            if pointed.startswith("buyer.") and not self._l10n_fr_chorus_was_right():
                continue
            values = {"before": before, "after": after}
            yield problem("changed_since", pointed, **values)

    def _l10n_fr_chorus_was_right(self):
        """Tell whether the SIRET confirmed was that of a body that could receive."""
        siret = self.sudo().l10n_fr_chorus_confirmed_as["buyer.siret"]
        directory = self.env["l10n_fr_chorus.structure"].sudo()
        known = directory._by_siret([siret], self.company_id).get(siret)
        return bool(known and known.is_active)

    # ---- THE ENGAGEMENT NUMBER MAY HAVE CHANGED (R9) ---------------------------------

    def _l10n_fr_chorus_engagements(self):
        """Return dict id -> what is known of the engagement numbers of one company."""
        pairs = self._l10n_fr_chorus_engagement_pairs()
        engagements = self.env["l10n_fr_chorus.engagement"]
        known = engagements._known(self.company_id, pairs.values())
        supplier = engagements._supplier(self.company_id) if known else ""
        return {
            move.id: Engagement(
                entered_on=move.l10n_fr_chorus_engagement_date or None,
                known=known.get(pairs.get(move)),
                supplier=supplier,
                ordered=move._l10n_fr_chorus_ordered_engagement(),
                apart=move._l10n_fr_chorus_orders_apart(),
            )
            for move in self
        }

    def _l10n_fr_chorus_ordered_engagement(self):
        """Return the engagement number now on the orders of one invoice, or "".

        Of several orders, one that agrees with the invoice is enough.
        """
        number = self.purchase_order_reference
        orders = number and self.sudo().line_ids.sale_line_ids.order_id
        numbers = [
            order.l10n_fr_chorus_engagement
            for order in orders or ()
            if order.l10n_fr_chorus_engagement
        ]
        return number if number in numbers else next(iter(numbers), "")

    def _l10n_fr_chorus_orders_apart(self):
        """Say which orders of one invoice contradict each other, "" when none do."""
        orders = self.sudo().line_ids.sale_line_ids.order_id
        said = {order.name: order._l10n_fr_chorus_references() for order in orders}
        said |= dict(self._l10n_fr_chorus_said_at_till())
        columns = zip(*said.values(), strict=True)
        if all(len(set(filter(None, values))) <= 1 for values in columns):
            return ""
        return "; ".join(
            f"{name} ({say_references(self.env, references)})"
            for name, references in said.items()
        )

    # ---- A PERSON CONFIRMS --------------------------------------------------------

    def l10n_fr_chorus_confirm_engagement(self):
        """Say that these invoices' engagement numbers were checked with the customer.

        :return: list of {"id", "number", "engagement", "confirmed_on", "done",
            "message"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        self._l10n_fr_chorus_need_user()
        return answer_each(
            self,
            lambda move: move._l10n_fr_chorus_confirm_engagement(),
            lambda move: {
                "number": move.name or "",
                "engagement": move.purchase_order_reference or "",
                "confirmed_on": iso(move.l10n_fr_chorus_engagement_date),
            },
        )

    def _l10n_fr_chorus_confirm_engagement(self):
        """Date the number of one invoice today.

        :raises UserError: there is no number, or the invoice has left
        """
        self.ensure_one()
        state = STATES.get(self.sudo().l10n_fr_chorus_state)
        if not self.purchase_order_reference:
            raise UserError(self.env._("This invoice has no engagement number."))
        if state and not state.edit_references:
            raise UserError(self.env._("This invoice has already left."))
        self.l10n_fr_chorus_engagement_date = fields.Date.context_today(self)
        self._message_log(
            body=self.env._(
                "Engagement number %s confirmed.", self.purchase_order_reference
            )
        )

    def action_l10n_fr_chorus_confirm_engagement(self):
        """The button of the same name.

        :raises UserError: there is no number, or the invoice has left
        """
        self._l10n_fr_chorus_need_user()
        for move in self:
            move._l10n_fr_chorus_confirm_engagement()
        said = self.env._(
            "Engagement number %s confirmed.", self[:1].purchase_order_reference
        )
        return notification(self.env, [said])


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_fr_chorus_policy(self, attended=False):
        """Return the rules' view of what this company decided.

        :param attended: a person looks at this one invoice, and can confirm
        """
        return rules.Policy(
            qualification=self.l10n_fr_chorus_environment == "qualification",
            superfluous=self.l10n_fr_chorus_superfluous or "error",
            today=fields.Date.context_today(self),
            engagement_days=self.l10n_fr_chorus_engagement_days,
            attended=attended,
        )


def _watched(invoice):
    """Return what is watched of a neutral invoice, by place."""
    found = {}
    for pointed in WATCHED:
        value = invoice
        for name in pointed.split("."):
            value = getattr(value, name)
        found[pointed] = value
    return found
