import re

from odoo import api, models
from odoo.exceptions import UserError

from ...chorus.vault.export import program_digest
from ..common import in_user_lang

ANCHOR = re.compile(r"\s*(\d{1,9}):([0-9a-fA-F]{64})\s*")


class L10nFrChorusOriginal(models.Model):
    _inherit = "l10n_fr_chorus.original"

    @api.model
    def l10n_fr_chorus_verify(self, anchors=()):
        """Verify the vault of the present company, now, from its first seal.

        :param anchors: texts "RANK:HASH" from the daily mails, to compare besides those
            known here
        :return: {"ok": bool, "company_id", "company", "checked": seals that hold,
            "seq", "head": the last of them, "unsealed": rows without seal,
            "message": what is wrong or "", "number": its invoice or "", "program":
            SHA-256 of the verifier that leaves with each export}
        :raises UserError: an anchor is not one
        """
        self.check_access("read")
        company = self.env.company
        speaking = in_user_lang(self)
        seals = speaking.env["l10n_fr_chorus.seal"].sudo()
        result = seals._verify_company(
            company.id, anchors=[speaking._read_anchor(one) for one in anchors]
        )
        fault = result["fault"] or {"message": "", "number": ""}
        return {
            "ok": not result["fault"],
            "company_id": company.id,
            "company": company.name,
            "checked": result["checked"],
            "seq": result["seq"],
            "head": result["head"],
            "unsealed": result["unsealed"],
            "message": fault["message"],
            "number": fault["number"],
            "program": program_digest(),
        }

    def _read_anchor(self, text):
        found = ANCHOR.fullmatch(text)
        if not found:
            raise UserError(
                self.env._(
                    "« %s » is not an anchor: copy the whole line RANK:HASH from the "
                    "mail.",
                    text,
                )
            )
        return int(found[1]), found[2].lower()

    def action_l10n_fr_chorus_verify(self):
        """Verify now and say what was found."""
        answer = self.l10n_fr_chorus_verify()
        message = answer["message"] or self.env._(
            "%(count)s seals verified: what each names is what was sealed. Anchor: "
            "%(anchor)s. SHA-256 of the exports' verify.py: %(digest)s",
            count=answer["checked"],
            anchor=f"{answer['seq']}:{answer['head']}",
            digest=answer["program"],
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if answer["ok"] else "danger",
                "title": self.env._("Vault of %s", answer["company"]),
                "message": message,
                "sticky": True,
            },
        }
