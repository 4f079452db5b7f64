from odoo import fields, models
from odoo.exceptions import UserError

from ...chorus.channels.edi.returns import Answer


class L10nFrChorusUnmatched(models.Model):
    _inherit = "l10n_fr_chorus.unmatched"

    operator_reply_id = fields.Many2one(
        "l10n_fr_chorus.operator_reply", "File", ondelete="set null", readonly=True
    )
    why = fields.Char("Why it is here", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Belongs to",
        domain="[('company_id', '=', company_id), "
        "('l10n_fr_chorus_submission_id', '!=', False)]",
        check_company=True,
        help="The invoice it is about, if you know.",
    )

    def action_link(self):
        """Give the news to the invoice a person has chosen."""
        for unmatched in self:
            unmatched.l10n_fr_chorus_link(unmatched.move_id.id)

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_link(self, move_id):
        """Say which invoice an answer of the operator is about.

        :param move_id: id of the invoice
        :return: {"id", "sorted": bool, "message"}
        """
        self.ensure_one()
        self.check_access("write")
        move = self.env["account.move"].browse(move_id or []).exists()
        move.check_access("read")
        submission = move.sudo().l10n_fr_chorus_submission_id
        if not submission or submission.company_id != self.company_id:
            raise UserError(
                self.env._("Choose an invoice of this company that was sent.")
            )
        if not self.operator_reply_id or not self.code:
            raise UserError(
                self.env._("There is nothing to apply: only tick it as dealt with.")
            )
        returned = self.operator_reply_id.sudo()
        dictionary = returned.connection_id.profile_id._dictionary()
        answer = Answer(
            self.code,
            dictionary.meaning(self.code),
            (submission.number,),
            fields.Datetime.context_timestamp(self, self.occurred_at),
            reason=self.reason or "",
        )
        message = returned._apply(answer, submission, "person")
        self.write({"move_id": move.id, "sorted": not message})
        return {"id": self.id, "sorted": self.sorted, "message": message}
