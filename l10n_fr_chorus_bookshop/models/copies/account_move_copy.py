from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_is_copy(self):
        """Tell whether a rendering of this invoice is only a copy (R26).

        From posting on; not what is rendered to be deposited.
        """
        self.ensure_one()
        move = self.sudo()
        return (
            move.state == "posted"
            # Only the software itself may say so: a context comes from anywhere.
            and not (self.env.su and self.env.context.get("l10n_fr_chorus_original"))
            and bool(move.l10n_fr_chorus_concerned or move.l10n_fr_chorus_submission_id)
        )
