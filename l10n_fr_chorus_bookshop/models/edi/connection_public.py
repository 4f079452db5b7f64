from odoo import models
from odoo.exceptions import UserError


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # ---- PUBLIC: XML-RPC and JSON-2 (DESIGN §7) -----------------------------------

    def l10n_fr_chorus_confirm_key(self):
        """Trust the keys that these mailboxes' servers have shown, once compared.

        Only a Chorus Pro manager may: others read so in `message`.

        :return: list of {"id", "fingerprint": of the key now trusted, "message"}
        """
        answers = []
        for connection in self:
            message = ""
            try:
                connection.action_confirm_key()
            except UserError as error:
                message = str(error)
            answers.append(
                {
                    "id": connection.id,
                    "fingerprint": connection.host_fingerprint or "",
                    "message": message,
                }
            )
        return answers
