import base64
from functools import lru_cache, partial

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import file_path, html2plaintext

from ...chorus import typeset
from ...chorus.invoice import Attachment

# Where Odoo keeps Lato.
FONTS = "web/static/fonts/lato"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_fr_chorus_letterhead(self):
        """Return how this shop dresses its papers, as its document layout says."""
        self.ensure_one()
        shop = self.sudo().with_context(bin_size=False)
        return _letterhead(
            b"" if shop.uses_default_logo else shop.logo or b"",
            shop.primary_color or "",
            str(shop.report_header or ""),
            shop.l10n_fr_chorus_registration or "",
            str(shop.report_footer or ""),
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_render(self, invoice, copy=""):
        """Return the readable invoice (R26, R42): never core's own file, a copy.

        :param invoice: this invoice, neutral
        :param copy: words that mark a copy, "" for the original
        :return: PDF bytes
        :raises UserError: no font of the server can write a text of the invoice
        """
        try:
            return self._l10n_fr_chorus_pages(invoice, copy)()
        except typeset.MissingGlyphs as error:
            raise UserError(self._l10n_fr_chorus_no_font(error)) from error

    def _l10n_fr_chorus_pages(self, invoice, copy=""):
        """Return what writes the readable invoice, without any record.

        Odoo's own report, which needs records, is printed at once.

        :param invoice: this invoice, neutral
        :param copy: words that mark a copy, "" for the original
        :return: function without argument that returns PDF bytes, or raises
            `MissingGlyphs`
        """
        self.ensure_one()
        if self._l10n_fr_chorus_typesets():
            letterhead = self.company_id._l10n_fr_chorus_letterhead()
            fonts = file_path(FONTS)
            reform = self.l10n_fr_chorus_submission_id._channel()._reform
            return partial(
                typeset.write, invoice, letterhead, fonts, copy, reform=reform
            )
        content = self._l10n_fr_chorus_print()
        return lambda: content

    def _l10n_fr_chorus_attachments(self):
        """Return the files that go with the invoice, wished delivery slips included."""
        chosen = (
            Attachment(file.name, file.raw, file.mimetype)
            for file in self.sudo().l10n_fr_chorus_attachment_ids
        )
        return (*chosen, *self._l10n_fr_chorus_deposited_slips())

    def _l10n_fr_chorus_no_font(self, error):
        """Say what to do about a character that cannot be written."""
        return self.env._(
            "No font of the server can write “%(characters)s” in “%(text)s”. Replace "
            "these characters in the invoice, or ask whoever looks after your Odoo to "
            "install fonts that have them (Debian: fonts-noto).",
            characters=error.characters,
            text=error.text,
        )

    def _l10n_fr_chorus_print(self):
        """Return the invoice as Odoo's own report."""
        report = (
            self.env["account.move.send"]
            ._get_default_pdf_report_id(self)
            .sudo()
            .with_company(self.company_id)
            .with_context(
                force_report_rendering=True,
                l10n_fr_chorus_original=True,
                # Neither made from a copy kept before, nor kept as one.
                report_pdf_no_attachment=True,
            )
        )
        content, _kind = report._render_qweb_pdf(report, res_ids=self.ids)
        return content

    def _l10n_fr_chorus_typesets(self):
        """Tell whether the original is typeset, or Odoo's report."""
        return self.company_id.sudo().l10n_fr_chorus_layout == "typeset"


@lru_cache(maxsize=16)
def _letterhead(logo, colour, tagline, registration, footer):
    """The same for every invoice of a shop, and slow to read."""
    return typeset.Letterhead(
        logo=base64.b64decode(logo),
        colour=colour,
        tagline=" ".join(html2plaintext(tagline).split()),
        registration=registration,
        footer=tuple(filter(None, map(str.strip, html2plaintext(footer).splitlines()))),
    )
