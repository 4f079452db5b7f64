"""R26: from posting on, every rendering says COPIE on every page; not the original."""

import io
import os
from unittest.mock import patch

from psycopg2.errors import CheckViolation
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_actions_report

from ...models.copies.res_partner import MOST_COPIES
from ...models.invoice.neutral import neutral_invoices
from ..common import ChorusCase

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
                for price in range(1, 46)
            ]
        )
        layouts = self.env["report.layout"].search([])
        self.assertGreaterEqual(len(layouts), 5)
        for layout in layouts:
            with self.subTest(layout.name):
                self.company.external_report_layout_id = layout.view_id
                texts = self.assertCopy(self.print(long), long.name, "45,00")
                self.assertGreater(len(texts), 1)

    def test_draft_is_no_copy_and_the_original_neither(self):
        other = self.make_invoice("partner_parents")
        self.assertNotIn("COPIE", "".join(pages(self.print(other))), "no Chorus Pro")
        move = self.make_invoice(post=False)
        self.assertNotIn("COPIE", "".join(pages(self.print(move))))
        move._post()
        self.assertCopy(self.print(move), move.name)

    def test_nobody_talks_the_mark_away(self):
        """A context comes from anywhere, an address of a report included."""
        move = self.make_invoice()
        reports = self.shop["ir.actions.report"].with_context(
            force_report_rendering=True, l10n_fr_chorus_original=True
        )
        content, _kind = reports._render_qweb_pdf(REPORT, move.ids)
        self.assertCopy(content, move.name)

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
        self.company.l10n_fr_chorus_layout = "odoo"
        move._l10n_fr_chorus_render(neutral_invoices(move)[move.id])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        self.assertFalse(files)
        self.assertCopy(self.print(move))
        self.assertCopy(self.print(move), move.name)
        for layout in ("typeset", "odoo"):
            self.company.l10n_fr_chorus_layout = layout
            invoice = neutral_invoices(move)[move.id]
            with self.subTest(layout):
                original = pages(move._l10n_fr_chorus_render(invoice))
                self.assertNotIn("COPIE", "".join(original))

    def test_copy_may_look_like_the_original(self):
        self.company.l10n_fr_chorus_copy_layout = "original"
        moves = self.make_invoices(2)
        long = self.make_invoice(
            invoice_line_ids=[
                Command.create({"product_id": self.book.id, "price_unit": price})
                for price in range(1, 60)
            ]
        )
        self.integrate(moves)
        other = self.make_invoice("partner_parents")
        ir_actions_report._wkhtml.cache_clear()
        self.addCleanup(ir_actions_report._wkhtml.cache_clear)
        with patch.dict(os.environ, {"PATH": ""}):
            texts = self.assertCopy(self.print(moves + long), *moves.mapped("name"))
        self.assertGreater(len(texts), 3)
        self.assertIn("a été transmis par Chorus Pro le", texts[0])
        self.assertIn("SIRET destinataire", texts[0])
        text = "".join(pages(self.print(moves + other)))
        self.assertIn(other.name, text)
        self.assertEqual(text.count("COPIE"), 2)

    def test_page_of_html_is_marked(self):
        move = self.make_invoice()
        reports = self.env["ir.actions.report"]
        html = reports._render_qweb_html(REPORT, move.ids)[0].decode()
        self.assertEqual(html.count("COPIE"), 1)

    # ---- WISHES (R6) --------------------------------------------------------------

    def sell(self, **wishes):
        """Sell to a customer with these wishes, deliver, invoice, deposit."""
        body = self.ref("partner_seine_maritime")
        body.sudo().write(wishes)
        order = self.shop["sale.order"].create(
            {
                "partner_id": body.id,
                "l10n_fr_chorus_engagement": "EJ-1",
                "order_line": [Command.create({"product_id": self.book.id})],
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        move = order._create_invoices()
        move._post()
        self.integrate(move)
        return move, order.picking_ids

    def files(self, move):
        [original] = self.env["l10n_fr_chorus.original"].search(
            [("move_id", "=", move.id)]
        )
        return set(PdfReader(io.BytesIO(original._content())).attachments)

    def cron(self):
        with self.worker() as env:
            submissions = env["l10n_fr_chorus.submission"]
            submissions.with_context(force_report_rendering=True)._cron_copies()
        self.env.invalidate_all()

    def test_copy_is_mailed_to_those_who_receive_the_books(self):
        library = self.env["res.partner"].create(
            {
                "name": "Bibliothèque",
                "type": "delivery",
                "email": "biblio@ville.example",
                "parent_id": self.ref("partner_seine_maritime").id,
            }
        )
        move, slip = self.sell(
            l10n_fr_chorus_copy_method="email", l10n_fr_chorus_slips="both"
        )
        self.assertEqual(move.l10n_fr_chorus_copy_wish, "email")
        self.cron()
        self.assertEqual(move.l10n_fr_chorus_copy_wish, "done")
        message = move.message_ids.filtered("attachment_ids")[:1]
        self.assertEqual(message.partner_ids, library)
        copy, joined = message.attachment_ids.sorted("id")
        self.assertCopy(copy.raw, move.name)
        name = f"bon_{slip.name.replace('/', '.')}.pdf"
        self.assertEqual(joined.name, name)
        self.assertIn(name, self.files(move), "with the deposit too")
        self.cron()
        self.assertEqual(len(move.message_ids.filtered("attachment_ids")), 1, "once")

    def test_copies_are_printed_as_many_as_wished_in_the_layout_wished(self):
        layout = self.env.ref("account.account_invoices_without_payment")
        move, slip = self.sell(
            l10n_fr_chorus_copy_method="print",
            l10n_fr_chorus_copy_count=3,
            l10n_fr_chorus_copy_report_id=layout.id,
            l10n_fr_chorus_slips="copy",
        )
        self.assertEqual(move.l10n_fr_chorus_copy_wish, "print")
        self.assertFalse({one for one in self.files(move) if one.startswith("bon_")})
        found = self.env["account.move"].search(
            [("l10n_fr_chorus_copy_wish", "=", "print")]
        )
        self.assertEqual(found, move)
        texts = pages(move._l10n_fr_chorus_print_copies())
        self.assertEqual(sum("COPIE" in text for text in texts), 3)
        self.assertEqual(sum(slip.name in text for text in texts), 3)
        action = move.action_l10n_fr_chorus_print_copies()
        self.assertIn(f"move_ids={move.id}", action["url"])

    def test_copy_without_an_address_is_left_to_print(self):
        body = self.ref("partner_seine_maritime").sudo()
        body.email = False
        move, _slip = self.sell(
            l10n_fr_chorus_copy_method="email", l10n_fr_chorus_copy_partner_id=body.id
        )
        self.cron()
        self.assertEqual(move.l10n_fr_chorus_copy_wish, "print")
        self.assertIn("no e-mail address", self.chatter(move))

    def test_no_wish_no_copy(self):
        move, _slip = self.sell()
        self.assertFalse(move.l10n_fr_chorus_copy_wish)
        self.assertFalse({one for one in self.files(move) if one.startswith("bon_")})

    # ---- WHAT A CUSTOMER MAY WISH (G15) --------------------------------------------

    def test_copies_have_a_most(self):
        body = self.ref("partner_seine_maritime")
        for count in (0, -1, MOST_COPIES + 1, 10**6):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                body.l10n_fr_chorus_copy_count = count
        body.l10n_fr_chorus_copy_count = MOST_COPIES

    def test_a_layout_is_one_of_invoices(self):
        """Any other would be rendered from whatever has the invoice's number."""
        body = self.ref("partner_seine_maritime")
        others = self.env["ir.actions.report"].search([("model", "!=", "account.move")])
        statement = others.filtered(lambda one: one.model == "res.partner") or others
        with self.refused(ValidationError, "no layout of invoices"):
            body.l10n_fr_chorus_copy_report_id = statement[0].id

    def test_a_layout_reads_what_the_person_may_read(self):
        """Not even the e-mailed copy is rendered by the software itself."""
        layout = self.env.ref("account.account_invoices_without_payment")
        seen = []
        reports = type(self.env["ir.actions.report"])
        render = reports._render_qweb_pdf

        def watched(model, report, res_ids=None, data=None):
            if model._get_report(report) == layout:
                seen.append((model.env.user, model.env.su))
            return render(model, report, res_ids, data)

        self.patch(reports, "_render_qweb_pdf", watched)
        move, _slip = self.sell(
            l10n_fr_chorus_copy_method="email", l10n_fr_chorus_copy_report_id=layout.id
        )
        move._l10n_fr_chorus_print_copies()
        self.cron()
        self.assertEqual(seen, [(self.claire, False)] * 2)

    def test_an_auditor_prints_nothing_off_the_list(self):
        move, _slip = self.sell(l10n_fr_chorus_copy_method="print")
        auditor = new_test_user(
            self.env,
            "copy_auditor",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        with self.assertRaises(AccessError):
            move.with_user(auditor)._l10n_fr_chorus_printed()
        self.assertEqual(move.l10n_fr_chorus_copy_wish, "print")
