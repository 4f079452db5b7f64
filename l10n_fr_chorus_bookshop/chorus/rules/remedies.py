"""Which buttons settle a problem, beside the sentence that says what to do (R9)."""

from collections.abc import Iterable

from .problem import Problem

# Confirm an old engagement number; open the form of a customer to put right; accept
# what changed since the invoice was confirmed.
CONFIRM, CUSTOMER, ACCEPT = "confirm", "customer", "accept"


def remedies(problems: Iterable[Problem]) -> list[str]:
    """Return the buttons that these problems call for, each once."""
    found = (
        remedy
        for one in problems
        for remedy, wanted in (
            (CONFIRM, one.code == "engagement_old"),
            (ACCEPT, one.code == "changed_since"),
            (CUSTOMER, one.field.startswith("buyer.") and not one.waits),
        )
        if wanted
    )
    return list(dict.fromkeys(found))
