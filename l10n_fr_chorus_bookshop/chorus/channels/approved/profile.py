"""What tells one approved platform from another: data, never code.

All speak AFNOR XP Z12-013, each with its own addresses, tokens and omissions. A profile
is one JSON object, shipped, exported and imported as it is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from ...errors import Denied, UnreadableFile
from ...outside import checked
from ...text import _, storable

VERSIONS = ("1.1.0", "1.2.0", "1.3.0")

#: how a token is asked for: RFC 6749 §2.3.1 in the body or as Basic, or a fixed key
TOKEN_STYLES = ("body", "basic", "static")
#: how a long list is read: by the platform's cursor, by its total, or by dates alone
PAGINGS = ("cursor", "total", "date")
SYNTAXES = ("CII", "UBL", "Factur-X")
#: in what order a document is asked for; the last two are no original
DOCUMENT_TYPES = ("Original", "Converted", "ReadableView")
TIME_ZONES = ("Europe/Paris", "UTC")
#: JSON in a part that bears a file's name, as forms send files
AS_FILE = "file"
#: what a screen and RPC call a plain form field
FORM = "form"
#: media type of the part `flowInfo`; "" is a plain form field
FLOW_INFO_TYPES = ("application/json", "text/plain", AS_FILE, "")

_CHOICES = {
    "version": VERSIONS,
    "token_style": TOKEN_STYLES,
    "paging": PAGINGS,
    "syntax": SYNTAXES,
    "time_zone": TIME_ZONES,
    "flow_info_type": FLOW_INFO_TYPES,
}
_HEADER = re.compile(r"[A-Za-z0-9-]{0,60}")
# What each call says by itself.
_OWN_HEADERS = {
    *("authorization", "accept", "content-type", "content-length", "host"),
    *("connection", "transfer-encoding", "request-id", "organization-id"),
}
_LARGEST = 100_000
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Profile:
    """One approved platform, as far as it differs from the others.

    :ivar flow_url: address of the flow service, up to and with `/v1`; "" when each
        customer has its own. The `test_` addresses may be the same: an account decides
    :ivar directory_url: the same of the directory service, "" where there is none
    :ivar token_url: the whole address of the token service
    :ivar key_header: name of a further header that carries a key, "" for none
    :ivar sends_rule: announce `processingRule` B2G (since 1.2.0)
    :ivar sends_profile: announce `flowProfile`
    :ivar sends_tracking: send our `trackingId`
    :ivar keeps_tracking: a search by `trackingId` finds what was sent with it
    :ivar sends_sha256: send the fingerprint of the file
    :ivar page_size: results asked per page, at most 100
    :ivar overlap: seconds read again at each visit, since a list may lag behind
    :ivar index_delay: seconds after which a search shows a new flow for certain
    :ivar documents: in what order the files of an incoming flow are asked for
    :ivar webhooks: it calls us when something is new, once asked to (1.3.0)
    :ivar b2g_note: add the note `ADN` / `B2G`, which some validators ask for
    :ivar time_zone: what the times of a status message mean; they name no zone
    """

    code: str
    name: str
    version: str = "1.3.0"
    flow_url: str = ""
    directory_url: str = ""
    token_url: str = ""
    test_flow_url: str = ""
    test_directory_url: str = ""
    test_token_url: str = ""
    token_style: str = "body"
    key_header: str = ""
    sends_rule: bool = True
    sends_profile: bool = True
    sends_tracking: bool = True
    keeps_tracking: bool = True
    sends_sha256: bool = True
    flow_info_type: str = "application/json"
    paging: str = "cursor"
    page_size: int = 100
    overlap: int = 3600
    index_delay: int = 900
    documents: tuple[str, ...] = ("Original", "Converted")
    syntax: str = "CII"
    webhooks: bool = False
    b2g_note: bool = False
    time_zone: str = "Europe/Paris"

    def __post_init__(self):
        for problem in _problems(self):
            raise UnreadableFile(
                _(
                    "“%(problem)s”: a platform's profile cannot hold this value. "
                    "Addresses start with https://."
                ),
                values={"problem": problem},
            )

    @property
    def longest_tracking(self) -> int:
        """The longest `trackingId`: 36 characters up to 1.2.0, then 64."""
        return 64 if self.version == "1.3.0" else 36

    def to_json(self) -> str:
        """Write the profile as a file that `from_json` reads."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def change(self, **values) -> "Profile":
        """Return the same profile with other values, checked again."""
        return replace(self, **values)


def from_json(content: bytes) -> Profile:
    """Read a profile from a file of somebody else.

    :raise UnreadableFile: not a profile; the message says what is wrong
    """
    try:
        found = json.loads(content[: _LARGEST + 1])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(content) > _LARGEST:
        raise UnreadableFile(_("This file holds no platform's profile."))
    return from_values(found)


def from_values(values: Mapping[str, object]) -> Profile:
    """Make a profile of plain values, refusing names that are none of its own."""
    known = {field.name for field in fields(Profile)}
    if strange := sorted(map(str, set(values) - known)):
        raise UnreadableFile(
            _("This is not a platform's profile: %(problem)s."),
            values={"problem": ", ".join(strange)[:_LONGEST_TEXT]},
        )
    if missing := [name for name in ("code", "name") if not values.get(name)]:
        raise UnreadableFile(
            _("This is not a platform's profile: %(problem)s."),
            values={"problem": ", ".join(missing)},
        )
    if values.get("flow_info_type") == FORM:
        values = {**values, "flow_info_type": ""}
    listed = values.get("documents")
    if isinstance(listed, list):
        values = {**values, "documents": tuple(listed)}
    return Profile(**values)


def shipped() -> list[Profile]:
    """Return the profiles that come with the module, the standard's own first."""
    folder = Path(__file__).with_name("profiles")
    found = [from_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda profile: profile.code != "standard")


def _problems(profile: Profile):
    """Yield the names of the fields that hold what they cannot."""
    for field in fields(profile):
        value = getattr(profile, field.name)
        if field.name == "documents":
            right = (
                isinstance(value, tuple)
                and bool(value)
                and all(one in DOCUMENT_TYPES for one in value)
            )
        elif field.name in _CHOICES:
            choices = _CHOICES[field.name]
            if value not in choices:
                yield f"{field.name}: {', '.join(one or FORM for one in choices)}"
            continue
        elif field.type in (bool, "bool"):
            right = isinstance(value, bool)
        elif field.type in (int, "int"):
            most = 100 if field.name == "page_size" else 30 * 86400
            right = type(value) is int and 0 <= value <= most
        else:
            right = isinstance(value, str) and _is_text(value)
        if field.name.endswith("_url"):
            right = right and (not value or _is_address(value))
        if field.name in ("code", "name"):
            right = right and bool(value.strip())
        if not right:
            yield field.name
    header = str(profile.key_header)
    if not _HEADER.fullmatch(header) or header.lower() in _OWN_HEADERS:
        yield "key_header"
    if not profile.page_size:
        yield "page_size"


def _is_text(value: str) -> bool:
    """Whether it fits and any database takes it."""
    return len(value) <= _LONGEST_TEXT and storable(value) == value


def _is_address(value: str) -> bool:
    try:
        return bool(checked(value))
    except Denied:
        return False
