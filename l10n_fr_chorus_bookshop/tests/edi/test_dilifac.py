"""R11, R13, R16: the scenarios of an operator's mailbox."""

import os

from odoo.tests import tagged

from ...chorus.channels.edi import edifact
from ...chorus.channels.edi.invoic_read import read
from ...chorus.facturx import pdf as facturx_pdf
from .dilifac_case import DilifacCase


@tagged("post_install", "-at_install")
class TestDilifac(DilifacCase):
    def answer(self, move, name="STATUT1.csv", code="MANDATEE", extra=""):
        """The operator leaves a status file about one invoice."""
        text = f"numero_facture;statut;motif\n{move.name};{code};Voir au service\n"
        self.platform.mailbox_file(name, (text + extra).encode())

    # ---- THE USUAL WAY --------------------------------------------------------------

    def test_accepted_then_followed_to_the_payment(self):
        move = self.send()
        [name] = self.files("I")
        self.assertRegex(name, r"^3025594987\d{3}_INVOIC_\d{14}_\d{14}\.edi$")
        self.assertState(move, "deposited")
        self.assertEqual(self.transmission(move).flux_number, name)
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.transmission(move).verdict, "accepted")
        self.assertEqual(self.ledger(), [move.name])
        self.assertEqual(self.files("O"), [])
        self.platform.status(move.name, "MISE_EN_PAIEMENT")
        self.platform.mailbox_round()
        self.follow()
        self.assertState(move, "MISE_EN_PAIEMENT")
        self.assertEqual(self.transmission(move).state, "reported")
        self.assertFalse(self.unmatched())
        self.assertEqual(self.deposits(), 1)

    def test_what_is_kept_is_what_was_left(self):
        move = self.send()
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        self.platform.mailbox_round()
        [flux] = self.platform.ledger()["fluxes"]
        self.assertEqual(self.platform.flux_file(flux["number"]), original._content())
        invoice = read(original._content())
        self.assertEqual(invoice.number, move.name)
        self.assertEqual(float(invoice.total), move.amount_total)
        segments = edifact.load(original._content())
        self.assertEqual(segments[0].get(10), "1", "a test must say that it is one")

    def test_each_interchange_has_its_reference_and_file(self):
        moves = self.make_invoices(3)
        self.deposit(moves)
        self.assertEqual(len(self.files("I")), 3)
        references = moves.sudo().l10n_fr_chorus_submission_id.mapped("interchange")
        self.assertEqual(len(set(references)), 3)
        self.operate()
        self.assertState(moves, "MISE_A_DISPOSITION")

    def test_a_credit_note_names_its_invoice(self):
        move = self.send()
        self.operate()
        credit = move._reverse_moves()
        credit._post()
        self.deposit(credit)
        self.operate()
        self.assertState(credit, "MISE_A_DISPOSITION")
        self.assertEqual(self.platform.invoice(credit.name)["origin"], move.name)

    def test_factur_x_by_profile(self):
        self.profile.payload = "facturx"
        move = self.send()
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        self.assertEqual(self.files("I"), [original.filename])
        self.assertIn(move.name.encode(), facturx_pdf.read_xml(original._content()))
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_with_the_pdf_beside(self):
        self.profile.with_pdf = True
        move = self.send()
        edi, pdf = self.files("I")
        self.assertTrue(edi.endswith(".edi"))
        self.assertEqual(pdf, edi.replace(".edi", ".pdf"))
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")

    # ---- WHAT THE OPERATOR STOPS ----------------------------------------------------

    def test_rejected_with_its_words_then_sent_again(self):
        self.platform.mailbox_manners(once=["reject"])
        move = self.send()
        self.operate()
        self.assertState(move, "not_integrated")
        self.assertIn("Le code produit de la ligne 1 est inconnu", self.reason(move))
        self.assertIn("CTL01", self.reason(move))
        self.deposit(move)
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), [move.name])

    def test_a_rejection_repeated_late_does_not_stop_the_next_sending(self):
        self.platform.mailbox_manners(once=["reject"])
        move = self.send()
        self.operate()
        self.assertState(move, "not_integrated")
        [said] = self.env["l10n_fr_chorus.operator_reply"].search([])
        self.deposit(move)
        self.platform.mailbox_file("APERAK_again.txt", said.content)
        self.follow()
        self.assertState(move, "deposited")
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(self.unmatched())

    def test_a_second_word_on_the_first_file_does_not_stop_what_has_not_left(self):
        """It bears no date: only that nothing left tells which sending it is about."""
        self.platform.mailbox_manners(once=["reject"])
        move = self.send()
        self.operate()
        [said] = self.env["l10n_fr_chorus.operator_reply"].search([])
        self.platform.mailbox_faults("disk_full")
        self.deposit(move)
        self.assertState(move, "queued")
        again = said.content.replace(b"CTL01", b"CTL02")
        self.platform.mailbox_file("APERAK_again.txt", again)
        with self.worker() as env:
            self.mailbox.with_env(env)._collect(at_once=True)
        self.env.invalidate_all()
        self.assertState(move, "queued")
        self.operate()
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(self.unmatched())

    def test_interchange_refused(self):
        self.platform.mailbox_manners(once=["contrl_ko"])
        move = self.send()
        self.operate()
        self.assertState(move, "not_integrated")
        self.assertIn("UCI 12", self.reason(move))
        self.assertEqual(self.ledger(), [])

    def test_interchange_accepted_says_nothing_of_the_state(self):
        self.platform.mailbox_manners(contrl=True, aperak=False, statuses=False)
        move = self.send()
        self.operate()
        self.assertState(move, "deposited")
        self.assertEqual(self.transmission(move).flux_state, "CONTRL 8")

    def test_a_word_of_the_operator_may_stop_it_too(self):
        self.platform.mailbox_manners(takes=False)
        move = self.send()
        self.answer(move, code="non conforme")
        self.operate()
        self.assertState(move, "not_integrated")
        self.assertEqual(self.reason(move), "Voir au service")

    def test_what_cannot_be_written_is_told_before_it_leaves(self):
        move = self.send(engagement="E" * 40)
        self.assertState(move, "not_integrated")
        self.assertIn("40 characters where EDIFACT takes 35", self.reason(move))
        self.assertNotIn("whoever looks after your Odoo", self.reason(move))
        self.assertEqual(self.files("I"), [])

    def test_without_the_shops_gln(self):
        self.company.l10n_fr_chorus_gln = False
        move = self.send()
        self.assertIn("GLN is missing", self.reason(move))

    # ---- ODD ANSWERS ----------------------------------------------------------------

    def test_unknown_document_and_garbage_go_to_a_person(self):
        self.platform.mailbox_manners(once=["unknown_document", "garbage"])
        move = self.send()
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        unmatched = self.unmatched()
        self.assertEqual(len(unmatched), 2)
        self.assertIn("FAC/1999/00001", unmatched.mapped("number"))
        self.assertTrue(all(unmatched.mapped("why")))
        self.assertEqual(self.files("O"), [])
        kept = unmatched.operator_reply_id.filtered(
            lambda one: one.state == "unreadable"
        )
        self.assertIn(b"rien", kept.content)
        self.operate()
        self.assertEqual(self.unmatched(), unmatched)

    def test_the_same_answer_twice(self):
        self.platform.mailbox_manners(twice=True)
        move = self.send()
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(self.unmatched())
        submission = move.sudo().l10n_fr_chorus_submission_id
        codes = submission.event_ids.mapped("code")
        self.assertEqual(len(codes), len(set(codes)))

    def test_late_acceptance_changes_nothing(self):
        self.platform.mailbox_manners(delay=7200)
        move = self.send()
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.later(hours=3)
        self.platform.mailbox_round()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(self.unmatched())

    def test_a_rejection_of_what_chorus_pro_has_is_sorted_by_a_person(self):
        move = self.send()
        self.operate()
        self.answer(move, code="NON CONFORME")
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertIn("already has", self.unmatched().why)

    def test_a_person_links_what_names_nothing(self):
        move = self.send()
        self.operate()
        self.platform.mailbox_file(
            "S.csv", b"numero_facture;statut;motif\nFACT-1;SUSPENDUE;Bon absent\n"
        )
        self.follow()
        unmatched = self.unmatched().with_env(self.shop)
        answer = unmatched.l10n_fr_chorus_link(move.id)
        self.assertEqual(answer, {"id": unmatched.id, "sorted": True, "message": ""})
        self.assertState(move, "SUSPENDUE")
        self.assertEqual(self.reason(move), "Bon absent")

    def test_a_code_nobody_knows_is_shown(self):
        move = self.send()
        self.operate()
        self.answer(move, code="EN_ORBITE")
        self.follow()
        self.assertState(move, "unknown")
        self.assertIn("EN_ORBITE", self.chatter(move))

    def test_one_bad_row_stops_no_other(self):
        move, other = self.send(), self.send()
        self.operate()
        extra = f";SERVICE_FAIT;\n{other.name};SERVICE_FAIT;\n"
        self.answer(move, extra=extra)
        self.follow()
        self.assertState(move, "MANDATEE")
        self.assertState(other, "SERVICE_FAIT")
        self.assertEqual(len(self.unmatched()), 1)

    def test_a_link_in_the_mailbox_is_told_once_and_left(self):
        self.send()
        root = self.platform.mailbox()["root"]
        with open(f"{root}/secret", "w") as file:
            file.write("secret")
        os.symlink(f"{root}/secret", f"{root}/O/a.txt")
        self.operate()
        self.follow()
        self.assertIn("a.txt", self.files("O"))
        self.assertIn("link", self.unmatched().why)
        self.assertFalse(self.unmatched().operator_reply_id.content)

    # ---- THE DOOR -------------------------------------------------------------------

    def test_the_key_is_compared_by_a_person_once(self):
        self.mailbox.host_key = False
        self.mailbox.action_test()
        self.assertIn("not confirmed", self.mailbox.test_result)
        self.assertRegex(self.mailbox.offered_fingerprint, "^SHA256:")
        self.mailbox.action_confirm_key()
        self.mailbox.action_test()
        self.assertEqual(self.mailbox.test_result, "Everything answers.")
        self.assertFalse(self.mailbox.offered_key)
        self.mailbox.host = "other.example.com"
        self.assertFalse(self.mailbox.host_key)

    def test_another_key_or_password_sends_nothing(self):
        for values, words in (
            ({"host_key": "ssh-ed25519 AAAA"}, "another key"),
            ({"password": "wrong"}, "refuses the login"),
        ):
            self.open_mailbox()
            self.mailbox.write(values)
            move = self.send()
            self.assertState(move, "queued")
            self.assertIn(words, self.reason(move))
            self.assertEqual(self.files("I"), [])
