"""R16, R17: the platform's states, in whatever order the news comes."""

from dataclasses import replace
from datetime import timedelta

from odoo.tests import tagged

from ...chorus.channels.answers import News
from ...chorus.lifecycle.order import Fact, latest
from ...chorus.lifecycle.states import COPY_REFUSED, STATES
from ..common import ChorusCase

SEARCH = "rechercher/fournisseur"


@tagged("post_install", "-at_install")
class TestLifeCycle(ChorusCase):
    def news(self, move, code, minutes=0, **values):
        """News on an invoice, some minutes after its deposit."""
        submission = move.sudo().l10n_fr_chorus_submission_id
        start = max(submission.event_ids.mapped("occurred_at"))
        return News(
            number=move.name,
            kind="380",
            seller_siret=submission.seller_siret,
            buyer_siret=submission.buyer_siret,
            platform_id=submission.platform_id,
            state=code,
            occurred_at=start + timedelta(minutes=minutes),
            **values,
        )

    def record(self, move, *news, source="search"):
        submission = move.sudo().l10n_fr_chorus_submission_id
        return submission._record_news([(submission, one, source) for one in news])

    def codes(self, move):
        return sorted(move.sudo().l10n_fr_chorus_event_ids.mapped("code"))

    # ---- EVERY WORD ---------------------------------------------------------------

    def test_every_state_of_the_platform_is_reached_and_shown(self):
        # A duplicate's refusal never speaks of the invoice that is there, nor does what
        # an approved platform did before undo the arrival.
        passed = (COPY_REFUSED, "DEPOSEE_PLATEFORME")
        words = [
            code
            for code, state in STATES.items()
            if state.platform and code not in passed
        ]
        moves = self.make_invoices(len(words))
        self.integrate(moves)
        self.later(hours=2)
        self.platform.statuses(
            [
                {"number": move.name, "status": word}
                for move, word in zip(moves, words, strict=True)
            ]
        )
        self.work()
        for move, word in zip(moves, words, strict=True):
            with self.subTest(word):
                self.assertEqual(move.l10n_fr_chorus_state, word)
                [status] = move.l10n_fr_chorus_status()
                self.assertEqual(status["label"], STATES[word].label)
                self.assertEqual(status["meaning"], STATES[word].meaning)
                self.assertEqual(move.l10n_fr_chorus_meaning, STATES[word].meaning)
                self.assertEqual(status["events"][-1]["code"], word)
                self.assertTrue(status["since"])
                self.assertIn(STATES[word].label, self.chatter(move))

    def test_unknown_word_is_kept_and_shown_raw(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "EN_COURS_DE_LECTURE")
        self.work()
        self.assertState(move, "unknown")
        [status] = move.l10n_fr_chorus_status()
        self.assertEqual(status["label"], "EN_COURS_DE_LECTURE")
        self.assertEqual(status["state_code"], "EN_COURS_DE_LECTURE")
        self.assertEqual(status["events"][-1]["label"], "EN_COURS_DE_LECTURE")
        self.assertIn("EN_COURS_DE_LECTURE", self.chatter(move))
        self.later(hours=2)
        self.platform.status(move.name, "MANDATEE")
        self.work()
        self.assertState(move, "MANDATEE")

    def test_payment_order_does_not_pay_the_invoice(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "MISE_EN_PAIEMENT")
        self.work()
        self.assertState(move, "MISE_EN_PAIEMENT")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(move.amount_residual, move.amount_total)

    def test_case_15_mandatee_then_mise_en_paiement(self):
        move = self.make_invoice()
        self.integrate(move)
        for word in ("MANDATEE", "MISE_EN_PAIEMENT"):
            self.later(days=1)
            self.platform.status(move.name, word)
            self.work()
            self.assertState(move, word)
        self.assertLessEqual({"MANDATEE", "MISE_EN_PAIEMENT"}, set(self.codes(move)))

    # ---- FOLLOWING ENDS -----------------------------------------------------------

    def test_what_is_over_is_asked_no_more(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "MISE_EN_PAIEMENT")
        self.work()
        before = len(self.calls(SEARCH))
        self.later(days=1)
        self.work()
        self.assertEqual(len(self.calls(SEARCH)), before)

    def test_body_that_never_tells_the_payment_ends_earlier(self):
        lyon = self.ref("partner_lyon")
        lyon.l10n_fr_chorus_refresh()
        move = self.make_invoice(lyon)
        self.integrate(move)
        self.later(hours=2)
        self.platform.status(move.name, "COMPTABILISEE")
        self.work()
        self.assertState(move, "COMPTABILISEE")
        before = len(self.calls(SEARCH))
        self.later(days=1)
        self.work()
        self.assertEqual(len(self.calls(SEARCH)), before)

    # ---- ORDER --------------------------------------------------------------------

    def test_late_news_is_stored_without_winning(self):
        move = self.make_invoice()
        self.integrate(move)
        late, newer = (
            self.news(move, "SERVICE_FAIT", 30),
            self.news(move, "MANDATEE", 60),
        )
        self.record(move, newer)
        changed = self.record(move, late)
        self.assertFalse(changed)
        self.assertState(move, "MANDATEE")
        self.assertIn("SERVICE_FAIT", self.codes(move))

    def test_same_news_twice_is_one_event(self):
        move = self.make_invoice()
        self.integrate(move)
        news = self.news(move, "MANDATEE", 60)
        self.record(move, news)
        before = self.codes(move)
        said = len(move.message_ids)
        self.record(move, news, news)
        minute = replace(
            news,
            occurred_at=news.occurred_at.replace(second=0),
            precision="minute",
            sequence=7,
        )
        self.record(move, minute, source="history")
        self.assertEqual(self.codes(move), before)
        self.assertEqual(len(move.message_ids), said)

    def test_state_is_a_function_of_the_events_in_any_order(self):
        moves = self.make_invoices(3)
        self.integrate(moves)
        steps = [("SERVICE_FAIT", 10), ("SUSPENDUE", 20), ("COMPLETEE", 30)]
        orders = ([0, 1, 2], [2, 1, 0], [1, 2, 0])
        for move, order in zip(moves, orders, strict=True):
            facts = [self.news(move, *step) for step in steps]
            for index in order:
                self.record(move, facts[index])
        self.assertState(moves, "COMPLETEE")

    def test_within_a_minute_the_platforms_order_counts(self):
        move = self.make_invoice()
        self.integrate(move)
        first = self.news(move, "MANDATEE", 60, precision="minute", sequence=11)
        second = self.news(move, "SUSPENDUE", 60, precision="minute", sequence=12)
        self.record(move, second, first, source="history")
        self.assertState(move, "SUSPENDUE")
        facts = [
            Fact(
                event.code, event.occurred_at, event.precision, event.platform_sequence
            )
            for event in move.sudo().l10n_fr_chorus_event_ids
        ]
        self.assertEqual(latest(facts).code, "SUSPENDUE")

    def test_each_event_says_where_it_came_from(self):
        move = self.make_invoice()
        self.integrate(move)
        event = move.sudo().l10n_fr_chorus_event_ids[0]
        self.assertEqual(event.source, "search")
        self.assertTrue(event.received_at and event.occurred_at)
