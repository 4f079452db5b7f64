from odoo import fields, models
from odoo.exceptions import UserError

from ...chorus.lifecycle.states import STATES
from ...chorus.rules import Engagement
from ..common import answer_each, iso, notification
from ..sale.sale_order import say_references


class AccountMove(models.Model):
    """The engagement number may have changed since it was entered (R9)."""

    _inherit = "account.move"

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
