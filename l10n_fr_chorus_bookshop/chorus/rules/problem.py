"""A problem, the policy it depends on, and the case that rules look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date

from ..invoice import Invoice, Recipient, Service
from ..text import NOT_XML
from .texts import ERROR, TEXTS, Severity

# What a problem points at: the path of an attribute of `Invoice`.
FIELDS = (
    *("number", "kind", "issue_date", "due_date", "currency", "original_number"),
    *("service", "engagement", "market", "frame", "payment_means", "iban"),
    *("seller.name", "seller.siret", "seller.vat", "seller.address"),
    *("buyer.name", "buyer.siret", "buyer.address", "delivery.address"),
    *("lines", "taxes", "untaxed", "tax", "total", "due", "note", "payment_terms"),
    "files",
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company decides about the checks.

    :ivar qualification: the platform's test numbers fail the SIRET key (R1)
    :ivar superfluous: severity of a reference the body does not ask for (R9)
    :ivar today: dates after it are in the future; None leaves that unchecked
    :ivar engagement_days: an engagement number older than this is confirmed, 0: never
    :ivar attended: a person is looking at this one invoice, and can confirm
    :ivar reform: it goes by an approved platform, which asks more (`rules.reform`)
    """

    qualification: bool = False
    superfluous: Severity = ERROR
    today: date | None = None
    engagement_days: int = 0
    attended: bool = False
    reform: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct or to know.

    :ivar field: one of `FIELDS`
    :ivar values: what the sentences quote: str, int, `Decimal` or `date`, left to the
        caller to write as its language does
    """

    code: str
    severity: Severity
    field: str
    values: Mapping[str, object] = attribute(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self._filled(TEXTS[self.code].message)

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        return self._filled(TEXTS[self.code].remedy)

    @property
    def waits(self) -> bool:
        """Sending must wait, and may pass later without editing the invoice.

        It holds whatever the severity: a warning that waits lets a person confirm
        the invoice, not send it.
        """
        return TEXTS[self.code].waits

    @property
    def fix(self) -> str:
        """Name of the one-click remedy, "" when there is none."""
        return TEXTS[self.code].fix

    def _filled(self, template: str) -> str:
        return template % self.values if self.values else template


def problem(
    code: str, pointed: str, severity: Severity | None = None, /, **values: object
) -> Problem:
    """Make a problem, of its usual severity unless told otherwise.

    Texts are quoted with a replacement mark for each character XML cannot carry.
    """
    shown = {
        name: NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return Problem(code, severity or TEXTS[code].severity, pointed, shown)


@dataclass(frozen=True, slots=True)
class Engagement:
    """What is known of the engagement number on an invoice or an order.

    :ivar entered_on: when it was entered or last confirmed by a person
    :ivar known: what the platform last said of it; None when it was not asked, as for
        all bodies but the State's
    :ivar supplier: the structure for which it was asked: ours, its name and SIRET
    :ivar ordered: the number now on the sales order, "" without any
    :ivar apart: the orders invoiced together whose references contradict each other,
        each with its own, "" when they agree
    """

    entered_on: date | None = None
    known: bool | None = None
    supplier: str = ""
    ordered: str = ""
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What every rule looks at.

    :ivar recipient: the directory's answer, None when it was not asked
    :ivar structure: the same when the directory knows the buyer, else None
    :ivar chosen: the directory's entry for the service written on the invoice
    :ivar structure_name: the body as the directory names it
    :ivar reference_severity: of a reference that is missing or wrong; a full credit
        note carries those of what it cancels (R9)
    :ivar superfluous_severity: of one that the body does not ask for: an error unless
        the company prefers a warning (R9)
    :ivar engagement: what is known of the engagement number beside its text
    """

    invoice: Invoice
    policy: Policy
    recipient: Recipient | None
    structure: Recipient | None
    chosen: Service | None
    structure_name: str
    reference_severity: Severity
    superfluous_severity: Severity
    engagement: Engagement


# ---- WHICH BUTTON SETTLES IT ---------------------------------------------------------

# Confirm an old engagement number; open the form of a customer to put right; accept
# what changed since the invoice was confirmed.
CONFIRM, CUSTOMER, ACCEPT = "confirm", "customer", "accept"


def remedies(problems: Iterable[Problem]) -> list[str]:
    """Return the buttons that these problems call for, each once."""
    found = (
        remedy
        for one in problems
        for remedy, wanted in (
            (CONFIRM, one.code == "engagement_old"),
            (ACCEPT, one.code == "changed_since"),
            (CUSTOMER, one.field.startswith("buyer.") and not one.waits),
        )
        if wanted
    )
    return list(dict.fromkeys(found))
