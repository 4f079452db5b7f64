"""Files from outside: opened here.

One law holds for every reader: what can be read is read; what cannot is set aside with
its own text, its place and the reason; nothing else of the file suffers. Time, memory
and size are bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..text import printable

_KEPT = 500


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of a file that could not be read, for a person.

    :ivar place: number of its line, row or message in the file, from 1
    :ivar text: itself, its beginning
    :ivar template: why, one English sentence; `values` are what it quotes
    """

    place: int
    text: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)


def aside(place: int, text: str, template: str, **values: object) -> Aside:
    """Set a part of a file aside."""
    return Aside(place, printable(text)[:_KEPT], template, values)
