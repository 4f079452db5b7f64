import logging
import random
from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...chorus.lifecycle.labels import FLUX_LABELS
from ..common import lock_patience
from .round import Round

_logger = logging.getLogger(__name__)

# Pauses between two tries, then between two questions about a flux.
RETRIES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
QUESTIONS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# A conflict only means that another worker was quicker.
ROUNDS = 5
# Invoices put into deposits in one transaction.
PACK_BATCH = 3000
# Before what another program holds is tried again.
HELD_PAUSE = timedelta(minutes=1)


def pause_after(pauses, attempt):
    """The pause after the nth attempt, with jitter so that workers spread out."""
    base = pauses[min(attempt, len(pauses) - 1)]
    return base * (1 + random.random() / 5)


class L10nFrChorusTransmission(models.Model):
    """One network deposit (a *flux*) of one or more invoices (R13, R14).

    ready ──► sending ──► deposited ──► reported
      ▲          │  └──► refused
      │          ▼
      └────── doubtful ──► deposited (found on the platform)

    What is sent is written and committed before the network is touched. A lost answer
    makes the deposit doubtful; the platform is asked, and only its silence after a
    quarantine lets the same bytes go again.
    """

    _name = "l10n_fr_chorus.transmission"
    _description = "Deposit on Chorus Pro"
    _order = "id DESC"

    name = fields.Char("File name", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, ondelete="restrict", index=True
    )
    channel = fields.Selection(related="connection_id.channel")
    submission_ids = fields.One2many(
        "l10n_fr_chorus.submission", "transmission_id", "Invoices"
    )
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("sending", "Being sent"),
            ("doubtful", "Doubtful"),
            ("deposited", "Awaiting its report"),
            ("reported", "Report received"),
            ("refused", "Deposit refused"),
        ],
        required=True,
        default="ready",
    )
    syntax = fields.Char(required=True)
    sha256 = fields.Char(readonly=True)
    size = fields.Integer(readonly=True)
    flux_number = fields.Char("Flux number", index="btree_not_null")
    flux_state = fields.Char("Platform's word on the flux")
    flux_label = fields.Char("On the platform", compute="_compute_flux_label")
    attempts = fields.Integer()
    questions = fields.Integer()
    next_try = fields.Datetime(default=fields.Datetime.now)
    lease_until = fields.Datetime()
    doubtful_since = fields.Datetime()
    doubt_answered = fields.Boolean(
        help="The platform answered the last attempt, though only with an error."
    )
    deposited_at = fields.Datetime()
    reason = fields.Text()

    _due = models.Index("(state, next_try) WHERE state NOT IN ('reported', 'refused')")

    @api.depends("flux_state")
    @api.depends_context("lang")
    def _compute_flux_label(self):
        """As people say it; a word nobody knows is shown as it came."""
        for transmission in self:
            code = transmission.flux_state
            transmission.flux_label = (
                self.env._(FLUX_LABELS[code]) if code in FLUX_LABELS else code
            )

    # ---- WORKER -------------------------------------------------------------------

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
    def _is_over(self):
        """Tell whether this round must leave the rest to the next one."""
        round_ = self.env.context.get("l10n_fr_chorus_round")
        return bool(round_) and round_.is_over()

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
    def _commit(self):
        """Commit, through the scheduler's own way so that it sees life."""
        self.env["ir.cron"]._commit_progress()

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

    @api.model
    def _each_due(self, state):
        """Yield, one by one, the transmissions due in a state, by age.

        Nothing is locked yet: `_take` says whether one is still free and due.
        """
        due = self.search_fetch(
            [("state", "=", state), ("next_try", "<=", fields.Datetime.now())],
            ["size", "company_id"],
            order="next_try, id",
        )
        # Before the first of their commits, after which all would be read anew.
        due = [one._in_company_lang() for one in due]
        for transmission in due:
            if self._is_over():
                return
            # Alone: after a commit, one that is read must not fetch them all again.
            yield transmission.with_prefetch()

    def _in_company_lang(self):
        """The same deposit, writing in its company's language."""
        return self.with_context(lang=self.company_id._l10n_fr_chorus_lang())

    def _take(self, state):
        """Lock; return those that no other worker has and that are due in a state."""
        now = fields.Datetime.now()
        return self._still(state).filtered(lambda one: one.next_try <= now)

    @api.model
    def _lost_outcome_domain(self):
        """Domain of those of which one attempt may have arrived without our knowing."""
        return (
            Domain("attempts", ">", 1)
            | Domain("doubtful_since", "!=", False)
            | Domain("state", "=", "sending")
            | (Domain("deposited_at", "!=", False) & Domain("flux_number", "=", False))
        )

    def _with_lost_outcome(self):
        """Those of these whose outcome is lost (`_lost_outcome_domain`)."""
        return self.filtered_domain(self._lost_outcome_domain())

    def _still(self, state):
        """Lock; return those that no other worker has and that are in a state."""
        self.invalidate_recordset()
        return self.try_lock_for_update().filtered(lambda one: one.state == state)

    # ---- SEAL AND PACK -------------------------------------------------------------

    @api.model
    def _seal_due(self):
        """Chain the originals just stored: nothing unsealed is ever sent (DECISIONS,
        « Insert-only tables »).

        The lock must be the first statement of its transaction.
        """
        self._commit()
        self.env["l10n_fr_chorus.seal"]._append()

    @api.model
    def _pack_due(self):
        """Put what is ready to leave into deposits, as few as the limits allow."""
        while self._pack():
            self._commit()

    @api.model
    def _pack(self):
        """Pack so many invoices that memory holds them easily; return how many."""
        queued = self.env["l10n_fr_chorus.submission"].search(
            [("state", "=", "queued"), ("transmission_id", "=", False)],
            order="id",
            limit=PACK_BATCH,
        )
        queued = queued.try_lock_for_update()
        queued.invalidate_recordset()
        queued = queued.filtered(
            lambda sub: sub.state == "queued" and not sub.transmission_id
        )
        sealed = self.env["l10n_fr_chorus.seal"].search(
            [("original_id", "in", queued.original_id.ids)]
        )
        sealed_ids = set(sealed.original_id.ids)
        queued = queued.filtered(lambda sub: sub.original_id.id in sealed_ids)
        by_hand = queued.filtered(lambda sub: sub._channel()._by_hand)
        if by_hand:
            by_hand._await_person()
        queued -= by_hand
        for (connection, syntax), group in queued.grouped(
            lambda sub: (sub.connection_id, sub.original_id.syntax)
        ).items():
            for load in self._loads(connection, group):
                transmission = self.create(
                    {
                        "name": load[0].original_id.filename,
                        "company_id": connection.company_id.id,
                        "connection_id": connection.id,
                        "syntax": syntax,
                        "size": sum(load.original_id.mapped("size")),
                    }
                )
                load.write({"transmission_id": transmission.id})
        return len(queued + by_hand)

    @api.model
    def _loads(self, connection, submissions):
        """Split submissions so that each deposit keeps within number and size.

        An archive never holds two files of one name: one would hide the other.
        """
        load, weight = submissions.browse(), 0
        for submission in submissions:
            size = submission.original_id.size
            full = len(load) >= connection.batch_size
            names = load.original_id.mapped("filename")
            full = full or submission.original_id.filename in names
            if load and (full or weight + size > connection.batch_bytes):
                yield load
                load, weight = submissions.browse(), 0
            load, weight = load + submission, weight + size
        if load:
            yield load
