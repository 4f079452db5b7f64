"""R33: the smaller gestures of the screens, asked for by another system."""

from base64 import b64decode
from datetime import timedelta
from hashlib import sha256

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ChorusCase
from .test_public_methods import plain

MANAGER = "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_manager"


@tagged("post_install", "-at_install")
class TestPublicAnswers(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups=f"account.group_account_manager,{MANAGER}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def as_manager(self, records):
        return self.env(user=self.manager)[records._name].browse(records.ids)

    def told(self, answers, records, name="done"):
        """Check an answer's shape; return what each of them says."""
        self.assertEqual(plain(answers), [])
        self.assertEqual([one["id"] for one in answers], records.ids)
        return [one[name] for one in answers]

    # ---- REFERENCES AND CREDIT NOTES ----------------------------------------------

    def test_a_superfluous_reference_is_removed(self):
        wrong = self.make_invoice(
            "partner_qualification_none", post=False, service="S1"
        )
        other = self.make_invoice("partner_parents", post=False)
        moves = wrong + other
        self.assertEqual(self.told(moves.l10n_fr_chorus_fix(), moves), [True, True])
        self.assertFalse(wrong.buyer_reference)

    def partial_credit(self):
        """A draft credit note of half of an invoice that was refused."""
        move = self.make_invoice()
        move.invoice_line_ids.quantity = 1
        credit = move._reverse_moves([{"invoice_date": self.today()}])
        credit.invoice_line_ids.price_unit = 1
        return credit

    def test_a_partial_credit_is_allowed_or_made_whole(self):
        credit = self.partial_credit()
        moves = credit + self.make_invoice()
        allow = self.as_manager(moves).l10n_fr_chorus_allow_partial
        self.assertEqual(self.told(allow("Lost book"), moves), [True, False])
        managed = self.as_manager(credit)
        self.assertEqual(managed.l10n_fr_chorus_partial_reason, "Lost book")
        self.assertIn("Lost book", self.chatter(credit))
        self.assertEqual(self.told(allow(" "), moves), [False, False])
        self.assertEqual(
            self.told(moves.l10n_fr_chorus_make_whole(), moves), [True, False]
        )
        self.assertEqual(credit.amount_total, credit.reversed_entry_id.amount_total)

    def test_only_a_manager_allows_a_partial_credit(self):
        credit = self.partial_credit()
        with mute_logger("odoo.addons.base.models.ir_model"):
            answers = credit.l10n_fr_chorus_allow_partial("Lost book")
        self.assertEqual(self.told(answers, credit), [False])
        self.assertTrue(answers[0]["message"])
        self.assertFalse(credit.sudo().l10n_fr_chorus_partial_reason)

    def test_a_credit_note_kept_inside_is_sent_after_all(self):
        credit = self.partial_credit()
        credit.action_l10n_fr_chorus_make_whole()
        credit.sudo().l10n_fr_chorus_internal = True
        credit._post()
        answers = credit.l10n_fr_chorus_send_internal()
        self.assertEqual(self.told(answers, credit, "queued"), [True])
        self.assertFalse(credit.l10n_fr_chorus_internal)

    def test_a_body_is_asked_to_reject_a_credit_note(self):
        credit = self.partial_credit()
        moves = credit + self.make_invoice()
        credit.partner_id.email = "compta@seine-maritime.example"
        answers = moves.l10n_fr_chorus_ask_rejection()
        self.assertEqual(self.told(answers, moves), [True, False])
        message = credit.message_ids.filtered("partner_ids")
        self.assertEqual(message.partner_ids, credit.partner_id)
        credit.partner_id.email = False
        [answer] = credit.l10n_fr_chorus_ask_rejection()
        self.assertIn("e-mail", answer["message"])

    # ---- DOCUMENTS ----------------------------------------------------------------

    def test_documents_are_given_whole(self):
        move = self.make_invoice()
        self.integrate(move)
        original = self.shop["l10n_fr_chorus.original"].search(
            [("move_id", "=", move.id)]
        )
        [document] = original.l10n_fr_chorus_download()
        self.assertEqual(plain(document), [])
        content = b64decode(document["content"])
        self.assertEqual(sha256(content).hexdigest(), document["sha256"])
        self.assertEqual(content, original._content())
        [same] = original.l10n_fr_chorus_compare()
        self.assertEqual((same["result"], plain(same)), ("same", []))
        [trail] = move.l10n_fr_chorus_audit_pdf()
        self.assertEqual(plain(trail), [])
        self.assertTrue(b64decode(trail["content"]).startswith(b"%PDF"))
        self.assertIn(move.name.replace("/", "."), trail["filename"])

    def test_what_is_not_there_yet_is_not_compared(self):
        move = self.make_invoice()
        self.deposit(move)
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        [answer] = original.with_user(self.claire).l10n_fr_chorus_compare()
        self.assertEqual(answer["result"], "")
        self.assertIn(move.name, answer["message"])

    def test_copies_are_given_and_taken_as_printed(self):
        move = self.make_invoice()
        self.integrate(move)
        move.sudo().l10n_fr_chorus_submission_id.copy_wish = "print"
        answer = move.l10n_fr_chorus_print_copies()
        self.assertEqual(plain(answer), [])
        self.assertTrue(b64decode(answer["content"]).startswith(b"%PDF"))
        self.assertEqual(move.l10n_fr_chorus_copy_wish, "done")

    # ---- VERIFYING ----------------------------------------------------------------

    def test_documents_are_verified_in_the_directory(self):
        drafts = [
            self.make_invoice(name, post=False).id
            for name in ("partner_aube", "partner_rennes", "partner_parents")
        ]
        moves = self.shop["account.move"].browse(drafts)
        orders = self.shop["sale.order"].create(
            [{"partner_id": move.partner_id.id} for move in moves]
        )
        for documents in (moves, orders):
            answers = documents.l10n_fr_chorus_refresh()
            active = self.told(answers, documents, "active")
            self.assertEqual(active, [True, False, False])
            self.assertEqual(answers[0]["number"], documents[0].name or "")
            self.assertTrue(answers[2]["message"], "no SIRET")

    # ---- RUNNING IT ---------------------------------------------------------------

    def test_a_connection_is_tested(self):
        connection = self.as_manager(self.connection)
        self.assertEqual(
            self.told(connection.l10n_fr_chorus_test(), connection, "ok"), [True]
        )
        connection.password = "wrong"
        [answer] = connection.l10n_fr_chorus_test()
        self.assertFalse(answer["ok"])
        self.assertEqual(answer["message"], connection.test_result)
        [answer] = connection.l10n_fr_chorus_confirm_key()
        self.assertEqual(plain(answer), [])
        self.assertTrue(answer["message"], "no mailbox, no key")

    def test_an_inspection_is_given_and_ended(self):
        inspections = self.env(user=self.manager)["l10n_fr_chorus.inspection"]
        until = fields.Date.today() + timedelta(days=7)
        given = inspections.l10n_fr_chorus_give(
            "Inès", "ines@impots.example", until.isoformat(), "Avis 2026-12"
        )
        self.assertEqual(plain(given), [])
        self.assertEqual(given["date_until"], until.isoformat())
        inspection = inspections.browse(given["id"])
        self.assertTrue(inspection.is_open)
        [ended] = inspection.l10n_fr_chorus_end()
        self.assertEqual(plain(ended), [])
        self.assertFalse(inspection.is_open)

    def test_what_is_done_by_hand_is_said(self):
        operation = self.env["l10n_fr_chorus.operation"].create(
            {
                "submission_id": self.submission().id,
                "company_id": self.company.id,
                "kind": "complete",
                "state": "by_hand",
            }
        )
        answers = operation.with_user(self.claire).l10n_fr_chorus_done_by_hand()
        self.assertEqual(self.told(answers, operation, "state"), ["done"])

    def test_a_mail_is_sorted(self):
        mail = self.env["l10n_fr_chorus.mail"].create({"name": "Chorus Pro"})
        answers = mail.l10n_fr_chorus_sorted()
        self.assertEqual(self.told(answers, mail, "state"), ["done"])

    def submission(self):
        move = self.make_invoice()
        self.deposit(move)
        return move.sudo().l10n_fr_chorus_submission_id
