"""An answer over HTTP: its body up to a size and a time, and when to ask again."""

import re
import time
from datetime import timezone
from email.utils import parsedate_to_datetime

import requests

from ..outside import pieces

# Bytes: a status message with files, or an invoice given back; PISTE's own limit.
LARGEST = 120_000_000
# Seconds: a server that drips is left.
LONGEST = 600
# Seconds: no wait lasts longer, whatever is asked: a wrong figure would stop a shop
# for years.
LONGEST_WAIT = 3600.0


def read_whole(
    response: requests.Response, most: int = LARGEST, longest: float = LONGEST
) -> None:
    """Read an answer asked for with `stream`, and close it.

    :param most: bytes
    :param longest: seconds
    :raise OSError: it is larger than anything we ask for, or never ends
    """
    content, end = bytearray(), time.monotonic() + longest
    with response:
        for block in pieces(response):
            content += block
            if len(content) > most:
                raise OSError("too large")
            if time.monotonic() > end:
                raise OSError("too slow")
    response._content = bytes(content)  # what `stream` leaves unread


def retry_after(response: requests.Response, now: float) -> float | None:
    """Return how many seconds an answer asks to wait (RFC 9110 §10.2.3).

    :param now: epoch seconds
    :return: at most LONGEST_WAIT; None when it does not say
    """
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,30}", value):
        return min(float(value), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return min(max(0.0, moment.timestamp() - now), LONGEST_WAIT)
