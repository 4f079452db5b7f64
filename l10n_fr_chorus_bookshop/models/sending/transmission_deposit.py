import hashlib
import logging
from contextlib import ExitStack
from datetime import timedelta

from odoo import api, fields, models

from ...chorus.channels.answers import Deposit
from ...chorus.errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from ..common import describe
from .transmission import QUESTIONS, RETRIES, pause_after

_logger = logging.getLogger(__name__)

# A deposit never lasts this long: past it, the worker is dead and the outcome unknown.
LEASE = timedelta(minutes=15)


class L10nFrChorusTransmission(models.Model):
    _inherit = "l10n_fr_chorus.transmission"

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
            connection._note(error)
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
            connection._note(trouble)

    def _write_failure(self, error):
        """Write what became of one attempt that did not simply succeed.

        :param error: the ChorusError that came instead of an answer
        :return: the ChorusError that says how the connection fares, None if it answers
        """
        match error:
            case Unreachable() | Denied():
                self._postpone(error)
                return error
            case Refused():
                self._refuse(error)
                return None
        # An error of the server, not a lost line: it seldom hides a deposit.
        answered = error.code.isdigit() and int(error.code) >= 500
        self._doubt(describe(self.env, error), answered)
        return error

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

    def _postpone(self, error):
        """Nothing left: the invoices are ready again, the deposit waits its turn."""
        reason = describe(self.env, error)
        pause = pause_after(RETRIES, self.attempts)
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
            self._doubt_invoices(reason)
        elif self.flux_number:
            # The platform failed on the flux and wants the same bytes again.
            self.state = "ready"
            self.submission_ids._before_platform_reply()._set_state(
                "deposited", reason=reason
            )
        else:
            self.write({"state": "ready", "sha256": False})
            self.submission_ids._before_platform_reply()._set_state(
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
                "reason": describe(self.env, error),
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
        reason = describe(self.env, error)
        self.write({"state": "refused", "reason": reason, "lease_until": False})
        refused = self.submission_ids._before_platform_reply()
        refused._set_state("not_integrated", reason=reason)
        refused._notify_state()

    def _doubt(self, reason, answered=False):
        """The outcome is unknown: ask before anything goes again.

        Each attempt has its own quarantine: this one may still be on its way.

        :param answered: the platform answered, though only with an error
        """
        now = fields.Datetime.now()
        self._doubt_invoices(reason)
        self.write(
            {
                "state": "doubtful",
                "reason": reason,
                "lease_until": False,
                "doubtful_since": now,
                "doubt_answered": answered,
                "questions": 0,
                "next_try": now,
            }
        )

    def _doubt_invoices(self, reason):
        """Nobody knows where they are: from attempt to attempt, it is one same wait."""
        held = self.submission_ids._before_platform_reply()
        since, told_at = fields.Datetime.now(), False
        if self.doubtful_since:
            since = self._waiting_since()
            told_at = max(filter(None, held.mapped("told_at")), default=False)
        held._set_state("doubtful", reason=reason, waiting_since=since, told_at=told_at)
