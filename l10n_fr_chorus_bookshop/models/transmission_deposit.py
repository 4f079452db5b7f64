import hashlib
import logging
from contextlib import ExitStack
from datetime import timedelta

from odoo import api, fields, models

from ..chorus.couriers import Couriers, Parcel
from ..chorus.errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from .transmission import QUESTIONS, RETRIES, pause_after

_logger = logging.getLogger(__name__)

# A deposit never lasts this long: past it, the worker is dead and the outcome unknown.
LEASE = timedelta(minutes=15)
# Calls at once in one worker, and the bytes that they hold together.
THREADS = 4
MOST_BYTES = 20_000_000


class L10nFrChorusTransmission(models.Model):
    _inherit = "l10n_fr_chorus.transmission"

    @api.model
    def _deposit_due(self):
        """Send every deposit that is due, several calls at once.

        Threads do HTTP only; the cursor and the environment stay here.
        """
        with Couriers(THREADS, MOST_BYTES) as couriers, ExitStack() as routes:
            openers = {}
            for transmission in self._each_due("ready"):
                while not couriers.has_room(transmission.size):
                    self._write_outcomes(couriers)
                self._run_step(transmission._hand_over, couriers, routes, openers)
            while couriers.busy:
                self._write_outcomes(couriers)

    def _hand_over(self, couriers, routes, openers):
        """Write one deposit down, committed, then let a thread carry it.

        A crash anywhere leaves `sending`; the lease's end makes it doubtful.

        :param routes: keeps what is opened until all have left
        :param openers: what opens a client in a thread, by connection
        """
        if not self._take("ready") or not self._may_leave():
            return
        connection = self.connection_id
        try:
            if connection not in openers:
                depositor = connection._channel()._depositor(connection)
                openers[connection] = routes.enter_context(depositor)
        except ChorusError as error:
            self._postpone(error)
            self._commit()
            connection._note(error)
            return
        content = self._start_sending()
        if content is None:
            return
        parcel = Parcel(
            (self.id, self.attempts),
            connection.id,
            openers[connection],
            self.name,
            content,
            self.syntax,
        )
        self._commit()
        couriers.take(parcel)

    @api.model
    def _write_outcomes(self, couriers):
        """Wait for some deposits; write what became of each, one transaction each."""
        self._commit()  # nothing is held meanwhile
        for parcel, outcome in couriers.outcomes():
            transmission_id, attempt = parcel.key
            transmission = self.browse(transmission_id)
            lang = transmission.company_id._l10n_fr_chorus_lang()
            transmission = transmission.with_context(lang=lang)
            self._run_step(transmission._write_outcome, attempt, outcome)

    def _write_outcome(self, attempt, outcome):
        """Write what became of one attempt, unless it was settled otherwise since."""
        if not self._still("sending") or self.attempts != attempt:
            return
        trouble = None
        match outcome:
            case Unreachable() | Denied():
                trouble = outcome
                self._postpone(trouble)
            case Refused():
                self._refuse(outcome)
            case Exception():  # whatever it is, it may have left
                trouble = outcome
                if not isinstance(outcome, Doubtful):
                    _logger.error("Chorus Pro: deposit %s", self.name, exc_info=outcome)
                    trouble = Doubtful(str(outcome))
                self._doubt(self.env["l10n_fr_chorus.channel"]._say(trouble))
            case _:
                self._accept(outcome.flux_number)
        self._commit()
        if isinstance(trouble, Doubtful):
            # Asking about this one tells whether the platform answers at all.
            until = fields.Datetime.now() + pause_after(RETRIES, 0)
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
                "next_try": now + pause_after(QUESTIONS, 0),
            }
        )
        held = self.submission_ids._unheard()
        held._set_state("deposited")
        held._tell()

    def _postpone(self, error):
        """Nothing left: the invoices are ready again, the deposit waits its turn."""
        reason = self.env["l10n_fr_chorus.channel"]._say(error)
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
