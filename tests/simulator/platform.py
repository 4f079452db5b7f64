"""The whole state of the simulated platform, under one lock."""

import heapq
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from .accounts import Accounts
from .approved.platform import Approved
from .clock import Clock, moment_of
from .directory import Directory
from .faults import Faults
from .fluxes import Fluxes
from .invoices import Invoices, Plans
from .journal import Journal
from .settings import Settings

AVAILABLE = "MISE_A_DISPOSITION"


class Platform:
    """States are computed from the clock: each call first settles what is due."""

    def __init__(self, frozen=False):
        self.lock = threading.RLock()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="flux-reader")
        #: an operator's mailbox, once it was opened
        self.mailbox = None
        self.reset(frozen)

    def reset(self, frozen):
        """As it was when it started."""
        self.clock = Clock(frozen)
        self.settings = Settings()
        self.directory = Directory()
        self.accounts = Accounts()
        self.invoices = Invoices()
        self.fluxes = Fluxes(self, self._reader)
        self.plans = Plans()
        self.faults = Faults()
        self.journal = Journal()
        #: an approved platform that hands over to this Chorus Pro
        self.approved = Approved(self)
        self.token_requests = 0
        self.attachments = {}
        self._attachment_ids = itertools.count(2**31 + 7)
        self._agenda = []
        self._order = itertools.count()
        self.close_mailbox()

    def open_mailbox(self, **manners):
        """The operator's mailbox; asyncssh is only needed here."""
        from .mailbox import Mailbox

        self.close_mailbox()
        self.mailbox = Mailbox(self, **manners)
        return self.mailbox

    def close_mailbox(self):
        if self.mailbox:
            self.mailbox.close()
        self.mailbox = None

    def schedule(self, at, action, *args):
        heapq.heappush(self._agenda, (at, next(self._order), action, args))

    def settle(self):
        """Does everything whose time has come, in the order of time."""
        now = self.clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            _at, _order, action, args = heapq.heappop(self._agenda)
            action(*args)

    def integrate(self, document, flux):
        shown_at = self.clock.true_now()
        invoice = self.invoices.add(document, flux.number, flux.deposited_at, shown_at)
        invoice.plan = self.plans.steps_for(document)
        self.set_status(invoice, "DEPOSEE", flux.integrated_at)
        available = flux.deposited_at + timedelta(seconds=self.settings.available_after)
        self.schedule(
            max(available, flux.integrated_at),
            self.set_status,
            invoice,
            AVAILABLE,
            max(available, flux.integrated_at),
        )
        return invoice

    def remember(self, document, flux, status):
        """An invoice of before: integrated, available and, since, in ``status``."""
        at = moment_of(document.issue_date)
        invoice = self.invoices.add(document, flux, at, at)
        for later, code in enumerate(dict.fromkeys(("DEPOSEE", AVAILABLE, status))):
            self.set_status(invoice, code, at + timedelta(days=later))
        return invoice

    def set_status(self, invoice, status, at, reason=None, author=None):
        """Any status may follow any other (AIFE FE v1.1 §3.4)."""
        self.invoices.append(invoice, status, at, reason, author)
        self.approved.follow(invoice, status, at, reason)
        steps = [step for step in invoice.plan if step["on"] == status]
        invoice.plan = [step for step in invoice.plan if step["on"] != status]
        for step in steps:
            due = at + timedelta(seconds=step["after"])
            planned = (invoice, step["status"], due, step.get("reason"))
            self.schedule(due, self.set_status, *planned)

    def attach(self, name, extension, size):
        number = next(self._attachment_ids)
        self.attachments[number] = {
            "id": number,
            "name": name,
            "extension": extension,
            "size": size,
        }
        return number
