"""Calls by which a platform says that something is new (XP Z12-013, 1.3.0).

A call is a wake and nothing more: what is new is read over the API. Its signature is an
HMAC-SHA256 of the body, "@" and the moment; whether of these bytes themselves, of their
SHA-256 or of its hexadecimal digits, the public text does not say: all three are read.
"""

import base64
import hashlib
import hmac
import re

#: the largest call read: one flow, described
LARGEST = 100_000
#: seconds by which a call may be older or newer than now
_OLDEST = 300
_MOMENT = re.compile(r"[0-9]{1,12}")


def is_signed(body: bytes, moment: str, signature: str, key: str, now: float) -> bool:
    """Tell whether the platform made this call, lately.

    :param moment: `Afnor-Signature-Timestamp`, epoch seconds
    :param signature: `Afnor-Signature`, base64
    :param key: given at the subscription, base64
    :param now: epoch seconds
    """
    if not _MOMENT.fullmatch(moment) or abs(now - int(moment)) > _OLDEST:
        return False
    try:
        given, secret = _bytes(signature), _bytes(key)
    except ValueError:
        return False
    if not secret:
        return False
    signed = body + b"@" + moment.encode()
    digest = hashlib.sha256(signed)
    forms = (signed, digest.digest(), digest.hexdigest().encode())
    # Each of them is compared, whichever fits: no answer is quicker than another.
    found = [hmac.compare_digest(given, _sign(secret, form)) for form in forms]
    return any(found)


def _bytes(text: str) -> bytes:
    """Read base64 in either alphabet, with or without its end."""
    plain = text.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _sign(secret: bytes, message: bytes) -> bytes:
    return hmac.new(secret, message, hashlib.sha256).digest()
