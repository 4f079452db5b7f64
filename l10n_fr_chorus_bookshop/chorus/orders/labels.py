"""The words that stand beside a value on an order form, and those that mislead.

No finance package publishes its form: labels and shapes are recognised, never packages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIRET, SERVICE, ENGAGEMENT, ORDER = "siret", "service", "engagement", "order"
MARKET, LOT, DATE, PLACE = "market", "lot", "date", "place"
FIELDS = (SIRET, SERVICE, ENGAGEMENT, ORDER, MARKET, LOT, DATE, PLACE)

# One number under two names; the number of the order that this one replaces; the sign
# of a number, alone; what only ends another label's value; what looks like a label.
BOTH, REPLACED, NUMBER, STOP, NONE = "both", "replaced", "number", "stop", "none"

# How sure a value beside a label is what the field wants, at most and at least.
SURE, WEAK = 0.95, 0.6

_NUMBER = r"(?:n ?°|n o\b|no\b\.?|n\.(?= ?\S)|num(?:ero)?s?\b\.?|nr\b\.?|#)"
# Where a cell begins: at the row's start, or after a wide blank.
_CELL = r"(?:^|(?<=\s\s))"


@dataclass(frozen=True, slots=True)
class Label:
    """A label met on a row.

    :ivar kind: a field, or BOTH, REPLACED, NUMBER, STOP, NONE
    :ivar strength: from 0 to 1
    """

    kind: str
    strength: float
    start: int
    end: int


def _compiled(pattern: str) -> re.Pattern:
    pattern = pattern.replace("{N}", _NUMBER).replace("{CELL}", _CELL)
    return re.compile(pattern.replace(" ", " *"))


def _read() -> Iterator[tuple[str, float, re.Pattern]]:
    """The patterns of `labels.txt`, with their kinds and strengths."""
    kind, strength = NONE, 0.0
    for line in Path(__file__).with_name("labels.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            kind, said = line.strip("[]").split()
            strength = float(said)
        elif line and not line.startswith("#"):
            yield kind, strength, _compiled(line)


_PATTERNS = tuple(_read())
# What every label has one of: a row of a list of books mostly has none.
_ANY = re.compile(
    r"siret|s1ret|slret|servi|engag|ej|command|bc|bdc|cde|march|accord|mapa|contrat|lot|"
    r"dat|le\b|le\d|du|livr|destin|identif|struct|ref|rempla|avenant|modific|complement|"
    r"uo|n ?°|no|num|nr|#|po|purchase|tva|tel|fax|factur|devis|rectif"
)


def labels_on(folded: str) -> list[Label]:
    """Find the labels of a row: the first, then the longest, wins.

    :param folded: the row without accents or capitals
    """
    if not _ANY.search(folded):
        return []
    found = sorted(
        (
            Label(kind, strength, *match.span())
            for kind, strength, pattern in _PATTERNS
            for match in pattern.finditer(folded)
            if match.end() > match.start()
        ),
        key=lambda label: (label.start, -label.end),
    )
    kept, end = [], 0
    for label in found:
        if label.start >= end:
            kept.append(label)
            end = label.end
    return kept
