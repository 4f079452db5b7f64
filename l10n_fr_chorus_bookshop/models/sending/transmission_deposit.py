import hashlib
import logging
from contextlib import ExitStack
from datetime import timedelta

from odoo import api, fields, models

from ...chorus.channels.answers import Deposit
from ...chorus.channels.depositors import Couriers, Parcel
from ...chorus.errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from ..common import describe
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
        due = [(one.id, one.size) for one in self._each_due("ready")]
        with Couriers(THREADS, MOST_BYTES) as couriers, ExitStack() as routes:
            openers = {}
            while due or couriers.busy:
                count = couriers.room_for(size for _id, size in due)
                leaving, due = due[:count], due[count:]
                if leaving:
                    together = [one for one, _size in leaving]
                    self._together(self._hand_over, together, couriers, routes, openers)
                else:
                    self._commit()  # nothing is held meanwhile
                    self._together(self._write_outcomes, couriers.outcomes())

    @api.model
    def _together(self, step, items, *arguments):
        """Run a step on several items in one transaction, one by one if that fails."""
        if not self._run_step(step, items, *arguments) and len(items) > 1:
            for item in items:
                self._run_step(step, [item], *arguments)

    @api.model
    def _hand_over(self, ids, couriers, routes, openers):
        """Write some deposits down, committed, then let threads carry them.

        A crash anywhere leaves `sending`; the lease's end makes it doubtful.

        :param ids: the deposits'
        :param routes: keeps what is opened until all have left
        :param openers: what opens a client in a thread, by connection
        """
        due = self.browse(ids)
        new = [one.id for one in due if not one.sha256 or one._speaking()._is_absent()]
        parcels, closed = [], {}
        for transmission in self.browse(new)._take("ready"):
            transmission = transmission._speaking()
            connection = transmission.connection_id
            try:
                if connection not in openers:
                    depositor = connection._channel()._depositor(connection)
                    openers[connection] = routes.enter_context(depositor)
            except ChorusError as error:
                transmission._postpone(error)
                closed[connection] = error
                continue
            content = transmission._start_sending()
            if content is not None:
                parcels.append(transmission._parcel(content, openers[connection]))
        self._commit()
        for parcel in parcels:
            couriers.take(parcel)
        for connection, error in closed.items():
            connection._note(error)

    def _is_absent(self):
        """Ask once more before the same bytes go again: time has passed since.

        :return: False when an earlier attempt has arrived, or nobody can tell
        """
        if not self._take("ready"):
            return False
        self._rest(RETRIES)
        if self._look_for() is not False:
            return False
        self.next_try = fields.Datetime.now()
        self._commit()
        return True

    def _parcel(self, content, open_client):
        """What a thread needs to know of one deposit."""
        return Parcel(
            key=(self.id, self.attempts),
            route=self.connection_id.id,
            open_client=open_client,
            name=self.name,
            content=content,
            syntax=self.syntax,
        )

    @api.model
    def _write_outcomes(self, outcomes):
        """Write what became of some attempts, unless settled otherwise since."""
        ids = [parcel.key[0] for parcel, _outcome in outcomes]
        held = self.browse(ids)._still("sending")
        under_way = {(one.id, one.attempts): one for one in held}
        flux_numbers, troubles = {}, {}
        for parcel, outcome in outcomes:
            transmission = under_way.get(parcel.key)
            if transmission is None:
                continue
            if isinstance(outcome, Deposit):
                flux_numbers[transmission] = outcome.flux_number
                trouble = None
            else:
                trouble = transmission._speaking()._write_failure(outcome)
            connection = transmission.connection_id
            troubles[connection] = troubles.get(connection) or trouble
        self._accept_each(flux_numbers)
        self._commit()
        for connection, trouble in troubles.items():
            if isinstance(trouble, Doubtful):
                # Asking about this one tells whether the platform answers at all.
                until = fields.Datetime.now() + pause_after(RETRIES, 0)
                self._postpone_all(connection, ("ready",), trouble, until)
            else:
                connection._note(trouble)

    def _write_failure(self, error):
        """Write what became of one attempt that did not simply succeed.

        :param error: the exception that came instead of an answer
        :return: the ChorusError that says how the connection fares, None if it answers
        """
        match error:
            case Unreachable() | Denied():
                self._postpone(error)
                return error
            case Refused():
                self._refuse(error)
                return None
            case Doubtful():
                pass
            case _:  # whatever it is, it may have left
                _logger.error("Chorus Pro: deposit %s", self.name, exc_info=error)
                error = Doubtful(str(error))
        self._doubt(describe(self.env, error))
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
        self._accept_each({self: flux_number})

    @api.model
    def _accept_each(self, flux_numbers):
        """The platform has these deposits; their invoices are told in one go.

        :param flux_numbers: by deposit, the number that the platform gave it
        """
        now = fields.Datetime.now()
        for transmission, flux_number in flux_numbers.items():
            transmission.write(
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
        accepted = self.browse().union(*flux_numbers)
        for company, transmissions in accepted.grouped("company_id").items():
            lang = company._l10n_fr_chorus_lang()
            held = transmissions.with_context(lang=lang).submission_ids._unheard()
            held._set_state("deposited", sent_at=now)
            held._tell()

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
        refused = self.submission_ids._unheard()
        refused._set_state("not_integrated", reason=reason)
        refused._tell()

    def _doubt(self, reason):
        """The outcome is unknown: ask before anything goes again.

        Each attempt has its own quarantine: this one may still be on its way.
        """
        now = fields.Datetime.now()
        self._doubt_invoices(reason)
        self.write(
            {
                "state": "doubtful",
                "reason": reason,
                "lease_until": False,
                "doubtful_since": now,
                "questions": 0,
                "next_try": now,
            }
        )

    def _doubt_invoices(self, reason):
        """Nobody knows where they are: from attempt to attempt, it is one same wait."""
        held = self.submission_ids._unheard()
        since, told_at = fields.Datetime.now(), False
        if self.doubtful_since:
            since = self._waiting_since()
            told_at = max(filter(None, held.mapped("told_at")), default=False)
        held._set_state("doubtful", reason=reason, waiting_since=since, told_at=told_at)
