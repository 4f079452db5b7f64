"""What was read of an order form: candidates, each with the words it was read from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ..siret import siren
from ..text import Note, _
from .labels import ENGAGEMENT, FIELDS, ORDER, SERVICE, SIRET
from .page import FORWARDED, QUOTED, SIGNED

# Less sure than this, a value is shown, never filled in.
ENOUGH = 0.7
# Said by a form's field, whose name is its label.
CERTAIN = 0.98
UNLABELLED = 0.4

# Why a value is a candidate, for the person who chooses.
BESIDE = _("beside its label")
ABOVE = _("below its label")
FIELD = _("in a field of the form")
CORRECTED = _("read by correction: letters taken for digits")
ALONE = _("without a label")
MAIL_NOTES = {
    FORWARDED: _("in a forwarded message"),
    SIGNED: _("below the signature"),
    QUOTED: _("in a quoted message"),
}
ALSO_ENGAGEMENT = _("the order says that its number is the engagement number")
DELIVERY = _("of the place of delivery")
OTHER_BODY = _("perhaps of another body than the one to invoice")
REPLACED_NOTE = _("of the order that this one replaces")
IN_TERMS = _("in the general conditions")
IN_DIRECTORY = _("known in the directory")
NOT_A_SERVICE = _("not a service of this body in the directory")
WEAK_LABEL = _("its label can mean something else")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value that a field may have.

    :ivar name: the field, one of `labels.FIELDS`
    :ivar value: as the field wants it: digits of a SIRET, an ISO date, else as printed
    :ivar printed: the value as it stands in the sentence
    :ivar sentence: the words it was read from
    :ivar page: from 1; 0 for what has no pages
    :ivar confidence: from 0 to 1
    :ivar why: English sentences for the person who chooses
    :ivar source: the file's name
    """

    name: str
    value: str
    printed: str
    sentence: str
    page: int = 0
    confidence: float = 0.0
    why: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A line of the order.

    :ivar ean: thirteen digits
    :ivar quantity: None when it could not be told
    :ivar sentence: the row it was read from
    :ivar assumed: no quantity was written anywhere: one
    :ivar is_book: its EAN is an ISBN
    :ivar notes: other ISBNs of the row, copies added up
    """

    ean: str
    quantity: int | None
    sentence: str
    page: int = 0
    assumed: bool = False
    is_book: bool = True
    notes: tuple[Note, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What should have been an ISBN.

    :ivar why: an English sentence
    """

    printed: str
    sentence: str
    why: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of one order.

    :ivar candidates: the surest first
    :ivar announced: copies, as the order's own total says; None when it says none
    :ivar notes: what was not read, and why
    """

    candidates: tuple[Candidate, ...] = ()
    books: tuple[Book, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    announced: int | None = None
    notes: tuple[Note, ...] = ()

    def of(self, name: str) -> list[Candidate]:
        """The candidates of a field, the surest first."""
        return [one for one in self.candidates if one.name == name]

    def best(self, name: str) -> Candidate | None:
        """The value to propose: sure enough, and no other as sure."""
        found = self.of(name)
        if not found or found[0].confidence < ENOUGH:
            return None
        if len(found) > 1 and found[1].confidence >= found[0].confidence - 0.001:
            return None
        return found[0]

    def values(self) -> dict[str, str]:
        """The value to propose for each field that has one."""
        chosen = {name: self.best(name) for name in FIELDS}
        return {name: one.value for name, one in chosen.items() if one}

    @property
    def copies(self) -> int:
        """How many copies the lines make."""
        return sum(book.quantity or 0 for book in self.books)


def ranked(candidates: Collection[Candidate]) -> tuple[Candidate, ...]:
    """Keep the surest candidate of each value, the surest first."""
    best: dict[tuple[str, str], Candidate] = {}
    for one in candidates:
        key = one.name, one.value
        if key not in best or one.confidence > best[key].confidence:
            best[key] = one
    return tuple(
        sorted(best.values(), key=lambda one: (FIELDS.index(one.name), -one.confidence))
    )


def settle(
    reading: Reading,
    services: Mapping[str, Collection[str]],
    own: Collection[str] = (),
    body: str = "",
) -> Reading:
    """Weigh the candidates by what the directory knows.

    :param services: for each SIRET that the directory knows, the codes of its services
    :param own: the shop's own SIRENs
    :param body: the customer's SIRET, whose services count where the order gives none
    """
    kept = [
        replace(
            one,
            confidence=min(one.confidence + 0.1, CERTAIN),
            why=(*one.why, IN_DIRECTORY),
        )
        if one.name == SIRET and one.value in services
        else one
        for one in reading.candidates
        if one.name != SIRET or siren(one.value) not in own
    ]
    said = replace(reading, candidates=ranked(kept)).best(SIRET)
    codes = services.get(said.value if said else body)
    if codes:
        kept = [_service(one, codes) if one.name == SERVICE else one for one in kept]
    return replace(reading, candidates=ranked(kept))


def _service(one: Candidate, codes: Collection[str]) -> Candidate:
    """A service code is the body's, as the directory spells it, or unknown there."""
    spelt = {code.upper(): code for code in codes} | {code: code for code in codes}
    known = spelt.get(one.value) or spelt.get(one.value.upper())
    if known:
        sure, why = max(one.confidence, 0.9), (*one.why, IN_DIRECTORY)
        return replace(one, value=known, confidence=sure, why=why)
    weak = min(one.confidence, 0.5)
    return replace(one, confidence=weak, why=(*one.why, NOT_A_SERVICE))


def order_may_be_engagement(candidates: list[Candidate]) -> list[Candidate]:
    """Offer the order's number where no word says engagement: universities do so."""
    if any(one.name == ENGAGEMENT for one in candidates):
        return []
    return [
        replace(one, name=ENGAGEMENT, confidence=UNLABELLED, why=(ALONE,))
        for one in candidates
        if one.name == ORDER and one.confidence >= ENOUGH
    ]
