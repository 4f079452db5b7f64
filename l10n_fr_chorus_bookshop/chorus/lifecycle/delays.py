"""Whose turn it is, and since when the public payment delay runs (R19).

A body need not tell its progress: its silence is no news, not a fault. Only two things
can be late: a step that the sender or the platform owes, and the payment, which the law
counts from the day the invoice was made available (décret 2013-269, articles 1 to 5).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ..platform_time import day_in_france
from .order import Fact, in_order
from .states import BODY, SENDER_OR_PLATFORM_OWES, STATES, UNKNOWN, state_of

# What is late: the shop has not sent it, the platform has not passed it on, the body
# has not paid it.
SHOP, PLATFORM, PAYMENT = "shop", "platform", "payment"

# States in which the platform owes the next step.
PLATFORM_OWES = tuple(code for code in SENDER_OR_PLATFORM_OWES if code != "BROUILLON")

# States in which the body has it in hand, so that the payment delay runs. A word that
# this software does not know is one more step of the body's.
RUNNING = (
    *(code for code, state in STATES.items() if state.actor == BODY),
    UNKNOWN.code,
)

# The public payment delay; fifty days for public hospitals.
LEGAL_DAYS = 30


class Clock(NamedTuple):
    """Two moments, naive UTC as the facts are, None while unknown.

    :ivar available_at: when the body could first see the invoice
    :ivar payable_since: from when the payment delay runs
    """

    available_at: datetime | None = None
    payable_since: datetime | None = None


def clock(facts: Iterable[Fact]) -> Clock:
    """Return since when an invoice has been available, and payable.

    A suspended invoice that was completed gets a new delay (décret 2013-269, art. 4);
    one that was readdressed gets it from the day its new recipient sees it.

    :param facts: the events of one invoice, in any order
    """
    available_at = payable_since = None
    for fact in in_order(facts):
        code = state_of(fact.code).code
        if code == "A_RECYCLER":
            payable_since = None
        elif code == "COMPLETEE":
            payable_since = fact.occurred_at
        elif code not in RUNNING:
            continue
        elif payable_since is None and state_of(fact.code) is not UNKNOWN:
            payable_since = fact.occurred_at
        available_at = available_at or payable_since
    return Clock(available_at, payable_since)


def payment_due(payable_since: datetime, days: int) -> date:
    """Return the last day on which the payment is in time, in France.

    :param payable_since: naive UTC
    :param days: length of the delay
    """
    return day_in_france(payable_since) + timedelta(days=days)
