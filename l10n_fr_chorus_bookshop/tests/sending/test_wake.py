"""With `queue_job` there, the wake-ups are its jobs; the work is the same."""

import time
from types import SimpleNamespace
from unittest import skipIf
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.modules.module import get_module_path
from odoo.tests import tagged

from ...models.sending.round import ENDLESS, Round
from ..common import ChorusCase

LIMIT = Round.__module__
HERE = bool(get_module_path("queue_job", display_warning=False))


@tagged("post_install", "-at_install")
@skipIf(HERE, "the real queue_job is there")
class TestWake(ChorusCase):
    def setUp(self):
        super().setUp()
        self.jobs = []

        def with_delay(records, **details):
            def work():
                self.jobs.append((records, details))

            return SimpleNamespace(_work_alone=work)

        transmissions = self.registry["l10n_fr_chorus.transmission"]
        for name, fake in (("with_delay", with_delay), ("_declare_job", _nothing)):
            self.startPatch(patch.object(transmissions, name, fake, create=True))

    def startPatch(self, patcher):  # noqa: N802 - as unittest names them
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_request_wakes_a_job(self):
        triggers = self.env["ir.cron.trigger"].search_count([])
        self.make_invoice().l10n_fr_chorus_send()
        [(records, details)] = self.jobs
        self.assertEqual(records._name, "l10n_fr_chorus.transmission")
        self.assertEqual(records.env.uid, SUPERUSER_ID)
        self.assertFalse(records)
        self.assertIsNone(details["eta"])
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers)

    def test_job_planned_for_later_does_not_hide_one_for_now(self):
        transmissions = self.env["l10n_fr_chorus.transmission"]
        at = fields.Datetime.now()
        for moment in (None, None, at, at):
            transmissions._wake(at=moment)
        keys = [details["identity_key"] for _records, details in self.jobs]
        self.assertEqual(len(set(keys)), 2)
        self.assertEqual(keys[0], keys[1])
        self.assertEqual(keys[2], keys[3])
        self.assertEqual(self.jobs[-1][1]["eta"], at)


def _nothing(_records):
    """What allows the real job to commit has nothing to allow here."""


@tagged("post_install", "-at_install")
class TestRound(ChorusCase):
    """H6: a server ends a process that works too long."""

    def test_a_round_without_time_leaves_all_to_the_next_one(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        triggers = self.env["ir.cron.trigger"].search_count([])
        with patch(f"{LIMIT}._processor_left", return_value=0.0), self.worker() as env:
            env["l10n_fr_chorus.transmission"]._work()
        self.assertEqual(move.l10n_fr_chorus_state, "requested")
        self.assertGreater(self.env["ir.cron.trigger"].search_count([]), triggers)

    def test_a_round_ends_at_half_of_what_the_process_has_left(self):
        with patch(f"{LIMIT}._processor_left", return_value=60.0):
            limit = Round()
        self.assertFalse(limit.is_over())
        spent = time.process_time() + 31
        with patch(f"{LIMIT}.time.process_time", return_value=spent):
            self.assertTrue(limit.is_over())

    def test_nothing_limits_a_round_where_the_system_does_not(self):
        with patch(f"{LIMIT}._processor_left", return_value=ENDLESS):
            limit = Round()
        later = time.monotonic() + 10**6
        with patch(f"{LIMIT}.time.monotonic", return_value=later):
            self.assertFalse(limit.is_over())
