"""What following costs: few statements, however many pages and however often."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.lifecycle.connection import L10nFrChorusConnection
from ...models.lifecycle.submission import L10nFrChorusSubmission
from ..common import ChorusCase

HISTORY = "consulter/historique"


@tagged("post_install", "-at_install")
class TestCost(ChorusCase):
    def setUp(self):
        super().setUp()
        self.moves = self.make_invoices(4)
        self.integrate(self.moves)
        self.follow()

    def change(self, word, **values):
        """Every invoice changes state on the platform."""
        self.later(hours=3)
        self.platform.statuses(
            [{"number": move.name, "status": word, **values} for move in self.moves]
        )

    def counted(self, model, name):
        """Count the calls of a method, which works as ever."""
        method = getattr(model, name)
        return patch.object(model, name, autospec=True, side_effect=method)

    def test_several_pages_are_stored_at_once(self):
        self.platform.settings(page_max=1)
        self.change("SERVICE_FAIT")
        with self.counted(L10nFrChorusConnection, "_absorb") as absorb:
            self.work()
        self.assertState(self.moves, "SERVICE_FAIT")
        self.assertEqual(absorb.call_count, 1)

    def test_news_already_known_is_looked_up_only(self):
        self.change("SERVICE_FAIT")
        self.work()
        self.platform.clear_calls()
        with self.counted(L10nFrChorusSubmission, "_record_news") as record:
            # Without growing old: the date of the state is also the platform's.
            self.connection.next_sync = fields.Datetime.now()
            self.work()
        self.assertTrue(self.calls("rechercher/fournisseur"), "it was read again")
        self.assertFalse(record.called)

    def test_history_that_fails_keeps_those_read_before(self):
        self.change("SUSPENDUE", reason="LIVR_INCOMP")
        self.platform.fault("status", HISTORY, times=None, after=2, code=503)
        self.work()
        states = sorted(self.moves.mapped("l10n_fr_chorus_state"))
        self.assertEqual(states, ["MISE_A_DISPOSITION"] * 2 + ["SUSPENDUE"] * 2)
        self.platform.clear_faults()
        self.platform.clear_calls()
        self.later(hours=2)
        self.work()
        self.assertState(self.moves, "SUSPENDUE")
        self.assertEqual(len(self.calls(HISTORY)), 2, "each history is read once")
        for move in self.moves:
            self.assertIn("LIVR_INCOMP", move.l10n_fr_chorus_reason)
