"""The platform's answers as clients met them: each fault with its right outcome."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.channels.answers import (
    INTEGRATED,
    PARTLY,
    PENDING,
    REJECTED,
    News,
    Rejection,
    Report,
    Unread,
)
from ...chorus.channels.piste import Piste
from ...chorus.errors import Denied, Illegible, Refused, Unreachable
from ..common import ChorusCase

DEPOSIT = "deposer/flux"
SEARCH = "rechercher/fournisseur"
REPORT = "consulterCRDetaille"


@tagged("post_install", "-at_install")
class TestPlatformAnswers(ChorusCase):
    def transmission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.transmission_id

    def reported(self, moves, outcome, *rejections, find=None):
        """Deposit, then have the platform answer this report, and find this much."""
        if not moves[0].l10n_fr_chorus_submission_id:
            self.deposit(moves)
        flux = self.transmission(moves[0]).flux_number
        report = Report(flux, outcome, outcome, (), rejections)
        self.patch(Piste, "report", lambda *args: report)
        find = find or (lambda *args, **sought: [])
        self.patch(Piste, "find_invoices", find)
        self.later(minutes=3)
        self.work("_report_due")

    def told(self, move, **values):
        """What a search says of one of ours."""
        submission = move.sudo().l10n_fr_chorus_submission_id
        return News(
            **{
                "number": move.name,
                "kind": "380",
                "seller_siret": submission.seller_siret,
                "buyer_siret": submission.buyer_siret,
                "platform_id": str(2**40 + move.id),
                "state": "DEPOSEE",
                "occurred_at": datetime.now(UTC),
                "flux_number": submission.transmission_id.flux_number,
                "invoice_date": move.invoice_date.isoformat(),
                **values,
            }
        )

    # ---- A4: NOTHING FOUND --------------------------------------------------------

    def test_a4_a_rejected_flux_is_told_at_once(self):
        self.platform.settings(empty_search="code")
        self.platform.structure("22760540900019", active=False)
        move = self.make_invoice()
        self.integrate(move)
        self.assertState(move, "not_integrated")
        self.assertIn("n'est pas active", move.l10n_fr_chorus_reason)

    def test_a4_a_lost_deposit_is_sent_again(self):
        self.platform.settings(empty_search="code")
        self.platform.fault("reset_after_read", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.later(hours=5)
        self.work()
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_a4_a_body_without_services_can_be_asked(self):
        self.platform.settings(empty_search="code")
        self.structures.checked_at = "2020-01-01"
        move = self.make_invoice("partner_qualification_none")
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_a4_no_news_is_no_trouble(self):
        self.platform.settings(empty_search="code")
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=30)
        self.work()
        self.assertFalse(self.connection.unreachable_since)

    # ---- A5, A6, A7: A FINAL REPORT ENDS ------------------------------------------

    def test_a6_a_rejection_is_applied_though_the_search_is_forbidden(self):
        def forbidden(*args, **sought):
            raise Denied("No", code="403")

        move = self.make_invoice()
        reason = Rejection(move.name, "888888880", "", ("Mauvais destinataire",))
        self.reported(move, REJECTED, reason, find=forbidden)
        self.assertState(move, "not_integrated")
        self.assertIn("Mauvais destinataire", move.l10n_fr_chorus_reason)
        self.assertEqual(self.transmission(move).state, "reported")

    def test_a5_an_integration_is_applied_though_nothing_is_found(self):
        move = self.make_invoice()
        self.reported(move, INTEGRATED)
        self.assertState(move, "deposited")
        self.later(hours=3)
        for _round in range(4):
            self.later(hours=2)
            self.work("_report_due")
        self.assertState(move, "DEPOSEE")
        self.assertEqual(self.transmission(move).state, "reported")

    def test_a5_a_row_that_says_little_is_ours(self):
        """Absent echoes contradict nothing."""
        move = self.make_invoice()
        bare = dict.fromkeys(["kind", "seller_siret", "flux_number", "platform_id"], "")
        found = []
        self.deposit(move)
        found.append(self.told(move, **bare, state="MISE_A_DISPOSITION"))
        report = Report(self.transmission(move).flux_number, INTEGRATED, "IN_INTEGRE")
        self.patch(Piste, "report", lambda *args: report)
        self.patch(Piste, "find_invoices", lambda *args, **sought: found)
        self.later(minutes=3)
        self.work("_report_due")
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_a7_a_partial_report_with_sirens_and_without_numbers(self):
        first, second = self.make_invoices(2)
        rejections = [
            Rejection(first.name, "888888880", "", ("Premier motif",)),
            Rejection("", "", "", ("Motif sans facture",)),
        ]
        self.deposit(first + second)
        found = [self.told(second)]
        report = Report(
            self.transmission(first).flux_number, PARTLY, "X", (), tuple(rejections)
        )
        self.patch(Piste, "report", lambda *args: report)
        self.patch(Piste, "find_invoices", lambda *args, **sought: found)
        self.later(minutes=3)
        self.work("_report_due")
        self.assertState(first, "not_integrated")
        self.assertIn("Premier motif", first.l10n_fr_chorus_reason)
        self.assertState(second, "DEPOSEE")
        self.assertIn("Motif sans facture", self.transmission(first).reason)
        self.assertIn("Motif sans facture", self.chatter(second))

    def test_a7_what_is_rejected_without_a_name_is_rejected_in_the_end(self):
        move = self.make_invoice()
        self.reported(move, PARTLY, Rejection("", "", "", ("Sans numero",)))
        self.assertState(move, "deposited")
        for _round in range(4):
            self.later(minutes=50)
            self.work("_report_due")
        self.assertState(move, "not_integrated")
        self.assertIn("Sans numero", move.l10n_fr_chorus_reason)

    def test_a7_what_is_rejected_under_a_name_that_is_nobody_s_is_not_integrated(self):
        move = self.make_invoice()
        self.reported(move, PARTLY, Rejection("7", "", "", ("Autre numero",)))
        self.assertState(move, "deposited")
        for _round in range(4):
            self.later(minutes=50)
            self.work("_report_due")
        self.assertState(move, "not_integrated")
        self.assertIn("Autre numero", move.l10n_fr_chorus_reason)

    def test_a7_a_final_report_has_its_own_grace(self):
        """However often the flux was asked about while it was on its way."""
        move = self.make_invoice()
        self.reported(move, PENDING)
        for _round in range(4):
            self.later(minutes=20)
            self.work("_report_due")
        self.reported(move, PARTLY, Rejection("7", "", "", ("Autre numero",)))
        self.later(minutes=90)
        self.work("_report_due")
        self.assertState(move, "deposited")

    def test_an_unknown_flux_becomes_a_doubt(self):
        self.platform.settings(found_after=10**9, integrated_after=2 * 10**9)
        move = self.make_invoice()
        self.integrate(move)
        self.assertState(move, "deposited")
        self.later(hours=5)
        self.work("_report_due")
        self.assertState(move, "doubtful")
        self.assertIn("does not know the deposit", move.l10n_fr_chorus_reason)

    # ---- A8: UNREADABLE ROWS ------------------------------------------------------

    def test_a8_an_unreadable_row_stops_no_other(self):
        moves = self.make_invoices(3)
        self.integrate(moves)
        self.later(hours=2)
        self.platform.statuses(
            [{"number": move.name, "status": "MANDATEE"} for move in moves]
        )
        self.platform.fault("unreadable_row", SEARCH)
        self.work()
        states = moves.mapped("l10n_fr_chorus_state")
        self.assertEqual(states.count("MANDATEE"), 2)
        kept = self.env["l10n_fr_chorus.unmatched"].search([("why", "!=", False)])
        self.assertEqual(len(kept), 1)
        self.assertIn("valeur", kept.reason)
        self.follow()
        self.later(hours=25)
        self.work()
        self.assertState(moves, "MANDATEE")

    def test_a8_what_cannot_be_read_on_one_invoice_stops_no_other(self):
        """A row of our number that does not say its date, nor does its detail."""
        moves = self.make_invoices(2)
        self.integrate(moves)
        other, move = moves
        namesake = self.told(other, platform_id="77", invoice_date="", flux_number="")
        paid = self.told(move, platform_id="", state="MANDATEE")

        def dated(*args):
            raise Illegible("No")

        self.patch(Piste, "dated", dated)
        with self.worker() as env:
            self.connection.with_env(env)._absorb([namesake, paid])
        self.env.invalidate_all()
        self.assertState(move, "MANDATEE")
        self.assertState(other, "MISE_A_DISPOSITION")
        [kept] = self.env["l10n_fr_chorus.unmatched"].search([])
        self.assertEqual(kept.number, other.name)

    def test_a_state_without_its_time_is_dated_by_the_history(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "MANDATEE")
        vague = {"occurred_at": None, "precision": "day"}
        submission = move.sudo().l10n_fr_chorus_submission_id
        news = self.told(
            move, platform_id=submission.platform_id, state="MANDATEE", **vague
        )
        with self.worker() as env:
            mine = submission.with_env(env)
            rows, trouble = self.connection.with_env(env)._detailed([(mine, news)])
            self.assertFalse(trouble)
            mine._record_news(rows)
        submission.invalidate_recordset()
        self.assertState(move, "MANDATEE")
        [event] = submission.event_ids.filtered(lambda one: one.code == "MANDATEE")
        self.assertEqual(event.source, "history")

    def test_a5_of_states_told_by_their_day_the_last_heard_counts(self):
        move = self.make_invoice()
        self.integrate(move)
        midnight = datetime.now(UTC).replace(hour=0, minute=0) - timedelta(days=2)
        for state in ("REJETEE", "EN_ORBITE", "MANDATEE", "REJETEE", "REJETEE"):
            news = self.told(
                move,
                platform_id="",
                state=state,
                occurred_at=midnight,
                precision="day",
            )
            with self.worker() as env:
                self.connection.with_env(env)._absorb([news])
            submission = move.sudo().l10n_fr_chorus_submission_id
            submission.invalidate_recordset()
            self.assertEqual(submission.state_code, state)
            self.assertEqual(submission.state_date.date(), midnight.date())
        heard = submission.event_ids.filtered(lambda one: one.source == "search")
        self.assertEqual(heard.mapped("code").count("REJETEE"), 2)

    # ---- A10, A12: WEATHER --------------------------------------------------------

    def warnings(self):
        """Messages to the managers about this connection."""
        return self.env["mail.message"].search(
            [
                ("model", "=", "l10n_fr_chorus.connection"),
                ("res_id", "=", self.connection.id),
                ("subject", "ilike", "does not work"),
            ]
        )

    def test_a10_a_hiccup_is_nobodys_business(self):
        before = self.warnings()
        self.platform.fault("status", "oauth", code=400)
        move = self.make_invoice()
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.warnings(), before)

    def test_a10_a_refusal_is_told_once_it_lasts(self):
        before = self.warnings()
        self.connection.client_secret = "wrong"
        move = self.make_invoice()
        self.deposit(move)
        self.assertEqual(self.warnings(), before, "once is nothing")
        for _round in range(6):
            self.later(minutes=20)
            self.work()
        [warning] = self.warnings() - before
        self.assertIn("client ID or secret", warning.body)

    def test_a12_a_wait_is_at_most_an_hour(self):
        self.platform.fault(
            "status", DEPOSIT, code=429, headers={"Retry-After": "999999999"}
        )
        move = self.make_invoice()
        self.deposit(move)
        limit = fields.Datetime.now().timestamp() + 4000
        self.assertLess(self.transmission(move).next_try.timestamp(), limit)

    def test_a12_a_success_wakes_all_that_waited(self):
        waiting = self.make_invoice()

        def held():
            self.platform.fault("status", DEPOSIT, code=429, headers=wait)
            self.deposit(waiting)
            self.assertState(waiting, "queued")
            self.assertGreater(self.transmission(waiting).next_try, now)

        wait, now = {"Retry-After": "3000"}, fields.Datetime.now()
        held()
        self.connection.action_test()
        self.work()
        self.assertState(waiting, "deposited")

    def test_a12_a_new_secret_wakes_all_that_waited(self):
        self.platform.fault(
            "status", DEPOSIT, code=429, headers={"Retry-After": "3000"}
        )
        move = self.make_invoice()
        self.deposit(move)
        self.connection.password = "password"
        self.work()
        self.assertState(move, "deposited")

    def test_a12_sending_again_wakes_it(self):
        self.platform.fault(
            "status", DEPOSIT, code=429, headers={"Retry-After": "3000"}
        )
        move = self.make_invoice()
        self.deposit(move)
        move.l10n_fr_chorus_send()
        self.work()
        self.assertState(move, "deposited")

    def test_a14_an_error_in_a_maintenance_costs_no_hours(self):
        for code in (503, 500):
            with self.subTest(code):
                self.platform.fault("status", DEPOSIT, code=code)
                move = self.make_invoice()
                self.deposit(move)
                self.assertState(move, "doubtful")
                self.later(minutes=40)
                self.work()
                self.later(minutes=2)
                self.work()
                self.later(minutes=2)
                self.work()
                self.assertState(move, "MISE_A_DISPOSITION")

    # ---- A11: HUNDREDS OF SERVICES ------------------------------------------------

    def state_body(self, count):
        siret = "22760540900019"
        services = [{"code": f"S{number:03}"} for number in range(count)]
        obligations = {"engagement_required": False, "service_required": True}
        self.platform.structure(siret, **obligations, services=services)
        self.platform.service(siret, "S007", engagement_required=True)
        self.structures.checked_at = "2020-01-01"
        return siret

    def test_a11_only_the_services_at_hand_are_asked(self):
        self.state_body(303)
        move = self.make_invoice(service="S007", engagement="EJ-1")
        self.platform.clear_calls()
        self.deposit(move)
        self.assertState(move, "deposited")
        self.assertEqual(len(self.calls("consulter/service")), 1)
        other = self.make_invoice(service="S008", engagement=False)
        self.deposit(other)
        self.assertState(other, "deposited")
        self.assertEqual(len(self.calls("consulter/service")), 2)

    def test_a11_what_was_answered_is_kept(self):
        siret = self.state_body(303)
        self.platform.fault("status", "rechercher/services", after=2, code=429)
        move = self.make_invoice(service="S007", engagement="EJ-1")
        self.deposit(move)
        self.assertState(move, "waiting")
        structures = self.env["l10n_fr_chorus.structure"]
        body = structures.search([("siret", "=", siret), ("company_id", "=", False)])
        self.assertGreaterEqual(len(body.service_ids), 100)
        # What was not read yet is not unknown.
        later = self.make_invoice(service="S290", engagement=False)
        [told] = later.l10n_fr_chorus_check()
        codes = [one["code"] for one in told["problems"]]
        self.assertNotIn("service_unknown", codes)
        later.l10n_fr_chorus_send()
        self.later(minutes=20)
        self.work()
        self.assertState(move + later, "deposited")

    # ---- A13: DUPLICATES WITHOUT GUESSING WORDS -----------------------------------

    def test_a13_a_copy_refused_in_any_words_is_looked_for(self):
        words = "Le numero de la demande n'est pas unique."
        self.platform.settings(duplicate_message=words)
        self.platform.fault("lost_answer", DEPOSIT)
        # The search does not show the first one for a long time.
        self.patch(Piste, "find_invoices", lambda *args, **sought: [])
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.sent_again()
        self.assertState(move, "deposited")

    def sent_again(self):
        """The quarantine is over: the same bytes go again."""
        self.later(hours=5)
        self.work()
        self.later(minutes=2)
        self.work("_deposit_due")
        self.assertEqual(self.deposits(), 2)

    def test_a13_then_it_is_found_by_its_key(self):
        words = "Le numero de la demande n'est pas unique."
        self.platform.settings(duplicate_message=words)
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        with patch.object(Piste, "find_invoices", lambda *args, **sought: []):
            self.deposit(move)
            self.sent_again()
        self.later(minutes=3)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), [move.name])

    @mute_logger("odoo.addons.l10n_fr_chorus_bookshop.models.lifecycle.submission")
    def test_a13_it_is_no_rejection_while_nobody_can_tell(self):
        def silent(*args, **sought):
            raise Unreachable("No", code="503")

        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        with patch.object(Piste, "find_invoices", lambda *args, **sought: []):
            self.deposit(move)
            self.sent_again()
        with patch.object(Piste, "find_invoices", silent):
            self.later(minutes=3)
            self.work()
            self.assertState(move, "deposited")
        self.later(hours=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")

    # ---- A8, A13: WHAT CANNOT BE READ PROVES NO ABSENCE ----------------------------

    def hiding(self, *others):
        """A search whose rows are of others, or cannot be read."""
        found = [*others, Unread('{"numeroFacture": []}')]
        return patch.object(Piste, "find_invoices", lambda *args, **sought: found)

    def test_a8_an_unreadable_row_sends_nothing_twice(self):
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        self.deposit(move)
        last = self.told(move, invoice_date="2025-01-15", platform_id="7")
        with self.hiding(last):
            for _round in range(4):
                self.later(hours=3)
                self.work()
        self.assertState(move, "doubtful")
        self.assertEqual(self.deposits(), 1)
        aside = self.env["l10n_fr_chorus.unmatched"].search([("why", "!=", False)])
        self.assertEqual(len(aside), 1)
        self.later(hours=1)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    @mute_logger("odoo.addons.l10n_fr_chorus_bookshop.models.lifecycle.submission")
    def test_a13_a_copy_is_not_refused_while_a_row_cannot_be_read(self):
        self.platform.fault("lost_answer", DEPOSIT)
        move = self.make_invoice()
        with patch.object(Piste, "find_invoices", lambda *args, **sought: []):
            self.deposit(move)
            self.sent_again()
        with self.hiding():
            self.later(minutes=3)
            self.work("_report_due")
            self.assertState(move, "deposited")
        self.later(hours=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_a7_a_nameless_rejection_beside_a_row_that_cannot_be_read(self):
        """Which of both was taken is not told: nobody is called rejected."""
        moves = self.make_invoices(2)
        self.deposit(moves)
        flux = self.transmission(moves[0]).flux_number
        nameless = Rejection("", "", "", ("Doublon",))
        report = Report(flux, PARTLY, "IN_INTEGRE_PARTIEL", (), (nameless,))
        self.patch(Piste, "report", lambda *args: report)
        with self.hiding(self.told(moves[0])):
            for _round in range(5):
                self.later(hours=1)
                self.work("_report_due")
        self.assertState(moves[0], "DEPOSEE")
        self.assertIn(moves[1].l10n_fr_chorus_state, ("deposited", "doubtful"))

    # ---- A9: THE ENGAGEMENT -------------------------------------------------------

    def test_a9_silence_of_that_service_blocks_nothing(self):
        for error in (Refused("No", code="20001"), Unreachable("No"), Denied("No")):
            with self.subTest(type(error).__name__):

                def silent(*args, error=error):
                    raise error

                self.patch(Piste, "knows_engagement", silent)
                move = self.make_invoice()
                self.deposit(move)
                self.assertState(move, "deposited")
