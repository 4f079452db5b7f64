"""R12: whatever the way in, one request, and one deposit."""

from odoo.tests import tagged

from ..common import MODULE, ChorusCase


@tagged("post_install", "-at_install")
class TestSendWays(ChorusCase):
    def sendings(self, moves):
        """The submissions ever made for some invoices."""
        return self.env["l10n_fr_chorus.submission"].search(
            [("move_id", "in", moves.ids)]
        )

    def check_leaves_once(self, move):
        """One request, one deposit, and the platform holds the invoice."""
        self.assertState(move, "requested")
        self.assertEqual(len(self.sendings(move)), 1)
        self.work()
        self.assertState(move, "deposited")
        self.later(minutes=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), [move.name])
        self.assertEqual(self.deposits(), 1)

    def test_methods_of_other_systems(self):
        move = self.make_invoice()
        [answer] = move.l10n_fr_chorus_send()
        self.assertTrue(answer["queued"])
        self.assertEqual(answer["problems"], [])
        self.check_leaves_once(move)

    def test_action_of_the_list(self):
        moves = self.make_invoices(2)
        action = self.shop.ref(f"{MODULE}.action_send").with_context(
            active_model="account.move", active_ids=moves.ids, active_id=moves[0].id
        )
        answer = action.run()
        self.assertEqual([one["done"] for one in answer["params"]["rows"]], [True] * 2)
        self.assertState(moves, "requested")
        self.assertEqual(len(self.sendings(moves)), 2)

    def test_action_tells_what_was_left_aside(self):
        good, bad = self.make_invoice(), self.make_invoice(engagement=False)
        answer = (good + bad).action_l10n_fr_chorus_send()
        self.assertState(good, "requested")
        self.assertFalse(bad.l10n_fr_chorus_state)
        left, stopped = answer["params"]["rows"]
        self.assertEqual((left["id"], left["done"]), (good.id, True))
        self.assertEqual((stopped["id"], stopped["done"]), (bad.id, False))
        self.assertEqual(stopped["name"], bad.name)
        self.assertIn(bad.partner_id.display_name, stopped["about"])
        self.assertIn("engagement number", stopped["text"])

    def test_one_alone_is_told_in_a_toast_with_a_link(self):
        bad = self.make_invoice(engagement=False)
        answer = bad.action_l10n_fr_chorus_send()
        self.assertEqual(answer["params"]["type"], "warning")
        [link] = answer["params"]["links"]
        self.assertTrue(link["url"].endswith(f"/account.move/{bad.id}"))
        self.assertEqual(answer["params"]["message"].count("%s"), 1)

    def test_action_names_a_draft_left_aside(self):
        draft = self.make_invoice(post=False)
        draft.name = False
        answer = draft.action_l10n_fr_chorus_send()
        self.assertIn(draft.display_name, answer["params"]["message"])

    def test_confirming_sends_when_the_company_wants_it(self):
        self.company.l10n_fr_chorus_auto_send = True
        move = self.make_invoice(post=False)
        move.action_post()
        self.check_leaves_once(move)

    def test_automatic_flow_sends_when_the_company_wants_it(self):
        self.company.l10n_fr_chorus_auto_send = True
        good, bad = self.make_invoice(), self.make_invoice(engagement=False)
        self.assertState(good, "requested")
        self.assertEqual(bad.state, "posted")
        self.assertFalse(bad.l10n_fr_chorus_state)

    def test_confirming_sends_nothing_by_default(self):
        self.assertFalse(self.make_invoice().l10n_fr_chorus_state)

    def test_send_dialog_of_core(self):
        move = self.make_invoice()
        wizard = (
            self.shop["account.move.send.wizard"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({})
        )
        self.assertEqual(wizard.sending_methods, ["chorus"])
        wizard.action_send_and_print()
        self.check_leaves_once(move)

    def test_asking_twice_sends_once(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        move.l10n_fr_chorus_send()
        move.action_l10n_fr_chorus_send()
        self.assertEqual(len(self.sendings(move)), 1)
        self.work()
        [answer] = move.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        self.work()
        self.assertEqual(len(self.sendings(move)), 1)
        self.assertEqual(self.deposits(), 1)

    def test_draft_is_not_sent(self):
        draft = self.make_invoice(post=False)
        [answer] = draft.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        self.assertFalse(draft.l10n_fr_chorus_state)

    def test_customer_not_served_by_chorus_is_left_alone(self):
        move = self.make_invoice("partner_parents")
        [answer] = move.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        self.assertEqual(answer["problems"][0]["code"], "not_concerned")
        self.assertFalse(move.l10n_fr_chorus_state)
