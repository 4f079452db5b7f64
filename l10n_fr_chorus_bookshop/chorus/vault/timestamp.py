"""Time stamps of the vault's head by an authority outside the shop (RFC 3161, R25).

What is stamped is what the head hashes, so that the token bears the head itself. The
authority's signature is checked by whoever verifies an export, with the certificate
that it publishes: none that came with the answer proves anything.
"""

from datetime import datetime, timedelta, timezone
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import requests

from .. import outside
from ..errors import Denied, Refused, Unreachable
from ..text import _
from .verify import stamped

if TYPE_CHECKING:
    from collections.abc import Collection

    from rfc3161_client import TimeStampRequest

# A token with its certificates weighs some kilobytes.
MOST = 1 << 18
_LONGEST = 60
# Between the authority's clock and ours: more, and one of them is wrong.
_APART = timedelta(days=1)
_GRANTED = (0, 1)
_QUERY = {"Content-Type": "application/timestamp-query"}


class Stamp(NamedTuple):
    """What an authority answered.

    :ivar content: the whole answer, as `openssl ts` reads it
    :ivar stamped_at: the moment that it certifies, naive UTC
    """

    content: bytes
    stamped_at: datetime


def is_installed() -> bool:
    """Tell whether time stamps can be asked for: the library is optional."""
    return find_spec("rfc3161_client") is not None


def check_address(url: str) -> None:
    """Check the address of an authority, without asking it.

    :raise Denied: it is no https address, or it holds a password
    """
    if "@" in outside.checked(url).netloc:
        raise Denied(_("This address must not hold a name or a password."))


def ask(url: str, data: bytes, trusted: "Collection[str]" = ()) -> Stamp:
    """Have an authority certify that these bytes exist now. It sees their digest only.

    :param url: where the authority listens; it may not send on
    :param data: what is certified, SHA-256 of which the token bears
    :param trusted: as `outside.call` takes them
    :raise ChorusError: no good time stamp came
    """
    if not is_installed():
        raise Denied(_("The Python package rfc3161-client is not on the server."))
    check_address(url)
    request = _request(data)
    with (
        requests.Session() as session,
        outside.call(
            session,
            url,
            trusted,
            method="POST",
            headers=_QUERY,
            data=request.as_bytes(),
        ) as response,
    ):
        answer = b"".join(outside.blocks(response, MOST, _LONGEST))
    return read(answer, request, sha256(data).hexdigest())


def _request(data: bytes) -> "TimeStampRequest":
    from rfc3161_client import TimestampRequestBuilder
    from rfc3161_client.base import HashAlgorithm

    builder = TimestampRequestBuilder().data(data)
    return builder.hash_algorithm(HashAlgorithm.SHA256).build()


def read(answer: bytes, request: "TimeStampRequest", digest: str) -> Stamp:
    """Check an answer: it is granted, to this request, for this digest, and dated now.

    :param digest: SHA-256 in hexadecimal
    :raise Refused: the authority did not grant it
    :raise Unreachable: what came is no time stamp of this request
    """
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(answer)
        if response.status not in _GRANTED:
            raise Refused(
                _("The time-stamping authority refused: %(why)s"),
                values={"why": ", ".join(response.status_string) or response.status},
            )
        known = response.tst_info.nonce == request.nonce
        # As the export's verifier will read it, in ten years too.
        found, _moment = stamped(answer)
        moment = response.tst_info.gen_time.astimezone(timezone.utc)
    except (ValueError, TypeError, OverflowError):
        raise _no_stamp() from None
    if not known or found != digest:
        raise _no_stamp()
    if abs(moment - datetime.now(timezone.utc)) > _APART:
        raise Unreachable(
            _("The time-stamping authority dates it %(moment)s: a clock is wrong."),
            values={"moment": moment.isoformat()},
        )
    return Stamp(answer, moment.replace(tzinfo=None, microsecond=0))


def _no_stamp() -> Unreachable:
    return Unreachable(
        _("What the time-stamping authority answered is no time stamp of the vault.")
    )
