"""R26: from posting on, every rendering says COPIE on every page; not the original."""

import io

from pypdf import PdfReader

from odoo import Command
from odoo.tests import tagged

from ..models.account_move_sending import AccountMove as Sending
from .common import ChorusCase

RENDER = Sending._l10n_fr_chorus_render
REPORT = "account.account_invoices"


def pages(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@tagged("post_install", "-at_install")
class TestCopy(ChorusCase):
    def print(self, moves, report=REPORT):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, _kind = reports._render_qweb_pdf(report, moves.ids)
        return content

    def assertCopy(self, pdf, *numbers):  # noqa: N802 - as unittest names them
        texts = pages(pdf)
        self.assertEqual([text.count("COPIE") for text in texts], [1] * len(texts))
        self.assertNotIn("duplicata", "".join(texts).lower())
        for number in numbers:
            self.assertIn(number, "".join(texts))
        return texts

    def test_every_page_of_every_layout(self):
        long = self.make_invoice(
            invoice_line_ids=[
                Command.create({"product_id": self.book.id, "price_unit": price})
                for price in range(1, 60)
            ]
        )
        layouts = self.env["report.layout"].search([])
        self.assertGreaterEqual(len(layouts), 5)
        for layout in layouts:
            with self.subTest(layout.name):
                self.company.external_report_layout_id = layout.view_id
                texts = self.assertCopy(self.print(long), long.name, "59,00")
                self.assertGreater(len(texts), 1)

    def test_draft_is_no_copy_and_the_original_neither(self):
        other = self.make_invoice("partner_parents")
        self.assertNotIn("COPIE", "".join(pages(self.print(other))), "no Chorus Pro")
        move = self.make_invoice(post=False)
        self.assertNotIn("COPIE", "".join(pages(self.print(move))))
        move._post()
        self.assertCopy(self.print(move), move.name)

    def test_queued_and_sent_printed_and_mailed(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.assertState(move, "requested")
        self.assertCopy(self.print(move), move.name)
        self.integrate(move)
        self.assertCopy(self.print(move), move.name)
        self.assertCopy(self.print(move, "account.account_invoices_without_payment"))
        wizard = (
            self.shop["account.move.send.wizard"]
            .with_context(
                active_model="account.move",
                active_ids=move.ids,
                force_report_rendering=True,
            )
            .create({"move_id": move.id, "sending_methods": ["email"]})
        )
        wizard.action_send_and_print()
        self.assertCopy(move.invoice_pdf_report_id.raw, move.name)
        mailed = move.message_ids.attachment_ids.filtered(
            lambda file: file.mimetype == "application/pdf"
        )
        self.assertTrue(mailed)
        for file in mailed:
            self.assertCopy(file.raw, move.name)

    def test_the_original_is_not_left_as_a_copy_without_its_mark(self):
        """A report that saves what it prints must not save the original's page."""
        move = self.make_invoice()
        self.env.ref(REPORT).attachment = "(object.name).replace('/', '_') + '.pdf'"
        RENDER(move)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        self.assertFalse(files)
        self.assertCopy(self.print(move))
        self.assertCopy(self.print(move), move.name)
        self.assertNotIn("COPIE", "".join(pages(RENDER(move))))

    def test_page_of_html_is_marked(self):
        move = self.make_invoice()
        reports = self.env["ir.actions.report"]
        html = reports._render_qweb_html(REPORT, move.ids)[0].decode()
        self.assertEqual(html.count("COPIE"), 1)
