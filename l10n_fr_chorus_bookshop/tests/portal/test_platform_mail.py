"""R37: the platform's mails propose states; a person confirms them."""

from email.message import EmailMessage

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...chorus.channels.portal import mail as platform_mail
from ..common import ChorusCase

GATEWAY = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install")
class TestPlatformMail(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.l10n_fr_chorus_channel = "portal"
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "shop.example"}
        )
        cls.company.l10n_fr_chorus_alias_name = "chorus-bookshop"
        cls.first, cls.second = cls.make_invoices(2)

    def setUp(self):
        super().setUp()
        self.connection.active = False
        self.deposit(self.first + self.second)
        (self.first + self.second).l10n_fr_chorus_record_deposit()
        self.assertState(self.first + self.second, "DEPOSEE")

    def receive(self, subject, body, identifier="1"):
        """A mail arrives through the gateway; return what is kept of it."""
        message = EmailMessage()
        message["From"] = "Chorus Pro <ne-pas-repondre@chorus-pro.example>"
        message["To"] = "chorus-bookshop@shop.example"
        message["Subject"] = subject
        message["Message-Id"] = f"<{identifier}@chorus-pro.example>"
        message["Date"] = "Tue, 24 Nov 2026 09:00:00 +0100"
        message.set_content("-")
        message.add_alternative(body, subtype="html")
        with mute_logger(GATEWAY):
            thread = self.env["mail.thread"].message_process(False, message.as_string())
        return self.shop["l10n_fr_chorus.mail"].browse(thread)

    def digest(self):
        return self.receive(
            "[Chorus Pro] Activité du jour",
            f"""<h3>Factures mandatées</h3><table><tr><td>{self.first.name}</td>
            <td>DEPARTEMENT</td></tr></table><h3>Factures suspendues</h3>
            <p>{self.second.name} - Motif : LIVR_INCOMP</p>""",
        )

    def test_a_proposal_shows_the_words_it_was_read_from(self):
        first, second = self.digest().proposal_ids
        heading, line = first.sentence.splitlines()
        self.assertEqual(heading, "Factures mandatées")
        self.assertIn(self.first.name, line)
        self.assertIn(f"{self.second.name} - Motif", second.sentence)

    def test_a_rejected_deposit_names_its_invoices(self):
        """What was never integrated keeps its number: no body has refused it."""
        flux = "CPP0011117000000000425903"
        self.first.sudo().l10n_fr_chorus_submission_id.deposit_number = flux
        mail = self.receive(
            "[Chorus Pro] Suivi",
            f"<p>le flux FSO1117A_CPP001_{flux} a été rejetée pour le(s) motif(s) "
            "suivants : fichier illisible</p>",
        )
        [proposal] = mail.proposal_ids
        self.assertEqual(proposal.move_id, self.first)
        self.assertEqual(proposal.state, "NON_CONFORME")
        self.assertEqual(proposal.reason, "fichier illisible")

    def test_a_mail_with_hidden_signs_is_kept(self):
        mail = self.receive("[Chorus Pro]\0 Activité", "<p>Bonjour\0 ici</p>")
        self.assertTrue(mail.exists())
        self.assertEqual(mail.state, "to_sort")

    def test_mail_proposes_and_a_person_confirms(self):
        mail = self.digest()
        self.assertEqual(mail.company_id, self.company)
        self.assertEqual(mail.state, "to_confirm")
        self.assertState(self.first + self.second, "DEPOSEE")
        mandated, suspended = mail.proposal_ids
        self.assertEqual((mandated.move_id, mandated.state), (self.first, "MANDATEE"))
        self.assertEqual(
            (suspended.move_id, suspended.state), (self.second, "SUSPENDUE")
        )
        self.assertEqual(suspended.reason, "LIVR_INCOMP")
        self.assertEqual(f"{suspended.occurred_at}", "2026-11-24 08:00:00")
        mandated.action_dismiss()
        answers = suspended.l10n_fr_chorus_confirm()
        self.assertTrue(answers[0]["done"], answers)
        self.assertState(self.first, "DEPOSEE")
        self.assertState(self.second, "SUSPENDUE")
        self.assertEqual(mail.state, "done")
        event = self.second.l10n_fr_chorus_event_ids[0]
        self.assertEqual((event.source, event.reference), ("mail", mail.name))
        self.assertIn("Claire", event.made_by)
        [again] = suspended.l10n_fr_chorus_confirm()
        self.assertFalse(again["done"])

    def test_nonsense_is_kept_to_be_sorted(self):
        mail = self.receive("Gagnez un vélo", "<p>Cliquez <b>ici</b></p>")
        self.assertEqual(mail.state, "to_sort")
        self.assertFalse(mail.proposal_ids)
        self.assertIn("Cliquez ici", mail.text)
        mail.action_sorted()
        self.assertEqual(mail.state, "done")

    def test_mail_that_breaks_the_reader_is_kept(self):
        def broken(*_arguments):
            raise ValueError("whatever")

        self.patch(platform_mail, "read", broken)
        with mute_logger(
            "odoo.addons.l10n_fr_chorus_bookshop.models.portal.platform_mail"
        ):
            mail = self.receive("x", f"<p>{self.first.name}</p>")
        self.assertEqual(mail.state, "to_sort")
        self.assertIn(self.first.name, mail.text)

    def test_what_is_known_already_is_not_proposed(self):
        mail = self.receive("x", f"<p>{self.first.name} : déposée</p>")
        self.assertFalse(mail.proposal_ids)

    def test_state_that_could_not_be_read_is_chosen_by_a_person(self):
        mail = self.receive("x", f"<p>Au sujet de {self.first.name}</p>")
        [proposal] = mail.proposal_ids
        self.assertFalse(proposal.state)
        [answer] = proposal.l10n_fr_chorus_confirm()
        self.assertFalse(answer["done"])
        self.assertEqual(mail.state, "to_confirm")
        proposal.state = "SERVICE_FAIT"
        mail.action_confirm()
        self.assertState(self.first, "SERVICE_FAIT")

    def test_invoice_on_which_the_platform_answers_is_asked_about(self):
        self.first.sudo().l10n_fr_chorus_submission_id.platform_id = "42"
        mail = self.receive("x", f"<p>{self.first.name} : rejetée</p>")
        [answer] = mail.proposal_ids.l10n_fr_chorus_confirm()
        self.assertTrue(answer["done"])
        self.assertState(self.first, "DEPOSEE")

    def test_invoice_of_another_company_is_not_met(self):
        other = self.other_company()
        other.l10n_fr_chorus_alias_name = "chorus-other"
        alias = other.l10n_fr_chorus_alias_id
        self.assertIn(str(other.id), alias.alias_defaults)
        mail = self.env["l10n_fr_chorus.mail"].message_new(
            {"subject": "x", "body": f"<p>{self.first.name} : rejetée</p>"},
            {"company_id": other.id},
        )
        self.assertFalse(mail.proposal_ids)
        other.l10n_fr_chorus_alias_name = False
        self.assertFalse(alias.exists())

    def test_who_has_no_right_reads_no_mail(self):
        mail = self.digest()
        stranger = new_test_user(self.env, "mail_stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            mail.with_user(stranger).read(["text"])
        with self.assertRaises(AccessError):
            mail.proposal_ids.with_user(stranger).l10n_fr_chorus_confirm()
