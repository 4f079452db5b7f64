"""The part of the D.96A directory that INVOIC needs: order, lengths, what is mandatory.

Taken from UN/EDIFACT's directory D.96A (UNECE), message INVOIC and its segments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .edifact import Segment


@dataclass(frozen=True, slots=True)
class Place:
    """A segment, or a group that begins with it, at its place in the message.

    :ivar group: what follows its first segment in a group; empty for a segment alone
    """

    tag: str
    least: int
    most: int
    group: tuple["Place", ...] = ()


def _p(tag: str, least: int, most: int, *group: Place) -> Place:
    return Place(tag, least, most, group)


MESSAGE = (
    _p("UNH", 1, 1),
    _p("BGM", 1, 1),
    _p("DTM", 1, 35),
    _p("PAI", 0, 1),
    _p("FTX", 0, 10),
    _p("RFF", 0, 99, _p("DTM", 0, 5)),  # SG1
    _p(  # SG2
        *("NAD", 0, 99),
        _p("LOC", 0, 25),
        _p("FII", 0, 5),
        _p("RFF", 0, 9999, _p("DTM", 0, 5)),  # SG3
        _p("CTA", 0, 5, _p("COM", 0, 5)),  # SG5
    ),
    _p("CUX", 0, 5, _p("DTM", 0, 5)),  # SG7
    _p(
        "PAT", 0, 10, _p("DTM", 0, 5), _p("PCD", 0, 1), _p("MOA", 0, 1), _p("PAI", 0, 1)
    ),
    _p(  # SG25
        *("LIN", 0, 9_999_999),
        _p("PIA", 0, 25),
        _p("IMD", 0, 10),
        _p("QTY", 0, 5),
        _p("DTM", 0, 35),
        _p("FTX", 0, 5),
        _p("MOA", 0, 5),  # SG26
        _p("PRI", 0, 25),  # SG28
        _p("RFF", 0, 10, _p("DTM", 0, 5)),  # SG29
        _p("TAX", 0, 99, _p("MOA", 0, 1)),  # SG33
        _p("ALC", 0, 15, _p("PCD", 0, 1), _p("MOA", 0, 2)),  # SG38 to SG41
    ),
    _p("UNS", 1, 1),
    _p("CNT", 0, 10),
    _p("MOA", 1, 100),  # SG48
    _p("TAX", 0, 10, _p("MOA", 0, 2)),  # SG50
    _p("UNT", 1, 1),
)

# The longest of each component of each element.
LENGTHS = {
    "UNB": ((4, 1), (35, 4, 14), (35, 4, 14), (6, 4), (14,), (14, 2), (14,))
    + ((1,), (1,), (35,), (1,)),
    "UNH": ((14,), (6, 3, 3, 2, 6)),
    "BGM": ((3, 3, 3, 35), (35,), (3,), (3,)),
    "DTM": ((3, 35, 3),),
    "PAI": ((3, 3, 3, 3, 3, 3),),
    "FTX": ((3,), (3,), (3, 3, 3), (70,) * 5, (3,)),
    "RFF": ((3, 35, 6, 35),),
    "NAD": ((3,), (17, 3, 3), (35,) * 5, (35,) * 5, (35,) * 3)
    + ((35,), (9,), (9,), (3,)),
    "FII": ((3,), (35, 35, 35, 3), (11, 3, 3)),
    "CTA": ((3,), (17, 35)),
    "COM": ((512, 3),),
    "CUX": ((3, 3, 3),),
    "PAT": ((3,), (17, 3, 3, 35, 35)),
    "LIN": ((6,), (3,), (35, 3, 3, 3)),
    "PIA": ((3,), *((35, 3, 3, 3),) * 5),
    "IMD": ((3,), (3,), (17, 3, 3, 35, 35, 3)),
    "QTY": ((3, 15, 3),),
    "MOA": ((3, 18, 3, 3, 3),),
    "PRI": ((3, 15, 3, 3, 9, 3),),
    "TAX": ((3,), (3, 3, 3, 35), (6, 3, 3), (15,), (7, 3, 3, 17), (3,), (20,)),
    "ALC": ((3,), (35, 3), (3,), (3,), (3, 3, 3, 35, 35)),
    "PCD": ((3, 10, 3),),
    "UNS": ((1,),),
    "CNT": ((3, 18, 3),),
    "UNT": ((6,), (14,)),
    "UNZ": ((6,), (14,)),
}
# What each segment must have: elements, then components of those that are there.
MANDATORY: dict[str, tuple[tuple[int, ...], dict[int, tuple[int, ...]]]] = {
    "UNB": ((0, 1, 2, 3, 4), {0: (0, 1), 1: (0,), 2: (0,), 3: (0, 1)}),
    "UNH": ((0, 1), {1: (0, 1, 2, 3)}),
    "DTM": ((0,), {0: (0,)}),
    "PAI": ((0,), {}),
    "FTX": ((0,), {2: (0,), 3: (0,)}),
    "RFF": ((0,), {0: (0,)}),
    "NAD": ((0,), {1: (0,), 2: (0,), 3: (0,), 4: (0,)}),
    "FII": ((0,), {}),
    "COM": ((0,), {0: (0, 1)}),
    "CUX": ((), {0: (0,)}),
    "PAT": ((0,), {1: (0,)}),
    "PIA": ((0, 1), {}),
    "QTY": ((0,), {0: (0, 1)}),
    "MOA": ((0,), {0: (0,)}),
    "PRI": ((), {0: (0,)}),
    "TAX": ((0,), {2: (0,)}),
    "ALC": ((0,), {}),
    "PCD": ((0,), {0: (0,)}),
    "UNS": ((0,), {}),
    "CNT": ((0,), {0: (0, 1)}),
    "UNT": ((0, 1), {}),
    "UNZ": ((0, 1), {}),
}
# Elements that are numbers: neither sign nor decimal mark counts (ISO 9735 §10).
NUMBERS = {("QTY", 0, 1), ("MOA", 0, 1), ("PRI", 0, 1), ("PCD", 0, 1), ("CNT", 0, 1)}


def misplaced(segments: Sequence[Segment]) -> list[str]:
    """Return what is missing or out of place in one message, from UNH to UNT."""
    faults: list[str] = []
    end = _walk(MESSAGE, segments, 0, faults)
    if end < len(segments):
        faults.append(f"{segments[end].tag} (segment {end + 1}) is out of place")
    return faults


def _walk(
    places: Sequence[Place], segments: Sequence[Segment], at: int, faults: list[str]
) -> int:
    """Take what each place allows, in order; return where that ends."""
    for place in places:
        count = 0
        while at < len(segments) and segments[at].tag == place.tag:
            if count == place.most:
                break
            at, count = at + 1, count + 1
            at = _walk(place.group, segments, at, faults)
        if count < place.least:
            faults.append(f"{place.tag}: {count} < {place.least}")
    return at


def incomplete(segments: Sequence[Segment]) -> list[str]:
    """Return the elements and components without which a segment says nothing."""
    return [
        f"{one.tag} (segment {rank}): {fault} is missing"
        for rank, one in enumerate(segments, 1)
        for fault in _missing(one)
    ]


def _missing(one: Segment) -> Iterator[str]:
    elements, components = MANDATORY.get(one.tag, ((), {}))
    for element in elements:
        if not any(one.elements[element : element + 1] and one.elements[element]):
            yield f"element {element + 1}"
    for element, wanted in components.items():
        there = one.elements[element] if element < len(one.elements) else ()
        if any(there):
            for component in wanted:
                if not one.get(element, component):
                    yield f"component {component + 1} of element {element + 1}"


def overlong(segments: Sequence[Segment]) -> list[str]:
    """Return the components that exceed the directory's lengths or places."""
    return [
        f"{one.tag} (segment {rank}): {fault}"
        for rank, one in enumerate(segments, 1)
        for fault in _excess(one)
    ]


def _excess(one: Segment) -> list[str]:
    if one.tag not in LENGTHS:
        return ["unknown segment"]
    limits, found = LENGTHS[one.tag], []
    for e, element in enumerate(one.elements):
        allowed = limits[e] if e < len(limits) else ()
        for c, text in enumerate(element):
            limit = allowed[c] if c < len(allowed) else 0
            size = len(text)
            if (one.tag, e, c) in NUMBERS:
                size = len(text.lstrip("-").replace(".", ""))
            if size > limit:
                found.append(f"{size} characters > {limit}")
    return found
