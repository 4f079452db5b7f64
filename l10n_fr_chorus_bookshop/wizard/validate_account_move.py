from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        # EXTENDS 'account': a person confirms here too, so problems stop it (R9)
        return super(
            ValidateAccountMove, self.with_context(l10n_fr_chorus_person=True)
        ).validate_move()
