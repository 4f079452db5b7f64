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

# What `labels.txt` names: the sign of a number; where a cell begins, at the row's start
# or after a wide blank; what ends a label; "à rappeler sur votre facture".
_NAMED = {
    "ASKED": r"\(?a\x20(?:(?:faire\x20)?(?:figurer|apparaitre)|citer|rappeler|"
    r"reporter|porter|indiquer|saisir|utiliser|inscrire|mentionner|renseigner|preciser)\b"
    r"(?:\x20[a-z']+){0,10}?\)?(?={END}|\s+[\w/-]*\d)",
    "N": r"(?:n ?°|n o\b|no\b\.?|n\.(?= ?\S)|num(?:ero)?s?\b\.?|nr\b\.?|#)",
    "CELL": r"(?:^\s?|(?<=\s\s))",
    "END": r"\s*(?:[:=]|$)|\s\s|\s*n ?°|\x20(?:est|sera)\b",
}


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
    for name, meant in _NAMED.items():
        pattern = pattern.replace(f"{{{name}}}", meant)
    return re.compile(pattern.replace(" ", " ?"))


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
# More on one row, and it is none of a form's.
MOST_LABELS = 30
# What every label has one of: a row of a list of books mostly has none.
_ANY = re.compile(
    r"s\.?[il1]\.?r\.?e\.?t|servi|engag|\beng|e\.?j|command|b\.?d?\.?c|bon|cde|march|"
    r"accord|mapa|contrat|lot|dat|le\b|le\d|du|livr|destin|identif|struct|ref|rempla|"
    r"avenant|modific|complement|code|\bse\b|uo|n ?°|no|num|nr|#|po|purchase|tva|tel|"
    r"fax|factur|devis|rectif"
)


def labels_on(folded: str) -> list[Label]:
    """Find the labels of a row: the first, then the longest, wins.

    :param folded: the row without accents or capitals
    """
    kept: list[Label] = []
    end = 0
    found = list(_PATTERNS) if _ANY.search(folded) else []
    matches = [pattern.search(folded) for _kind, _strength, pattern in found]
    while len(kept) < MOST_LABELS:
        # What began within the last label may begin again after it.
        for rank, match in enumerate(matches):
            if match and match.start() < end:
                matches[rank] = found[rank][2].search(folded, end)
        left = [
            Label(kind, strength, *match.span())
            for (kind, strength, _pattern), match in zip(found, matches, strict=True)
            if match and match.end() > match.start()
        ]
        if not left:
            break
        kept.append(min(left, key=lambda label: (label.start, -label.end)))
        end = kept[-1].end
    return kept
