"""Moments as platforms and their statuses write them, whatever the shape.

The standard has RFC 3339 for flows and UN/CEFACT 2379 for statuses (102, 203, 204 and
kin); live systems also send epochs, other separators, and days in French order.
"""

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from ...platform_time import PARIS, Moment

_TIME = r"(?P<h>\d\d):?(?P<min>\d\d)(?::?(?P<s>\d\d)(?:[.,](?P<part>\d{1,12}))?)?"
_ZONE = r" ?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]+\])?"
_SHAPES = tuple(
    re.compile(rf"{day}(?:(?:[T_]| {{0,2}}){_TIME})?{_ZONE}", re.ASCII | re.IGNORECASE)
    for day in (
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
        r"(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)",
        r"(?P<d>\d\d?)[-/.](?P<m>\d\d?)[-/.](?P<y>\d{4})",
    )
)
_EPOCH = re.compile(r"\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}", re.ASCII)
# From here on an epoch counts thousandths, then millionths of a second.
_THOUSANDTHS, _MILLIONTHS = 10**11, 10**14
_OUR_YEARS = range(2000, 2100)


def read(value: object, zone: tzinfo) -> Moment | None:
    """Read a moment.

    :param value: text, or an epoch as a number
    :param zone: of a time that names none
    :return: in UTC; None for what is no moment of this century, never a guess
    """
    if isinstance(value, str):
        text = value.strip()
        return _from_epoch(text) if _EPOCH.fullmatch(text) else _from_text(text, zone)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_epoch(value)
    return None


def day(value: str) -> date | None:
    """Read a day, in French legal time where it has an hour."""
    moment = read(value, PARIS)
    return moment.at.astimezone(PARIS).date() if moment else None


def _from_epoch(value: object) -> Moment | None:
    try:
        seconds = Decimal(value)
        if seconds >= _MILLIONTHS:
            seconds /= 10**6
        elif seconds >= _THOUSANDTHS:
            seconds /= 1000
        moment = datetime.fromtimestamp(0, timezone.utc)
        moment += timedelta(microseconds=int(seconds * 10**6))
    except (ArithmeticError, ValueError):
        return None
    return _ours(moment, "second")


def _from_text(text: str, zone: tzinfo) -> Moment | None:
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if not found:
        return None
    clock = [int(found[name] or 0) for name in ("h", "min", "s")]
    part = int((found["part"] or "0")[:6].ljust(6, "0"))
    days = [int(found[name]) for name in ("y", "m", "d")]
    # A day is the same wherever it was written.
    place = _zone(found["zone"]) if found["h"] and found["zone"] else zone
    try:
        moment = datetime(*days, *clock, part, tzinfo=place)
        precision = "second" if found["s"] else "minute"
        return _ours(
            moment.astimezone(timezone.utc), precision if found["h"] else "day"
        )
    except (ValueError, OverflowError):
        return None


def _ours(moment: datetime, precision: str) -> Moment | None:
    return Moment(moment, precision) if moment.year in _OUR_YEARS else None


def _zone(text: str) -> tzinfo:
    if text[0] not in "+-":
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[3:].removeprefix(":") or 0)
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)
