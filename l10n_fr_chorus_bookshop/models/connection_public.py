from odoo import models
from odoo.exceptions import UserError


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # ---- PUBLIC: XML-RPC and JSON-2 (DESIGN §7) -----------------------------------

    def l10n_fr_chorus_test(self):
        """Try these connections, now (R29).

        :return: list of {"id", "name", "ok": bool, "message", "tested_at": ISO text}
        :raises AccessError: the user is not in the Chorus Pro manager group
        """
        lang = self.env.context.get("lang") or self.env.user.lang
        answers = []
        for connection in self.with_context(lang=lang):
            told = connection.action_test()["params"]
            answers.append(
                {
                    "id": connection.id,
                    "name": connection.name,
                    "ok": told["type"] == "success",
                    "message": connection.test_result or "",
                    "tested_at": connection.tested_at.isoformat(),
                }
            )
        return answers

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
