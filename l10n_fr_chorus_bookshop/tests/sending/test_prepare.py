"""R42: documents made in batches, typeset, without any page printer."""

import io
import os
from unittest.mock import patch

import psycopg2
from pypdf import PdfWriter

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_actions_report

from ...chorus.facturx import pdf as facturx_pdf
from ...chorus.facturx.pdfa import open_pdf
from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestPrepare(ChorusCase):
    def request(self, count=1):
        moves = self.make_invoices(count)
        moves.l10n_fr_chorus_send()
        return moves

    def submissions(self, moves):
        return moves.sudo().l10n_fr_chorus_submission_id

    def text(self, move):
        """What the original says, spaces made plain."""
        content = self.submissions(move).original_id._content()
        pages = open_pdf(content).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def spoil(self, bad, error):
        """Have the document of one invoice fail."""
        piste = type(self.env["l10n_fr_chorus.channel.piste"])
        make = piste._document

        def spoiled(channel, move, invoice):
            if move == bad:
                raise error
            return make(channel, move, invoice)

        return patch.object(piste, "_document", spoiled)

    def test_original_is_typeset_and_accessible(self):
        self.company.write(
            {
                "report_footer": "<p>Ouvert le dimanche</p>",
                "l10n_fr_chorus_registration": "SARL au capital de 8 000 €",
                "l10n_fr_chorus_gln": "3025590000008",
            }
        )
        move = self.request()
        self.work("_prepare_due")
        content = self.submissions(move).original_id._content()
        self.assertEqual(facturx_pdf.pdfa_problems(content, accessible=True), [])
        text = self.text(move)
        for words in (
            move.name,
            "SIRET destinataire",
            "Ouvert le dimanche",
            "SARL au capital de 8 000 €",
            "Gencod : 3025590000008",
            "R2192-10",
        ):
            self.assertIn(words, text)

    def test_hospital_pays_within_fifty_days(self):
        move = self.make_invoice()
        move.commercial_partner_id.sudo().l10n_fr_chorus_payment_days = 50
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.assertIn("50 jours", self.text(move))
        self.assertIn("R2192-11", self.text(move))

    def test_sections_services_and_orders_reach_the_page(self):
        body = self.ref("partner_seine_maritime")
        order = self.shop["sale.order"].create(
            {
                "partner_id": body.id,
                "client_order_ref": "BC-2026-118",
                "l10n_fr_chorus_engagement": "EJ-1",
                "order_line": [
                    Command.create(
                        {"display_type": "line_section", "name": "Jeunesse"}
                    ),
                    Command.create({"product_id": self.book.id}),
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        move = order._create_invoices()
        move._post()
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        text = self.text(move)
        self.assertIn("N° de bon de commande : BC-2026-118", text)
        self.assertIn(f"N° de bon de livraison : {order.picking_ids.name} du", text)
        self.assertIn("Sous-total Jeunesse", text)

    def test_without_any_page_printer(self):
        """The whole way with an empty path: nothing but core's own prints needs it."""
        ir_actions_report._wkhtml.cache_clear()
        self.addCleanup(ir_actions_report._wkhtml.cache_clear)
        with patch.dict(os.environ, {"PATH": ""}):
            move = self.make_invoice()
            self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_odoo_report_for_who_insists(self):
        self.company.l10n_fr_chorus_layout = "odoo"
        move = self.request()
        writer, page = PdfWriter(), io.BytesIO()
        writer.add_blank_page(595, 842)
        writer.write(page)
        reports = type(self.env["ir.actions.report"])
        printed = patch.object(
            reports, "_render_qweb_pdf", lambda *_, **__: (page.getvalue(), "pdf")
        )
        with printed:
            self.work("_prepare_due")
        self.assertState(move, "queued")
        self.assertEqual(self.text(move), "")

    def test_one_bad_invoice_leaves_the_others(self):
        moves = self.request(4)
        with (
            self.spoil(moves[1], ValueError("broken")),
            mute_logger("odoo.addons.l10n_fr_chorus_bookshop"),
        ):
            self.work("_prepare_due")
        self.assertState(moves[0] + moves[2] + moves[3], "queued")
        self.assertState(moves[1], "waiting")
        self.assertIn("broken", self.submissions(moves[1]).reason)
        self.later(minutes=6)
        self.work("_prepare_due")
        self.assertState(moves, "queued")

    def test_conflict_makes_the_batch_again(self):
        moves = self.request(2)
        conflict = psycopg2.errors.SerializationFailure()
        with (
            self.spoil(moves[1], conflict),
            self.assertRaises(psycopg2.OperationalError),
        ):
            self.env["l10n_fr_chorus.submission"]._prepare_due()
        self.env.invalidate_all(flush=False)
        self.assertFalse(self.submissions(moves).original_id)
        self.work("_prepare_due")
        self.assertState(moves, "queued")
        self.assertEqual(len(self.submissions(moves).original_id), 2)

    def test_letters_that_no_font_has_are_for_a_person(self):
        move = self.make_invoice()
        self.book.sudo().name = "Tablettes 𒀀𒁀"
        bad = self.make_invoice()
        (move + bad).l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.assertState(move, "queued")
        self.assertState(bad, "not_integrated")
        reason = self.submissions(bad).reason
        self.assertIn("𒀀𒁀", reason)
        self.assertIn("Tablettes", reason)

    def test_queries_do_not_follow_the_number_of_invoices(self):
        self.request(2)
        self.work("_prepare_due")

        def queries(count):
            self.request(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.work("_prepare_due")
            return self.env.cr.sql_log_count - before

        few, many = queries(2), queries(10)
        self.assertLessEqual((many - few) / 8, 1)

    def test_progress_is_told(self):
        moves = self.request(2)
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        self.assertEqual(health["progress"], {"remaining": 2, "ready": 0})
        self.work("_prepare_due")
        moves += self.request(1)
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        self.assertEqual(health["progress"], {"remaining": 1, "ready": 2})
        cards = self.shop["account.move"].l10n_fr_chorus_dashboard()["cards"]
        [card] = [one for one in cards if one["code"] == "leaving"]
        self.assertEqual(card["count"], 3)
        self.assertEqual(card["help"], "Ready: 2; still to be prepared: 1.")

    def test_vault_tells_its_size_by_year(self):
        moves = self.request(2)
        self.work("_prepare_due")
        originals = self.submissions(moves).original_id
        self.env.flush_all()
        [row] = self.shop["l10n_fr_chorus.volume"].l10n_fr_chorus_volume()
        self.assertEqual(row["documents"], len(originals))
        megabytes = sum(originals.mapped("size")) / 1e6
        self.assertAlmostEqual(row["megabytes"], megabytes, 6)
        self.assertGreaterEqual(row["ten_years"], 10 * megabytes)
