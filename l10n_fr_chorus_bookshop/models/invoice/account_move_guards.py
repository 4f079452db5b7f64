from odoo import api, models
from odoo.exceptions import LockError, UserError, ValidationError

from ...chorus.lifecycle.states import LOCKED, STATES, WITHDRAW
from .account_move import REFERENCES

# What the platform knows an invoice by, and what justifies the way it went.
IDENTITY = {
    *("name", "move_type", "journal_id", "company_id", "currency_id"),
    *("date", "invoice_date", "partner_id", "reversed_entry_id"),
    *("l10n_fr_chorus_internal", "l10n_fr_chorus_paper_reason"),
}
# Lists of records, a query each, that the form shows of what Chorus Pro concerns.
LOOKED_FOR = {"l10n_fr_chorus_attachment_ids", "l10n_fr_chorus_replaced_by_ids"}
# What an invoice says it sold, line by line.
SOLD = {
    *("name", "product_id", "product_uom_id", "quantity", "price_unit", "discount"),
    *("tax_ids", "display_type", "move_id"),
}
SHOWN = ("product", "line_section", "line_subsection", "line_note")
# What it comes to, taxes included; not how books part what is due, nor costs of stock.
AMOUNTS = {"balance", "amount_currency", "debit", "credit", "currency_id"}
BOOKS = ("payment_term", "cogs")


