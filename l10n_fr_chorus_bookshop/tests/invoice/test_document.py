"""The real document, rendered: exactly one XML inside, the current one (R25, R26)."""

import base64

from odoo.tests import tagged

from ...chorus.facturx import pdf as facturx_pdf
from ...chorus.facturx import schemas
from ...chorus.facturx.pdfa import embedded_files, open_pdf
from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestDocument(ChorusCase):
    def original(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.original_id

    def test_rendered_document_after_the_copy_was_mailed_and_a_reference_changed(self):
        move = self.make_invoice(engagement="EJ-OLD")
        with self.allow_pdf_render():
            wizard = (
                self.shop["account.move.send.wizard"]
                .with_context(
                    active_model="account.move",
                    active_ids=move.ids,
                    force_report_rendering=True,
                )
                .create({"sending_methods": ["email"]})
            )
            wizard.action_send_and_print()
        self.assertFalse(move.l10n_fr_chorus_state, "only the copy was mailed")
        copy = base64.b64decode(move.sudo().invoice_pdf_report_file)
        self.assertEqual(list(embedded_files(open_pdf(copy))), [])
        move.purchase_order_reference = "EJ-NEW"
        move.l10n_fr_chorus_send()
        with self.allow_pdf_render(), self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["l10n_fr_chorus.submission"]._prepare_due()
        self.assertState(move, "queued")
        content = self.original(move)._content()
        names = [name for name, _content in embedded_files(open_pdf(content))]
        self.assertEqual(names, ["factur-x.xml"])
        xml = facturx_pdf.read_xml(content)
        self.assertIn(b"EJ-NEW", xml)
        self.assertNotIn(b"EJ-OLD", xml)
        self.assertEqual(schemas.xsd_problems(xml), [])
        self.assertEqual(list(facturx_pdf.pdfa_problems(content)), [])
        text = " ".join(open_pdf(content).pages[0].extract_text().split())
        self.assertIn(move.name, text, "people can read it")
        self.assertIn(self.company.name, text, "whichever wkhtmltopdf is installed")
        self.assertIn("EJ-NEW", text)

    def test_full_check_of_en_16931(self):
        self.company.l10n_fr_chorus_full_check = True
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "deposited")

    def test_xml_with_the_pdf_inside(self):
        self.company.l10n_fr_chorus_syntax = "IN_DP_E2_CII_MIN_16B"
        moves = self.make_invoices(2)
        self.integrate(moves)
        self.assertState(moves, "MISE_A_DISPOSITION")
        self.assertEqual(self.original(moves[0]).mimetype, "application/xml")
        self.assertIn(b"AttachmentBinaryObject", self.original(moves[0])._content())

    def test_attached_files_go_along(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_attachment_ids = self.shop["ir.attachment"].create(
            {
                "name": "bon.pdf",
                "raw": b"%PDF-1.7 bon",
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": move.id,
            }
        )
        self.deposit(move)
        content = self.original(move)._content()
        names = sorted(name for name, _content in embedded_files(open_pdf(content)))
        self.assertEqual(names, ["bon.pdf", "factur-x.xml"])

    def test_nothing_unsealed_is_sent(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.work("_pack_due")
        self.work("_deposit_due")
        self.assertState(move, "queued")
        self.assertEqual(self.deposits(), 0)
        self.work("_seal_due")
        self.work("_pack_due")
        self.work("_deposit_due")
        self.assertState(move, "deposited")
        [verdict] = self.env["l10n_fr_chorus.seal"]._verify(self.company)
        self.assertFalse(verdict["fault"])
