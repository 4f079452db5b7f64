"""What an answer of the operator says of one document, whatever file it came in."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ... import platform_time
from ...files import Aside
from ...lifecycle.labels import known_code
from ...text import _, printable

# What a verdict means when it is not a state of Chorus Pro's. What is only received may
# still be stopped.
ACCEPTED, REJECTED, RECEIVED = "accepted", "rejected", "received"

# Service messages of the trade and answers of EDIFACT itself.
SERVICE_WORDS = {
    "ATE": ACCEPTED,
    "ALE": ACCEPTED,
    "RE": REJECTED,
    "CONTRL 7": ACCEPTED,
    "CONTRL 8": RECEIVED,
    "CONTRL 4": REJECTED,
}

# The data of a status file, each under the name of its column or its path.
DATA = ("number", "code", "date", "reason", "reference", "platform_id")
COLUMNS = {
    "number": "numero_facture",
    "code": "statut",
    "date": "date",
    "reason": "motif",
    "reference": "reference_echange",
    "platform_id": "identifiant_chorus",
}

# A year of a busy shop, in one sitting.
MOST_ROWS = 20_000
TOO_MANY = _("What follows was not read: cut the file into smaller ones.")

# How far from a deposit an answer to it may be dated.
_LIFE = timedelta(days=400)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """How an operator words its status files.

    :ivar meanings: the operator's code -> ACCEPTED, REJECTED or a state of Chorus Pro;
        for what is not here, Chorus Pro's own labels and numbers
    :ivar columns: name of the CSV column of each datum
    :ivar row: XPath of one status in an XML file, "" when it sends none
    :ivar paths: XPath of each datum, from its row
    """

    meanings: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    row: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, code: str) -> str:
        """Return what a code means, the code itself when nobody knows it."""
        known = {folded(name): meaning for name, meaning in self.meanings.items()}
        said = known.get(folded(code)) or SERVICE_WORDS.get(code)
        return said or known_code(code) or code


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer says of one document.

    :ivar code: the operator's word: ATE, ALE, RE, CONTRL 4…, or a status
    :ivar meaning: ACCEPTED, REJECTED, RECEIVED, or the code of a state; "" when unknown
    :ivar references: what may be the document's number or control reference, the
        likeliest first
    :ivar occurred_at: when it happened, None when the file does not say
    :ivar precise: the time is known to the second
    """

    code: str
    meaning: str
    references: tuple[str, ...]
    occurred_at: datetime | None = None
    precise: bool = True
    reason: str = ""
    platform_id: str = ""

    def dated(self, deposited_at: datetime, received_at: datetime) -> datetime | None:
        """Return when it happened, None when it cannot have happened then.

        :param deposited_at: when the document was left, aware
        :param received_at: when this answer was found, aware
        """
        at = self.occurred_at
        if not at or at > received_at + _AHEAD or abs(at - deposited_at) > _LIFE:
            return None
        return at


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    :ivar asides: its messages or rows that could not be read
    """

    answers: tuple[Answer, ...]
    asides: tuple[Aside, ...] = ()


class Unreadable(Exception):
    """A file that says nothing we understand: kept for a person.

    :ivar template: why, one English sentence
    """

    def __init__(self, template: str):
        super().__init__(template)
        self.template = template


def status(values: Mapping[str, str], dictionary: Dictionary) -> Answer:
    code = printable(values.get("code", "")).strip()[:200]
    return Answer(
        code,
        dictionary.meaning(code),
        clean_references([values.get("number", ""), values.get("reference", "")]),
        *moment(values.get("date", "")),
        reason=printable(values.get("reason", "")).strip(),
        platform_id=printable(values.get("platform_id", "")).strip()[:100],
    )


def clean_references(references: Sequence[str]) -> tuple[str, ...]:
    """Each once; one that holds what no number holds names nothing."""
    kept = (one.strip() for one in references if one.strip())
    return tuple(dict.fromkeys(one[:200] for one in kept if printable(one) == one))


def moment(text: str) -> tuple[datetime | None, bool]:
    """Read a date as French time; tell whether its seconds are known."""
    found = platform_time.written(text)
    if not found:
        return None, True
    return found.at, found.precision == "second"


def folded(text: str) -> str:
    """Without accents, case nor signs: how a column is written varies."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in bare if char.isalnum())
