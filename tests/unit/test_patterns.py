"""No regular expression of the core takes long, whatever it meets.

What others write goes through all of them. One that can cut a run of signs in several
ways tries them all where nothing follows: a date of a hundred hyphens took for ever.
"""

import importlib
import pkgutil
import re
import signal
from itertools import islice

import pytest

import chorus

LENGTH, SECONDS = 500, 0.5
# A process of its own imports it by path, from its own folder.
APART = ("chorus.facturx.schematron_worker",)
BEFORE = (
    *("", "23/11/26 ", "siret de ", "ref. chorus ", "motif : ", "9782070612758 "),
    *("<a href=", "facture "),
)
RUNS = (*("a", "0", " ", "-", ".", ",", ":", "\n", "é", "a ", "1 ", "- ", "de ", "n°"),)


def patterns() -> dict[re.Pattern, str]:
    """Every compiled expression that a module of the core holds, with its module."""
    found: dict[re.Pattern, str] = {}
    for module in pkgutil.walk_packages(chorus.__path__, "chorus."):
        if module.name not in APART:
            held = vars(importlib.import_module(module.name)).values()
            for value in list(held):
                for pattern in within(value):
                    found.setdefault(pattern, module.name)
    return found


def within(value, depth: int = 3):
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from within([*value.keys(), *value.values()], depth)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from within(one, depth - 1)


def too_long(*_signal):
    raise TimeoutError


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer here")
def test_no_pattern_takes_long():
    known = patterns()
    assert len(known) > 200
    before = signal.signal(signal.SIGVTALRM, too_long)
    try:
        slow = [
            (module, pattern.pattern, text[:20])
            for pattern, module in known.items()
            for text in texts(pattern)
            if not ends(pattern, text)
        ]
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert slow == []


def texts(pattern: re.Pattern):
    for start in BEFORE:
        for run in RUNS:
            text = f"{start}{run * (LENGTH // len(run))}!"
            yield text.encode() if isinstance(pattern.pattern, bytes) else text


def ends(pattern: re.Pattern, text) -> bool:
    """Tell whether a search through a text ends soon, in time of the processor."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        for _match in islice(pattern.finditer(text), LENGTH):
            continue
        pattern.fullmatch(text)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True
