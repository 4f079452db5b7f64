"""A deposited flux: its passage through the platform and its integration report."""

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from . import checks
from .clock import iso
from .documents import InadmissibleError, read_flux

#: syntax -> interface code (AIFE annex EDI 2017; COM flow-examples)
INTERFACES = {
    "IN_DP_E1_UBL_INVOICE": "1100",
    "IN_DP_E1_CII": "1101",
    "IN_DP_E1_PES_FACTURE": "1102",
    "IN_DP_E1_XCBL": "1103",
    "IN_DP_E1_CII_16B": "1106",
    "IN_DP_E2_UBL_INVOICE_MIN": "1110",
    "IN_DP_E2_CII_MIN": "1111",
    "IN_DP_E2_PES_FACTURE_MIN": "1112",
    "IN_DP_E2_CPP_FACTURE_MIN": "1113",
    "IN_DP_E2_CII_MIN_16B": "1116",
    "IN_DP_E2_CII_FACTURX": "1117",
    "IN_DP_PDFARCHIVE_UBL_INVOICE_MUG": "1118",
    "IN_DP_PDFARCHIVE_CII_MUG": "1119",
}
WAITING = "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
EXCHANGED = "IN_TRAITE_SE_CPP"
PROCESSING = "IN_EN_COURS_TRAITEMENT_CPP"


@dataclass
class Flux:
    number: str
    name: str
    syntax: str
    content: bytes
    account: object
    deposited_at: datetime
    found_at: datetime
    processing_at: datetime
    integrated_at: datetime
    #: when it came, whatever the platform's clock said then
    taken_at: datetime
    #: what a fault decided of this flux: ``incident`` or ``partial``, with arguments
    fate: dict = field(default_factory=dict)
    documents: object = None
    outcome: str = ""
    technical_errors: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    files: list = field(default_factory=list)
    #: control reference, when it came through an operator's mailbox
    reference: str = ""

    @cached_property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()

    @property
    def interface(self):
        return f"FSO{INTERFACES[self.syntax]}A"

    def state(self, now):
        """The state at ``now`` and its date; None while the flux cannot be found."""
        if now < self.found_at:
            return None
        if self.outcome:
            return self.outcome, self.integrated_at
        half = self.processing_at + (self.integrated_at - self.processing_at) / 2
        steps = [
            (half, PROCESSING),
            (self.processing_at, EXCHANGED),
            (self.found_at, WAITING),
        ]
        return next((state, at) for at, state in steps if now >= at)

    def describe(self, now):
        state = self.state(now)
        return {
            "number": self.number,
            "name": self.name,
            "syntax": self.syntax,
            "account": self.account.login,
            "size": len(self.content),
            "sha256": self.sha256,
            "files": self.files,
            "deposited_at": iso(self.deposited_at),
            "taken_at": iso(self.taken_at),
            "state": state[0] if state else "",
            "technical_errors": self.technical_errors,
            "rejected": self.rejected,
        }


class Fluxes:
    """Receives deposits and integrates them when their time has come."""

    def __init__(self, platform, reader):
        self.platform = platform
        self.by_number = {}
        self._reader = reader
        self._sequence = itertools.count(425_895)

    def deposit(self, content, name, syntax, account, rule):
        """Accepts the file; its invoices exist only once it is integrated."""
        now = self.platform.clock.now()
        settings = self.platform.settings
        late = rule.args.get("seconds", 3600) if rule and rule.kind == "late" else 0
        flux = Flux(
            number=f"CPP001{INTERFACES[syntax]}{next(self._sequence):015d}",
            name=name,
            syntax=syntax,
            content=content,
            account=account,
            deposited_at=now,
            found_at=now + timedelta(seconds=settings.found_after),
            processing_at=now + timedelta(seconds=settings.processing_after),
            integrated_at=now + timedelta(seconds=settings.integrated_after + late),
            taken_at=self.platform.clock.true_now(),
        )
        if rule and rule.kind in ("incident", "partial"):
            flux.fate = {"kind": rule.kind, **rule.args}
        flux.documents = self._reader.submit(read_flux, content, name)
        self.by_number[flux.number] = flux
        self.platform.schedule(flux.integrated_at, self.integrate, flux)
        return flux

    def integrate(self, flux):
        if flux.fate.get("kind") == "incident":
            flux.outcome = flux.fate.get("state", "IN_INCIDENTE")
            return
        try:
            documents = flux.documents.result()
        except InadmissibleError as error:
            flux.outcome = "IN_REJETE"
            flux.technical_errors = [
                {
                    "natureErreur": "Irrecevabilite",
                    "codeErreur": error.code,
                    "libelleErreur": error.message,
                }
            ]
            return
        flux.files = [document.file for document in documents]
        for position, document in enumerate(documents):
            self._integrate_one(flux, position, document)
        integrated = len(documents) - len(flux.rejected)
        flux.outcome = "IN_INTEGRE_PARTIEL" if integrated else "IN_REJETE"
        if not flux.rejected:
            flux.outcome = "IN_INTEGRE"

    def _integrate_one(self, flux, position, document):
        errors = checks.errors(document, self.platform, flux.account)
        every = flux.fate.get("every", 2)
        if flux.fate.get("kind") == "partial" and position % every == 0:
            errors = [flux.fate.get("message", "Rejet technique de la demande.")]
        if errors:
            flux.rejected.append(checks.refusal(document, self.platform, errors))
        else:
            self.platform.integrate(document, flux)
