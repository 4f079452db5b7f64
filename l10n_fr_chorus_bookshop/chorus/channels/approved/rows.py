"""The rows of an answer to a search, whatever a platform makes of a list.

PHP writes one row alone, and a list with gaps as an object of numbered rows; Java
leaves out an empty one.
"""

import re
from collections.abc import Mapping

from .flow import numbered, text

# Where an answer says what was asked, and where to go from here: no rows.
_ASKED = ("filters", "search")
_LINKS = ("links", "_links")
_TOTALS = ("total", "totalNumberOfResults")
# One of them shows that this is an answer to a search.
_ANSWERS = {"results", "limit", *_ASKED, *_TOTALS}


def rows(answer: Mapping, mark: str) -> list | None:
    """Return all rows of an answer; None where that cannot be told.

    A list under another name is no empty one, nor is an error told with 200.

    :param mark: name of a field without which nothing is a row
    """
    found = answer.get("results")
    if isinstance(found, Mapping):
        found = [found] if mark in found else numbered(found)
    elif found is None and _is_empty(answer):
        found = []
    return found if isinstance(found, list) else None


def count(value: object) -> int | None:
    """A number of rows, written as a number or as a text; None when it is none."""
    told = text({"count": value}, "count")
    return int(told) if re.fullmatch(r"[0-9]{1,9}", told) else None


def _is_empty(answer: Mapping) -> bool:
    if not _ANSWERS & set(answer) or any(count(answer.get(one)) for one in _TOTALS):
        return False
    rest = [value for name, value in answer.items() if name not in (*_ASKED, *_LINKS)]
    return not any(map(_holds_list, rest))


def _holds_list(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_list, value.values()))
    return isinstance(value, list)
