"""The state of an invoice as a function of the news received, in whatever order.

The platform promises no order ("any status may precede or follow any other", AIFE FE
v1.1 §3.4): nothing is validated, late news is kept and simply does not win.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .vocabulary import RANK, state_of


@dataclass(frozen=True, slots=True)
class Fact:
    """One event, as far as ordering it goes.

    :ivar code: the platform's raw code
    :ivar occurred_at: when, UTC
    :ivar precision: "second" or "minute"
    :ivar sequence: the platform's `histoStatutId`, 0 when unknown
    """

    code: str
    occurred_at: datetime
    precision: str = "second"
    sequence: int = 0

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

    Inside the last minute: the platform's own sequence when every fact has one, else
    the seconds when every fact has them, else the usual order of the states.
    """
    facts = list(facts)
    if not facts:
        return None
    last_minute = max(fact.minute for fact in facts)
    candidates = [fact for fact in facts if fact.minute == last_minute]
    if all(fact.sequence for fact in candidates):
        return max(candidates, key=lambda fact: (fact.sequence, fact.rank, fact.code))
    if all(fact.precision == "second" for fact in candidates):
        return max(
            candidates, key=lambda fact: (fact.occurred_at, fact.rank, fact.code)
        )
    return max(
        candidates,
        key=lambda fact: (fact.rank, fact.sequence, fact.occurred_at, fact.code),
    )
