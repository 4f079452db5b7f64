"""The answers of EDIFACT itself (CONTRL) and of an application (APERAK)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from ...files import aside
from ...text import _, printable
from .answer import (
    ACCEPTED,
    REJECTED,
    SERVICE_WORDS,
    Answer,
    Reading,
    Unreadable,
    clean_references,
    moment,
)
from .edifact import Message, Segment, SyntaxFault, interchanges

DUPLICATE = "26"
# Actions of a CONTRL (0083).
REFUSES, ACKNOWLEDGES, RECEIVES = "4", "7", "8"


def read(content: bytes) -> Reading:
    """Return what the messages of a file say.

    :raises Unreadable: it is damaged, or says nothing of ours
    """
    try:
        found = interchanges(content)
    except SyntaxFault as fault:
        raise Unreadable(_("This EDIFACT file is damaged.")) from fault
    messages = [message for one in found for message in one.messages]
    if not messages and not any(one.fault for one in found):
        raise Unreadable(_("This EDIFACT file holds no message."))
    if messages and all(one.kind not in _EDIFACT and not one.fault for one in messages):
        raise Unreadable(_("This EDIFACT file is neither a CONTRL nor an APERAK."))
    answers, asides, count = [], [], 0
    for interchange in found:
        for message in interchange.messages:
            count += 1
            if message.fault:
                asides.append(aside(count, _text_of(message), message.fault))
            elif message.kind in _EDIFACT:
                answers += _EDIFACT[message.kind](message.segments)
        if interchange.fault:
            # What is whole was read; of what is missing nobody knows what it said.
            asides.append(aside(count, str(interchange.header), interchange.fault))
    return Reading(tuple(answers), tuple(asides))


def _text_of(message: Message) -> str:
    return "\n".join(map(str, message.segments))


def _contrl(message: Sequence[Segment]) -> Iterator[Answer]:
    """What becomes of one of our interchanges, of which each holds one message.

    The interchange (UCI), its group (UCF) and its message (UCM) have an action each
    (0083): 4 refuses the level and all below; 7 takes it, but for what is refused
    below; 8 says that it was received, no more. Refused as a duplicate (0085: 26), at
    whatever level, an earlier copy of it has arrived.
    """
    for interchange, below in _levels(message):
        levels = [one for one in below if one.tag in ("UCF", "UCM")]
        actions = [_action(interchange, 3), *map(_own_action, levels)]
        errors = [one for one in below if one.tag in ("UCS", "UCD")]
        code = f"CONTRL {actions[0]}"
        found = [interchange.get(4), *map(_own_error, levels)]
        refusing = {
            error
            for action, error in zip(actions, found, strict=True)
            if action == REFUSES
        }
        if refusing:
            code, meaning = f"CONTRL {REFUSES}", REJECTED
        elif set(actions) - {ACKNOWLEDGES, RECEIVES} or errors or any(found):
            # It names errors, or says what no list has, and refuses nothing.
            meaning = ""
        else:
            meaning = SERVICE_WORDS[code]
        if interchange.get(4) == DUPLICATE or refusing == {DUPLICATE}:
            meaning = ACCEPTED
        yield Answer(
            code,
            meaning,
            clean_references([interchange.get(0)]),
            reason=printable(_reasons(interchange, below))
            if meaning in (REJECTED, "")
            else "",
        )


def _levels(message: Sequence[Segment]) -> Iterator[tuple[Segment, list[Segment]]]:
    """Each UCI with what stands below it."""
    starts = [at for at, one in enumerate(message) if one.tag == "UCI"]
    for start, end in pairwise([*starts, len(message)]):
        yield message[start], list(message[start + 1 : end])


def _action(one: Segment, element: int) -> str:
    return one.get(element).strip()


def _own_action(one: Segment) -> str:
    """The action of a UCF or a UCM, after its parties or its type."""
    return _action(one, 3 if one.tag == "UCF" else 2)


def _own_error(one: Segment) -> str:
    return one.get(4 if one.tag == "UCF" else 3)


def _reasons(interchange: Segment, below: Sequence[Segment]) -> str:
    """The errors (0085), each with the level that has it."""
    lines = [f"UCI {interchange.get(4)}"] if interchange.get(4) else []
    for one in below:
        if one.tag in ("UCF", "UCM") and _own_error(one):
            lines.append(f"{one.tag} {_own_error(one)}")
        elif one.tag in ("UCS", "UCD"):
            lines.append(
                f"{one.tag} {' '.join(filter(None, map(':'.join, one.elements)))}"
            )
    return "\n".join(lines)


def _aperak(message: Sequence[Segment]) -> Iterator[Answer]:
    """ATE (processed), ALE (read as well) or a rejection: ANE and AST look alike.

    One answer for each document that it names: the same qualifier several times. One
    that names errors and refuses nothing has no meaning that a program may give it.
    """
    dates, texts, errors, verdict = {}, [], [], ""
    references: list[tuple[str, str]] = []
    lower: list[tuple[str, str]] = []
    for one in message:
        if one.tag == "BGM":
            words = [one.get(e) for e in range(2, len(one.elements))]
            verdict = next((word for word in words if word in ("AB", "AP", "RE")), "")
        elif one.tag == "DTM":
            dates[one.get(0)] = (one.get(0, 1), one.get(0, 2))
        elif one.tag == "RFF":
            (lower if errors else references).append((one.get(0), one.get(0, 1)))
        elif one.tag == "ERC":
            errors.append(one.get(0))
        elif one.tag == "FTX":
            texts.append(_lines_of(one.elements[3:4]))
    code = {"RE": "RE", "": ""}.get(verdict, "ALE" if "8" in dates else "ATE")
    meaning = "" if errors and verdict != "RE" else SERVICE_WORDS.get(code, "")
    said = dates.get("8") or dates.get("4") or dates.get("137") or ("", "")
    for documents in _documents(references or lower):
        yield Answer(
            code,
            meaning,
            clean_references(documents),
            *_edifact_moment(*said),
            reason=printable("\n".join(filter(None, [" ".join(errors), *texts]))),
        )


_EDIFACT = {"CONTRL": _contrl, "APERAK": _aperak}


def _lines_of(elements: Sequence[tuple[str, ...]]) -> str:
    """Join the texts of an FTX: a full one goes on in the next, a short one ends."""
    parts = (part for element in elements for part in element if part)
    return "".join(
        part if len(part) >= _FULL or part.endswith(" ") else f"{part} "
        for part in parts
    ).strip()


def _documents(references: list[tuple[str, str]]) -> list[list[str]]:
    """Group what names documents: each its own where a qualifier is repeated.

    An invoice's number comes first, and its orders or deliveries part nothing.
    """
    there = list(dict.fromkeys(one for one in references if one[1]))
    there.sort(key=lambda one: one[0] != _INVOICE_NUMBER)
    counts = Counter(qualifier for qualifier, _number in there)
    named = _INVOICE_NUMBER if counts[_INVOICE_NUMBER] else ""
    repeated = named or next((one for one, count in counts.items() if count > 1), "")
    if counts[repeated] < 2:
        return [[number for _, number in there]]
    return [[number] for qualifier, number in there if qualifier == repeated]


def _edifact_moment(value: str, qualifier: str) -> tuple[datetime | None, bool]:
    """Read a date by its format (2379); without any, by what it looks like.

    A month, a week or an hour is no day; of a period, its first.
    """
    shape = _SHAPES.get(qualifier)
    if not shape:
        return (None, True) if qualifier in _NO_DAY else moment(value)
    digits = value[: shape[0]]
    if len(digits) < shape[0] or not digits.isdecimal():
        return moment(value)
    day = "".join(digits[at] for at in shape[1])
    zone = _ZONE.fullmatch(value[shape[0] :].strip().upper())
    if zone and shape[0] > _MIDNIGHT:
        day = _iso(day) + (f"{zone[1]}{zone[2]}:{zone[3]}" if zone[1] else "Z")
    at, precise = moment(day)
    return (at, precise) if at else moment(value)


def _iso(digits: str) -> str:
    """Write century to minute, or second, as ISO 8601 does."""
    year, *pairs = digits[:4], *(digits[at : at + 2] for at in range(4, len(digits), 2))
    return f"{'-'.join((year, *pairs[:2]))}T{':'.join(pairs[2:])}"


# An invoice's number among references (1153), and a full line of text (C108).
_INVOICE_NUMBER, _FULL = "IV", 70
# Zones that are not France's, by their names and by their distance from UTC.
_ZONE = re.compile(r"(?:UTC|GMT|Z|([+-])(\d\d):?(\d\d))", re.ASCII)
_MIDNIGHT = 10
# 2379 that tell no day: years, months, weeks, hours, lengths of time.
_NO_DAY = frozenset(
    {
        *("6", "7", "8", "9", "401", "402", "404", "501", "502", "503", "600", "601"),
        *("602", "603", "604", "608", "609", "610", "613", "614", "615", "616"),
        *(str(length) for length in range(801, 822)),
    }
)
# 2379 -> how many digits, and their order as century, year, month, day, hour…
_SHAPES = {
    "208": (14, range(14)),
    "713": (10, range(10)),
    "717": (6, range(6)),
    "718": (8, range(8)),
    "719": (12, range(12)),
    "2": (6, (4, 5, 2, 3, 0, 1)),
    "3": (6, (4, 5, 0, 1, 2, 3)),
    "4": (8, (4, 5, 6, 7, 2, 3, 0, 1)),
    "101": (6, range(6)),
    "102": (8, range(8)),
    "201": (10, range(10)),
    "202": (12, range(12)),
    "203": (12, range(12)),
    "204": (14, range(14)),
    "205": (12, range(12)),
    "303": (12, range(12)),
    "304": (14, range(14)),
}
