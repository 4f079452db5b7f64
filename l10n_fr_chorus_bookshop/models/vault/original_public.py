import base64
import re
from hashlib import sha256
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..common import in_user_lang

# Bytes that an answer may hold whole; more is fetched from its address.
LARGEST = 20_000_000
ANCHOR = re.compile(r"\s*(\d{1,9}):([0-9a-fA-F]{64})\s*")
ADDRESS = "/l10n_fr_chorus/vault/export"


class L10nFrChorusOriginal(models.Model):
    _inherit = "l10n_fr_chorus.original"

    @api.model
    def l10n_fr_chorus_verify(self, anchors=()):
        """Verify the vault of the present company, now, from its first seal.

        :param anchors: texts "RANK:HASH" from the daily mails, to compare besides those
            known here
        :return: {"ok": bool, "company_id", "company", "checked": seals that hold,
            "seq", "head": the last of them, "unsealed": originals without seal,
            "message": what is wrong or "", "number": its invoice or ""}
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

    @api.model
    def l10n_fr_chorus_export(self, date_from="", date_to="", move_ids=()):
        """Export originals with what proves them, as a ZIP (R27).

        :param date_from: ISO date of the first invoices, "" for no limit
        :param date_to: ISO date of the last ones, "" for no limit
        :param move_ids: only these invoices
        :return: {"filename", "count", "seq", "head", "size", "sha256", "content":
            base64, "" above 20 MB, "url": where the same ZIP is fetched with a session
            or an API key as bearer}
        """
        self.check_access("read")
        company = self.env.company
        moves = self.env["account.move"].browse(move_ids)
        moves.check_access("read")
        chosen = self._chosen(
            company,
            fields.Date.to_date(date_from),
            fields.Date.to_date(date_to),
            moves if move_ids else None,
        )
        query = {
            "company_id": company.id,
            "date_from": date_from or "",
            "date_to": date_to or "",
            "move_ids": ",".join(map(str, move_ids)),
        }
        period = chosen._period(date_from, date_to)
        with chosen._exported(company, period) as file:
            digest, size = sha256(), 0
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
            file.seek(0)
            content = base64.b64encode(file.read()) if size <= LARGEST else b""
        head = self._head(company)
        return {
            "filename": self._export_name(company, date_from, date_to),
            "count": len(chosen),
            "seq": head.seq,
            "head": head.hash or "",
            "size": size,
            "sha256": digest.hexdigest(),
            "content": content.decode(),
            "url": f"{self.get_base_url()}{ADDRESS}?{urlencode(query)}",
        }

    @api.model
    def _head(self, company):
        return (
            self.env["l10n_fr_chorus.seal"]
            .sudo()
            .search([("company_id", "=", company.id)], order="seq DESC", limit=1)
        )

    @api.model
    def _export_name(self, company, date_from, date_to):
        """The file's name: whose vault, and of which days."""
        siren = company.sudo()._l10n_fr_chorus_siret()[:9]
        parts = ["coffre", siren, str(date_from or ""), str(date_to or "")]
        return "_".join(filter(None, parts)) + ".zip"

    @api.model
    def _period(self, date_from, date_to):
        """What was chosen, in words, in the company's language."""
        if not date_from and not date_to:
            return self.env._("Originals chosen: %s", len(self))
        return self.env._(
            "Invoices from %(start)s to %(end)s, originals: %(count)s",
            start=format_date(self.env, date_from) if date_from else "…",
            end=format_date(self.env, date_to) if date_to else "…",
            count=len(self),
        )

    # ---- BUTTONS ------------------------------------------------------------------

    @api.model
    def action_l10n_fr_chorus_verify(self):
        """Verify now and say what was found."""
        answer = self.l10n_fr_chorus_verify()
        message = answer["message"] or self.env._(
            "%(count)s originals verified: each is the one that was sealed. Anchor: "
            "%(anchor)s",
            count=answer["checked"],
            anchor=f"{answer['seq']}:{answer['head']}",
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

    def action_l10n_fr_chorus_export(self):
        """Download these originals with what proves them."""
        query = {
            "company_id": self.company_id[:1].id or self.env.company.id,
            "move_ids": ",".join(map(str, self.move_id.ids)),
        }
        return {
            "type": "ir.actions.act_url",
            "url": f"{ADDRESS}?{urlencode(query)}",
            "target": "self",
        }

    def action_l10n_fr_chorus_download(self):
        """Download the exact bytes of one original."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/l10n_fr_chorus/vault/original/{self.id}",
            "target": "self",
        }
