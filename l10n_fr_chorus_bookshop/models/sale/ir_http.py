from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        # EXTENDS 'http_routing': the e-shop's customers are asked in their language
        return [
            *super()._get_translation_frontend_modules_name(),
            "l10n_fr_chorus_bookshop",
        ]
