from odoo import fields, models

from ..chorus import siret as siret_rules
from .channel import CHANNELS
from .channel_piste import CII_WITH_PDF, FACTURX


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_channel = fields.Selection(
        CHANNELS,
        "Chorus Pro channel",
        default="portal",
        required=True,
    )
    l10n_fr_chorus_environment = fields.Selection(
        [("qualification", "Qualification (tests)"), ("production", "Production")],
        "Chorus Pro environment",
        default="qualification",
        required=True,
    )
    l10n_fr_chorus_syntax = fields.Selection(
        [(FACTURX, "Factur-X (PDF)"), (CII_WITH_PDF, "XML with the PDF inside")],
        "Chorus Pro document",
        default=FACTURX,
        required=True,
    )
    l10n_fr_chorus_directory_age = fields.Integer(
        "Directory answers hold (hours)",
        default=24,
        help="Before each sending, an older answer is asked for again.",
    )
    l10n_fr_chorus_superfluous = fields.Selection(
        [("error", "Stop the invoice"), ("warning", "Only warn")],
        "Reference the body does not ask for",
        default="error",
        required=True,
    )
    l10n_fr_chorus_auto_send = fields.Boolean(
        "Send to Chorus Pro when an invoice is confirmed"
    )
    l10n_fr_chorus_full_check = fields.Boolean(
        "Check every document against all EN 16931 rules",
        help="Slower; needs the Python library saxonche on the server.",
    )

    def _l10n_fr_chorus_siret(self):
        """Return the company's SIRET as 14 digits, "" without any."""
        return siret_rules.clean(self.company_registry or "")

    def _l10n_fr_chorus_lang(self):
        """Return the language in which the worker writes to this company's people."""
        installed = dict(self.env["res.lang"].get_installed())
        return next(
            (lang for lang in (self.partner_id.lang, "fr_FR") if lang in installed),
            None,
        )
