from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMoveReversal(models.TransientModel):
    """Core's own dialog, which explains what a credit note is on Chorus Pro (R21)."""

    _inherit = "account.move.reversal"

    l10n_fr_chorus_concerned = fields.Boolean(compute="_compute_l10n_fr_chorus")
    l10n_fr_chorus_refused = fields.Boolean(compute="_compute_l10n_fr_chorus")
    l10n_fr_chorus_of_the_state = fields.Boolean(compute="_compute_l10n_fr_chorus")
    l10n_fr_chorus_send = fields.Boolean(
        "Send the credit note to Chorus Pro",
        compute="_compute_l10n_fr_chorus_send",
        store=True,
        readonly=False,
    )

    @api.depends("move_ids")
    def _compute_l10n_fr_chorus(self):
        for dialog in self:
            moves = dialog.move_ids
            dialog.l10n_fr_chorus_concerned = any(map(_is_ours, moves))
            dialog.l10n_fr_chorus_refused = "REJETEE" in moves.mapped(
                "l10n_fr_chorus_state"
            )
            dialog.l10n_fr_chorus_of_the_state = moves._l10n_fr_chorus_of_the_state()

    @api.model
    def default_get(self, fields):
        # EXTENDS 'account': what the body said is why it is credited
        values = super().default_get(fields)
        moves = self.env["account.move"]
        if self.env.context.get("active_model") == "account.move":
            moves = moves.browse(self.env.context.get("active_ids", []))
        told = len(moves) == 1 and moves.l10n_fr_chorus_tone == "danger"
        if "reason" in fields and not values.get("reason") and told:
            values["reason"] = (moves.l10n_fr_chorus_said or "").partition("\n")[0]
        return values

    @api.depends("move_ids")
    def _compute_l10n_fr_chorus_send(self):
        """The company's choice for refusals; what the body has is always sent.

        What left by another road than the company's follows that road's usage.
        """
        named = self.env["l10n_fr_chorus.channel"]._named
        for dialog in self:
            company, [road, *others] = dialog.company_id, dialog._roads()
            own = others or road == company.l10n_fr_chorus_channel
            dialog.l10n_fr_chorus_send = not dialog.l10n_fr_chorus_refused or (
                company.l10n_fr_chorus_credit_sending
                if own
                else named(road)._sends_credit_notes
            )

    def _roads(self):
        """Return by which channels these were refused; the company's for none."""
        refused = self.move_ids.filtered(
            lambda move: move.l10n_fr_chorus_state == "REJETEE"
        )
        roads = refused.mapped("l10n_fr_chorus_channel")
        return list(dict.fromkeys(roads)) or [self.company_id.l10n_fr_chorus_channel]

    def reverse_moves(self, is_modify=False):
        # EXTENDS 'account': what is made says of itself what a person may not write
        if not self.l10n_fr_chorus_concerned:
            return super().reverse_moves(is_modify)
        self.move_ids.check_access("write")
        self.env["account.move"].check_access("create")
        return super(AccountMoveReversal, self.sudo()).reverse_moves(is_modify)

    def _prepare_default_reversal(self, move):
        # EXTENDS 'account': the credit note of a refusal may stay inside the shop
        values = super()._prepare_default_reversal(move)
        if move.l10n_fr_chorus_state == "REJETEE" and not self.l10n_fr_chorus_send:
            values["l10n_fr_chorus_internal"] = True
        return values

    def _modify_default_reverse_values(self, origin_move):
        # EXTENDS 'account': the new invoice knows which one it replaces
        values = super()._modify_default_reverse_values(origin_move)
        if _is_ours(origin_move):
            values["l10n_fr_chorus_replaces_id"] = origin_move.id
        return values

    def action_l10n_fr_chorus_correct(self):
        """Credit, send and open the new invoices, in one go.

        :raises UserError: none of them could be credited
        """
        choices = {
            "reason": self.reason,
            "date": self.date,
            "l10n_fr_chorus_send": self.l10n_fr_chorus_send,
        }
        self.sudo().move_ids.with_env(self.env)._l10n_fr_chorus_need_user()
        answers = self.move_ids._l10n_fr_chorus_credit(True, **choices)
        made = [answer["invoice_id"] for answer in answers if answer["done"]]
        if not made:
            raise UserError("\n".join(answer["message"] for answer in answers))
        return (
            self.env["account.move"]
            .browse(made)
            ._get_records_action(name=self.env._("Invoices to correct"))
        )


def _is_ours(move):
    """Tell whether an invoice is for Chorus Pro, or was when it left."""
    return move.l10n_fr_chorus_concerned or bool(move.l10n_fr_chorus_state)
