"""What a channel answers, whatever the channel. Platform ids are text: they exceed
32 bits. Times are aware datetimes."""

from dataclasses import dataclass
from datetime import datetime

from .. import text as words
from ..invoice import Service

PENDING = "pending"
INTEGRATED = "integrated"
PARTLY = "partly"
REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure of the directory, with its obligations and services.

    :ivar addresses: its open lines in the reform's directory (BT-49), None where the
        channel has no such lines
    :ivar complete: whether all services are there, with what was asked of each
    :ivar unread: services listed that could not be read: what is missing may be there
    """

    siret: str
    platform_id: str = ""
    name: str = ""
    active: bool = False
    public: bool = True
    service_required: bool = False
    engagement_required: bool = False
    service_or_engagement_required: bool = False
    payment_not_reported: bool = False
    works_owner_only: bool = False
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    services: tuple[Service, ...] = ()
    addresses: tuple[str, ...] | None = None
    complete: bool = True
    unread: tuple["Unread", ...] = ()


@dataclass(frozen=True, slots=True)
class Deposit:
    """The platform took a flux; it says nothing of the invoices inside yet."""

    flux_number: str
    deposited_on: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One invoice of a flux that the platform did not integrate."""

    number: str
    seller_siret: str
    buyer_siret: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Fate of a flux.

    :ivar outcome: PENDING, INTEGRATED, PARTLY or REJECTED
    :ivar state: the platform's own code (`IN_INTEGRE`…)
    :ivar reasons: why the whole flux was refused
    :ivar rejections: invoices refused one by one
    :ivar resend: the platform failed for its own reasons; the same flux must go again
    :ivar unknown: the platform does not know this flux, yet or any more
    :ivar duplicate: refused because the platform says that it has this one already
    """

    flux_number: str
    outcome: str
    state: str
    reasons: tuple[str, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    resend: bool = False
    unknown: bool = False
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A row of an answer that could not be read, as it came but for hidden signs."""

    text: str

    def __post_init__(self):
        object.__setattr__(self, "text", words.kept(self.text))

    def of(self, what: str) -> "Unread":
        """The same, saying of what it was a row; without a text there is no row."""
        return Unread(f"{what}: {self.text}") if self.text else self


_WORDS = (
    "number",
    "seller_siret",
    "buyer_siret",
    "platform_id",
    "state",
    "flux_number",
    "invoice_date",
    "total",
)


@dataclass(frozen=True, slots=True)
class News:
    """One life-cycle fact about one invoice, its texts as a database takes them.

    :ivar state: the platform's raw code
    :ivar occurred_at: None when it was not told
    :ivar precision: "second", "minute" or "day", how precise `occurred_at` is
    :ivar sequence: the platform's own order (`histoStatutId`), 0 when unknown
    :ivar kind: "380" or "381"
    """

    number: str
    kind: str
    seller_siret: str
    buyer_siret: str
    platform_id: str
    state: str
    occurred_at: datetime | None
    precision: str = "second"
    sequence: int = 0
    reason: str = ""
    flux_number: str = ""
    invoice_date: str = ""
    total: str = ""

    def __post_init__(self):
        for name in _WORDS:
            object.__setattr__(self, name, words.word(getattr(self, name) or ""))
        object.__setattr__(self, "reason", words.kept(self.reason or ""))
