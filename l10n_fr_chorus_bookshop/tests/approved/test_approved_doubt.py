"""R13 on an approved platform: what was sent is searched, never sent again blindly."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...models.sending.round import Round
from .approved_case import ApprovedCase

FLOWS = "pa/flow/v1/flows$"
HOUR = 3600


class DoubtCase(ApprovedCase):
    """How a doubt comes about, and how time passes on it."""

    def rounds(self, count, step="_work", **span):
        for _round in range(count):
            self.later(**span)
            self.work(step)

    def lost_then_hidden(self):
        """An invoice that the platform took without a word, and shows in four hours."""
        self.manners(blind=4 * HOUR)
        self.platform.fault("status_after", FLOWS, code=503)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "doubtful")
        self.manners(blind=0)
        return move

    def refused_then_shown(self):
        """The same, whose second attempt was refused; then the first one shows."""
        move = self.lost_then_hidden()
        self.rounds(1, "_resolve_due", minutes=40)
        self.platform.fault("status", FLOWS, code=422)
        self.work("_deposit_due")
        self.assertState(move, "not_integrated")
        self.later(hours=7)
        return move


class FoundAgain:
    """By our own identifier or, where it is dropped, by name and fingerprint."""

    def test_a_copy_is_refused_before_the_first_one_shows(self):
        move = self.lost_then_hidden()
        self.rounds(1, "_resolve_due", minutes=40)
        self.work("_deposit_due")
        self.assertEqual(self.deposits(), 2)
        for _round in range(4):
            self.rounds(1, "_report_due", minutes=20)
            self.assertState(move, "deposited")
        self.rounds(3, hours=4)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.sent_once(move)

    def test_a_person_sends_again_what_has_arrived(self):
        move = self.refused_then_shown()
        move.l10n_fr_chorus_send()
        for step in ("_prepare_due", "_seal_due", "_pack_due", "_deposit_due"):
            self.work(step)
        self.assertEqual(self.deposits(), 1)
        self.rounds(2, hours=2)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.sent_once(move)


@tagged("post_install", "-at_install")
class TestApprovedDoubt(FoundAgain, DoubtCase):
    def test_a_copy_of_what_never_shows_is_told_in_the_end(self):
        self.manners(refuses="AlreadyExistingFlow")
        self.platform.fault("reset_after_read", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.rounds(5, hours=5)
        self.assertState(move, "not_integrated")
        self.assertIn("AlreadyExistingFlow", self.reason(move))

    def test_what_the_platform_refuses_has_not_arrived(self):
        """Its second attempt was refused: finding it is no proof of an arrival."""
        self.platform.fault("reset_after_read", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.manners(refuses="InvalidSchema")
        self.rounds(4, hours=5)
        self.assertState(move, "not_integrated")
        self.assertIn("InvalidSchema", self.reason(move))

    def test_a_person_sends_again_by_another_road(self):
        move = self.refused_then_shown()
        self.company.l10n_fr_chorus_channel = "piste"
        move.l10n_fr_chorus_send()
        self.work()
        self.assertEqual(self.deposits(), 1)
        self.rounds(2, hours=2)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(move.sudo().l10n_fr_chorus_channel, "approved")

    def test_a_person_sends_again_what_never_arrived(self):
        self.platform.fault("reset_after_read", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.rounds(1, "_resolve_due", hours=5)
        self.platform.fault("status", FLOWS, code=422)
        self.work("_deposit_due")
        self.assertState(move, "not_integrated")
        self.integrate(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.sent_once(move)

    def test_a_search_that_fails_sends_nothing(self):
        move = self.refused_then_shown()
        self.platform.fault("status", "flows/search", times=9, code=500)
        move.l10n_fr_chorus_send()
        self.work()
        self.assertEqual(self.deposits(), 1)

    def test_an_identifier_that_the_platform_does_not_know_is_a_doubt(self):
        """It answered the deposit with another one: the flow is looked for."""
        self.platform.fault("wrong_types", FLOWS)
        move = self.make_invoice()
        self.deposit(move)
        self.rounds(4, hours=3)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.transmission(move).state, "reported")
        self.assertEqual(self.deposits(), 1)

    def test_a_platform_slow_to_list_is_given_its_time(self):
        """Half an hour of silence proves nothing where a search lags three hours."""
        self.connection.approved_id.index_delay = 3 * HOUR
        self.platform.fault("status", FLOWS, code=503)
        move = self.make_invoice()
        self.deposit(move)
        for _round in range(2):
            self.rounds(1, "_resolve_due", minutes=80)
            self.assertEqual(self.transmission(move).state, "doubtful")
        self.rounds(1, "_resolve_due", minutes=40)
        self.assertEqual(self.transmission(move).state, "ready")

    def test_the_platforms_own_control_is_no_arrival_at_chorus(self):
        """Its Ok comes before any status: 202 and 203 alone prove the arrival."""
        self.manners(handed_after=6 * HOUR)
        move = self.make_invoice()
        self.deposit(move)
        self.rounds(9, "_report_due", minutes=20)
        self.assertState(move, "DEPOSEE_PLATEFORME")

    def test_a_number_that_another_program_used_is_told(self):
        """The platform took it, Chorus Pro has one already: no second copy of ours."""
        move = self.make_invoice()
        siret = self.company.company_registry
        self.platform.past(move.invoice_date.year, [move.name], siret, month=1)
        self.deposit(move)
        self.rounds(9, "_report_due", minutes=20)
        self.follow()
        self.assertState(move, "EN_COURS_ACHEMINEMENT")
        self.rounds(2, hours=3)
        self.assertState(move, "COPIE_REFUSEE")
        self.assertTrue(move.l10n_fr_chorus_can_send)
        self.assertIn("existe deja", self.reason(move))

    def test_a_copys_213_that_comes_before_the_first_202(self):
        """No order is promised: the good invoice is not called back meanwhile."""
        self.manners(handed_after=3 * HOUR)
        move = self.make_invoice()
        self.deposit(move)
        self.rounds(1, minutes=10)
        siren, day = move.company_id.company_registry[:9], move.invoice_date
        for reason in ("REJ_UNI", "DOUBLON"):
            self.platform.approved_message(
                move.name, "213", siren=siren, issued=f"{day}", reasons=[reason]
            )
        self.rounds(2, minutes=70)
        codes = move.sudo().l10n_fr_chorus_submission_id.event_ids.mapped("code")
        self.assertIn("COPIE_REFUSEE", codes)
        self.assertState(move, "EN_COURS_ACHEMINEMENT")
        self.assertFalse(move.l10n_fr_chorus_can_send)
        self.rounds(2, hours=2)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.rounds(3, hours=3)
        self.assertState(move, "MISE_A_DISPOSITION")


@tagged("post_install", "-at_install")
class TestApprovedDoubtByName(FoundAgain, DoubtCase):
    profile_code = "superpdp"

    def test_what_left_is_listed_once_for_all_doubts_of_a_round(self):
        """A thousand doubts of an outage are not a thousand long lists."""
        self.platform.fault("lost_answer", FLOWS, times=3)
        moves = [self.make_invoice() for _invoice in range(3)]
        for move in moves:
            self.work_but_not_ask(move)
        self.later(minutes=20)
        self.lists_once(moves, "_resolve_due", "deposited")

    def test_what_left_is_listed_once_for_all_that_goes_again(self):
        """Each is looked for once more before its bytes leave a second time."""
        self.platform.fault("reset_after_read", FLOWS, times=3)
        moves = [self.make_invoice() for _invoice in range(3)]
        for move in moves:
            self.work_but_not_ask(move)
            self.later(minutes=1)
        self.later(hours=5)
        self.lists_once(moves, "_resolve_due", "ready")
        for rank, move in enumerate(moves):
            # The youngest is asked for first: its list would not serve the others.
            due = fields.Datetime.now() - timedelta(minutes=rank)
            self.transmission(move).next_try = due
        self.lists_once(moves, "_deposit_due", "deposited")

    def lists_once(self, moves, step, state):
        """One step settles these deposits, and one list does for all of them."""
        before = len(self.calls("flows/search"))
        self.one_round(Round(), step)
        asked = len(self.calls("flows/search")) - before
        self.assertLess(asked, 4, "one list, and two looks around it")
        for move in moves:
            self.assertEqual(self.transmission(move).state, state)

    def test_a_list_read_before_the_last_attempt_proves_nothing(self):
        self.platform.fault("lost_answer", FLOWS, times=2)
        first, second = self.make_invoice(), self.make_invoice()
        self.work_but_not_ask(first)
        self.later(minutes=20)
        round_ = Round()
        self.one_round(round_, "_resolve_due")
        self.work_but_not_ask(second)
        self.one_round(round_, "_resolve_due")
        self.assertEqual(self.transmission(second).state, "deposited")

    def one_round(self, round_, step):
        """Take one step within a round of a worker."""
        with self.worker() as env:
            model = env["l10n_fr_chorus.transmission"]
            getattr(model.with_context(l10n_fr_chorus_round=round_), step)()

    def test_a_clock_far_behind_and_a_long_doubt(self):
        """What was read since says nothing of when the doubtful one left."""
        start = fields.Datetime.now() - timedelta(days=5)
        self.platform.set_clock(f"{start.isoformat(timespec='seconds')}+00:00")
        followed = self.make_invoice()
        self.integrate(followed)
        self.follow()
        self.platform.fault("lost_answer", FLOWS)
        move = self.make_invoice()
        self.work_but_not_ask(move)
        self.later(hours=50)
        self.platform.status(followed.name, "MANDATEE")
        with self.worker() as env:
            env["l10n_fr_chorus.connection"].browse(self.connection.id)._sync()
        self.assertState(followed, "MANDATEE")
        self.assertEqual(self.transmission(move).state, "doubtful")
        self.work("_resolve_due")
        self.assertEqual(self.transmission(move).state, "deposited")
        self.assertEqual(self.deposits(), 2)

    def work_but_not_ask(self, move):
        """Let an invoice leave; its doubt is looked into later only."""
        move.l10n_fr_chorus_send()
        for step in ("_prepare_due", "_seal_due", "_pack_due", "_deposit_due"):
            self.work(step)
        self.assertState(move, "doubtful")
