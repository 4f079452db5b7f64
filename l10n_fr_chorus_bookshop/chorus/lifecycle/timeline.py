"""The life cycle of an invoice as a line that is read from top to bottom (R16).

What has passed, where the invoice stands, what may follow; with how long each took. The
platform imposes no order (AIFE FE v1.1 §3.4): what may follow is what usually does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..text import _
from .actions import FOLLOWS, is_expected_end
from .states import STATES

DONE, CURRENT, NEXT = "done", "current", "next"
POSITIONS = {
    DONE: _("Done"),
    CURRENT: _("Now"),
    NEXT: _("May follow"),
}
# Where news comes from, as events keep it; what is not here goes without saying.
SOURCES = {
    "search": _("Read on Chorus Pro"),
    "history": _("Read on Chorus Pro"),
    "mailbox": _("Returned by the operator"),
    "person": _("Matched by a person"),
    "portal": _("Deposit noted by a person"),
    "hand": _("Noted by a person"),
    "export": _("Read in the portal's export"),
    "mail": _("Told by a mail of Chorus Pro"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """An invoice enters a state.

    :ivar state: one of `STATES`
    :ivar since: when; all naive UTC, or all aware
    :ivar word: the platform's own, told where the state is unknown
    :ivar reason: as received, "" without any
    :ivar source: where the news comes from, as events keep it
    """

    state: str
    since: datetime
    word: str = ""
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the line.

    :ivar position: DONE, CURRENT or NEXT
    :ivar lasted: until the next step; until now for the current one, None at an end
    """

    state: str
    position: str
    since: datetime | None = None
    lasted: timedelta | None = None
    word: str = ""
    reason: str = ""
    source: str = ""


def timeline(moments: Iterable[Moment], now: datetime, kind: str = "") -> list[Step]:
    """Return the line of an invoice or credit note, empty without any moment.

    :param moments: oldest first, in the platform's order; the last one is the state.
        A state told twice in a row is one step, with the last reason given
    :param now: of the same kind
    :param kind: "380" or "381"
    """
    line = _merged(moments)
    if not line:
        return []
    *past, current = line
    ended = STATES[current.state].final or is_expected_end(current.state, kind)
    steps = [
        _step(moment, DONE, following.since)
        for moment, following in zip(past, line[1:], strict=True)
    ]
    steps.append(_step(current, CURRENT, None if ended else now))
    return [*steps, *(Step(code, NEXT) for code in _follows(current.state, kind))]


def _merged(moments: Iterable[Moment]) -> list[Moment]:
    line = []
    for moment in moments:
        if line and (line[-1].state, line[-1].word) == (moment.state, moment.word):
            first = line.pop()
            reason = moment.reason or first.reason
            moment = replace(first, reason=reason, source=moment.source)
        line.append(moment)
    return line


def _step(moment: Moment, position: str, until: datetime | None) -> Step:
    # The platform's clock and ours differ: nothing lasts less than no time.
    lasted = until and max(until - moment.since, timedelta())
    return Step(
        moment.state,
        position,
        moment.since,
        lasted,
        moment.word,
        moment.reason,
        moment.source,
    )


def _follows(state: str, kind: str) -> tuple[str, ...]:
    return () if is_expected_end(state, kind) else FOLLOWS.get(state, ())
