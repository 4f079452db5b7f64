from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        # EXTENDS 'account': a person confirms here too, so problems stop it (R9)
        def confirm(moves):
            self.move_ids = moves
            wizard = self.with_context(l10n_fr_chorus_person=True)
            return super(ValidateAccountMove, wizard).validate_move()

        return self.move_ids._l10n_fr_chorus_confirm_each(confirm)
