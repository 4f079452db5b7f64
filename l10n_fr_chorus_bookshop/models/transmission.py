import hashlib
import logging
import random
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models

from ..chorus.answers import PENDING, REJECTED
from ..chorus.errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from ..chorus.vocabulary import is_duplicate

_logger = logging.getLogger(__name__)

# A deposit never lasts this long: past it, the worker is dead and the outcome unknown.
LEASE = timedelta(minutes=15)
# Pauses between two tries, then between two questions about a flux.
RETRIES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
QUESTIONS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# Invoices put into deposits in one transaction.
PACK_BATCH = 1000
# A serialization failure only means that another worker was quicker.
ROUNDS = 5


def _pause(pauses, attempt):
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
    attempts = fields.Integer()
    questions = fields.Integer()
    next_try = fields.Datetime(default=fields.Datetime.now)
    lease_until = fields.Datetime()
    doubtful_since = fields.Datetime()
    deposited_at = fields.Datetime()
    reason = fields.Text()

    _due = models.Index("(state, next_try) WHERE state NOT IN ('reported', 'refused')")

    # ---- WORKER -------------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """The scheduled job is one worker among others; it never raises."""
        self._work()

    @api.model
    def _work(self):
        """One round of a worker: every step takes what is due and commits as it goes.

        Any number of workers may run at once: rows are taken with SKIP LOCKED. A step
        that fails is told to the log and does not stop the next ones.
        """
        for step in (
            self.env["l10n_fr_chorus.submission"]._prepare_due,
            self._seal_due,
            self._pack_due,
            self._deposit_due,
            self._resolve_due,
            self._report_due,
            self.env["l10n_fr_chorus.connection"]._sync_due,
        ):
            self._run_step(step)
        self._plan_next_round()

    @api.model
    def _run_step(self, step):
        """Run one step; begin again when another worker was quicker."""
        for _round in range(ROUNDS):
            try:
                step()
                self._commit()
                return
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
            except Exception:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: %s failed", step.__name__)
                return

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
            ) AS dues
            """
        )
        [(due,)] = self.env.cr.fetchall()
        if due:
            self._wake(at=max(due, fields.Datetime.now() + timedelta(seconds=30)))

    @api.model
    def _wake(self, at=None):
        """Have the scheduled job run now, or at a given time."""
        self.env.ref("l10n_fr_chorus_bookshop.ir_cron_work").sudo()._trigger(at=at)

    @api.model
    def _each_due(self, *states):
        """Yield, one by one and locked, the transmissions due in some states.

        Rows that another worker holds are skipped; each is given once a round, so that
        one which fails does not keep the worker busy.
        """
        seen = []
        while True:
            due = self.search(
                [
                    ("state", "in", states),
                    ("next_try", "<=", fields.Datetime.now()),
                    ("id", "not in", seen),
                ],
                order="next_try, id",
                limit=100,
            )
            taken = due.try_lock_for_update(limit=1)
            if not taken:
                return
            seen += taken.ids
            yield taken.with_context(lang=taken.company_id._l10n_fr_chorus_lang())

    def _still(self, state):
        """Lock again and tell whether the state is still the one expected."""
        self.invalidate_recordset()
        return bool(self.try_lock_for_update()) and self.state == state

    # ---- SEAL, PACK ---------------------------------------------------------------

    @api.model
    def _seal_due(self):
        """Chain the originals just stored: nothing unsealed is ever sent (DESIGN §2).

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
                    }
                )
                load.write({"transmission_id": transmission.id})
        return len(queued) + len(by_hand)

    @api.model
    def _loads(self, connection, submissions):
        """Split submissions so that each deposit keeps within number and size."""
        load, weight = submissions.browse(), 0
        for submission in submissions:
            size = submission.original_id.size
            full = len(load) >= connection.batch_size
            if load and (full or weight + size > connection.batch_bytes):
                yield load
                load, weight = submissions.browse(), 0
            load, weight = load + submission, weight + size
        if load:
            yield load

    # ---- DEPOSIT ------------------------------------------------------------------

    @api.model
    def _deposit_due(self):
        """Send every deposit that is due, each in its own transactions."""
        for transmission in self._each_due("ready"):
            self._run_step(transmission._deposit)

    def _deposit(self):
        """Send one deposit: written and committed, then the network, then the outcome.

        A crash anywhere leaves `sending`; the lease's end makes it doubtful. So does
        a conflict while the outcome is written: this never sends twice.
        """
        if not self._still("ready") or not self._may_leave():
            return
        content = self._start_sending()
        self._commit()
        if content is None:
            return
        trouble = None
        try:
            answer = self.connection_id._channel()._deposit(self, self.name, content)
        except (Unreachable, Denied) as error:
            self._postpone(error)
            trouble = error
        except Refused as error:
            self._refuse(error)
        except Exception as error:  # whatever it is, it may have left
            if not isinstance(error, Doubtful):
                _logger.exception("Chorus Pro: deposit %s", self.name)
                error = Doubtful(str(error))
            self._doubt(self.env["l10n_fr_chorus.channel"]._say(error))
            trouble = error
        else:
            self._accept(answer.flux_number)
        self._commit()
        if isinstance(trouble, Doubtful):
            # Asking about this one tells whether the platform answers at all.
            until = fields.Datetime.now() + _pause(RETRIES, 0)
            self._postpone_all(self.connection_id, ("ready",), trouble, until)
        else:
            self.connection_id._note(trouble)

    def _may_leave(self):
        """Ask once more before the same bytes go again: time has passed since.

        :return: False when an earlier attempt has arrived, or nobody can tell
        """
        if not self.sha256:
            return True
        self._rest(RETRIES)
        return self._look_for() is False and self._still("ready")

    def _start_sending(self):
        """Fix what leaves and write it down; return the bytes, None when void."""
        if not self.sha256:
            leaving = self.submission_ids.filtered(lambda sub: sub.state == "queued")
        else:
            leaving = self.submission_ids
        leaving.lock_for_update()
        if not leaving:
            self.write({"state": "refused", "reason": self.env._("Nothing left.")})
            return None
        name, content, syntax = self.connection_id._channel()._archive(
            leaving.original_id.sorted("id")
        )
        self.write(
            {
                "state": "sending",
                "name": name,
                "syntax": syntax,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "attempts": self.attempts + 1,
                "lease_until": fields.Datetime.now() + LEASE,
            }
        )
        # Since when it waits is kept: this attempt may fail too.
        leaving._unheard().write(
            {
                "state": "sending",
                "state_code": False,
                "state_date": fields.Datetime.now(),
                "reason": False,
            }
        )
        return content

    def _accept(self, flux_number):
        """The platform has the deposit: its report comes next."""
        now = fields.Datetime.now()
        self.write(
            {
                "state": "deposited",
                "flux_number": flux_number,
                "deposited_at": now,
                "doubtful_since": False,
                "lease_until": False,
                "reason": False,
                "questions": 0,
                "next_try": now + _pause(QUESTIONS, 0),
            }
        )
        held = self.submission_ids._unheard()
        held._set_state("deposited", sent_at=now)
        held._tell()

    def _postpone(self, error):
        """Nothing left: the invoices are ready again, the deposit waits its turn."""
        reason = self.env["l10n_fr_chorus.channel"]._say(error)
        pause = _pause(RETRIES, self.attempts)
        retry_after = getattr(error, "retry_after", None)
        if retry_after:
            pause = max(pause, timedelta(seconds=retry_after))
        self.write(
            {
                "lease_until": False,
                "reason": reason,
                "next_try": fields.Datetime.now() + pause,
            }
        )
        if self.doubtful_since:
            # An earlier attempt may have arrived: the doubt stays whole.
            self.state = "doubtful"
            self.submission_ids._unheard()._set_state("doubtful", reason=reason)
        elif self.flux_number:
            # The platform failed on the flux and wants the same bytes again.
            self.state = "ready"
            self.submission_ids._unheard()._set_state("deposited", reason=reason)
        else:
            self.write({"state": "ready", "sha256": False})
            self.submission_ids._unheard()._set_state(
                "queued", reason=reason, waiting_since=self._waiting_since()
            )

    @api.model
    def _postpone_all(self, connection, states, error, until):
        """Let what a connection has to send or ask wait: it does not answer."""
        waiting = self.search(
            [
                ("connection_id", "=", connection.id),
                ("state", "in", states),
                ("next_try", "<", until),
            ]
        ).try_lock_for_update()
        waiting.write({"next_try": until})
        ready = waiting.filtered(lambda one: one.state == "ready").submission_ids
        ready.filtered(
            lambda sub: sub.state == "queued" and not sub.waiting_since
        ).try_lock_for_update().write(
            {
                "reason": self.env["l10n_fr_chorus.channel"]._say(error),
                "waiting_since": fields.Datetime.now(),
            }
        )

    def _waiting_since(self):
        """When the invoices of this deposit began to wait."""
        return min(
            (sub.waiting_since for sub in self.submission_ids if sub.waiting_since),
            default=fields.Datetime.now(),
        )

    def _refuse(self, error):
        """The platform refuses the deposit itself: nothing of it exists there.

        Should an earlier attempt have arrived all the same, the news will tell.
        """
        reason = self.env["l10n_fr_chorus.channel"]._say(error)
        self.write({"state": "refused", "reason": reason, "lease_until": False})
        refused = self.submission_ids._unheard()
        refused._set_state("not_integrated", reason=reason)
        refused._tell()

    def _doubt(self, reason):
        """The outcome is unknown: ask before anything goes again."""
        now = fields.Datetime.now()
        self.write(
            {
                "state": "doubtful",
                "reason": reason,
                "lease_until": False,
                "doubtful_since": self.doubtful_since or now,
                "questions": 0,
                "next_try": now,
            }
        )
        self.submission_ids._unheard()._set_state("doubtful", reason=reason)

    # ---- RESOLVE ------------------------------------------------------------------

    @api.model
    def _resolve_due(self):
        """Settle what is in doubt, by asking the platform."""
        self._doubt_dead_leases()
        self._commit()
        for transmission in self._each_due("doubtful"):
            self._run_step(transmission._resolve)

    @api.model
    def _doubt_dead_leases(self):
        """A worker that died while sending leaves a doubt, never a resend."""
        dead = self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())]
        ).try_lock_for_update()
        for transmission in dead.filtered(lambda one: one.state == "sending"):
            lang = transmission.company_id._l10n_fr_chorus_lang()
            transmission = transmission.with_context(lang=lang)
            transmission._doubt(transmission.env._("The sending was interrupted."))

    def _resolve(self):
        """Ask the platform for the invoices of a doubtful deposit."""
        if not self._still("doubtful"):
            return
        self._rest(QUESTIONS)
        if self._look_for() is False and self._quarantine_over():
            self.write({"state": "ready", "next_try": fields.Datetime.now()})

    def _look_for(self):
        """Ask the platform for these invoices, and take what is there as deposited.

        :return: whether it has any; None when it did not answer
        """
        connection, numbers = self.connection_id, self.submission_ids.mapped("number")
        self._commit()
        try:
            found = connection._channel()._find(connection, numbers=numbers)
        except ChorusError as error:
            self.reason = self.env["l10n_fr_chorus.channel"]._say(error)
            self._commit()
            connection._note(error)
            return None
        matches = connection._match(found, self.submission_ids)
        if matches:
            rows, _trouble = connection._detailed(matches)
            # The platform knows them: whatever was answered, the deposit took place.
            self._accept(matches[0][1].flux_number)
            self.submission_ids._record_news(rows)
        return bool(matches)

    def _rest(self, pauses):
        """Plan the next question before asking this one: a crash must not loop."""
        self.write(
            {
                "questions": self.questions + 1,
                "next_try": fields.Datetime.now() + _pause(pauses, self.questions),
            }
        )

    def _quarantine_over(self):
        """The platform has had ample time to show the invoices, and shows none."""
        quarantine = timedelta(minutes=self.connection_id.quarantine)
        return fields.Datetime.now() >= self.doubtful_since + quarantine

    # ---- REPORT -------------------------------------------------------------------

    @api.model
    def _report_due(self):
        """Ask what became of each deposit."""
        for transmission in self._each_due("deposited"):
            self._run_step(transmission._read_report)

    def _read_report(self):
        """Read one integration report and pass it on, invoice by invoice."""
        if not self._still("deposited"):
            return
        self._rest(QUESTIONS)
        connection = self.connection_id
        channel = connection._channel()
        self._commit()
        try:
            report = channel._report(self)
            settled = report.outcome != PENDING
            news = self._find_integrated(channel, report) if settled else []
        except ChorusError as error:
            self.reason = self.env["l10n_fr_chorus.channel"]._say(error)
            self._commit()
            connection._note(error)
            return
        matches = connection._match(news, self.submission_ids)
        rows, trouble = connection._detailed(matches)
        connection._note(trouble)
        if trouble:
            # Without all the news, what is there could be taken for rejected.
            return
        self.flux_state = report.state
        if settled:
            self._settle(report, rows)

    def _find_integrated(self, channel, report):
        """Find what is on the platform: this flux's invoices, and proven earlier ones.

        A duplicate proves that an earlier attempt arrived, if there was one.
        """
        connection = self.connection_id
        news = channel._find(connection, flux_number=self.flux_number)
        duplicates = {
            rejection.number
            for rejection in report.rejections
            if any(map(is_duplicate, rejection.reasons))
        }
        proven = self.submission_ids.filtered(
            lambda sub: sub.number in duplicates and sub._may_have_arrived_before()
        )
        if proven:
            news += channel._find(connection, numbers=proven.mapped("number"))
        return news

    def _settle(self, report, rows):
        """Apply a final report: what was integrated, what was not and why.

        :param rows: news of what is on the platform, as `_record_news` takes them
        """
        self.submission_ids._record_news(rows)
        if report.resend:
            self.write(
                {
                    "state": "ready",
                    "reason": "\n".join([report.state, *report.reasons]),
                    "next_try": fields.Datetime.now() + _pause(RETRIES, self.attempts),
                }
            )
            return
        unheard = self.submission_ids._unheard()
        rejected = self._reject(report, unheard)
        rejected._tell()
        if unheard - rejected:
            # Neither rejected nor found yet: asked again until each has its fate.
            return
        self.write(
            {
                "state": "reported",
                "reason": "\n".join(report.reasons) or False,
                "next_try": False,
            }
        )

    def _reject(self, report, candidates):
        """Mark as not integrated what the report names, or all of a refused flux."""
        rejected = candidates.browse()
        for submission in candidates:
            reasons = [
                reason
                for rejection in report.rejections
                if rejection.number == submission.number
                and rejection.seller_siret in ("", submission.seller_siret)
                for reason in rejection.reasons
            ]
            if reasons or report.outcome == REJECTED:
                reasons = reasons or report.reasons or (report.state,)
                submission._set_state("not_integrated", reason="\n".join(reasons))
                rejected += submission
        return rejected
