"""The state of an invoice as a function of the news received, in whatever order.

The platform promises no order ("any status may precede or follow any other", AIFE FE
v1.1 §3.4): nothing is validated, late news is kept and simply does not win.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..text import _
from .actions import FOLLOWS, is_expected_end
from .states import BEFORE_ARRIVAL, COPY_REFUSED, RANK, STATES, state_of

# Precision of a fact whose date was not told, or cannot be true.
UNTOLD = "none"
# Clocks differ, and a day has no hour: how far a date may stand outside what is known.
SLACK = timedelta(days=1)
# Of an approved platform, each taken once; the last is the arrival at Chorus Pro.
_TRANSIT = ("DEPOSEE_PLATEFORME", "EN_COURS_ACHEMINEMENT", "DEPOSEE")
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
class Fact:
    """One event, as far as ordering it goes.

    :ivar code: the platform's raw code
    :ivar occurred_at: when, UTC
    :ivar precision: "second" or "minute"; UNTOLD: its date is only where it was put
    :ivar sequence: the platform's `histoStatutId`, 0 when unknown
    :ivar noted: a deposit noted by hand: its time is the one typed, it only opens the
        way
    """

    code: str
    occurred_at: datetime
    precision: str = "second"
    sequence: int = 0
    noted: bool = False

    @property
    def minute(self) -> datetime:
        """The minute of the event: what search and history agree on."""
        return self.occurred_at.replace(second=0, microsecond=0)

    @property
    def rank(self) -> int:
        """Place of the state along the usual way, the last resort to order by."""
        return RANK[state_of(self.code).code]


def latest(facts: Iterable[Fact]) -> Fact | None:
    """Return the fact that gives the state, None when there is none.

    That a second copy was refused says nothing of the first, once the first is known
    to have arrived (the number is unique there, AIFE FE v1.1 §3.2).
    """
    facts = list(facts)
    if any(state_of(fact.code).code not in BEFORE_ARRIVAL for fact in facts):
        facts = without_copies(facts)
    return in_order(facts)[-1] if facts else None


def without_copies(facts: Iterable[Fact]) -> list[Fact]:
    """Leave out what was said of a second copy."""
    return [fact for fact in facts if state_of(fact.code).code != COPY_REFUSED]


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Sort facts by minute, oldest first, after the deposits noted by hand.

    What an approved platform did before the arrival comes first too: it may be told,
    and dated, long after.

    Inside a minute: first what has no date of its own, which never wins; then by the
    platform's own sequence when every fact has one, else the seconds when every fact
    has them, else the usual order of the states.
    """
    minutes, facts = defaultdict(list), list(facts)
    passed = _passed({state_of(fact.code).code for fact in facts})
    for fact in facts:
        stands = state_of(fact.code).code not in passed
        told = fact.precision != UNTOLD
        minutes[not fact.noted, stands, fact.minute, told].append(fact)
    return [
        fact
        for minute in sorted(minutes)
        for fact in sorted(minutes[minute], key=_key(minutes[minute]))
    ]


def _passed(states: set[str]) -> tuple[str, ...]:
    """Which steps of an approved platform are behind the furthest one known."""
    if _TRANSIT[0] not in states:
        return ()
    if states.difference(BEFORE_ARRIVAL, _TRANSIT):
        return _TRANSIT
    return _TRANSIT[:-1] if _TRANSIT[-1] in states else ()


def _key(facts: list[Fact]) -> Callable[[Fact], tuple]:
    """Return what sorts the facts of one minute, whatever order they come in."""

    def whole(fact):
        return (fact.rank, fact.sequence, fact.occurred_at, fact.code, fact.precision)

    if all(fact.sequence for fact in facts):
        return lambda fact: (fact.sequence, *whole(fact))
    if all(fact.precision == "second" for fact in facts):
        return lambda fact: (fact.occurred_at, *whole(fact))
    return whole


def put(known: datetime | None, now: datetime) -> datetime:
    """Where a fact without a date stands: after what was known when it came.

    It shows at once, and whatever is dated later shows after it.

    :param known: when the last fact known occurred, None without any
    """
    return min(known + timedelta(minutes=1), now) if known else now


# ---- THE LINE THAT A SCREEN SHOWS ----------------------------------------------------
# The life cycle of an invoice as a line that is read from top to bottom (R16).
#
# What has passed, where the invoice stands, what may follow; with how long each took.
# The platform imposes no order (AIFE FE v1.1 §3.4): what may follow is what usually
# does.


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
