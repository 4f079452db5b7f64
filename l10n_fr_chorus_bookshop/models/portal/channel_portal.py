# pylint: disable=prefer-env-translation
# What is marked here is said in the reader's language where it is shown.
from odoo import models

from ...chorus.facturx import archive
from ...chorus.text import _


class L10nFrChorusChannelPortal(models.AbstractModel):
    """A person uploads the file on the Chorus Pro portal (R11).

    There is no connection: nothing is called, so a shop sends from its first day. Where
    the company also has an API connection, it reads the directory and, the invoice once
    found there, follows it.
    """

    _name = "l10n_fr_chorus.channel.portal"
    _inherit = "l10n_fr_chorus.channel"
    _description = "Chorus Pro portal, by hand"

    _label, _rank = _("Chorus Pro portal, by hand"), 10
    _by_hand = True

    def _guarantee(self):
        return self.env._(
            "This is the file uploaded on the portal. A PDF alone is not an "
            "electronic invoice."
        )

    def _document(self, move, invoice):
        """The API's Factur-X: the portal takes it as it takes a deposit by API.

        A PDF with the invoice inside passes as data, where a bare one would be read by
        character recognition and verified figure by figure.
        """
        piste = self.env["l10n_fr_chorus.channel.piste"]
        year = invoice.issue_date.year
        stem = archive.name_for(invoice.number, invoice.kind, year, "")
        return piste._facturx(move, invoice, stem)
