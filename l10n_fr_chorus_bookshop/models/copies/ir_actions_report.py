import io

import lxml.html

from odoo import models

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ...chorus.facturx.copy_mark import mark
from ...chorus.typeset import copy_words
from ..invoice.neutral import neutral_invoices

# Room around the page, in millimetres, once its header stands in the page itself.
MARGINS = {"top": "10", "bottom": "10"}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _l10n_fr_chorus_is_invoices(self):
        """Tell whether this is a layout of invoices, as a PDF."""
        self.ensure_one()
        return self.model == "account.move" and self.report_type == "qweb-pdf"

    def _prepare_html(self, html, report_model=False):
        # EXTENDS 'base': Debian's wkhtmltopdf drops headers and footers, and with them
        # the seller's name and legal mentions, which an original must show
        alone = self.env.context.get("l10n_fr_chorus_original")
        if alone and not _wkhtml().is_patched_qt:
            html = _with_header_inside(html)
        return super()._prepare_html(html, report_model=report_model)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # EXTENDS 'base': whatever the report and its layout, each page says it is a
        # copy; also of a file kept from before
        typeset = self._l10n_fr_chorus_typeset_copies(report_ref, res_ids)
        others = res_ids
        if typeset:
            others = [one for one in res_ids if one not in typeset]
            if not others:
                return typeset
        streams = super()._render_qweb_pdf_prepare_streams(report_ref, data, others)
        if self._get_report(report_ref).model != "account.move":
            return streams
        for res_id, found in streams.items():
            moves = self.env["account.move"].browse(res_id or res_ids or [])
            # A stream of several invoices that could not be parted is theirs all.
            copy = any(move._l10n_fr_chorus_is_copy() for move in moves)
            if copy and found["stream"]:
                content = found["stream"].getvalue()
                found["stream"].close()
                found["stream"] = io.BytesIO(mark(content))
        if typeset:
            return {one: (typeset.get(one) or streams[one]) for one in res_ids}
        return streams

    def _l10n_fr_chorus_typeset_copies(self, report_ref, res_ids):
        """Return the copies that look like the original, where a company wants them.

        :return: as `_render_qweb_pdf_prepare_streams`, of those alone
        """
        if not res_ids or not self._is_invoice_report(report_ref):
            return {}
        moves = self.env["account.move"].browse(res_ids)
        copies = moves.filtered(
            lambda move: (
                move.company_id.sudo().l10n_fr_chorus_copy_layout == "original"
                and move._l10n_fr_chorus_typesets()
                and move._l10n_fr_chorus_is_copy()
            )
        )
        if not copies:
            return {}
        invoices = neutral_invoices(copies)
        return {
            move.id: {
                "stream": io.BytesIO(
                    move._l10n_fr_chorus_render(
                        invoices[move.id], copy_words(move._l10n_fr_chorus_sent_on())
                    )
                ),
                "attachment": None,
            }
            for move in copies
        }


def _with_header_inside(html):
    """Return a report whose headers and footers are part of the pages' text.

    :param html: the whole report, as rendered by QWeb
    """
    root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
    for article in root.find_class("article"):
        layout = article.getparent()
        for header in layout.find_class("header"):
            header.classes.discard("header")
            article.insert(0, header)
        for footer in layout.find_class("footer"):
            for page_number in footer.find_class("page"):
                page_number.getparent().drop_tree()
            footer.classes.discard("footer")
            article.append(footer)
    for side, margin in MARGINS.items():
        root.set(f"data-report-margin-{side}", margin)
    return lxml.html.tostring(root, encoding="utf-8")
