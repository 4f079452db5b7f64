from base64 import b64encode

from odoo import models
from odoo.exceptions import UserError

from ..common import in_user_lang


class L10nFrChorusOriginal(models.Model):
    _inherit = "l10n_fr_chorus.original"

    def l10n_fr_chorus_download(self):
        """Give the exact bytes of these originals (R25).

        :return: list of {"id", "number", "filename", "mimetype", "sha256", "content":
            base64}
        """
        self.check_access("read")
        return [
            {
                "id": original.id,
                "number": original.number,
                "filename": original.filename,
                "mimetype": original.mimetype,
                "sha256": original.sha256,
                "content": b64encode(original._content()).decode(),
            }
            for original in self
        ]

    def l10n_fr_chorus_compare(self):
        """Fetch the platform's documents and say whether they are ours (R25).

        :return: list of {"id", "number", "result": "same", "same_data", "different" or
            "" when nothing could be compared, "message"}
        """
        self.check_access("read")
        answers = []
        for original in in_user_lang(self):
            result = ""
            try:
                result = original._compare_with_platform()
                message = original.env["l10n_fr_chorus.comparison"]._labels()[result]
            except UserError as error:
                message = str(error)
            answers.append(
                {
                    "id": original.id,
                    "number": original.number,
                    "result": result,
                    "message": message,
                }
            )
        return answers
