"""R17 on an approved platform: each flow is read once, none hides another."""

import base64
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged

from ...chorus.channels.approved.flow import Aside
from ...models.approved import channel_approved, incoming_flow
from ..transactions import written_after_calls
from .approved_case import ApprovedCase

BON = {"name": "bon.pdf", "content": base64.b64encode(b"%PDF-1.4").decode()}
ONE = "flows/[0-9a-f-]{36}"
NOT_CONFIGURED = '{"errorCode": "CLIENT_NOT_CONFIGURED"}'


@tagged("post_install", "-at_install")
class TestApprovedFlows(ApprovedCase):
    def flows(self, *domain):
        return self.env["l10n_fr_chorus.incoming_flow"].search([*domain])

    def sync(self):
        with self.worker() as env:
            env["l10n_fr_chorus.connection"].browse(self.connection.id)._sync()

    def arrived(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        return move

    def test_two_visits_that_meet_on_a_flow(self):
        """The second does not know what the first one is reading."""
        move = self.arrived()
        self.work()
        known = self.flows()
        model = type(known)
        with patch.object(model, "_unknown", lambda _self, _connection, flows: flows):
            self.sync()
        self.assertEqual(self.flows(), known)
        self.assertFalse(self.connection.last_error)
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_nothing_is_written_in_the_transaction_of_a_call(self):
        """Another worker writes the connection meanwhile: what was read is undone."""
        with written_after_calls() as late:
            lost = self.make_invoice()
            self.platform.fault("status_after", "pa/flow/v1/flows$", code=503)
            self.deposit(lost)
            move = self.arrived()
            self.work()
            self.later(hours=5)
            self.platform.status(move.name, "SUSPENDUE")
            self.work()
            self.assertState(move, "SUSPENDUE")
            move.l10n_fr_chorus_complete(files=[BON])
            self.work()
            self.later(minutes=10)
            self.work()
        self.assertState(move, "COMPLETEE")
        self.assertState(lost, "MISE_A_DISPOSITION")
        self.assertFalse(late)

    def test_a_form_saved_while_the_platform_answers_loses_nothing(self):
        """The watermark passes over a page once what it says is stored."""
        move = self.arrived()
        self.work()
        until = self.connection.flows_until
        self.platform.status(move.name, "SERVICE_FAIT")
        absorb = patch.object(
            type(self.connection), "_absorb", side_effect=SerializationFailure
        )
        with absorb as broken, suppress(SerializationFailure):
            self.sync()
        broken.assert_called_once()
        self.env.invalidate_all()
        self.assertEqual(self.connection.flows_until, until)
        self.assertIn("parked", self.flows().mapped("state"))
        self.sync()
        self.assertState(move, "SERVICE_FAIT")
        self.assertEqual(set(self.flows().mapped("state")), {"read"})
        self.assertGreater(self.connection.flows_until, until)

    def test_a_reading_that_is_undone_begins_again_at_once(self):
        """Not an hour later, which was planned before it."""
        move = self.arrived()
        self.work()
        self.platform.status(move.name, "SERVICE_FAIT")
        self.connection.next_sync = fields.Datetime.now()
        absorb, failures = type(self.connection)._absorb, [SerializationFailure]

        def broken(connection, batch):
            if failures:
                raise failures.pop()
            absorb(connection, batch)

        with patch.object(type(self.connection), "_absorb", broken):
            self.work()
        self.assertFalse(failures)
        self.assertState(move, "SERVICE_FAIT")

    def test_rows_that_begin_alike_are_all_shown(self):
        """Once each, however often a list tells of them."""
        start = "{'flowDirection': 'In', 'flowSyntax': 'CDAR', 'flowType': '', "
        rows = [Aside("", f"{start}'number': {rank}}}", "flowId") for rank in (1, 2)]
        flows = self.env["l10n_fr_chorus.incoming_flow"].sudo()
        for _visit in range(2):
            flows._set_aside(self.connection, rows)
        self.assertEqual(set(self.flows().mapped("text")), {one.text for one in rows})
        self.assertEqual(self.flows().mapped("state"), ["aside"] * 2)

    def test_a_long_page_is_stored_by_and_by(self):
        """What breaks in the midst of it has but a few flows asked for again."""
        move = self.arrived()
        self.work()
        known = self.flows()
        for status in ("SERVICE_FAIT", "MANDATEE", "COMPTABILISEE", "MISE_EN_PAIEMENT"):
            self.platform.status(move.name, status)
        absorb = patch.object(
            type(self.connection),
            "_absorb",
            autospec=True,
            side_effect=[None, SerializationFailure],
        )
        with (
            patch.object(channel_approved, "FLOWS_AT_ONCE", 2),
            absorb,
            suppress(SerializationFailure),
        ):
            self.sync()
        self.env.invalidate_all()
        states = (self.flows() - known).mapped("state")
        self.assertEqual(sorted(states), ["parked"] * 2 + ["read"] * 2)

    def test_a_step_begun_again_looks_whether_it_is_still_due(self):
        self.arrived()
        self.connection.next_sync = fields.Datetime.now()
        self.work()
        asked = len(self.calls("flows/search"))
        with self.worker() as env:
            connection = env["l10n_fr_chorus.connection"].browse(self.connection.id)
            connection._sync_if_due()
        self.assertEqual(len(self.calls("flows/search")), asked)

    def test_a_row_cut_on_its_way_is_read_later(self):
        move = self.arrived()
        self.manners(odd={"updatedAt": "hier", "submittedAt": 0.5})
        self.sync()
        self.assertEqual(set(self.flows().mapped("state")), {"parked"})
        self.manners(odd={})
        self.sync()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_poisoned_flows_hide_nothing_and_end_before_a_person(self):
        move = self.arrived()
        self.manners(original_of_status=False)
        self.connection.approved_id = self.connection.approved_id.copy(
            {"documents": "Original"}
        )
        self.connection.write(
            {
                "flow_url": f"{self.platform.url}/pa/flow/v1",
                "directory_url": f"{self.platform.url}/pa/directory/v1",
                "token_url": f"{self.platform.url}/pa/oauth/token",
                "client_secret": "secret",
                "approved_key": "hub-key",
            }
        )
        self.sync()
        poisoned = self.flows(("state", "=", "parked"))
        self.assertTrue(poisoned)
        self.assertTrue(all(poisoned.mapped("why")))
        with patch.object(incoming_flow, "MOST_TRIES", 2):
            self.sync()
        self.assertEqual(set(poisoned.mapped("state")), {"aside"})
        self.manners(original_of_status=True)
        self.platform.status(move.name, "SERVICE_FAIT")
        self.sync()
        self.assertState(move, "SERVICE_FAIT")

    def test_a_file_that_comes_after_its_flow_is_read_later(self):
        """A list is quicker than what it lists."""
        move = self.arrived()
        self.platform.fault("status", ONE, times=99, code=404)
        self.sync()
        self.assertEqual(set(self.flows().mapped("state")), {"parked"})
        self.platform.clear_faults()
        self.sync()
        self.assertEqual(set(self.flows().mapped("state")), {"read"})
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_a_platform_that_fails_on_one_flow_tells_the_others(self):
        move = self.arrived()
        self.platform.fault("status", ONE, times=2, code=500)
        self.sync()
        self.assertTrue(self.flows(("state", "=", "read")))
        self.sync()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertFalse(self.flows(("state", "!=", "read")))

    def test_another_place_numbers_its_flows_anew(self):
        """Its flows may bear the identifiers of those that the first one had."""
        move = self.arrived()
        self.work()
        self.assertEqual(set(self.flows().mapped("state")), {"read"})
        said = move.sudo().l10n_fr_chorus_submission_id.event_ids
        elsewhere = self.connection.flow_url.replace("127.0.0.1", "localhost")
        self.connection.write({"flow_url": elsewhere, "client_secret": "secret"})
        self.assertFalse(self.flows())
        self.assertFalse(self.connection.flows_until)
        self.platform.status(move.name, "MANDATEE")
        self.sync()
        self.assertState(move, "MANDATEE")
        events = move.sudo().l10n_fr_chorus_submission_id.event_ids
        self.assertEqual(len(events), len(said) + 1)

    # ---- WHAT IS WRONG, IN ONE SENTENCE -------------------------------------------

    def told(self):
        self.connection.with_user(self.env.ref("base.user_admin")).action_test()
        return self.connection.test_result

    def test_each_trouble_is_one_sentence_and_the_invoice_waits(self):
        rows = (
            ({"code": 401, "times": 9}, {}, "refused the token"),
            ({"code": 403}, {}, "refused access"),
            ({"code": 404}, {}, "Nothing of .* answers there"),
            ({"code": 500}, {}, r"does not answer \(HTTP 500\)"),
            ({"code": 501}, {}, "does not offer this service"),
            ({"code": 400, "body": '"un mot"'}, {}, "refused the request"),
            ({}, {"renamed": {"results": "flows"}}, r"cannot be read \(results\)"),
            ({}, {"client_secret": "another"}, "refused the account's client ID"),
        )
        for fault, manners, words in rows:
            with self.subTest(words):
                self.platform.reset()
                self.manners(profile="standard", **manners)
                self.connection.write({"token": False})
                if fault:
                    self.platform.fault("status", "flows/search", **fault)
                told = self.told()
                self.assertRegex(told, words)
                self.assertIn(self.connection.approved_id.name, told)
                self.assertNotIn("%(", told)

    def test_what_is_no_invoices_fault_lets_it_wait_and_go_once(self):
        rows = (
            ({"code": 401, "times": 2}, "refused the token"),
            ({"code": 403}, "refused access"),
            ({"code": 404, "body": '"un mot"'}, "Nothing of .* answers there"),
            ({"code": 501}, "does not offer this service"),
            ({"code": 400, "body": NOT_CONFIGURED}, "NOT_CONFIGURED"),
        )
        moves = self.shop["account.move"]
        for fault, words in rows:
            with self.subTest(words):
                move = self.make_invoice()
                self.platform.fault("status", "pa/flow/v1/flows$", **fault)
                self.deposit(move)
                self.assertState(move, "queued")
                self.assertRegex(self.connection.last_error, words)
                self.assertRegex(self.reason(move), words)
                self.later(hours=2)
                self.integrate(move)
                self.follow()
                self.assertState(move, "MISE_A_DISPOSITION")
                self.assertFalse(self.connection.last_error)
                moves += move
        self.sent_once(moves)
        self.assertEqual(self.deposits(), len(moves))

    def test_a_platform_without_directory_is_no_trouble(self):
        self.manners(directory=False)
        address, told = self.connection.directory_url, self.told()
        self.assertIn("Everything answers", told)
        self.assertIn("no directory today", told)
        self.assertEqual(self.connection.directory_url, address)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "deposited")

    def test_a_directory_no_longer_offered_is_done_without(self):
        """What was imported is relied upon, as where there never was one."""
        self.manners(directory=False)
        self.structures.checked_at = fields.Datetime.now() - timedelta(days=9)
        move = self.make_invoice()
        with written_after_calls() as late:
            self.deposit(move)
        self.assertFalse(late)
        self.assertState(move, "deposited")

    def test_a_directory_not_offered_for_a_while_is_asked_again(self):
        """A body that nobody knows waits, and leaves once the directory is back."""
        address = self.connection.directory_url
        self.manners(directory=False)
        body = self.ref("partner_seine_maritime").company_registry
        self.structures.filtered(lambda one: one.siret == body).unlink()
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertIn("does not offer", self.connection.last_error)
        self.manners(directory=True)
        self.later(hours=2)
        self.work()
        self.assertState(move, "deposited")
        self.assertEqual(self.connection.directory_url, address)

    def test_a_deposit_that_cannot_be_read_waits_and_goes_once(self):
        self.manners(renamed={"flowId": "id"})
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        for _round in range(3):
            self.later(hours=5)
            self.work()
        self.assertState(move, "doubtful")
        self.assertEqual(self.deposits(), 1)
        self.manners(renamed={})
        for _round in range(2):
            self.later(hours=2)
            self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.sent_once(move)
