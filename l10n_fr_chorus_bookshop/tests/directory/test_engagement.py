"""R9: the engagement number's age, what the platform says of it, who confirms."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import ChorusCase
from ..transactions import written_after_calls

STATE = "11000201100044"
SEARCH = "engagementsJuridiques"


@tagged("post_install", "-at_install")
class TestEngagement(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.state = cls.ref("partner_etat")
        cls.env["l10n_fr_chorus.structure"].create(
            {
                "siret": STATE,
                "name": "ETAT",
                "is_active": True,
                "engagement_required": True,
                "source": "api",
            }
        )

    def setUp(self):
        super().setUp()
        self.platform.structure(
            STATE,
            service_required=False,
            engagement_required=True,
            engagements=["1300012345"],
        )

    def codes(self, answer):
        return [problem["code"] for problem in answer["problems"]]

    def to_state(self, number, **values):
        return self.make_invoice(self.state, engagement=number, **values)

    def ordered(self, **values):
        """A sale to the département, its draft invoice made."""
        order = self.shop["sale.order"].create(
            {
                "partner_id": self.ref("partner_seine_maritime").id,
                "l10n_fr_chorus_engagement": "EJ-1",
                "order_line": [Command.create({"product_id": self.book.id})],
                **values,
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        return order

    # ---- AGE ----------------------------------------------------------------------

    def test_the_date_of_the_order_is_shown_on_the_invoice(self):
        order = self.ordered()
        self.assertEqual(order.l10n_fr_chorus_engagement_date, self.today())
        order.l10n_fr_chorus_engagement_date = self.today() - timedelta(days=100)
        order.write({"l10n_fr_chorus_engagement": "EJ-1"})
        move = order._create_invoices()
        self.assertEqual(
            move.l10n_fr_chorus_engagement_date,
            self.today() - timedelta(days=100),
            "the same number written again is not a new one",
        )
        self.assertIn("dates from", move.l10n_fr_chorus_problems)
        move.purchase_order_reference = "EJ-2"
        self.assertEqual(move.l10n_fr_chorus_engagement_date, self.today())

    def old(self, **values):
        past = self.today() - timedelta(days=100)
        return self.make_invoice(l10n_fr_chorus_engagement_date=past, **values)

    def test_a_person_confirms_an_old_number(self):
        move = self.old(post=False)
        with self.refused(UserError, "dates from"):
            move.action_post()
        [answer] = move.l10n_fr_chorus_confirm_engagement()
        self.assertEqual(answer["confirmed_on"], self.today().isoformat())
        self.assertIn("EJ-1 confirmed", self.chatter(move))
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_several_and_other_systems_are_warned_and_go(self):
        (self.old(post=False) + self.old(post=False)).action_post()
        move = self.old()
        [answer] = move.l10n_fr_chorus_send()
        self.assertTrue(answer["queued"])
        self.assertEqual(self.codes(answer), ["engagement_old"])
        self.assertEqual(answer["problems"][0]["severity"], "warning")
        self.work()
        self.assertState(move, "deposited")

    def test_confirming_says_why_not(self):
        gone = self.make_invoice()
        self.deposit(gone)
        without = self.make_invoice(engagement=False)
        answers = (gone + without).l10n_fr_chorus_confirm_engagement()
        self.assertIn("already left", answers[0]["message"])
        self.assertIn("no engagement", answers[1]["message"])
        reader = new_test_user(
            self.env,
            "reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            gone.with_user(reader).l10n_fr_chorus_confirm_engagement()

    # ---- CHANGED SINCE THE ORDER --------------------------------------------------

    def test_another_number_on_the_order_is_told_before_sending(self):
        order = self.ordered()
        move = order._create_invoices()
        [answer] = move.l10n_fr_chorus_check()
        self.assertEqual(answer["problems"], [])
        order.l10n_fr_chorus_engagement = "EJ-2"
        [answer] = move.l10n_fr_chorus_check()
        self.assertEqual(self.codes(answer), ["engagement_differs"])

    # ---- ON THE PLATFORM ----------------------------------------------------------

    def test_a_number_of_the_state_is_checked_once(self):
        good = self.to_state("1300012345", post=False)
        changed = self.to_state("1300099999", post=False)
        for move in good + changed:
            move.action_l10n_fr_chorus_refresh()
            move.action_l10n_fr_chorus_refresh()
        self.assertEqual(len(self.calls(SEARCH)), 2, "one call a number")
        [fine, told] = (good + changed).l10n_fr_chorus_check()
        self.assertEqual(self.codes(fine), [])
        self.assertEqual(self.codes(told), ["engagement_unknown"])
        [problem] = told["problems"]
        self.assertEqual(problem["severity"], "warning")
        for asked in ("1300099999", self.company.name, self.company.company_registry):
            self.assertIn(asked, problem["message"])

    def test_the_state_tells_so_no_person_has_to(self):
        past = self.today() - timedelta(days=100)
        move = self.to_state(
            "1300012345", post=False, l10n_fr_chorus_engagement_date=past
        )
        with self.refused(UserError, "dates from"):
            move.action_post()
        move.action_l10n_fr_chorus_refresh()
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_the_order_is_checked_before_there_is_an_invoice(self):
        order = self.ordered(
            partner_id=self.state.id, l10n_fr_chorus_engagement="1300099999"
        )
        self.assertEqual(order._l10n_fr_chorus_check(), [])
        self.env.flush_all()
        with self.worker() as env, written_after_calls() as late:
            env["l10n_fr_chorus.engagement"]._cron_check()
        self.assertFalse(late)
        self.env.invalidate_all()
        [problem] = order._l10n_fr_chorus_check()
        self.assertEqual(problem.code, "engagement_unknown")

    def test_the_worker_asks_before_sending(self):
        move = self.to_state("1300012345")
        self.deposit(move)
        self.assertEqual(len(self.calls(SEARCH)), 1)
        self.assertState(move, "deposited")

    def test_a_platform_that_is_down_blocks_nothing(self):
        self.platform.fault("status", SEARCH, times=None, code=503)
        move = self.to_state("1300099999")
        move.action_l10n_fr_chorus_refresh()
        self.deposit(move)
        self.assertState(move, "deposited")

    @mute_logger(
        "odoo.addons.l10n_fr_chorus_bookshop.models.sending.submission_prepare"
    )
    def test_an_answer_that_cannot_be_kept_blocks_nothing(self):
        def keep(*_arguments):
            raise ValueError("poison")

        self.patch(type(self.env["l10n_fr_chorus.engagement"]), "_store_answer", keep)
        move = self.to_state("1300012345")
        self.deposit(move)
        self.assertState(move, "deposited")

    def test_others_than_the_state_are_not_asked_for(self):
        move = self.make_invoice(post=False)
        move.action_l10n_fr_chorus_refresh()
        self.assertFalse(self.calls(SEARCH))
