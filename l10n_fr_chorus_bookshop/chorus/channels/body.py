"""The body of an answer, read block by block up to a size and a time."""

import time

import requests

# Bytes: a status message with files, or an invoice given back; PISTE's own limit.
LARGEST = 120_000_000
# Seconds: a server that drips is left.
LONGEST = 600
_BLOCK = 1 << 16


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
        for block in response.iter_content(_BLOCK):
            content += block
            if len(content) > most:
                raise OSError("too large")
            if time.monotonic() > end:
                raise OSError("too slow")
    response._content = bytes(content)  # what `stream` leaves unread
