"""The state of an approved platform: its flows, and how it behaves.

A deposit is controlled (Pending, then Ok or Error), handed to Chorus Pro, and followed:
each status comes back as a flow of its own. Chorus Pro's side (uniqueness, directory,
plans, ledger) is the simulator's own.
"""

import hashlib
import itertools
import random
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from .. import checks
from ..clock import iso
from ..documents import InadmissibleError
from . import documents, messages

IN, OUT = "In", "Out"
ORIGINAL, CONVERTED, READABLE = "Original", "Converted", "ReadableView"
#: what each of the three profiles does against the standard
PROFILES = {
    "standard": {},
    "superpdp": {
        "cursors": False,
        "webhooks": False,
        "keeps_tracking": False,
        "takes_rule": False,
        "original_of_status": False,
    },
    "hubtimize": {
        "cursors": False,
        "webhooks": False,
        "keeps_tracking": False,
        "totals": True,
        "page_cap": 10_000,
        "key_header": "hubtimize-api-key",
        "answers_track": True,
    },
}
KEY = "hub-key"
#: the longest page of the standard
LONGEST_PAGE = 100
#: reason of every stray status, and of no other
STRAY = "DOUBLE_FACT"
HOSTILE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    b"<a>&b;</a>"
)


@dataclass
class Manners:
    """How the platform behaves; a test may change any of it.

    :ivar controlled_after: seconds until Pending becomes Ok or Error
    :ivar handed_after: seconds until Chorus Pro has it
    :ivar blind: seconds during which a search does not show a new flow
    :ivar grain: seconds to which `updatedAt` is cut down: many flows share one
    :ivar cursor: "good", "repeated", "stale", or "moment": it goes on after the last
        moment shown, past whatever else bears it
    :ivar order: of a search's results: "oldest", "newest" or "mixed"
    :ivar twice: each status message comes twice
    :ivar shuffle: seconds by which a status message may be late, drawn
    :ivar strays: with each status, one of another company and one of last year
    :ivar doubles: the platform hands each invoice over twice, so that Chorus Pro
        refuses the second
    :ivar hostile: with each status, a message that means harm
    :ivar refuses: reason code with which the platform's own control refuses all it gets
    :ivar odd: words that nobody knows: field of a flow -> value
    :ivar renamed: fields that bear another name in every answer: name -> other name
    :ivar skew: seconds by which its clock is wrong
    :ivar info_part: what `flowInfo` must be: "field", "typed", "file", or "" for any
    :ivar tongue: what its language makes of its answers, see `tongues`
    """

    profile: str = "standard"
    version: str = "1.3.0"
    controlled_after: float = 1
    handed_after: float = 2
    blind: float = 0
    grain: float = 0.001
    page_default: int = 25
    page_cap: int = 100
    cursors: bool = True
    cursor: str = "good"
    totals: bool = False
    order: str = "oldest"
    keeps_tracking: bool = True
    answers_track: bool = False
    takes_rule: bool = True
    info_part: str = ""
    tongue: str = ""
    original_of_status: bool = True
    twice: bool = False
    shuffle: float = 0
    strays: bool = False
    doubles: bool = False
    hostile: bool = False
    refuses: str = ""
    odd: dict = field(default_factory=dict)
    renamed: dict = field(default_factory=dict)
    skew: float = 0
    directory: bool = True
    webhooks: bool = True
    key_header: str = ""
    client_id: str = "bookshop"
    client_secret: str = "secret"

    def change(self, values):
        known = {one.name for one in fields(self)}
        if unknown := set(values) - known:
            raise ValueError(f"unknown manners {sorted(unknown)}")
        if profile := values.get("profile"):
            self.__dict__.update(asdict(Manners()))
            self.__dict__.update(PROFILES[profile])
        self.__dict__.update(values)


