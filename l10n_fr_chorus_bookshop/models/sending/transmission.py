import hashlib
import logging
import random
from contextlib import ExitStack
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.channels.answers import Deposit
from ...chorus.errors import ChorusError, Doubtful
from ...chorus.lifecycle.labels import FLUX_LABELS

_logger = logging.getLogger(__name__)

# Pauses between two tries, then between two questions about a flux.
RETRIES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
QUESTIONS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# A deposit never lasts this long: past it, the worker is dead and the outcome unknown.
LEASE = timedelta(minutes=15)
# Invoices put into deposits in one transaction.
PACK_BATCH = 3000
# Those of which one attempt may have arrived without our knowing.
LOST_OUTCOME = (
    Domain("attempts", ">", 1)
    | Domain("doubtful_since", "!=", False)
    | Domain("state", "=", "sending")
    | (Domain("deposited_at", "!=", False) & Domain("flux_number", "=", False))
)


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

    # ---- WHAT IS DUE -------------------------------------------------------------

    @api.model
    def _is_over(self):
        """Tell whether this round must leave the rest to the next one."""
        round_ = self.env.context.get("l10n_fr_chorus_round")
        return bool(round_) and round_.is_over()

    @api.model
    def _commit(self):
        """Commit, through the scheduler's own way so that it sees life."""
        self.env["ir.cron"]._commit_progress()

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

    def _with_lost_outcome(self):
        """Those of these of which one attempt may have arrived without our knowing."""
        return self.filtered_domain(LOST_OUTCOME)

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

    # ---- DEPOSIT -----------------------------------------------------------------

    @api.model
    def _deposit_due(self):
        """Send every deposit that is due, one after the other, on lines kept open.

        Faster is more workers: other processes, other machines.
        """
        clients = {}
        with ExitStack() as lines:
            for transmission in self._each_due("ready"):
                transmission._send(clients, lines)

    def _send(self, clients, lines):
        """Make one attempt at one deposit; its bytes are let go before the next.

        :param clients: see `_hand_over`
        """
        leaving = self._run_step(self._hand_over, clients, lines)
        if leaving:
            attempt, *parcel = leaving
            outcome = self._carry(*parcel)
            self._run_step(self._write_outcome, attempt, outcome)

    def _hand_over(self, clients, lines):
        """Write one deposit down, committed, before the network is touched.

        A crash anywhere after leaves `sending`; the lease's end makes it doubtful.

        :param clients: the channels' clients already open, by connection
        :param lines: keeps them open until all have left
        :return: the attempt's rank, then what `_carry` takes; None when nothing leaves
        """
        absent = self._is_absent() if self.sha256 else self._leave_out_arrived()
        if not absent or not self._take("ready"):
            return None
        connection = self.connection_id
        try:
            if connection.id not in clients:
                client = connection._channel()._depositor(connection)
                clients[connection.id] = lines.enter_context(client)
        except ChorusError as error:
            self._postpone(error)
            self._commit()
            connection._note_health(error)
            return None
        content = self._start_sending()
        if content is None:
            return None
        client = clients[connection.id]
        return self.attempts, client, content, self.name, self.syntax

    @api.model
    def _carry(self, client, content, name, syntax):
        """Make one attempt; the database is not touched meanwhile.

        :return: the `Deposit` that the platform answers, or the ChorusError that came
        """
        try:
            return client.deposit(content, name, syntax)
        except ChorusError as error:
            return error
        except Exception as error:  # whatever it is, it may have left
            _logger.exception("Chorus Pro: deposit %s", name)
            return Doubtful(str(error))

    def _leave_out_arrived(self):
        """Ask for what an earlier sending may have brought: it does not leave again.

        A person who sends an invoice again need not know that an attempt whose answer
        was lost has arrived since, perhaps by another road.

        :return: False when nobody can tell now
        """
        unsure = self.submission_ids._unsure_before()
        if not unsure:
            return True
        if not self._take("ready"):
            return False
        self._reschedule(RETRIES)
        for connection, sendings in unsure.grouped("connection_id").items():
            moves = sendings.submission_ids.move_id
            asked = self.submission_ids.filtered(lambda sub, m=moves: sub.move_id in m)
            matches, whole = self._find_on(connection, asked)
            for submission, news in matches:
                if submission in self.submission_ids:
                    submission._stands_by(sendings, news)
            rows, _trouble = connection._detailed(matches)
            self.submission_ids.browse()._absorb(rows)
            if not whole:
                return False
        self.next_try = fields.Datetime.now()
        self._commit()
        return True

    def _is_absent(self):
        """Ask once more before the same bytes go again: time has passed since.

        :return: False when an earlier attempt has arrived, or nobody can tell
        """
        if not self._take("ready"):
            return False
        self._reschedule(RETRIES)
        if self._look_for() is not False:
            return False
        self.next_try = fields.Datetime.now()
        self._commit()
        return True

    def _write_outcome(self, attempt, outcome):
        """Write what became of one attempt, unless it was settled otherwise since."""
        if not self._still("sending") or self.attempts != attempt:
            return
        connection, trouble = self.connection_id, None
        if isinstance(outcome, Deposit):
            self._accept(outcome.flux_number)
        else:
            trouble = self._write_failure(outcome)
        self._commit()
        if isinstance(trouble, Doubtful):
            # Asking about this one tells whether the platform answers at all.
            until = fields.Datetime.now() + pause_after(RETRIES, 0)
            self._postpone_all(connection, ("ready",), trouble, until)
        else:
            connection._note_health(trouble)

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
        leaving._before_platform_reply().write(
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
                "next_try": now + pause_after(QUESTIONS, 0),
            }
        )
        held = self._in_company_lang().submission_ids._before_platform_reply()
        held._set_state("deposited", sent_at=now)
        held._notify_state()
