"""Moments as Chorus Pro writes them.

The Swagger types every moment `date-time`; on the wire there are three text formats,
the naive ones in French legal time, and now and then epoch milliseconds.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

# The calendar starts a little late and stops early: an offset must not leave it.
_YEARS = range(1900, 9999)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[ T](?P<minute>\d\d:\d\d)(?P<second>:\d\d(?:[.,]\d{1,9})?)?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


class Moment(NamedTuple):
    """An aware UTC datetime, and how precise it is: "second" or "minute"."""

    at: datetime
    precision: str


def parse(value: object) -> Moment:
    """Read a moment of an answer.

    :param value: `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, ISO 8601 with or without
        milliseconds and offset, or a number of milliseconds since 1970 (UTC)
    :return: the moment in UTC. A time without offset is French legal time; in the
        hour that autumn repeats it is the first one (summer time), in the hour that
        spring skips the clock is taken as not yet moved forward
    :raise ValueError: anything else
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Moment(_from_epoch(value), "second")
    match = _TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("not a moment")
    second = (match["second"] or ":00").replace(",", ".")
    clock, _dot, fraction = f"{match['minute'] or '00:00'}{second}".partition(".")
    local = datetime.fromisoformat(f"{match['day']}T{clock}")
    if local.year not in _YEARS:
        raise ValueError("not a moment of our time")
    local = local.replace(
        microsecond=int(fraction[:6].ljust(6, "0") or 0),
        tzinfo=_zone(match["offset"]),
    )
    precision = "second" if match["second"] else "minute"
    return Moment(local.astimezone(timezone.utc), precision)


def day(value: object) -> str:
    """Read a date of an answer: `YYYY-MM-DD` in French legal time, "" if unreadable."""
    try:
        return parse(value).at.astimezone(PARIS).date().isoformat()
    except ValueError:
        return ""


def for_request(moment: datetime) -> str:
    """Write an aware datetime as the requests want it.

    :return: ISO 8601 with milliseconds and offset, in French legal time, the shape of
        the platform's own answers (Swagger: `date-time`)
    :raise ValueError: a naive datetime, which could mean any zone
    """
    if moment.tzinfo is None:
        raise ValueError("a datetime without zone")
    return moment.astimezone(PARIS).isoformat(timespec="milliseconds")


def _from_epoch(milliseconds: int) -> datetime:
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise ValueError("not a moment of our time") from None
    if moment.year not in _YEARS:
        raise ValueError("not a moment of our time")
    return moment


def _zone(offset: str | None):
    if offset is None:
        return PARIS
    if offset == "Z":
        return timezone.utc
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-shift if offset[0] == "-" else shift)


def day_in_france(moment: datetime) -> date:
    """Return the day of a moment on a French calendar.

    :param moment: naive UTC, as Odoo keeps them
    """
    return moment.replace(tzinfo=timezone.utc).astimezone(PARIS).date()
