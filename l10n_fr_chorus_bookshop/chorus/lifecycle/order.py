"""The state of an invoice as a function of the news received, in whatever order.

The platform promises no order ("any status may precede or follow any other", AIFE FE
v1.1 §3.4): nothing is validated, late news is kept and simply does not win.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .states import BEFORE_ARRIVAL, COPY_REFUSED, RANK, state_of

# Precision of a fact whose date was not told, or cannot be true.
UNTOLD = "none"
# Clocks differ, and a day has no hour: how far a date may stand outside what is known.
SLACK = timedelta(days=1)


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

    Inside a minute: first what has no date of its own, which never wins; then by the
    platform's own sequence when every fact has one, else the seconds when every fact
    has them, else the usual order of the states.
    """
    minutes = defaultdict(list)
    for fact in facts:
        told = fact.precision != UNTOLD
        minutes[not fact.noted, fact.minute, told].append(fact)
    return [
        fact
        for minute in sorted(minutes)
        for fact in sorted(minutes[minute], key=_key(minutes[minute]))
    ]


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
