"""R18, R20: someone knows, once; the answer leaves once, whatever breaks."""

import base64
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, tagged

from ..common import MODULE, ChorusCase

BON = {"name": "bon.pdf", "content": base64.b64encode(b"%PDF-1.4").decode()}
NOTE = "LIVR_INCOMP - il manque le bon"


@tagged("post_install", "-at_install")
class TestAnswers(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claire.lang = "en_US"  # a case is told in the person's language

    def suspended(self, reason=NOTE, **values):
        move = self.make_invoice(**values)
        self.answer(move, "SUSPENDUE", reason=reason)
        return move

    def operation(self, move):
        return self.env["l10n_fr_chorus.operation"].search(
            [("submission_id.move_id", "=", move.id)], limit=1
        )

    def cases(self, move):
        """The open activities of an invoice that the news has made."""
        case = self.env.ref(f"{MODULE}.mail_activity_type_case")
        return move.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == case
        )

    # ---- SOMEONE KNOWS, ONCE ------------------------------------------------------

    def test_case_14_one_activity_a_case_in_plain_words(self):
        move = self.make_invoice()
        self.answer(move, "REJETEE", reason="EJ_ERR - engagement inconnu")
        [case] = self.cases(move)
        self.assertEqual(case.user_id, self.claire, "the salesperson")
        self.assertGreater(case.date_deadline, fields.Date.today())
        for text in (move.name, "Engagement number wrong", "inconnu", "Credit in full"):
            self.assertIn(text, case.note)
        self.assertNotIn("EJ_ERR", case.note)
        calls = len(self.calls("rechercher/fournisseur"))
        self.later(days=2)
        self.work()
        self.assertEqual(self.cases(move), case, "once")
        self.assertEqual(len(self.calls("rechercher/fournisseur")), calls, "left alone")
        move.l10n_fr_chorus_credit(reinvoice=True)
        self.assertFalse(self.cases(move), "closed with the case")

    def test_what_is_sent_again_awaits_nobody(self):
        self.platform.remove_service("22100005200011", "MEDIATHEQUE")
        values = {"service": "MEDIATHEQUE", "engagement": "EJ-1"}
        move = self.make_invoice("partner_aube", **values)
        self.integrate(move)
        self.assertState(move, "not_integrated")
        self.assertTrue(self.cases(move))
        [status] = move.l10n_fr_chorus_status()
        self.assertEqual([one["code"] for one in status["actions"]], ["send_again"])
        move.buyer_reference = "DIR-CULTURE"
        move.l10n_fr_chorus_send()
        self.assertFalse(self.cases(move))

    def test_case_12_rejection_naming_a_vendor_bills_number(self):
        """A bill of the same number is none of the platform's business."""
        move = self.make_invoice()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": move.partner_id.id,
                "company_id": self.company.id,
                "ref": move.name,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 1})],
            }
        )
        bill.name = move.name
        said = len(bill.message_ids)
        self.answer(move, "REJETEE", reason="EJ_ERR")
        self.assertEqual(len(bill.message_ids), said)
        self.assertFalse(bill.activity_ids)
        self.assertTrue(self.cases(move))

    def test_person_in_charge_and_own_procedure(self):
        manager = self.env.ref("base.user_admin")
        manager.company_ids += self.company
        self.env["l10n_fr_chorus.procedure"].create(
            {
                "company_id": self.company.id,
                "state": "SUSPENDUE",
                "user_id": manager.id,
                "procedure": "Call the library first.",
            }
        )
        move = self.suspended()
        [case] = self.cases(move)
        self.assertEqual(case.user_id, manager)
        self.assertIn("Call the library first.", case.note)
        self.assertEqual(move.l10n_fr_chorus_procedure, "Call the library first.")
        self.assertEqual(move.l10n_fr_chorus_actor, "The shop")
        self.assertIn("Completed", move.l10n_fr_chorus_follows)

    def test_accountant_for_want_of_a_salesperson(self):
        accountant = self.env.ref("base.user_admin")
        accountant.company_ids += self.company
        self.company.l10n_fr_chorus_accountant_id = accountant
        move = self.suspended(invoice_user_id=False)
        self.assertEqual(self.cases(move).user_id, accountant)

    def test_daily_digest_is_off_by_default(self):
        moves = self.make_invoices(2)
        self.answer(moves, "SUSPENDUE", reason=NOTE)
        submissions = self.env["l10n_fr_chorus.submission"]
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        mine = [("id", ">", before), ("model", "=", "res.partner")]
        submissions._cron_digest()
        self.assertFalse(self.env["mail.message"].search(mine))
        self.company.l10n_fr_chorus_digest = True
        submissions._cron_digest()
        [mail] = self.env["mail.message"].search(mine)
        self.assertEqual(mail.notified_partner_ids, self.claire.partner_id)
        for move in moves:
            self.assertIn(move.name, mail.body)

    # ---- COMPLETING ---------------------------------------------------------------

    def test_suspended_invoice_is_completed_with_a_file(self):
        move = self.suspended()
        [status] = move.l10n_fr_chorus_status()
        codes = [one["code"] for one in status["actions"]]
        self.assertEqual(codes, ["complete", "credit"])
        [answer] = move.l10n_fr_chorus_complete([BON], "Voici le bon.")
        self.assertTrue(answer["done"], answer["message"])
        self.assertFalse(self.calls("completer"), "no network in the user's request")
        self.assertFalse(self.cases(move))
        [twice] = move.l10n_fr_chorus_complete([BON])
        self.assertFalse(twice["done"], "already on its way")
        self.later(minutes=1)
        self.work()
        self.assertState(move, "COMPLETEE")
        self.assertEqual(self.operation(move).state, "done")
        self.assertEqual(self.platform.invoice(move.name)["attachments"], ["bon.pdf"])
        self.assertIn("bon.pdf", self.chatter(move))
        kept = self.env["l10n_fr_chorus.complementary_file"].search(
            [("submission_id.move_id", "=", move.id)]
        )
        self.assertEqual(kept.mapped("filename"), ["bon.pdf", "commentaire.txt"])

    def test_a_second_suspension_is_another_case(self):
        move = self.suspended()
        move.l10n_fr_chorus_complete([BON])
        self.later(minutes=1)
        self.work()
        self.later(hours=2)
        self.platform.status(move.name, "SUSPENDUE", reason="AUTRE - signature")
        self.work()
        [case] = self.cases(move)
        self.assertIn("signature", case.note)

    def test_suspended_invoice_credited_instead_awaits_nobody(self):
        move = self.suspended()
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        self.assertTrue(answer["done"], answer["message"])
        self.assertFalse(self.cases(move))
        [status] = move.l10n_fr_chorus_status()
        self.assertEqual(status["actions"], [])
        self.assertIn(answer["credit_note_number"], status["meaning"])
        self.assertIn("nothing is left to do", status["meaning"])
        again = self.shop["account.move"].browse(answer["invoice_id"])
        self.assertIn(again.display_name, status["meaning"])

    def test_dialog_completes(self):
        move = self.suspended()
        context = move.action_l10n_fr_chorus_complete()["context"]
        file = self.shop["ir.attachment"].create({"name": "bon.pdf", "raw": b"%PDF"})
        dialog = self.shop["l10n_fr_chorus.complete"].with_context(**context)
        told = dialog.create({"attachment_ids": file.ids}).action_complete()
        self.assertIn("leaves in a moment", told["params"]["message"])
        self.work()
        self.assertEqual(self.operation(move).state, "done")

    def test_lost_answer_is_settled_by_asking(self):
        """R13: carried out although the answer was lost: once, not twice."""
        move = self.suspended()
        self.platform.fault("lost_answer", "completer")
        move.l10n_fr_chorus_complete([BON])
        self.later(minutes=1)
        self.work()
        self.assertEqual(self.operation(move).state, "doubtful")
        self.later(minutes=10)
        self.work()
        self.assertEqual(self.operation(move).state, "done")
        self.assertState(move, "COMPLETEE")
        self.assertEqual(len(self.calls("completer")), 1)
        self.assertEqual(len(self.calls("ajouter/fichier")), 1)

    def test_lost_request_goes_again(self):
        move = self.suspended()
        self.platform.fault("reset_after_read", "completer")
        move.l10n_fr_chorus_complete([BON])
        for _round in range(2):
            self.later(minutes=10)
            self.work()
        self.assertState(move, "COMPLETEE")
        self.assertEqual(len(self.calls("completer")), 2)
        self.assertEqual(len(self.calls("ajouter/fichier")), 1, "the file went once")

    def test_dead_worker_leaves_a_doubt(self):
        move = self.suspended()
        move.l10n_fr_chorus_complete([BON])
        operation = self.operation(move)
        operation.write({"state": "sending", "lease_until": fields.Datetime.now()})
        self.later(minutes=20)
        self.work()
        self.assertEqual(operation.state, "done")
        self.assertEqual(len(self.calls("completer")), 1)

    def test_refusal_of_the_platform_reopens_the_case(self):
        move = self.suspended()
        move.l10n_fr_chorus_complete([BON])
        self.platform.status(move.name, "MANDATEE")
        self.platform.status(move.name, "SUSPENDUE", reason="AUTRE")
        self.platform.fault(
            "status",
            "completer",
            code=400,
            body='{"codeRetour": 400, "libelle": "Fichier illisible"}',
        )
        self.work()
        self.assertEqual(self.operation(move).state, "refused")
        [case] = self.cases(move)
        self.assertIn("Fichier illisible", case.note)

    def test_channel_that_cannot_leaves_it_to_a_person(self):
        move = self.suspended()
        channel = type(self.env["l10n_fr_chorus.channel.piste"])
        with patch.object(channel, "_carried", lambda self: ()):
            [answer] = move.l10n_fr_chorus_complete([BON])
        self.assertTrue(answer["done"] and answer["by_hand"])
        self.assertTrue(self.cases(move), "somebody still has to do it")
        self.later(hours=2)
        self.platform.status(move.name, "COMPLETEE")
        self.work()
        self.assertEqual(self.operation(move).state, "done", "seen on the platform")
        self.assertFalse(self.cases(move))

    # ---- READDRESSING -------------------------------------------------------------

    def test_invoice_is_readdressed_under_the_same_number(self):
        values = {"service": "MEDIATHEQUE", "engagement": "EJ-1"}
        move = self.make_invoice("partner_aube", **values)
        self.answer(move, "A_RECYCLER", reason="SE_ERR")
        [wrong] = move.l10n_fr_chorus_recycle(service="NOWHERE")
        self.assertIn("NOWHERE", wrong["message"])
        [same] = move.l10n_fr_chorus_recycle()
        self.assertFalse(same["done"])
        [unknown] = move.l10n_fr_chorus_recycle(siret="21270681300018")
        self.assertFalse(unknown["done"])
        self.assertIn("21270681300018", unknown["message"])
        [answer] = move.l10n_fr_chorus_recycle(service="DIR-CULTURE")
        self.assertTrue(answer["done"], answer["message"])
        self.later(minutes=1)
        self.work()
        there = self.platform.invoice(move.name)
        self.assertEqual(there["service"], "DIR-CULTURE")
        self.assertState(move, "DEPOSEE")
        self.assertEqual(move.buyer_reference, "DIR-CULTURE")
        self.assertEqual(self.deposits(), 1)

    def test_the_readdress_dialog_offers_the_bodys_own_services(self):
        values = {"service": "MEDIATHEQUE", "engagement": "EJ-1"}
        move = self.make_invoice("partner_aube", **values)
        self.answer(move, "A_RECYCLER", reason="SE_ERR")
        dialog = Form(
            self.shop["l10n_fr_chorus.readdress"].with_context(default_move_id=move.id)
        )
        self.assertEqual(dialog.service_id.code, "MEDIATHEQUE")
        offered = dialog.structure_id.service_ids
        dialog.service_id = offered.filtered(lambda one: one.code == "DIR-CULTURE")
        self.assertEqual(dialog.service, "DIR-CULTURE")
        dialog.siret = "13002526500013"
        self.assertFalse(dialog.service_id, "another body, other services")
        dialog.siret = move._l10n_fr_chorus_siret()
        dialog.save().action_readdress()
        self.assertEqual(self.operation(move).service, "DIR-CULTURE")

    def test_function_withdrawn_leads_to_the_credit_note(self):
        self.platform.settings(recycling=False)
        move = self.make_invoice()
        self.answer(move, "A_RECYCLER", reason="EJ_ERR")
        move.l10n_fr_chorus_recycle(engagement="EJ-2")
        self.work()
        self.assertEqual(self.operation(move).state, "refused")
        self.assertEqual(move.purchase_order_reference, "EJ-1", "nothing has changed")
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        self.assertTrue(answer["done"], answer["message"])

    # ---- REASONS, PAYMENT REQUESTS ------------------------------------------------

    def test_reasons_are_data(self):
        moves = self.make_invoices(3)
        self.answer(moves[:2], "REJETEE", reason="Voir EJ_ERR, merci")
        self.answer(moves[2], "SUSPENDUE", reason="sans code")
        refusals = self.shop["l10n_fr_chorus.refusal"]
        counts = refusals._read_group(
            [("move_id", "in", moves.ids)],
            ["partner_id", "reason_code"],
            ["__count"],
        )
        body = moves.commercial_partner_id
        self.assertEqual(
            {(partner, code): count for partner, code, count in counts},
            {(body, "EJ_ERR"): 2, (body, False): 1},
        )

    def test_payment_request_of_the_state_is_kept_and_found(self):
        state = self.make_invoice("partner_etat", service="SFACETAT")
        other = self.make_invoice()
        self.integrate(state + other)
        channel = type(self.env["l10n_fr_chorus.channel.piste"])
        self.later(hours=2)
        self.platform.statuses(
            [{"number": one.name, "status": "MANDATEE"} for one in state + other]
        )
        with patch.object(
            channel, "_payment_request", lambda *_arguments: "DP-2026-77"
        ) as _asked:
            self.work()
        found = self.shop["account.move"].search(
            [("l10n_fr_chorus_payment_request", "=", "DP-2026-77")]
        )
        self.assertEqual(found, state)