class AccountMove(models.Model):
    """Core's own doors of an invoice, each overridden once for the whole module.

    An override calls named steps in the order they happen; a step of a later room
    (correction, copies, payment) is a method of that room.
    """

    _inherit = "account.move"

    # ---- MAKING AND CHANGING ------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        none = self.browse()
        moves = super().create([none._l10n_fr_chorus_dated(vals) for vals in vals_list])
        moves._l10n_fr_chorus_take_tickets()
        return moves

    def write(self, vals):
        # EXTENDS 'account': references of what has not left may change (R8)
        if not self:
            return super().write(vals)
        self._l10n_fr_chorus_refuse_rewriting(vals)
        if vals.get("state", "posted") != "posted":
            # Whoever writes the state itself passes no button.
            posted = self.filtered(lambda move: move.state == "posted")
            posted._l10n_fr_chorus_refuse_locked()
            posted._l10n_fr_chorus_take_back()
        vals = self._l10n_fr_chorus_dated(vals)
        changed = self.browse()
        # Only the worker may say so: a context comes from anywhere.
        readdressed = self.env.su and self.env.context.get("l10n_fr_chorus_readdressed")
        if vals.keys() & set(REFERENCES) and not readdressed:
            changed = self._l10n_fr_chorus_changing_references(vals)
        result = super().write(vals)
        changed._l10n_fr_chorus_make_again()
        return result

    @api.constrains("l10n_fr_chorus_submission_id")
    def _check_l10n_fr_chorus_submission_id(self):
        for move in self:
            current = move.l10n_fr_chorus_submission_id
            if current and current.move_id != move:
                raise ValidationError(
                    self.env._("A sending belongs to its own invoice, and to no other.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_l10n_fr_chorus(self):
        self._l10n_fr_chorus_refuse_locked()
        self._l10n_fr_chorus_take_back()
        kept = self.env["l10n_fr_chorus.original"].sudo()
        if kept.search_count([("move_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "A document made for Chorus Pro from this invoice is kept in the "
                    "vault: cancel the invoice instead of deleting it."
                )
            )

    # ---- SHOWING ------------------------------------------------------------------

    def web_read(self, specification):
        # EXTENDS 'web': what only those have that Chorus Pro concerns is looked for
        # nowhere else
        left = specification.keys() & LOOKED_FOR
        if not left or any(move._l10n_fr_chorus_looked_for() for move in self):
            return super().web_read(specification)
        found = super().web_read(
            {name: one for name, one in specification.items() if name not in left}
        )
        return [{**values, **{name: [] for name in left}} for values in found]

    def _l10n_fr_chorus_looked_for(self):
        return self.l10n_fr_chorus_submission_id or self.l10n_fr_chorus_concerned

    # ---- POSTING ------------------------------------------------------------------

    def action_post(self):
        # EXTENDS 'account': a person is told before the invoice legally exists; core
        # presses the same button itself, as superuser, when a payment comes in
        moves = self.with_context(l10n_fr_chorus_person=not self.env.su)
        return super(AccountMove, moves).action_post()

    def action_validate_moves_with_confirmation(self):
        # EXTENDS 'account': a person confirms a selection
        return self._l10n_fr_chorus_confirm_each(
            lambda moves: super().action_validate_moves_with_confirmation()
        )

    def action_switch_move_type(self):
        # EXTENDS 'account': an order whose books came back makes a credit note
        result = super().action_switch_move_type()
        self._l10n_fr_chorus_name_original()
        return result

    def _post(self, soft=True):
        # EXTENDS 'account': checked with the number just given; raising undoes it
        posted = super()._post(soft)
        concerned = posted.filtered("l10n_fr_chorus_concerned")
        if concerned:
            concerned._l10n_fr_chorus_confirmed()
        automatic = concerned.filtered(
            lambda move: (
                move.company_id.l10n_fr_chorus_auto_send
                and not move._l10n_fr_chorus_elsewhere()
            )
        )
        if automatic:
            automatic.sudo()._l10n_fr_chorus_send()
        credits = posted.filtered(lambda move: move.move_type == "out_refund")
        # A refusal is dealt with once its credit note exists (R21).
        credits.reversed_entry_id._l10n_fr_chorus_treat()
        return posted

    # ---- TAKING BACK --------------------------------------------------------------

    def _check_draftable(self):
        # EXTENDS 'account'
        self._l10n_fr_chorus_refuse_locked()
        return super()._check_draftable()

    def button_draft(self):
        # EXTENDS 'account'
        self._l10n_fr_chorus_refuse_locked()
        self._l10n_fr_chorus_take_back()
        result = super().button_draft()
        self.filtered("l10n_fr_chorus_faulty")._l10n_fr_chorus_over()
        return result

    def button_cancel(self):
        # EXTENDS 'account'
        self._l10n_fr_chorus_refuse_locked()
        self._l10n_fr_chorus_take_back()
        result = super().button_cancel()
        # A cancelled invoice awaits nobody.
        self._l10n_fr_chorus_over()
        return result

    @api.depends("l10n_fr_chorus_submission_id.state")
    def _compute_show_reset_to_draft_button(self):
        # EXTENDS 'account'
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            state = STATES.get(move.sudo().l10n_fr_chorus_state)
            if state and state.draft == LOCKED:
                move.show_reset_to_draft_button = False
        return result

    # ---- STEPS --------------------------------------------------------------------

    def _l10n_fr_chorus_refuse_locked(self):
        """Raise when one of these invoices is already in the network's hands."""
        for move in self:
            state = STATES.get(move.sudo().l10n_fr_chorus_state)
            if state and state.draft == LOCKED:
                raise UserError(
                    self.env._(
                        "%(invoice)s is with Chorus Pro (%(state)s): it can no longer "
                        "be changed, cancelled or deleted here. Make a credit note "
                        "instead.",
                        invoice=move.name,
                        state=self.env._(state.label),
                    )
                )

    def _l10n_fr_chorus_refuse_rewriting(self, vals):
        """Raise when `vals` changes what an invoice that has left was known by.

        :raises UserError: one of these invoices has left
        """
        for name in IDENTITY.intersection(vals):
            field = self._fields[name]
            self.filtered(
                lambda move, name=name, field=field: (
                    field.convert_to_cache(move[name], move)
                    != field.convert_to_cache(vals[name], move, validate=False)
                )
            )._l10n_fr_chorus_refuse_locked()

    def _l10n_fr_chorus_take_back(self):
        """Withdraw what has not left yet; say so when a worker is busy with it."""
        leaving = self.sudo().l10n_fr_chorus_submission_id.filtered(
            lambda submission: submission._state().draft == WITHDRAW
        )
        try:
            leaving._withdraw()
        except LockError as error:
            raise UserError(
                self.env._(
                    "%s is being prepared for Chorus Pro right now: try again in a "
                    "minute.",
                    ", ".join(leaving.move_id.mapped("name")),
                )
            ) from error

    def _l10n_fr_chorus_changing_references(self, vals):
        """Return the posted moves on their way whose references `vals` changes.

        :raises UserError: one of them has left already
        """
        changing = self.filtered(
            lambda move: (
                move.sudo().l10n_fr_chorus_submission_id
                and any(
                    (move[name] or "") != (vals[name] or "")
                    for name in REFERENCES
                    if name in vals
                )
            )
        )
        for move in changing:
            if not STATES[move.sudo().l10n_fr_chorus_state].edit_references:
                move._l10n_fr_chorus_refuse_locked()
        return changing

    def _l10n_fr_chorus_make_again(self):
        """Withdraw the version that waits to leave and have another one made (R8)."""
        again = self.filtered(
            lambda move: STATES[move.sudo().l10n_fr_chorus_state].draft == WITHDRAW
        )
        if again:
            again._l10n_fr_chorus_take_back()
            again._l10n_fr_chorus_request()


class AccountMoveLine(models.Model):
    """The lines of an invoice are what was sent: they change with it, or not at all.

    Core guards the taxes and the period of a posted line; its price and its words are
    for whoever may write.
    """

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        lines = super().create(vals_list)
        lines._l10n_fr_chorus_shown().move_id._l10n_fr_chorus_refuse_locked()
        return lines

    def write(self, vals):
        # EXTENDS 'account': of what has not left, another version is made
        changed = self._l10n_fr_chorus_changed(vals)
        changed._l10n_fr_chorus_refuse_locked()
        result = super().write(vals)
        changed._l10n_fr_chorus_make_again()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_l10n_fr_chorus(self):
        """Core lets a context delete posted lines."""
        self._l10n_fr_chorus_shown().move_id._l10n_fr_chorus_refuse_locked()

    def _l10n_fr_chorus_asked(self):
        """Those of posted invoices that were asked to leave."""
        posted = self.filtered(lambda line: line.parent_state == "posted")
        return posted.filtered("move_id.l10n_fr_chorus_submission_id")

    def _l10n_fr_chorus_shown(self):
        """Those that stand on the page of such an invoice."""
        return self._l10n_fr_chorus_asked().filtered(
            lambda line: line.display_type in SHOWN
        )

    def _l10n_fr_chorus_changed(self, vals):
        """Return such invoices, of which `vals` changes what they say."""
        names = vals.keys() & (SOLD | AMOUNTS)
        asked = self._l10n_fr_chorus_asked() if names else self.browse()
        return asked.filtered(
            lambda line: any(
                line._l10n_fr_chorus_differs(name, vals[name])
                for name in names
                if line.display_type in SHOWN
                or (name in AMOUNTS and line.display_type not in BOOKS)
            )
        ).move_id

    def _l10n_fr_chorus_differs(self, name, value):
        field = self._fields[name]
        return field.type == "many2many" or (
            field.convert_to_cache(self[name], self)
            != field.convert_to_cache(value, self, validate=False)
        )
