import logging
from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..common import lock_patience
from .round import Round

_logger = logging.getLogger(__name__)

# A conflict only means that another worker was quicker.
ROUNDS = 5
# Before what another program holds is tried again.
HELD_PAUSE = timedelta(minutes=1)


class L10nFrChorusTransmission(models.Model):
    """The worker: every step in its order, each committed before the next."""

    _inherit = "l10n_fr_chorus.transmission"

    @api.model
    def _cron_work(self):
        """The scheduled job is one worker among others; it never raises."""
        self._work()

    @api.model
    def _work(self):
        """One round of a worker: every step takes what is due and commits as it goes.

        Any number of workers may run at once: rows are taken with SKIP LOCKED. A step
        that fails is told to the log and does not stop the next ones. What the
        process has no time for is left to the next round, which begins at once.
        """
        worker = self.with_context(l10n_fr_chorus_round=Round())
        try:
            with lock_patience(self.env):
                worker._run_steps()
        except LockNotAvailable:
            _logger.warning("Chorus Pro: another program holds our tables")
            self.env["l10n_fr_chorus.verification"]._watch_locks()
            self._wake(at=fields.Datetime.now() + HELD_PAUSE)

    @api.model
    def _run_steps(self):
        """Every step in its order, until nothing is due or the round is over."""
        for step in (
            self.env["l10n_fr_chorus.submission"]._prepare_due,
            self._seal_due,
            self._pack_due,
            self.env["l10n_fr_chorus.connection"]._collect_due,
            self._deposit_due,
            self._resolve_due,
            self._report_due,
            self.env["l10n_fr_chorus.operation"]._carry_out_due,
            self.env["l10n_fr_chorus.connection"]._sync_due,
            self.env["l10n_fr_chorus.submission"]._read_payment_requests,
            self.env["l10n_fr_chorus.channel"]._follow_due,
        ):
            if self._is_over():
                self._wake()
                return
            self._run_step(step)
        self._plan_next_round()

    @api.model
    def _run_step(self, step, *arguments):
        """Run one step; begin again when another worker was quicker.

        :return: what it returns, None when it failed
        """
        for _round in range(ROUNDS):
            try:
                result = step(*arguments)
                self._commit()
                return result
            except LockNotAvailable:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if self.env["l10n_fr_chorus.verification"]._held_since():
                    raise  # whatever comes next would wait for the same program
                _logger.warning("Chorus Pro: %s waits for a lock", step.__name__)
                self._wake(at=fields.Datetime.now() + HELD_PAUSE)
                return None
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
            except Exception:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: %s failed", step.__name__)
                return None
        return None

    @api.model
    def _plan_next_round(self):
        """Wake the scheduler when the next thing is due, not before."""
        self.env.cr.execute(
            """
            SELECT min(due) FROM (
                SELECT min(next_try) AS due FROM l10n_fr_chorus_submission
                 WHERE state IN ('requested', 'waiting')
                UNION ALL
                SELECT min(next_try) FROM l10n_fr_chorus_transmission
                 WHERE state NOT IN ('reported', 'refused')
                UNION ALL
                SELECT min(next_try) FROM l10n_fr_chorus_operation
                 WHERE state IN ('ready', 'doubtful')
            ) AS dues
            """
        )
        [(due,)] = self.env.cr.fetchall()
        if due:
            self._wake(at=max(due, fields.Datetime.now() + timedelta(seconds=30)))

    @api.model
    def _wake(self, at=None):
        """Have the scheduled job run now, or at a given time.

        With OCA's `queue_job` installed, one of its workers runs instead. The work is
        the same method, and the scheduled job goes on as one more worker: it also
        serves a shop whose job runner is not started.
        """
        if not hasattr(self, "with_delay"):
            self.env.ref("l10n_fr_chorus_bookshop.ir_cron_work").sudo()._trigger(at=at)
            return
        self._declare_job()
        # One job a minute is enough; one planned for later must not hide one for now.
        moment = f"{at:%Y-%m-%d %H:%M}" if at else "now"
        worker = self.browse().with_user(SUPERUSER_ID)
        worker.with_delay(eta=at, identity_key=f"{self._name} {moment}")._work_alone()

    @api.model
    def _work_alone(self):
        """One round, unless another job is at it: it would only hold a web worker.

        The lock is the connection's: it lasts through commits, and ends with a process
        that is killed.
        """
        self.env.cr.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [self._name])
        [(free,)] = self.env.cr.fetchall()
        if not free:
            self._wake(at=fields.Datetime.now() + timedelta(seconds=30))
            return
        try:
            self._work()
        finally:
            self.env.cr.execute("SELECT pg_advisory_unlock(hashtext(%s))", [self._name])

    @api.model
    def _declare_job(self):
        """Have the jobs run in a channel of their own, where they may commit."""
        functions = self.env["queue.job.function"].sudo()
        channels = self.env["queue.job.channel"].sudo()
        model, method = self.env["ir.model"]._get(self._name), "_work_alone"
        if functions.search_count(
            [("model_id", "=", model.id), ("method", "=", method)], limit=1
        ):
            return
        root = self.env.ref("queue_job.channel_root")
        ours = [("name", "=", "l10n_fr_chorus"), ("parent_id", "=", root.id)]
        channel = channels.search(ours, limit=1) or channels.create(
            {"name": "l10n_fr_chorus", "parent_id": root.id}
        )
        functions.create(
            {
                "model_id": model.id,
                "method": method,
                "channel_id": channel.id,
                "allow_commit": True,
            }
        )
