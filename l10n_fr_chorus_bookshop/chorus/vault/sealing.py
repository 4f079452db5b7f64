"""The chain that proves the vault: each seal hashes an original and the seal before.

Canonical form, version 1. It must be computed the same way in ten years:

* an entry is a flat mapping of names to texts, integers, booleans or None;
* dates and times are ISO 8601 texts, UTC, without offset (`2026-11-23T06:30:00`);
* it becomes one line of JSON: keys sorted by code point, no blanks, every character
  outside ASCII written `\\uXXXX`, and that line is encoded in ASCII;
* its hash is the SHA-256, in lower-case hexadecimal, of the previous hash (64 ASCII
  characters, `GENESIS` for the first entry of a chain) followed by that line.

An entry carries its own `version`: a later form does not change the older ones.
This file needs only Python's standard library, so that it can leave with an export.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

VERSION = 1
# The entry of a row that is no original: its table, its id, its digest.
ROW_VERSION = 2
GENESIS = "0" * 64

# Why an entry does not hold.
GAP = "gap"  # an entry before it is missing, or the order changed
PREVIOUS = "previous"  # it does not continue the entry before
CONTENT = "content"  # the document's bytes are not the ones sealed
HASH = "hash"  # what is said of the document is not what was sealed


class Link(NamedTuple):
    """One seal as found, with the original it seals.

    :ivar entry: what was hashed; holds at least `seq` and `sha256`
    :ivar previous_hash: hash of the seal before, as written in this seal
    :ivar hash: hash of this seal, as written in it
    :ivar content_hash: SHA-256 of the document's bytes as they are now, "" without any
    """

    entry: Mapping[str, object]
    previous_hash: str
    hash: str
    content_hash: str


class Break(NamedTuple):
    """The first entry that does not hold, and why: GAP, PREVIOUS, CONTENT or HASH."""

    entry: Mapping[str, object]
    reason: str


class Verdict(NamedTuple):
    """What a verification found.

    :ivar checked: number of entries that hold
    :ivar seq: place of the last entry that holds, 0 without any
    :ivar head: its hash, what an anchor outside the shop must show
    :ivar fault: the first entry that does not hold, None when all do
    """

    checked: int
    seq: int
    head: str
    fault: Break | None


def canonical(entry: Mapping[str, object]) -> bytes:
    """Write an entry in the canonical form above.

    :raises TypeError: a value is neither text, integer, boolean nor None
    """
    for name, value in entry.items():
        if not isinstance(name, str) or not isinstance(value, str | int | None):
            message = f"{name!r} cannot be sealed"
            raise TypeError(message)
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def row_digest(row: Mapping[str, object]) -> str:
    """Return the SHA-256 of all that a row says, in the canonical form.

    :raises TypeError: a value has no canonical form
    """
    return sha256(canonical(row)).hexdigest()


def hashed(previous_hash: str, entry: Mapping[str, object]) -> bytes:
    """Return what the hash of an entry that follows `previous_hash` is made of.

    :raises TypeError: the entry has no canonical form
    """
    return previous_hash.encode("ascii") + canonical(entry)


def entry_hash(previous_hash: str, entry: Mapping[str, object]) -> str:
    """Return the hash of an entry that follows `previous_hash`, in hexadecimal.

    :raises TypeError: the entry has no canonical form
    """
    return sha256(hashed(previous_hash, entry)).hexdigest()


def verify(links: Iterable[Link], seq: int = 0, head: str = GENESIS) -> Verdict:
    """Walk a chain in order and stop at the first entry that does not hold.

    Only one link is held at a time. A walk goes on where another ended: give its
    `seq` and `head`. Entries cut off the end leave a chain that holds: only a head
    kept elsewhere tells.
    """
    checked = 0
    for link in links:
        if reason := _reason(link, seq + 1, head):
            return Verdict(checked, seq, head, Break(link.entry, reason))
        seq, head, checked = seq + 1, link.hash, checked + 1
    return Verdict(checked, seq, head, None)


def _reason(link: Link, seq: int, head: str) -> str:
    """Why a link does not hold after `head`, "" when it does."""
    if link.entry.get("seq") != seq:
        return GAP
    if link.previous_hash != head:
        return PREVIOUS
    if link.content_hash != link.entry.get("sha256"):
        return CONTENT
    try:
        return "" if link.hash == entry_hash(head, link.entry) else HASH
    except TypeError:
        return HASH
