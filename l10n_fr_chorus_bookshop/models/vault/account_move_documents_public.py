from base64 import b64encode

from odoo import models

from ..common import in_user_lang

COPIES = "copies.pdf"


class AccountMove(models.Model):
    """The PDFs of the invoice's page, for other systems (DESIGN §7)."""

    _inherit = "account.move"

    def l10n_fr_chorus_audit_pdf(self):
        """Give the audit trail of each invoice as a PDF (R28).

        :return: list of {"id", "number", "filename", "content": base64}
        """
        self.check_access("read")
        moves = in_user_lang(self).sudo()
        return [
            {
                "id": move.id,
                "number": move.name or "",
                "filename": move._l10n_fr_chorus_trail_name(),
                "content": b64encode(move._l10n_fr_chorus_trail_pdf()).decode(),
            }
            for move in moves
        ]

    def _l10n_fr_chorus_trail_name(self):
        return f"piste_audit_{self.name or self.id}.pdf".replace("/", ".")

    def l10n_fr_chorus_print_copies(self):
        """Give the copies that customers wish as one PDF; they are taken as done (R6).

        :return: {"filename", "content": base64}
        :raises UserError: there is none to print
        """
        self.check_access("read")
        content = in_user_lang(self)._l10n_fr_chorus_printed()
        return {"filename": COPIES, "content": b64encode(content).decode()}

    def _l10n_fr_chorus_printed(self):
        """Render the copies wished, and note that they are printed.

        :return: one PDF
        :raises UserError: there is none to print
        """
        moves = self.filtered(lambda move: move._l10n_fr_chorus_is_copy())
        content = moves._l10n_fr_chorus_print_copies()
        printed = moves.sudo().l10n_fr_chorus_submission_id
        printed.filtered(lambda one: one.copy_wish == "print").copy_wish = "done"
        return content
