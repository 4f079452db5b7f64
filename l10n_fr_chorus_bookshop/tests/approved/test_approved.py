"""R43: invoices by an approved platform, from the check to the payment."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...chorus.channels.answers import REJECTED, Report
from ...chorus.channels.approved import Approved
from ...chorus.facturx import schemas
from .approved_case import ApprovedCase

FLOWS = "pa/flow/v1/flows$"


class Ways:
    """What each platform's ways may change: played with all three."""

    def test_sent_followed_and_paid(self):
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "deposited")
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        for word in ("SERVICE_FAIT", "MANDATEE", "MISE_EN_PAIEMENT"):
            self.platform.status(move.name, word)
            self.follow()
            self.assertState(move, word)
        self.sent_once(move)
        self.assertEqual(self.transmission(move).state, "reported")
        self.assertEqual(self.deposits(), 1)
        self.assertFalse(self.env["l10n_fr_chorus.unmatched"].search([]))

    def test_what_is_kept_is_what_the_platform_got(self):
        move = self.make_invoice()
        self.deposit(move)
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        transmission = self.transmission(move)
        content = self.platform.flux_file(transmission.flux_number)
        self.assertEqual(content, original._content())
        self.assertEqual(schemas.xsd_problems(content, schemas.CII_CTC_FR), [])
        self.assertEqual(schemas.schematron_problems(content, schemas.CII_CTC_FR), [])
        [flow] = self.platform.approved()["flows"]
        self.assertEqual(flow["sha256"], transmission.sha256)
        self.assertIn(str(original.id), flow["name"])
        self.assertEqual(len(flow["tracking"]), 36)

    def test_rejected_by_chorus_pro_then_sent_again_under_its_number(self):
        body = "22760540900019"
        move = self.make_invoice()
        self.deposit(move)
        self.platform.structure(body, active=False)
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertState(move, "NON_CONFORME")
        self.assertIn("annuaire", self.reason(move))
        self.assertFalse(self.integrated())
        self.platform.structure(body, active=True)
        self.integrate(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.sent_once(move)

    def settle(self, move):
        """Time passes until nothing is in doubt any more."""
        for _leap in range(4):
            self.later(hours=3)
            self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.sent_once(move)

    def test_a_lost_answer_is_looked_for_never_sent_again(self):
        self.platform.fault("lost_answer", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.assertEqual(self.deposits(), 1)
        self.settle(move)
        self.assertEqual(self.deposits(), 1)

    def test_what_never_arrived_goes_again_after_the_quarantine(self):
        self.platform.fault("reset_after_read", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.assertEqual(self.deposits(), 0)
        self.settle(move)
        self.assertEqual(self.deposits(), 1)

    def test_a_blind_search_sends_nothing_twice(self):
        self.manners(blind=3600)
        self.platform.fault("status_after", FLOWS, code=503)
        move = self.make_invoice()
        self.deposit(move)
        self.settle(move)
        self.assertEqual(self.deposits(), 1)

    def test_nothing_hides_behind_what_cannot_be_read(self):
        self.manners(hostile=True, strays=True)
        moves = self.make_invoices(3)
        self.integrate(moves)
        self.follow()
        self.assertState(moves, "MISE_A_DISPOSITION")
        flows = self.env["l10n_fr_chorus.incoming_flow"].search([])
        aside = flows.filtered(lambda one: one.state == "aside")
        self.assertTrue(aside)
        self.assertIn("DOCTYPE", aside[0].why)
        # The strays are of another company or another year: nobody's here.
        self.assertFalse(
            moves.sudo().l10n_fr_chorus_submission_id.event_ids.filtered(
                lambda event: event.code == "REJETEE"
            )
        )

    def test_a_suspended_invoice_is_completed_by_a_209(self):
        move = self.make_invoice()
        self.answer(move, "SUSPENDUE", reason="JUSTIF_ABS")
        self.assertIn("JUSTIF_ABS", self.reason(move))
        [item] = move.l10n_fr_chorus_complete(
            [{"name": "bl.pdf", "content": "JVBERi0="}], "Voici"
        )
        self.assertTrue(item["done"], item)
        self.work()
        self.assertState(move, "SUSPENDUE")
        for _leap in range(2):
            self.later(minutes=10)
            self.work()
        self.assertState(move, "COMPLETEE")
        operation = self.env["l10n_fr_chorus.operation"].search([])
        self.assertEqual(operation.state, "done")
        invoice = self.platform.invoice(move.name)
        self.assertEqual(invoice["attachments"], ["bl.pdf"])

    def test_the_platforms_document_is_compared_with_ours(self):
        move = self.make_invoice()
        self.integrate(move)
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        [item] = original.l10n_fr_chorus_compare()
        self.assertEqual(item["result"], "same")


@tagged("post_install", "-at_install")
class TestApproved(Ways, ApprovedCase):
    # ---- THE USUAL WAY --------------------------------------------------------------
    def test_without_the_optional_package_an_invoice_leaves(self):
        """A wheel alone brings no `saxonche`: our own rules have been asked."""
        self.company.l10n_fr_chorus_full_check = True
        move = self.make_invoice()
        with patch.object(schemas, "schematron_available", return_value=False):
            self.deposit(move)
        self.assertState(move, "deposited")

    def test_every_syntax(self):
        books = {"UBL": schemas.UBL_INVOICE, "Factur-X": None}
        for syntax, book in books.items():
            self.connection.approved_id = self.connection.approved_id.copy(
                {"syntax": syntax}
            )
            self.connection.write(self.addresses())
            move = self.make_invoice()
            self.integrate(move)
            self.follow()
            self.assertState(move, "MISE_A_DISPOSITION")
            original = move.sudo().l10n_fr_chorus_submission_id.original_id
            self.assertEqual(original.syntax, syntax)
            if book:
                self.assertEqual(schemas.xsd_problems(original._content(), book), [])

    def test_only_202_or_203_prove_the_arrival(self):
        self.manners(handed_after=7200 * 4)
        move = self.make_invoice()
        self.deposit(move)
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertIn(
            move.l10n_fr_chorus_state,
            ("DEPOSEE_PLATEFORME", "EN_COURS_ACHEMINEMENT"),
        )
        self.later(hours=10)
        self.work()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")

    # ---- WHAT IS STOPPED ------------------------------------------------------------

    def test_a_second_copy_never_touches_the_first(self):
        self.manners(doubles=True, twice=True, shuffle=600)
        move = self.make_invoice()
        self.integrate(move)
        self.follow()
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        codes = move.sudo().l10n_fr_chorus_submission_id.event_ids.mapped("code")
        self.assertIn("COPIE_REFUSEE", codes)
        self.sent_once(move)

    def test_the_reforms_rules_hold_on_this_road_only(self):
        self.company.l10n_fr_chorus_address_id = "a b"
        move = self.make_invoice()
        [item] = move.l10n_fr_chorus_check()
        self.assertIn("reform_own_address", [one["code"] for one in item["problems"]])
        self.company.l10n_fr_chorus_channel = "piste"
        [item] = move.l10n_fr_chorus_check()
        self.assertEqual(item["problems"], [])

    def test_a_body_without_a_line_is_told_the_other_roads(self):
        structure = self.ref("partner_seine_maritime").l10n_fr_chorus_structure_id
        structure.sudo().directory_lines = "-"
        move = self.make_invoice()
        [item] = move.l10n_fr_chorus_check()
        [problem] = item["problems"]
        self.assertEqual(problem["code"], "reform_no_line")
        self.assertIn("portal", problem["remedy"])

    def test_the_directory_tells_the_lines(self):
        siret = "22760540900019"
        with self.worker() as env:
            self.connection.with_env(env)._refresh_structures([siret], {})
        structure = self.env["l10n_fr_chorus.structure"]._by_siret(
            [siret], self.company
        )[siret]
        self.assertIn("227605409_22760540900019", structure._addresses())
        self.assertTrue(structure.engagement_required)

    def test_a_flow_sent_twice_is_refused_as_any_other(self):
        """That the platform lists it is no integration."""
        self.platform.fault("reset_after_read", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        for _round in range(3):
            self.later(hours=3)
            self.work("_resolve_due")
            self.work("_deposit_due")
        self.assertEqual(self.transmission(move).attempts, 2)
        self.assertState(move, "deposited")
        flux = self.transmission(move).flux_number
        report = Report(flux, REJECTED, "Error", ("Not well formed",))
        self.patch(Approved, "report", lambda *args: report)
        self.later(minutes=3)
        self.work("_report_due")
        self.assertState(move, "not_integrated")
        self.assertEqual(self.reason(move), "Not well formed")

    # ---- NEWS -----------------------------------------------------------------------

    def test_a_flow_that_fails_is_parked_and_read_later(self):
        move = self.make_invoice()
        self.deposit(move)
        self.later(minutes=2)
        self.connection.next_sync = fields.Datetime.now()
        self.platform.fault("status", "flows/[0-9a-f-]{36}", times=2, code=500)
        self.work()
        parked = self.env["l10n_fr_chorus.incoming_flow"].search(
            [("state", "=", "parked")]
        )
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertTrue(parked.exists())
        self.assertEqual(set(parked.mapped("state")), {"read"})

    def test_a_platforms_clock_set_back_hides_nothing(self):
        self.manners(skew=5 * 3600)
        self.integrate(self.make_invoice())
        self.follow()
        self.manners(skew=0)
        move = self.make_invoice()
        self.integrate(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")

    # ---- ANSWERS --------------------------------------------------------------------

    def test_a_209_whose_answer_is_lost_goes_once(self):
        move = self.make_invoice()
        self.answer(move, "SUSPENDUE", reason="JUSTIF_ABS")
        self.platform.fault("lost_answer", FLOWS)
        move.l10n_fr_chorus_complete([], "Voici")
        number = self.platform.invoice(move.name)["number"]
        self.platform.status(number, "MISE_EN_PAIEMENT")
        for _leap in range(3):
            self.later(minutes=10)
            self.work()
        ours = [
            flow
            for flow in self.platform.approved()["flows"]
            if flow["direction"] == "Out" and flow["syntax"] == "CDAR"
        ]
        self.assertEqual(len(ours), 1)

    def test_after_a_refusal_the_credit_note_stays_inside_the_shop(self):
        self.assertFalse(self.company.l10n_fr_chorus_credit_sending)
        self.company.l10n_fr_chorus_channel = "piste"
        self.assertTrue(self.company.l10n_fr_chorus_credit_sending)

    # ---- ROADS ----------------------------------------------------------------------

    def test_a_road_changes_on_its_day_and_what_is_under_way_finishes(self):
        company = self.company
        company.l10n_fr_chorus_channel = "piste"
        before = self.make_invoice()
        self.deposit(before)
        company.write(
            {
                "l10n_fr_chorus_next_channel": "approved",
                "l10n_fr_chorus_next_on": self.today() + timedelta(days=1),
            }
        )
        company._l10n_fr_chorus_watch_roads()
        self.assertEqual(company.l10n_fr_chorus_channel, "piste")
        company.l10n_fr_chorus_next_on = self.today()
        after = self.make_invoice()
        self.deposit(after)
        company._l10n_fr_chorus_watch_roads()
        self.assertEqual(company.l10n_fr_chorus_channel, "approved")
        self.assertFalse(company.l10n_fr_chorus_next_on)
        submissions = (before + after).sudo().l10n_fr_chorus_submission_id
        self.assertEqual(submissions.mapped("channel"), ["piste", "approved"])
        self.later(minutes=2)
        self.work()
        self.follow()
        self.assertState(before + after, "MISE_A_DISPOSITION")

    def test_a_customer_has_its_own_road_with_a_reason(self):
        partner = self.ref("partner_seine_maritime").sudo()
        with self.refused(ValidationError, "Say why"):
            partner.l10n_fr_chorus_road = "piste"
        partner.write(
            {"l10n_fr_chorus_road": "piste", "l10n_fr_chorus_road_reason": "travaux"}
        )
        move = self.make_invoice()
        self.deposit(move)
        self.assertEqual(move.sudo().l10n_fr_chorus_submission_id.channel, "piste")

    def test_the_reform_is_told_three_months_before_once(self):
        self.company.l10n_fr_chorus_channel = "piste"
        company = self.company
        self.assertTrue(company._l10n_fr_chorus_unready())
        company._l10n_fr_chorus_tell_reform()
        self.assertTrue(company.l10n_fr_chorus_reform_told_on)
        company.l10n_fr_chorus_channel = "approved"
        self.assertFalse(company._l10n_fr_chorus_unready())

    # ---- PRODUCTION, PROFILES -------------------------------------------------------

    def test_production_stays_closed_until_a_manager_has_tried(self):
        self.connection.environment = "production"
        self.connection.write(self.addresses())
        self.connection.action_test()
        self.assertIn("not tried yet", self.connection.test_result)
        self.connection.write(
            {"approved_tried": True, "approved_tried_on": self.today()}
        )
        self.connection.action_test()
        self.assertIn("Everything answers", self.connection.test_result)
        self.connection.approved_id = self.platforms.search([("code", "=", "superpdp")])
        self.assertFalse(self.connection.approved_tried)

    def test_a_trial_follows_its_address_as_a_secret_does(self):
        tried = {"approved_tried": True, "approved_tried_on": self.today()}
        for moved in (
            {"flow_url": "https://other.example/flow/v1"},
            {"token_url": "https://other.example/token"},
        ):
            self.connection.write(tried)
            self.connection.write(moved)
            self.assertFalse(self.connection.approved_tried, moved)
            self.assertFalse(self.connection.approved_tried_on)
        self.connection.write(tried | self.addresses())
        self.assertTrue(self.connection.approved_tried, "said of the new place")
        self.connection.write(self.addresses() | {"organization": "12"})
        self.assertTrue(self.connection.approved_tried, "the same place")

    def test_a_profile_that_changes_was_tried_by_no_connection(self):
        self.connection.approved_id = self.connection.approved_id.copy()
        self.connection.write(
            {"approved_tried": True, "approved_tried_on": self.today(), "active": False}
        )
        self.connection.approved_id.page_size = 50
        self.assertFalse(self.connection.approved_tried, "though it is archived")

    def test_a_profile_says_what_is_wrong_in_the_forms_words(self):
        platform = self.connection.approved_id.copy()
        for name, value, label in (
            ("page_size", 0, "Results per page"),
            ("flow_url", "http://pa.example/v1", "Flow service"),
            ("documents", "Autre", "Files asked for"),
            ("key_header", "Authorization", "Further header"),
        ):
            with self.subTest(name), self.refused(ValidationError, label):
                platform[name] = value

    def test_a_209_that_the_platform_has_already_is_no_refusal(self):
        """What a lost answer leaves behind: it refuses the copy, not the files."""
        move = self.make_invoice()
        self.answer(move, "SUSPENDUE", reason="JUSTIF_ABS")
        told = []

        def copy(client, flow_id):
            told.append(flow_id)
            reason = ("AlreadyExistingFlow",)
            return Report(flow_id, REJECTED, "Error", reason, duplicate=True)

        move.l10n_fr_chorus_complete([{"name": "bl.pdf", "content": "JVBERi0="}], "Là")
        with patch.object(Approved, "report", copy):
            self.work()
        operation = self.env["l10n_fr_chorus.operation"].search([])
        self.assertTrue(told)
        self.assertEqual(operation.state, "done", operation.reason)

    def test_a_profile_leaves_and_comes_back(self):
        platform = self.connection.approved_id
        [values] = platform.l10n_fr_chorus_export()
        made = self.platforms.l10n_fr_chorus_import({**values, "name": "Other"})
        other = self.platforms.browse(made["id"])
        self.assertEqual(other._profile(), platform._profile().change(name="Other"))
        with self.refused(Exception, "profile"):
            self.platforms.l10n_fr_chorus_import({**values, "version": "0.1"})


@tagged("post_install", "-at_install")
class TestSuperPdp(Ways, ApprovedCase):
    profile_code = "superpdp"


@tagged("post_install", "-at_install")
class TestHubtimize(Ways, ApprovedCase):
    profile_code = "hubtimize"
