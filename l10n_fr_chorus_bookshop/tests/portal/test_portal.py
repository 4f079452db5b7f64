"""R11: the portal by hand, from the file prepared to the state read there."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ...chorus.facturx import pdf as facturx_pdf
from ..common import MODULE, ChorusCase


@tagged("post_install", "-at_install")
class TestPortal(ChorusCase):
    """A shop without any connection: nothing is ever called."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.active = False
        cls.company.l10n_fr_chorus_channel = "portal"

    def prepare(self, *moves):
        """Ask for the sending, and have the worker prepare the files."""
        moves = self.shop["account.move"].union(*(moves or (self.make_invoice(),)))
        moves.l10n_fr_chorus_send()
        self.work()
        self.assertState(moves, "to_deposit")
        return moves

    def submission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id

    def sources(self, move):
        return self.submission(move).event_ids.mapped("source")

    # ---- PREPARED -----------------------------------------------------------------

    def test_file_is_prepared_sealed_and_waits_for_a_person(self):
        move = self.prepare()
        submission = self.submission(move)
        original = submission.original_id
        self.assertIn(
            move.name.encode(), facturx_pdf.read_xml(original._content()), "a Factur-X"
        )
        self.assertEqual(original.channel, "portal")
        seals = self.env["l10n_fr_chorus.seal"]
        self.assertTrue(seals.search([("original_id", "=", original.id)]))
        self.assertFalse(submission.transmission_id)
        self.assertFalse(submission.connection_id)
        self.assertEqual(self.calls(), [], "nothing is called")
        self.assertIn("To deposit on the portal", self.chatter(move))

    def test_nobody_is_told_that_it_leaves_by_itself(self):
        move = self.make_invoice()
        told = move.action_l10n_fr_chorus_send()
        self.assertIn("then deposit it", told["params"]["message"])
        self.work()
        both = move + self.make_invoice()
        told = both.action_l10n_fr_chorus_send()["params"]
        ready, asked = (one["text"] for one in told["rows"])
        self.assertIn("Its file is ready", ready)
        self.assertIn("then deposit it", asked)
        self.assertNotIn("leave", told["title"])

    def test_directory_too_old_does_not_stop_who_cannot_ask(self):
        self.later(days=3)
        self.prepare()

    def test_unknown_body_waits_and_says_why(self):
        self.structures.filtered(
            lambda one: one.siret == self.ref("partner_lyon").company_registry
        ).unlink()
        move = self.make_invoice("partner_lyon")
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertTrue(move.l10n_fr_chorus_reason)

    def test_values_are_given_in_the_sites_order(self):
        move = self.make_invoice(engagement="ej-1 B")
        [sheet] = move.l10n_fr_chorus_portal_values()
        values = {one["label"]: one["text"] for one in sheet["values"]}
        self.assertEqual(values["Body's SIRET"], "22760540900019")
        self.assertEqual(values["Engagement number"], "ej-1 B")
        self.assertEqual(
            values["Total with tax"], f"{move.amount_total:.2f}".replace(".", ",")
        )
        self.assertTrue(any(label.startswith("Base at") for label in values))
        self.assertIn("qualif.chorus-pro", sheet["address"])

    def test_changing_a_reference_makes_another_file(self):
        move = self.prepare()
        first = self.submission(move).original_id
        move.purchase_order_reference = "EJ-2"
        self.assertState(move, "requested")
        self.work()
        self.assertState(move, "to_deposit")
        self.assertNotEqual(self.submission(move).original_id, first)

    # ---- DEPOSITED ----------------------------------------------------------------

    def test_deposit_is_noted_with_its_date_and_number(self):
        move = self.prepare()
        self.later(hours=2)
        moment = fields.Datetime.now()
        [answer] = move.l10n_fr_chorus_record_deposit(moment.isoformat(), "CPP0011117")
        self.assertTrue(answer["done"], answer)
        self.assertState(move, "DEPOSEE")
        submission = self.submission(move)
        self.assertEqual(submission.deposit_number, "CPP0011117")
        self.assertEqual(submission.sent_at, moment.replace(second=0, microsecond=0))
        [event] = submission.event_ids
        self.assertEqual((event.source, event.reference), ("portal", "CPP0011117"))
        self.assertIn("Claire", event.made_by)
        [status] = move.l10n_fr_chorus_status()
        self.assertEqual(status["flux_number"], "CPP0011117")
        self.assertEqual(status["channel"], "portal")
        with self.refused(UserError, "with Chorus Pro"):
            move.button_draft()

    def test_deposit_with_an_offset_is_understood(self):
        move = self.prepare()
        moment = fields.Datetime.now() + timedelta(hours=1)
        [answer] = move.l10n_fr_chorus_record_deposit(f"{moment.isoformat()}+01:00")
        self.assertTrue(answer["done"], answer)

    def test_what_cannot_be_is_refused_and_stops_no_other(self):
        draft, waiting = self.make_invoice(post=False), self.make_invoice()
        good = self.prepare()
        waiting.l10n_fr_chorus_send()
        future = (fields.Datetime.now() + timedelta(days=1)).isoformat()
        past = (fields.Datetime.now() - timedelta(days=2)).isoformat()
        for date, words in (
            (future, "in the future"),
            (past, "prepared on"),
            ("yesterday", "no date"),
        ):
            [answer] = good.l10n_fr_chorus_record_deposit(date)
            self.assertFalse(answer["done"])
            self.assertIn(words, answer["message"])
        self.assertState(good, "to_deposit")
        answers = (draft + waiting + good).l10n_fr_chorus_record_deposit()
        self.assertEqual([one["done"] for one in answers], [False, False, True])
        self.assertIn("send it first", answers[0]["message"])
        self.assertIn("Requested", answers[1]["message"])
        [again] = good.l10n_fr_chorus_record_deposit()
        self.assertFalse(again["done"], "a deposit is noted once")

    def test_portal_that_does_not_take_the_file(self):
        move = self.prepare()
        [silent] = move.l10n_fr_chorus_record_refusal(" ")
        self.assertFalse(silent["done"])
        [answer] = move.l10n_fr_chorus_record_refusal("Service inactif")
        self.assertTrue(answer["done"])
        self.assertState(move, "not_integrated")
        self.assertEqual(move.l10n_fr_chorus_reason, "Service inactif")
        self.prepare(move)

    # ---- FOLLOWED BY HAND ---------------------------------------------------------

    def deposited(self):
        move = self.prepare()
        move.l10n_fr_chorus_record_deposit(number="CPP1")
        self.assertState(move, "DEPOSEE")
        return move

    def test_state_read_on_the_portal_is_noted_with_its_reason(self):
        move = self.deposited()
        [answer] = move.l10n_fr_chorus_confirm("SUSPENDUE")
        self.assertFalse(answer["done"])
        self.assertIn("give the reason", answer["message"])
        [answer] = move.l10n_fr_chorus_confirm("SUSPENDUE", "", "LIVR_INCOMP")
        self.assertTrue(answer["done"], answer)
        self.assertState(move, "SUSPENDUE")
        self.assertIn("Incomplete delivery", move.l10n_fr_chorus_reason)
        self.assertEqual(set(self.sources(move)), {"portal", "hand"})

    def test_word_of_no_platform_is_refused(self):
        move = self.deposited()
        for word in ("queued", "PAYEE", ""):
            [answer] = move.l10n_fr_chorus_confirm(word)
            self.assertFalse(answer["done"])
            self.assertIn("MISE_EN_PAIEMENT", answer["message"])
        self.assertState(move, "DEPOSEE")

    def test_state_noted_before_the_deposit_tells_that_it_left(self):
        move = self.prepare()
        move.l10n_fr_chorus_confirm("MISE_A_DISPOSITION")
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertTrue(self.submission(move).sent_at)

    def test_draft_deleted_on_the_portal_may_leave_again(self):
        move = self.deposited()
        move.l10n_fr_chorus_confirm("SUPPRIMEE", "", "Déposée deux fois")
        self.assertState(move, "SUPPRIMEE")
        self.prepare(move)

    def test_dialog_of_the_state_serves_several(self):
        moves = self.deposited() + self.deposited()
        action = moves.action_l10n_fr_chorus_note()
        wizard = self.shop[action["res_model"]].with_context(**action["context"])
        with Form(wizard) as form:
            form.state = "MANDATEE"
        answer = form.record.action_confirm()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertState(moves, "MANDATEE")

    # ---- THE ROUND ----------------------------------------------------------------

    def open(self, action):
        return self.shop[action["res_model"]].browse(action["res_id"])

    def test_round_of_a_pile(self):
        first, second, third = self.prepare(*(self.make_invoice() for _ in range(3)))
        server = self.shop.ref(f"{MODULE}.action_deposit").with_context(
            active_model="account.move", active_ids=(first + second + third).ids
        )
        round_ = self.open(server.run())
        self.assertEqual((round_.move_id, round_.progress), (first, "1 of 3"))
        self.assertEqual(
            base64.b64decode(round_.document),
            self.submission(first).original_id._content(),
        )
        self.assertIn(first.name, round_.value_ids.mapped("text"))
        round_.action_next()
        self.assertEqual((round_.move_id, round_.progress), (second, "2 of 3"))
        round_.action_previous()
        self.assertEqual(round_.move_id, first)
        round_.number = " CPP9 "
        round_.action_record()
        self.assertEqual(self.submission(first).deposit_number, "CPP9")
        self.assertEqual(round_.move_id, second)
        self.assertFalse(round_.number, "each has its own")
        round_.problem = "Service inactif"
        round_.action_refused()
        self.assertState(second, "not_integrated")
        self.assertEqual((round_.move_id, round_.progress), (third, "3 of 3"))
        answer = round_.action_record()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertState(first + third, "DEPOSEE")

    def test_round_without_anything_to_deposit_says_so(self):
        with self.refused(UserError, "waits to be deposited"):
            self.make_invoice().action_l10n_fr_chorus_deposit()

    def test_the_menu_with_nothing_to_deposit_is_no_error(self):
        answer = self.shop["account.move"].action_l10n_fr_chorus_deposit_all()
        self.assertEqual(answer["params"]["type"], "success")

    def test_menu_takes_all_that_waits(self):
        moves = self.prepare(self.make_invoice(), self.make_invoice())
        answer = self.shop["account.move"].action_l10n_fr_chorus_deposit_all()
        self.assertEqual(self.open(answer).move_ids, moves)

    # ---- RIGHTS -------------------------------------------------------------------

    def test_reading_is_not_noting(self):
        move = self.prepare()
        reader = new_test_user(
            self.env,
            "portal_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        theirs = move.with_user(reader)
        for call in (
            theirs.l10n_fr_chorus_record_deposit,
            lambda: theirs.l10n_fr_chorus_record_refusal("x"),
            lambda: theirs.l10n_fr_chorus_confirm("DEPOSEE"),
            lambda: theirs.l10n_fr_chorus_send_by("piste", "x"),
            lambda: theirs.l10n_fr_chorus_import_export(""),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertTrue(theirs.l10n_fr_chorus_portal_values())
        self.assertState(move, "to_deposit")

    # ---- THE PORTAL'S EXPORT ------------------------------------------------------

    def export(self, *rows, titles="N° facture;Statut;Montant TTC"):
        return base64.b64encode("\n".join([titles, *rows]).encode()).decode()

    def test_export_brings_the_states(self):
        first, second, third = (self.deposited() for _ in range(3))
        amount = f"{first.amount_total:.2f}".replace(".", ",")
        answer = self.shop["account.move"].l10n_fr_chorus_import_export(
            self.export(
                f"{first.name};Mandatée;{amount}",
                f"{second.name};Suspendue;999,99",
                f"{third.name};Déposée;{amount}",
                f"AILLEURS/1;Rejetée;{amount}",
                f"{third.name};En attente de visa;",
            )
        )
        self.assertEqual(answer["rows"], 5)
        self.assertEqual(answer["recorded"], 2)
        self.assertEqual(answer["known"], 1)
        self.assertEqual(
            [(one["line"], one["number"]) for one in answer["left"]],
            [(3, second.name), (5, "AILLEURS/1")],
        )
        self.assertState(first, "MANDATEE")
        self.assertState(second, "DEPOSEE")
        self.assertState(third, "unknown")
        self.assertEqual(third.l10n_fr_chorus_state_code, "EN_ATTENTE_DE_VISA")
        self.assertIn("export", self.sources(first))

    def test_columns_are_told_once(self):
        move = self.deposited()
        moves = self.shop["account.move"]
        content = self.export(f"{move.name};Mandatée", titles="Réf.;Où en est-on ?")
        with self.refused(UserError, "Which column holds « Invoice number »"):
            moves.l10n_fr_chorus_import_export(content)
        wizard = self.shop["l10n_fr_chorus.portal_import"].create({"content": content})
        wizard.action_read()
        number, state = wizard.column_ids
        self.assertEqual(number.sample, move.name)
        number.part, state.part = "number", "state"
        wizard.action_import()
        self.assertIn("1 states noted", wizard.result)
        self.assertState(move, "MANDATEE")
        again = moves.l10n_fr_chorus_import_export(content)
        self.assertEqual((again["recorded"], again["known"]), (0, 1))

    def test_file_that_is_no_table_is_told(self):
        with self.refused(UserError, "no table"):
            self.shop["account.move"].l10n_fr_chorus_import_export(
                base64.b64encode(b"bonjour").decode()
            )
