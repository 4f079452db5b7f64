"""Which of our invoices the platform speaks of.

The platform tells invoices apart by the calendar year of their date, the supplier's
SIREN and their number (AIFE FE v1.1 §3.2.1.4.2); then by an identifier of its own.
Nothing else it says is promised: what is absent contradicts nothing, what is there and
differs does. Two of ours that fit equally are told apart by nobody: no match.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, Protocol

from ..invoice import CREDIT_NOTE

# A date told in another time zone may be the day before or after.
_A_DAY = timedelta(days=1)
_HALF_CENT = Decimal("0.005")


class Identity(NamedTuple):
    """The platform's key of an invoice; unique among those that it has integrated."""

    year: int
    siren: str
    number: str

    @classmethod
    def of(cls, invoice_date: date, seller: str, number: str) -> "Identity":
        """Make the key of an invoice.

        :param invoice_date: BT-2
        :param seller: SIRET or SIREN
        :param number: BT-1, exactly as sent
        """
        return cls(invoice_date.year, seller.replace(" ", "")[:9], number.strip())

    @property
    def text(self) -> str:
        """The key as one text, unique as the key is."""
        return f"{self.year} {self.siren} {self.number}"

    def may_be(self, seen: "Sighting") -> bool:
        """Tell whether what is seen has this key, as far as it says."""
        return (
            self.number == seen.number.strip()
            and same_place(self.siren, seen.seller_siret)
            and seen.invoice_date[:4] in ("", str(self.year))
        )


class Sighting(Protocol):
    """What someone says of an invoice; each attribute may be "" (`answers.News`)."""

    number: str
    kind: str
    seller_siret: str
    buyer_siret: str
    platform_id: str
    flux_number: str
    invoice_date: str
    total: str


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our invoices, as it left or is about to.

    :ivar key: what the caller knows it by
    :ivar invoice_date: BT-2, None when it is not known here
    :ivar kind: UNTDID 1001
    :ivar buyer_sirets: every recipient it has been addressed to
    :ivar total: with VAT, None when it is not known here
    :ivar platform_id: the platform's identifier, "" while it has told none
    :ivar flux_number: the deposit that carried it, "" while there is none
    """

    key: object
    number: str
    invoice_date: date | None = None
    kind: str = ""
    seller_siret: str = ""
    buyer_sirets: tuple[str, ...] = ()
    total: Decimal | None = None
    platform_id: str = ""
    flux_number: str = ""

    def may_be(self, seen: Sighting) -> bool:
        """Tell whether nothing that was said contradicts that it is this one.

        The platform's identifier, where both have one, decides alone.
        """
        if self.platform_id and seen.platform_id:
            return self.platform_id == seen.platform_id
        return (
            self.number == seen.number.strip()
            and self._same_kind(seen.kind)
            and same_place(self.seller_siret, seen.seller_siret)
            and self._addressed_to(seen.buyer_siret)
            and self._same_date(seen.invoice_date)
            and self._same_total(seen.total)
        )

    def _same_kind(self, kind: str) -> bool:
        """The platform knows invoices and credit notes only."""
        if not self.kind or not kind:
            return True
        return (self.kind == CREDIT_NOTE) == (kind == CREDIT_NOTE)

    def _addressed_to(self, siret: str) -> bool:
        sirets = tuple(filter(None, self.buyer_sirets))
        return not sirets or any(same_place(ours, siret) for ours in sirets)

    def _same_date(self, text: str) -> bool:
        try:
            told = date.fromisoformat(text[:10])
        except ValueError:
            return True
        if self.invoice_date is None:
            return True
        apart = abs(told - self.invoice_date)
        return apart <= _A_DAY and told.year == self.invoice_date.year

    def _same_total(self, text: str) -> bool:
        try:
            told = Decimal(text)
        except InvalidOperation:
            return True
        if self.total is None or not told.is_finite():
            return True
        return abs(abs(told) - abs(self.total)) < _HALF_CENT


def owner(seen: Sighting, candidates: Iterable[Ours]) -> Ours | None:
    """Return the one of ours that this is about, None when none or several fit.

    One that bears the platform's identifier comes before any that might, then one that
    the same deposit carried. Another deposit contradicts nothing: the same bytes may
    have been sent twice.
    """
    fitting = [ours for ours in candidates if ours.may_be(seen)]
    for name in ("platform_id", "flux_number"):
        told = getattr(seen, name)
        known = [ours for ours in fitting if told and getattr(ours, name) == told]
        if known:
            fitting = known
            break
    return fitting[0] if len(fitting) == 1 else None


def same_place(ours: str, told: str) -> bool:
    """Whether two SIRETs are one; a SIREN is compared as such, "" with nothing."""
    ours, told = "".join(ours.split()), "".join(told.split())
    if not ours or not told or ours == told:
        return True
    return 9 in (len(ours), len(told)) and ours[:9] == told[:9]
