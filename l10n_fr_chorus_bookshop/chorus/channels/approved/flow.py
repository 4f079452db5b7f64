"""One flow of the standard's flow service, read with care.

Source: XP Z12-013, OpenAPI of the flow service 1.1.0 to 1.3.0. Words that the standard
does not know are kept as they come; what a flow cannot be without is its identifier and
its moment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from ... import text as words
from . import copies, moments

IN, OUT = "In", "Out"
CDAR = "CDAR"
OK, ERROR = "Ok", "Error"
_SPELT = {word.casefold(): word for word in (OK, ERROR, IN, OUT)}

#: types of incoming flows that speak of somebody else's invoices, or of reports
_OTHERS = re.compile(r"Supplier|Report|^CustomerInvoice$|^StateCustomerInvoice$")
#: syntaxes that are no status message
_DOCUMENTS = frozenset({"cii", "ubl", "factur-x", "frr"})
_LONGEST = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Detail:
    """One reason of an acknowledgement.

    :ivar duplicate: it says that the platform has this flow already
    """

    level: str
    code: str
    text: str
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow as the platform describes it.

    :ivar tracking: `trackingId`; on an incoming flow some platforms put the identifier
        of the flow it answers
    :ivar status: of the acknowledgement: "Pending", "Ok", "Error", or another word
    :ivar updated_at: aware
    :ivar sha256: "" when it is not told
    """

    flow_id: str
    updated_at: datetime
    submitted_at: str = ""
    tracking: str = ""
    name: str = ""
    syntax: str = ""
    type: str = ""
    direction: str = ""
    status: str = ""
    details: tuple[Detail, ...] = ()
    sha256: str = ""

    @property
    def is_news(self) -> bool:
        """Whether it may be a status of one of our invoices.

        By what it surely is not: platforms leave words empty, or use their own.
        """
        if self.direction == OUT:
            return False
        document = self.syntax.casefold() in _DOCUMENTS
        return not document and not _OTHERS.search(self.type)

    @property
    def duplicate(self) -> bool:
        """The platform refuses it because it has it already."""
        return any(one.duplicate for one in self.details)


@dataclass(frozen=True, slots=True)
class Aside:
    """What came from the platform and could not be read.

    :ivar flow_id: "" when not even that could be read
    :ivar text: what came, shortened
    :ivar reason: why it was set aside
    """

    flow_id: str
    text: str
    reason: str

    def __post_init__(self):
        object.__setattr__(self, "text", words.kept(self.text, _LONGEST))


def read(row: object) -> Flow:
    """Read one flow of an answer.

    :raise ValueError: no identifier or no moment; the message names the field
    """
    flow_id = text(row, "flowId") if isinstance(row, Mapping) else ""
    if not flow_id:
        raise ValueError("flowId")
    sha256 = text(row, "sha256").lower()
    acknowledgement = row.get("acknowledgement")
    if not isinstance(acknowledgement, Mapping):
        acknowledgement = {}
    return Flow(
        flow_id=flow_id,
        updated_at=_moment(row, "updatedAt", "submittedAt"),
        submitted_at=text(row, "submittedAt"),
        tracking=text(row, "trackingId"),
        name=text(row, "name"),
        syntax=text(row, "flowSyntax"),
        type=text(row, "flowType"),
        direction=_word(row, "flowDirection"),
        status=_word(acknowledgement, "status"),
        details=tuple(_details(acknowledgement.get("details"))),
        # In another form it can be compared with nothing.
        sha256=sha256 if _SHA256.fullmatch(sha256) else "",
    )


def text(row: Mapping, name: str, longest: int = _LONGEST) -> str:
    """A text or a number as text, "" when there is neither."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return words.word(str(value), longest)


def numbered(rows: Mapping) -> list | None:
    """A list that PHP wrote as an object of numbers; None for any other object."""
    if all(isinstance(name, str) and name.isdigit() for name in rows):
        return list(rows.values())
    return None


def _word(row: Mapping, name: str) -> str:
    """A word of the standard as it spells it; any other as it came."""
    word = text(row, name)
    return _SPELT.get(word.casefold(), word)


def _details(rows: object):
    if isinstance(rows, Mapping):
        rows = numbered(rows) or [rows]
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, str):
            yield Detail("", "", words.kept(row, _LONGEST), copies.says_so(row))
        elif isinstance(row, Mapping):
            level, code = text(row, "level"), text(row, "reasonCode")
            reason = text(row, "reasonMessage")
            said = ": ".join(filter(None, (text(row, "item"), reason, code)))
            # A file may bear any name: only what is said of it counts.
            duplicate = copies.says_so(code) or copies.says_so(reason)
            yield Detail(level, code, said, duplicate)


def _moment(row: Mapping, *names: str) -> datetime:
    """The first moment that can be read among these fields.

    RFC 3339 always has an offset; without one it is taken as UTC.
    """
    for name in names:
        if moment := moments.read(row.get(name), timezone.utc):
            return moment.at
    raise ValueError(names[0])