@dataclass
class Flow:
    """One flow, of ours (Out) or for us (In); what the ledger calls a flux."""

    number: str
    name: str
    syntax: str
    content: bytes
    direction: str
    type: str
    deposited_at: datetime
    updated_at: datetime
    seen_at: datetime
    #: when it came, whatever the platform's clock said then
    taken_at: datetime
    tracking: str = ""
    rule: str = "B2G"
    given_rule: bool = False
    profile: str = "Undefined"
    status: str = "Pending"
    details: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    files: list = field(default_factory=list)

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()

    def describe(self, now):
        """As the ledger shows a flux; a status message is none."""
        return {
            "number": self.number,
            "name": self.name,
            "syntax": self.syntax,
            "account": "APPROVED",
            "size": len(self.content),
            "sha256": self.sha256,
            "files": self.files,
            "deposited_at": iso(self.deposited_at),
            "taken_at": iso(self.taken_at),
            "state": self.status,
            "technical_errors": self.details,
            "rejected": self.rejected,
            "tracking": self.tracking,
        }


class Approved:
    """One approved platform; ``platform`` is the simulator's Chorus Pro."""

    def __init__(self, platform):
        self.platform = platform
        self.manners = Manners()
        self.flows = {}
        self.tokens = set()
        self.webhooks = {}
        self._numbers = itertools.count(45425)
        self._messages = itertools.count(1)
        self._draw = random.Random(0)
        self._shown_until = platform.clock.now()
        self._at = Counter()

    # ---- OUT ----------------------------------------------------------------------

    def deposit(self, content, info):
        """Take one flow; its control comes later."""
        now = self._now()
        flow = Flow(
            number=f"i_{next(self._numbers)}",
            name=info["name"],
            syntax=info["flowSyntax"],
            content=content,
            direction=OUT,
            type="CustomerInvoice",
            deposited_at=now,
            updated_at=self._grain(now),
            seen_at=now + timedelta(seconds=self.manners.blind),
            taken_at=self.platform.clock.true_now(),
            tracking=info.get("trackingId", ""),
            rule=info.get("processingRule", "B2G"),
            given_rule="processingRule" in info,
            profile=info.get("flowProfile", "Undefined"),
        )
        self.flows[flow.number] = flow
        if flow.syntax == "CDAR":
            flow.type = "CustomerInvoiceLC"
        else:
            self.platform.fluxes.by_number[flow.number] = flow
        due = self.platform.clock.now() + timedelta(
            seconds=self.manners.controlled_after
        )
        self.platform.schedule(due, self._control, flow, due)
        return flow

    def _control(self, flow, at):
        """The platform's own control: syntax, antivirus, uniqueness of the file."""
        try:
            if self.manners.refuses:
                self._refuse(flow, at, self.manners.refuses, "refused by a test")
            elif flow.syntax == "CDAR":
                self._take_answer(flow, at)
            else:
                document = documents.read(flow.content, flow.name, flow.syntax)
                flow.files = [flow.name]
                self._hand_over(flow, document, at)
        except InadmissibleError as error:
            self._refuse(flow, at, error.message, "the file cannot be read")

    def _take_answer(self, flow, at):
        number, code, siren, files = documents.answer_of(flow.content)
        found = [
            invoice
            for invoice in self.platform.invoices.by_number.get(number, [])
            if invoice.document.supplier[:9] == siren
        ]
        if code != "209" or len(found) != 1:
            self._refuse(flow, at, "InvoiceLCInvalidStatus", f"{code} {number}")
            return
        (invoice,) = found
        self._accept(flow, at)
        if invoice.current.status == "SUSPENDUE":
            invoice.attachments += [{"name": name} for name in files]
            self.platform.set_status(invoice, "COMPLETEE", at)

    def _hand_over(self, flow, document, at):
        twin = self._same_file(flow)
        if twin:
            message = f"same file as {twin.number}"
            self._refuse(flow, at, "AlreadyExistingFlow", message)
            self._note(flow, document, ["doublon"])
            return
        self._accept(flow, at)
        self.tell(document, "200", at)
        self.tell(document, "201", at)
        wait = max(0, self.manners.handed_after - self.manners.controlled_after)
        due = at + timedelta(seconds=wait)
        for _time in range(2 if self.manners.doubles else 1):
            self.platform.schedule(due, self._reach, flow, document, due)

    def _same_file(self, flow):
        """An earlier flow with these bytes that was not refused."""
        for other in self.flows.values():
            if other is flow:
                return None
            # What Chorus Pro has rejected since may come again.
            taken = other.status != "Error" and not other.rejected
            ours = other.direction == OUT and taken
            if ours and other.content == flow.content:
                return other
        return None

    def _reach(self, flow, document, at):
        """Chorus Pro's own control: directory, uniqueness, references."""
        reasons = list(self._refusals(document))
        if not reasons:
            # As if a deposit at Chorus Pro itself had taken its usual time.
            usual = timedelta(seconds=self.platform.settings.integrated_after)
            taken = SimpleNamespace(
                number=flow.number,
                deposited_at=at - usual,
                integrated_at=at,
            )
            self.platform.integrate(document, taken)
            return
        code, text = reasons[0]
        self.tell(document, "213", at, [code], text)
        twin = self.platform.invoices.twin(document)
        if twin is None or twin.flux != flow.number:
            self._note(flow, document, [text])

    def _refusals(self, document):
        structures = self.platform.directory.structures
        supplier = structures.get(document.supplier)
        if supplier is None or not supplier.active:
            yield "REJ_COH", "Le fournisseur est inconnu de Chorus Pro"
        buyer = structures.get(document.recipient)
        if buyer is None or not (buyer.active and buyer.public):
            yield "REJ_ADR", "Adresse absente de l'annuaire"
        elif document.address not in lines(buyer):
            yield "ADR_ERR", f"Adresse {document.address} inconnue"
        if document.siren != document.supplier[:9]:
            yield "REJ_COH", "SIREN et SIRET du vendeur ne concordent pas"
        if len(document.number) > 20 or " " in document.number:
            yield "REJ_CONT_B2G", "BR-FR-CPRO-02 : numéro de facture"
        account = SimpleNamespace(sirets=[document.supplier])
        as_before = {**vars(document), "cadre": "A1"}
        errors = checks.errors(
            SimpleNamespace(**as_before, kind=document.kind), self.platform, account
        )
        for text in errors:
            same = "existe deja" in text
            yield ("REJ_UNI" if same else "REJ_CONT_B2G"), text

    def _note(self, flow, document, errors):
        flow.rejected.append(checks.refusal(document, self.platform, errors))

    def _accept(self, flow, at):
        flow.status = "Ok"
        flow.updated_at = self._stamp(at)

    def _refuse(self, flow, at, code, message):
        flow.status = "Error"
        flow.updated_at = self._stamp(at)
        flow.details = [
            {
                "level": "Error",
                "item": flow.name,
                "reasonCode": code,
                "reasonMessage": message,
            }
        ]

    # ---- IN -----------------------------------------------------------------------

    def follow(self, invoice, status, at, reason):
        """Chorus Pro says something of an invoice that came by this platform."""
        if invoice.flux in self.flows:
            code, comment = messages.WORDS.get(status, (status, ""))
            if comment.isupper():
                reason, comment = reason or comment, ""
            word = (reason or "").split(" ")[0].rstrip(":")
            coded = [word] if word.isupper() and word.replace("_", "").isalpha() else []
            said = "" if reason in coded else reason
            # The comment alone tells the four 204s apart.
            words = ". ".join(filter(None, (comment, said)))
            self.tell(invoice.document, code, at, coded, words)

    def tell(self, document, code, at, reasons=(), comment=""):
        """Write one status, with all that may come with it."""
        siren = document.supplier[:9]
        kind, issued = document.type_code, document.issue_date
        message = messages.write(
            f"M{next(self._messages)}",
            code,
            at,
            document.number,
            kind,
            issued,
            siren,
            reasons,
            comment,
        )
        for _time in range(2 if self.manners.twice else 1):
            self._arrive(message, code, at)
        if self.manners.strays:
            before = issued.replace(year=issued.year - 1, day=min(issued.day, 28))
            for day, company in ((before, siren), (issued, "111222333")):
                self._arrive(
                    messages.write(
                        f"M{next(self._messages)}",
                        "210",
                        at,
                        document.number,
                        kind,
                        day,
                        company,
                        [STRAY],
                    ),
                    "210",
                    at,
                )
        if self.manners.hostile:
            self._arrive(HOSTILE, code, at)

    def _arrive(self, content, code, at):
        late = timedelta(seconds=self._draw.uniform(0, self.manners.shuffle))
        # Nothing appears before what a search has shown already.
        # A test may have set the clock back since.
        shown = min(self._shown_until, self.platform.clock.now())
        ready = max(at, shown) + late + timedelta(seconds=self.manners.skew)
        number = str(uuid.UUID(int=self._draw.getrandbits(128)))
        flow = Flow(
            number=number,
            name=f"cdv_{code}_{number[:8]}.xml",
            syntax="CDAR",
            content=content,
            direction=IN,
            type="CustomerInvoiceLC",
            deposited_at=ready,
            updated_at=self._grain(ready),
            seen_at=ready + timedelta(seconds=self.manners.blind),
            taken_at=ready,
            status="Ok",
        )
        if self.manners.answers_track:
            ours = [one.number for one in self.flows.values() if one.direction == OUT]
            flow.tracking = ours[-1] if ours else ""
        self.flows[number] = flow

    # ---- TIME ---------------------------------------------------------------------

    def _now(self):
        """The platform's clock, which may be wrong."""
        return self.platform.clock.now() + timedelta(seconds=self.manners.skew)

    def _stamp(self, at):
        return self._grain(at + timedelta(seconds=self.manners.skew))

    def _grain(self, moment):
        """The moment that a flow bears.

        Without a cursor or a total, what one moment holds beyond a page is out of
        everybody's reach for ever: such a platform would be of no use to anyone.
        """
        manners = self.manners
        stamp = round(moment.timestamp() // manners.grain * manners.grain, 3)
        if not (manners.cursors or manners.totals):
            while self._at[stamp] >= LONGEST_PAGE - 1:
                stamp = round(stamp + manners.grain, 3)
        self._at[stamp] += 1
        return datetime.fromtimestamp(stamp, timezone.utc)

    def visible(self):
        """The flows that a search may show now."""
        now = self._now()
        self._shown_until = self.platform.clock.now()
        return [flow for flow in self.flows.values() if flow.seen_at <= now]

    def ordered(self, flows):
        """Flows in the order in which a search shows them."""
        shown = sorted(flows, key=lambda flow: flow.updated_at)
        if self.manners.order == "newest":
            shown.reverse()
        elif self.manners.order == "mixed":
            shown.sort(key=lambda flow: hashlib.md5(flow.number.encode()).digest())
        return shown

    def describe(self):
        """What a test asks: flows, manners, and the truth per invoice."""
        counts = {}
        for invoice in self.platform.invoices:
            document = invoice.document
            key = (
                f"{document.supplier[:9]} {document.issue_date.year} {document.number}"
            )
            counts[key] = counts.get(key, 0) + 1
        return {
            "manners": asdict(self.manners),
            "integrated": counts,
            "flows": [
                {
                    **flow.describe(self.platform.clock.now()),
                    "direction": flow.direction,
                    "updated_at": iso(flow.updated_at),
                }
                for flow in self.flows.values()
            ],
        }


def lines(structure):
    """The addresses of a body: its SIRET, and each of its open services."""
    whole = f"{structure.siret[:9]}_{structure.siret}"
    services = (one.code for one in structure.services.values() if one.active)
    return [whole, *(f"{whole}_{code}" for code in services)]
