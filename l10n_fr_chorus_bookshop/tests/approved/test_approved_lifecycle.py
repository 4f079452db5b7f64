"""R16, R21, R24 by status messages: each code, its one invoice, and what follows."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import Form, tagged

from ...chorus import siret
from .approved_case import ApprovedCase

ROWS = (
    ("204", "", "PRISE_EN_COMPTE_DESTINATAIRE"),
    ("204", "Le destinataire public a réalisé le service fait", "SERVICE_FAIT"),
    ("204", "La demande de paiement est validée", "MANDATEE"),
    ("204", "Mise à disposition du comptable", "MISE_A_DISPOSITION_COMPTABLE"),
    ("204", "La facture est comptabilisée", "COMPTABILISEE"),
    ("205", "", "APPROUVEE"),
    ("206", "", "APPROUVEE_PARTIELLEMENT"),
    ("207", "", "EN_LITIGE"),
    ("208", "", "SUSPENDUE"),
    ("209", "", "COMPLETEE"),
    ("214", "", "unknown"),
    ("227", "", "COMPLETEE"),
    ("211", "", "MISE_EN_PAIEMENT"),
)


@tagged("post_install", "-at_install")
class TestApprovedLifecycle(ApprovedCase):
    def arrived(self):
        move = self.make_invoice()
        self.integrate(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        return move

    def message(self, move, code, **values):
        """One status of an invoice as another program would write it, then a visit."""
        year = values.pop("year", move.invoice_date.year)
        values.setdefault("siren", move.company_id.company_registry[:9])
        issued = move.invoice_date.replace(year=year).isoformat()
        self.platform.approved_message(move.name, code, issued=issued, **values)
        with self.worker() as env:
            env["l10n_fr_chorus.connection"].browse(self.connection.id)._sync()
        self.later(minutes=5)

    def codes(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.event_ids.mapped("code")

    def test_each_code_of_the_table(self):
        move = self.arrived()
        for code, comment, state in ROWS:
            with self.subTest(code=code, comment=comment):
                self.message(move, code, comment=comment)
                self.assertState(move, state)
                if comment:
                    self.assertIn(comment, self.reason(move))

    def test_companies_of_one_siren_may_share_an_account(self):
        """Each reads all that it is told: another's news is nothing to sort."""
        other = self.other_company()
        siren = self.company.company_registry[:9]
        sirets = (f"{siren}{nic:05}" for nic in range(1, 1000))
        other.company_registry = next(
            one
            for one in sirets
            if siret.is_valid(one) and one != self.company.company_registry
        )
        shared = self.connection.copy(
            {"company_id": other.id, **self.addresses(), "client_id": "bookshop"}
        )
        self.arrived()
        with self.worker() as env:
            env["l10n_fr_chorus.connection"].browse(shared.id)._sync()
        issued = self.today().isoformat()
        self.platform.approved_message("NOBODYS", "210", siren=siren, issued=issued)
        with self.worker() as env:
            env["l10n_fr_chorus.connection"].browse(shared.id)._sync()
        unmatched = self.env["l10n_fr_chorus.unmatched"].sudo().search([])
        self.assertEqual(unmatched.mapped("number"), ["NOBODYS"])

    def test_another_companys_and_last_years_are_not_this_one(self):
        move = self.arrived()
        self.message(move, "210", siren="111222333")
        self.message(move, "210", year=move.invoice_date.year - 1)
        self.message(move, "210", kind="381")
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertNotIn("REJETEE", self.codes(move))
        unmatched = self.env["l10n_fr_chorus.unmatched"].search([])
        self.assertGreaterEqual(len(unmatched), 3)

    def test_all_that_is_said_of_a_strange_invoice_is_one_thing_to_sort(self):
        """Another program of the shop may send by the same platform."""
        move = self.arrived()
        for code in ("202", "203", "210"):
            self.message(move, code, siren="111222333")
        [row] = self.env["l10n_fr_chorus.unmatched"].search([])
        self.assertEqual((row.number, row.code), (move.name, "REJETEE"))

    def test_what_is_told_twice_or_late_does_not_win(self):
        move = self.arrived()
        before = fields.Datetime.now() - timedelta(hours=30)
        self.message(move, "204", comment="mandatée")
        late = f"{before.isoformat(timespec='seconds')}+00:00"
        for _time in range(2):
            self.message(move, "208", date=late)
        self.assertState(move, "MANDATEE")
        self.assertEqual(self.codes(move).count("SUSPENDUE"), 1)

    def test_a_copys_213_after_the_arrival_changes_nothing(self):
        move = self.arrived()
        for reason in ("DOUBLON", "REJ_UNI"):
            self.message(move, "213", reasons=[reason])
            self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(move.l10n_fr_chorus_can_send)
        self.sent_once(move)

    def test_after_a_refusal_a_credit_inside_and_a_new_number(self):
        move = self.make_invoice()
        self.answer(move, "REJETEE", reason="LIVR_INCOMP")
        [answer] = move.l10n_fr_chorus_credit(reinvoice=True)
        credit = move.browse(answer["credit_note_id"])
        self.assertTrue(credit.l10n_fr_chorus_internal)
        self.assertFalse(answer["queued"])
        again = move.browse(answer["invoice_id"])
        again.action_post()
        self.assertNotEqual(again.name, move.name)
        self.integrate(again)
        self.follow()
        self.assertState(again, "MISE_A_DISPOSITION")
        self.assertFalse(credit.sudo().l10n_fr_chorus_submission_id)
        self.sent_once(move + again)

    def test_the_screen_completes_by_a_209_with_files(self):
        move = self.make_invoice()
        self.answer(move, "SUSPENDUE", reason="JUSTIF_ABS")
        files = self.shop["ir.attachment"].create(
            [{"name": "bl.pdf", "raw": b"%PDF-1.7"}, {"name": "b.png", "raw": b"\x89"}]
        )
        screen = Form(
            self.shop["l10n_fr_chorus.complete"].with_context(default_move_id=move.id)
        )
        screen.comment = "Voici"
        record = screen.save()
        record.attachment_ids = [Command.set(files.ids)]
        record.action_complete()
        for _leap in range(3):
            self.work()
            self.later(minutes=10)
        self.assertState(move, "COMPLETEE")
        attached = self.platform.invoice(move.name)["attachments"]
        self.assertEqual(sorted(attached), ["b.png", "bl.pdf"])
