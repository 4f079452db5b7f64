from odoo import fields, models
from odoo.exceptions import UserError

from ..models.common import CLOSE


class L10nFrChorusReason(models.TransientModel):
    """Ask why, before what is allowed but not wished (R5, R11, R22)."""

    _name = "l10n_fr_chorus.reason"
    _description = "Reason of an exception"

    kind = fields.Selection(
        [
            ("leave", "Send by another way"),
            ("send_by", "Send by another channel"),
            ("allow_partial", "Allow a partial credit note"),
        ],
        required=True,
    )
    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices()
    )
    reason = fields.Text("Why", required=True)

    def action_confirm(self):
        """Do it, and keep why.

        :raises UserError: one of the invoices does not allow it
        """
        moves = self.move_ids
        if self.kind == "send_by":
            answers = moves.l10n_fr_chorus_send_by(self.channel, self.reason)
            return moves._l10n_fr_chorus_sent(answers)
        act = getattr(moves, f"l10n_fr_chorus_{self.kind}")
        refused = [one["message"] for one in act(self.reason) if not one["done"]]
        if refused:
            raise UserError("\n".join(refused))
        if self.kind == "leave" and all(move.state == "posted" for move in moves):
            # By e-mail or printed: Odoo's own dialog comes next.
            return moves.action_send_and_print()
        return CLOSE
