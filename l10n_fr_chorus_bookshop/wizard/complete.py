from odoo import fields, models

from ..chorus.lifecycle.actions import COMPLETE


class L10nFrChorusComplete(models.TransientModel):
    """Add what a body misses: files, a comment (R20)."""

    _name = "l10n_fr_chorus.complete"
    _description = "Complete a suspended invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True)
    reason = fields.Text(
        "What the body says", related="move_id.l10n_fr_chorus_said", related_sudo=False
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    comment = fields.Text("Comment for the body")

    def action_complete(self):
        """Write it down; the worker sends it in a moment.

        :raises UserError: another state, or what the platform would refuse
        """
        move = self.move_id
        move._l10n_fr_chorus_need_user()
        move._l10n_fr_chorus_check_answer(COMPLETE)
        files = [(file.name, file.raw or b"") for file in self.attachment_ids]
        operation = move._l10n_fr_chorus_complete(files, self.comment or "")
        return move._l10n_fr_chorus_given(operation)
