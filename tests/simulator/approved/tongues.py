"""What the languages that platforms are written in make of the same answer.

``java`` has moments of nine decimals with an offset, nulls, fields of its own, and
leaves empty lists out; ``php`` moments without zone, numbers as texts, 0 and 1 for no
and yes, one row as no list, null for an empty one; ``dotnet`` seven decimals and "".
"""

import re
from datetime import datetime, timedelta, timezone

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_SUMMER = timezone(timedelta(hours=2))


def spoken(tongue, answer):
    """The same answer as that language writes it; "" is the standard's own."""
    said = {"java": _java, "php": _php, "dotnet": _dotnet}.get(tongue)
    return said(answer) if said else answer


def _walk(answer, change):
    if isinstance(answer, dict):
        answer = {name: _walk(value, change) for name, value in answer.items()}
    elif isinstance(answer, list):
        answer = [_walk(one, change) for one in answer]
    return change(answer)


def _moment(value, shape):
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return value
    return shape(datetime.fromisoformat(value.replace("Z", "+00:00")))


def _java(answer):
    def change(value):
        if isinstance(value, dict):
            kept = {name: one for name, one in value.items() if one != []}
            return {**kept, "tenant": None, "links": [{"rel": "self"}]}
        return _moment(value, lambda at: f"{at.astimezone(_SUMMER):%FT%T.%f}789+02:00")

    return _walk(answer, change)


def _php(answer):
    def change(value):
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list) and len(value) < 2:
            return value[0] if value else None
        return _moment(value, lambda at: f"{at:%F %T}")

    return _walk(answer, change)


def _dotnet(answer):
    def change(value):
        return _moment(value, lambda at: f"{at:%FT%T.%f}7Z")

    told = _walk(answer, change)
    if isinstance(told, dict) and "results" in told:
        told = {"nextCursor": "", **told}
    return told
