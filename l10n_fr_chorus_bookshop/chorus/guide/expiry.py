"""When a password or a key ends, and when to say so (R29)."""

from datetime import date, timedelta

# How long the platform lets the password of a technical account live.
PASSWORD_DAYS = 424
# Days before the end at which a person is told, once each.
WARNINGS = (30, 15, 3)


def password_end(made_on: date) -> date:
    """Return the last day of a technical account's password made on a day."""
    return made_on + timedelta(days=PASSWORD_DAYS)


def warning(ends_on: date | None, today: date) -> int:
    """Return the nearest warning that is due, 0 for none.

    :param ends_on: the last day, None when nobody knows it
    :return: one of `WARNINGS`; the nearest one too once the day is past
    """
    if ends_on is None:
        return 0
    left = (ends_on - today).days
    return min((days for days in WARNINGS if left <= days), default=0)
