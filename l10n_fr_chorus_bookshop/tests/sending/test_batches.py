"""R14: many invoices in few calls, each with its own outcome."""

import io
import tarfile

from odoo import Command
from odoo.tests import tagged

from ...chorus.channels.answers import PARTLY, Rejection, Report
from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestBatches(ChorusCase):
    def transmissions(self, moves):
        return moves.sudo().l10n_fr_chorus_submission_id.transmission_id

    def test_many_invoices_in_one_archive(self):
        moves = self.make_invoices(4)
        self.integrate(moves)
        self.assertState(moves, "MISE_A_DISPOSITION")
        [flux] = self.platform.ledger()["fluxes"]
        content = self.platform.flux_file(flux["number"])
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            inside = {one.name: archive.extractfile(one).read() for one in archive}
        originals = moves.sudo().l10n_fr_chorus_submission_id.original_id
        kept = {one.filename: one._content() for one in originals}
        self.assertEqual(inside, kept, "the vault holds exactly what was sent")
        self.assertEqual(self.transmissions(moves).size, len(content))

    def test_split_by_number(self):
        self.connection.batch_size = 2
        moves = self.make_invoices(5)
        self.integrate(moves)
        self.assertEqual(self.deposits(), 3)
        self.assertEqual(self.ledger(), sorted(moves.mapped("name")))

    def test_split_by_bytes(self):
        moves = self.make_invoices(3)
        moves.l10n_fr_chorus_send()
        self.work("_prepare_due")
        originals = moves.sudo().l10n_fr_chorus_submission_id.original_id
        self.connection.batch_bytes = max(originals.mapped("size")) * 2 + 1
        self.work()
        loads = sorted(len(one.submission_ids) for one in self.transmissions(moves))
        self.assertEqual(loads, [1, 2])
        self.assertEqual(self.deposits(), 2)

    def test_one_bigger_than_the_limit_still_leaves_alone(self):
        self.connection.batch_bytes = 1
        moves = self.make_invoices(2)
        self.deposit(moves)
        self.assertEqual(self.deposits(), 2)

    # ---- ONE FATE EACH ------------------------------------------------------------

    def test_partial_integration(self):
        self.platform.fault("partial", "deposer/flux", every=2, message="Motif du test")
        moves = self.make_invoices(4)
        self.integrate(moves)
        there = set(self.ledger())
        self.assertEqual(len(there), 2)
        for move in moves:
            if move.name in there:
                self.assertState(move, "MISE_A_DISPOSITION")
            else:
                self.assertState(move, "not_integrated")
                self.assertIn("Motif du test", move.l10n_fr_chorus_reason)
                self.assertIn("Motif du test", self.chatter(move))

    def test_rejected_one_goes_again_under_the_same_number(self):
        self.platform.fault("partial", "deposer/flux", every=2, message="Motif du test")
        moves = self.make_invoices(2)
        self.integrate(moves)
        bad = moves.filtered(lambda one: one.l10n_fr_chorus_state == "not_integrated")
        number = bad.name
        bad.l10n_fr_chorus_send()
        self.work()
        self.later(minutes=2)
        self.work()
        self.assertEqual(bad.name, number)
        self.assertState(moves, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), sorted(moves.mapped("name")))

    def test_one_bad_invoice_does_not_stop_the_others(self):
        good = self.make_invoice()
        bad = self.make_invoice("partner_aube")
        answers = (good + bad).l10n_fr_chorus_send()
        self.assertEqual([one["queued"] for one in answers], [True, False])
        self.work()
        self.assertState(good, "deposited")

    def test_case_12_rejection_naming_a_vendor_bill_number(self):
        move = self.make_invoice()
        bill = self.shop["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.ref("partner_parents").id,
                "invoice_date": move.invoice_date,
                "name": move.name.replace("FAC", "FOURN"),
                "ref": move.name,
                "invoice_line_ids": [Command.create({"name": "Loyer"})],
            }
        )
        self.deposit(move)
        transmission = self.transmissions(move)
        said = len(bill.message_ids)
        report = Report(
            transmission.flux_number,
            PARTLY,
            "IN_INTEGRE_PARTIEL",
            rejections=(
                Rejection(move.name, "33254021516357", "", ("Numéro du voisin",)),
                Rejection(bill.name, "88888888000018", "", ("Facture reçue",)),
            ),
        )
        transmission._settle(report, [])
        self.assertState(move, "deposited")
        self.assertFalse(bill.l10n_fr_chorus_state)
        self.assertEqual(len(bill.message_ids), said)

    # ---- COMPANIES ----------------------------------------------------------------

    def test_case_19_batch_of_two_companies(self):
        other = self.other_company()
        both = self.company + other
        self.claire.company_ids += other
        elsewhere = self.shop(
            context={"allowed_company_ids": both.ids, "lang": "en_US"}
        )
        body = self.ref("partner_qualification_none").with_env(elsewhere)
        body.with_company(other).invoice_sending_method = "chorus"
        ours = self.make_invoice(body)
        theirs = elsewhere["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": other.id,
                "partner_id": body.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Un livre",
                            "price_unit": 12,
                            "tax_ids": other.account_sale_tax_id.ids,
                        }
                    )
                ],
            }
        )
        theirs._post()
        (ours.with_env(elsewhere) + theirs).l10n_fr_chorus_send()
        self.work()
        self.later(minutes=2)
        self.work()
        self.assertState(ours + theirs.with_env(ours.env).sudo(), "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 2, "one deposit for each company")
        sellers = {one["supplier"] for one in self.platform.ledger()["invoices"]}
        self.assertEqual(sellers, set(both.mapped("company_registry")))
