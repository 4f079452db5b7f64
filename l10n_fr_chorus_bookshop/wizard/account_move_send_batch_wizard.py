from odoo import models


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = "account.move.send.batch.wizard"

    def action_send_and_print(self, force_synchronous=False, allow_fallback_pdf=False):
        # EXTENDS 'account': ours do not wait for another network's registration, which
        # `account_peppol` opens instead of sending anything; what cannot leave is told
        action = super().action_send_and_print(
            force_synchronous=force_synchronous, allow_fallback_pdf=allow_fallback_pdf
        )
        left = self.move_ids.filtered(
            lambda move: move.l10n_fr_chorus_can_send and not move.sending_data
        )
        if not left:
            return action
        told = left._l10n_fr_chorus_sent(left._l10n_fr_chorus_send())
        if action:
            told["params"]["next"] = action
        return told
