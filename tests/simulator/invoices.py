"""Integrated invoices, their history, and the plans that drive them."""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from .clock import iso
from .documents import Document

#: the first ids are just below 2**31, so that both sides of it are met
FIRST_ID = 2**31 - 5


@dataclass
class Entry:
    """One line of the history of statuses."""

    id: int
    status: str
    at: datetime
    reason: str | None = None
    author: str | None = None

    @property
    def rank(self):
        return self.at.replace(second=0, microsecond=0), self.id

    def describe(self):
        return {
            "id": self.id,
            "status": self.status,
            "date": iso(self.at),
            "reason": self.reason,
        }


@dataclass
class Invoice:
    id: int
    document: Document
    flux: str
    deposited_at: datetime
    #: since when a search finds it, whatever the platform's clock said then
    shown_at: datetime
    history: list[Entry] = field(default_factory=list)
    actions: list = field(default_factory=list)
    attachments: list = field(default_factory=list)
    #: steps of its plan that were not scheduled yet
    plan: list = field(default_factory=list)
    rejection_treated: bool = False
    mandate: str | None = None
    #: the entry that is the invoice's status now
    current: Entry | None = None

    def append(self, entry):
        """The latest counts: by date, to the minute, then by id (FE v1.1 §3.4)."""
        self.history.append(entry)
        if self.current is None or entry.rank >= self.current.rank:
            self.current = entry

    def describe(self):
        document = self.document
        return {
            "id": str(self.id),
            "number": document.number,
            "kind": document.kind,
            "supplier": document.supplier,
            "recipient": document.recipient,
            "service": document.service,
            "engagement": document.engagement,
            "market": document.market,
            "cadre": document.cadre,
            "origin": document.origin,
            "issue_date": document.issue_date.isoformat(),
            "total_ht": str(document.total_ht),
            "total_tax": str(document.total_tax),
            "total_ttc": str(document.total_ttc),
            "total_due": str(document.total_due),
            "flux": self.flux,
            "shown_at": iso(self.shown_at),
            "file": document.file,
            "status": self.current.status,
            "history": [entry.describe() for entry in self.history],
            "attachments": [attachment["name"] for attachment in self.attachments],
            "rejection_treated": self.rejection_treated,
        }


def uniqueness_key(document):
    """AIFE FE v1.1 §3.2.1.4.2: year of issue, supplier's SIREN, number."""
    return document.issue_date.year, document.supplier[:9], document.number


class Invoices:
    """Every integrated invoice, found by id, flux, number or uniqueness key."""

    def __init__(self):
        self.by_id = {}
        self.by_flux = defaultdict(list)
        self.by_number = defaultdict(list)
        self._by_key = {}
        self._ids = itertools.count(FIRST_ID)
        self._entry_ids = itertools.count(2**31 - 20)

    def __iter__(self):
        return iter(self.by_id.values())

    def twin(self, document):
        """The integrated invoice that makes ``document`` a duplicate."""
        return self._by_key.get(uniqueness_key(document))

    def add(self, document, flux, deposited_at, shown_at):
        invoice = Invoice(next(self._ids), document, flux, deposited_at, shown_at)
        self.by_id[invoice.id] = invoice
        self.by_flux[flux].append(invoice)
        self.by_number[document.number].append(invoice)
        self._by_key[uniqueness_key(document)] = invoice
        return invoice

    def find(self, number, supplier=None, kind=None, year=None):
        """The one invoice meant by the admin; an error when none or several."""
        found = [
            invoice
            for invoice in self.by_number.get(number, [])
            if supplier in (None, invoice.document.supplier)
            and kind in (None, invoice.document.kind)
            and year in (None, invoice.document.issue_date.year)
        ]
        if len(found) != 1:
            raise ValueError(f"{len(found)} invoices numbered {number}")
        return found[0]

    def append(self, invoice, status, at, reason=None, author=None):
        invoice.append(Entry(next(self._entry_ids), status, at, reason, author))


class Plans:
    """What will become of an invoice, decided beforehand.

    A plan is ``{"match": {field: pattern}, "steps": [{"status", "after", "on",
    "reason"}]}``; patterns are those of fnmatch, on fields of the document. A step
    counts ``after`` seconds from the moment the status ``on`` was set.
    """

    def __init__(self):
        self.plans = []

    def add(self, values):
        fields = Document.__dataclass_fields__
        unknown = set(values["match"]) - set(fields) - {"kind"}
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}")
        if not all("status" in step for step in values["steps"]):
            raise ValueError("a step without a status")
        self.plans.append(values)

    def steps_for(self, document):
        for plan in self.plans:
            if all(
                fnmatchcase(str(getattr(document, name)), pattern)
                for name, pattern in plan["match"].items()
            ):
                return [{"on": "DEPOSEE", "after": 0, **step} for step in plan["steps"]]
        return []
