"""Moments as Chorus Pro writes them, then as everybody else does.

The Swagger types every moment `date-time`; on the wire there are three text formats,
the naive ones in French legal time, and now and then epoch milliseconds.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .text import unaccented

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
    """An aware UTC datetime, and how precise it is: "second", "minute" or "day"."""

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
    precision = "day"
    if match["minute"]:
        precision = "second" if match["second"] else "minute"
    return Moment(local.astimezone(timezone.utc), precision)


# What people and programs write, French order first. A text is searched for a day, then
# what follows the day for a time.
_MONTHS = {
    month: number
    for number, months in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars", "mar"),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept", "sep"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for month in months
}
_WRITTEN_DAYS = (
    re.compile(r"(?P<y>\d{4})[/. -](?P<m>\d\d?)[/. -](?P<d>\d\d?)(?!\d)", re.ASCII),
    re.compile(
        r"(?P<d>\d\d?)[/. -](?P<m>\d\d?)[/. -](?P<y>\d{4}|\d\d)(?!\d)", re.ASCII
    ),
    re.compile(
        r"(?:[a-z]+\.? )?(?P<d>\d\d?)(?:er)? (?P<m>[a-z]+)\.? (?P<y>\d{4}|\d\d)(?!\d)",
        re.ASCII,
    ),
)
_WRITTEN_TIME = re.compile(
    r"(?:[ ,t-]|a )*(?P<h>\d\d?) ?[h:] ?(?P<min>\d\d)(?: ?[:m] ?(?P<s>\d\d))?.*",
    re.ASCII,
)
# Digits alone, by their number; the second shape is tried where the first is no date.
_DIGITS = {
    14: ("%Y%m%d%H%M%S", "%d%m%Y%H%M%S"),
    12: ("%Y%m%d%H%M", "%y%m%d%H%M%S"),
    10: ("%y%m%d%H%M",),
    8: ("%Y%m%d", "%d%m%Y"),
    6: ("%y%m%d", "%d%m%y"),
}
_OUR_YEARS = range(2000, 2100)


def written(text: str) -> Moment | None:
    """Read a moment as people and other programs write it, in French legal time.

    :param text: "23/11/26 9:05", "23 novembre 2026", "20261123", ISO 8601…
    :return: None for what is no date of this century, never a guess; a day without a
        time is its first minute
    """
    text = text.strip()
    try:
        moment = parse(text)
    except (ValueError, OverflowError):
        moment = _written_digits(text) or _written_words(text)
    return moment if moment and moment.at.year in _OUR_YEARS else None


def _written_digits(text: str) -> Moment | None:
    shapes = _DIGITS.get(len(text), ()) if text.isascii() and text.isdecimal() else ()
    for shape in shapes:
        try:
            local = datetime.strptime(text, shape).replace(tzinfo=PARIS)
        except ValueError:
            continue
        if local.year in _OUR_YEARS:
            precision = "second" if "%S" in shape else "minute"
            return Moment(local.astimezone(timezone.utc), precision)
    return None


def _written_words(text: str) -> Moment | None:
    plain = " ".join(unaccented(text[:100]).lower().split())
    found = next((m for shape in _WRITTEN_DAYS if (m := shape.match(plain))), None)
    if not found:
        return None
    rest = plain[found.end() :]
    time = _WRITTEN_TIME.fullmatch(rest) or {"h": 0, "min": 0, "s": None}
    month = _MONTHS.get(found["m"]) or found["m"]
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    if year not in _OUR_YEARS:
        return None
    try:
        local = datetime(
            *(year, int(month), int(found["d"])),
            *(int(time["h"]), int(time["min"]), int(time["s"] or 0)),
            tzinfo=PARIS,
        )
    except ValueError:
        return None
    return Moment(local.astimezone(timezone.utc), "second" if time["s"] else "minute")


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
