"""The operator's answers, read for what they say of which invoice.

Told apart by content, never by name. Notes and samples disagree on qualifiers, so a
reader insists on two things only: which document, and what verdict. The rest is
tolerated; what lacks one of the two goes to a person.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from ...text import _
from .edifact import Segment, SyntaxFault, load

PARIS = ZoneInfo("Europe/Paris")

# What a verdict means when it is not a state of Chorus Pro's.
ACCEPTED, REJECTED = "accepted", "rejected"

DUPLICATE = "26"

# Service messages of the trade and answers of EDIFACT itself.
SERVICE_WORDS = {
    "ATE": ACCEPTED,
    "ALE": ACCEPTED,
    "RE": REJECTED,
    "CONTRL 7": ACCEPTED,
    "CONTRL 8": ACCEPTED,
    "CONTRL 4": REJECTED,
}

# The data of a status file, each under the name of its column or its path.
DATA = ("number", "code", "date", "reason", "reference", "platform_id")
COLUMNS = {
    "number": "numero_facture",
    "code": "statut",
    "date": "date",
    "reason": "motif",
    "reference": "reference_echange",
    "platform_id": "identifiant_chorus",
}
# By the length of what is written: shorter forms would be read as longer ones.
_DATE_FORMATS = {
    14: "%Y%m%d%H%M%S",
    12: "%Y%m%d%H%M",
    8: "%Y%m%d",
    19: "%d/%m/%Y %H:%M:%S",
    16: "%d/%m/%Y %H:%M",
    10: "%d/%m/%Y",
}


@dataclass(frozen=True, slots=True)
class Dictionary:
    """How an operator words its status files.

    :ivar meanings: the operator's code -> ACCEPTED, REJECTED or a state of Chorus Pro;
        a code that is not here is taken for Chorus Pro's own
    :ivar columns: name of the CSV column of each datum
    :ivar row: XPath of one status in an XML file, "" when it sends none
    :ivar paths: XPath of each datum, from its row
    """

    meanings: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    row: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, code: str) -> str:
        """Return what a code means, the code itself when nothing says otherwise."""
        known = {_folded(name): meaning for name, meaning in self.meanings.items()}
        return known.get(_folded(code)) or SERVICE_WORDS.get(code, code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer says of one document.

    :ivar code: the operator's word: ATE, ALE, RE, CONTRL 4…, or a status
    :ivar meaning: ACCEPTED, REJECTED, or the code of a state; "" when unknown
    :ivar references: what may be the document's number or control reference, the
        likeliest first
    :ivar occurred_at: when it happened, None when the file does not say
    :ivar precise: the time is known to the second
    """

    code: str
    meaning: str
    references: tuple[str, ...]
    occurred_at: datetime | None = None
    precise: bool = True
    reason: str = ""
    platform_id: str = ""


class Unreadable(Exception):
    """A file that says nothing we understand: kept for a person.

    :ivar template: why, one English sentence
    """

    def __init__(self, template: str):
        super().__init__(template)
        self.template = template


def read(content: bytes, dictionary: Dictionary) -> list[Answer]:
    """Return what a file says, document by document.

    :raises Unreadable: nobody knows what this file is
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"UNA", b"UNB", b"UNH")):
        return _edifact(content)
    if start.startswith(b"<"):
        return list(_xml(start, dictionary))
    return list(_delimited(content, dictionary))


# ---- EDIFACT ----------------------------------------------------------------------


def _edifact(content: bytes) -> list[Answer]:
    try:
        segments = load(content)
    except SyntaxFault as fault:
        raise Unreadable(_("This EDIFACT file is damaged.")) from fault
    found = []
    for message in _messages(segments):
        kind = message[0].get(1)
        if kind == "CONTRL":
            found += _contrl(message)
        elif kind == "APERAK":
            found.append(_aperak(message))
    if not found:
        raise Unreadable(_("This EDIFACT file is neither a CONTRL nor an APERAK."))
    return found


def _messages(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    message: list[Segment] = []
    for one in segments:
        if one.tag == "UNH":
            message = [one]
        elif one.tag == "UNT" and message:
            yield message
            message = []
        elif message:
            message.append(one)


def _contrl(message: Sequence[Segment]) -> Iterator[Answer]:
    """UCI for the interchange: 7 and 8 take it, 4 refuses it (0083).

    Refused as a duplicate (0085: 26), an earlier copy of it has arrived.
    """
    reasons = [
        f"{one.tag} {' '.join(filter(None, map(':'.join, one.elements[3:])))}"
        for one in message
        if one.tag in ("UCM", "UCS", "UCD")
    ]
    for one in message:
        if one.tag != "UCI":
            continue
        code = f"CONTRL {one.get(3)}"
        meaning = SERVICE_WORDS.get(code, "")
        if one.get(4) == DUPLICATE:
            meaning = ACCEPTED
        error = [f"UCI {one.get(4)}"] if one.get(4) else []
        yield Answer(
            code,
            meaning,
            tuple(filter(None, [one.get(0)])),
            reason="\n".join(error + reasons) if meaning == REJECTED else "",
        )


def _aperak(message: Sequence[Segment]) -> Answer:
    """ATE (processed), ALE (read as well) or a rejection: ANE and AST look alike."""
    dates, references, errors, texts, verdict = {}, [], [], [], ""
    for one in message:
        if one.tag == "BGM":
            words = [one.get(e) for e in range(1, len(one.elements))]
            verdict = next((word for word in words if word in ("AB", "AP", "RE")), "")
        elif one.tag == "DTM":
            dates[one.get(0)] = one.get(0, 1)
        elif one.tag == "RFF":
            references.append(one.get(0, 1))
        elif one.tag == "ERC":
            errors.append(one.get(0))
        elif one.tag == "FTX":
            texts.append("".join(part for e in one.elements[3:4] for part in e))
    code = {"RE": "RE", "": ""}.get(verdict, "ALE" if "8" in dates else "ATE")
    said = dates.get("8") or dates.get("4") or dates.get("137") or ""
    return Answer(
        code,
        SERVICE_WORDS.get(code, ""),
        tuple(dict.fromkeys(filter(None, references))),
        *_moment(said),
        reason="\n".join(filter(None, [" ".join(errors), *texts])),
    )


# ---- STATUS FILES -----------------------------------------------------------------


def _delimited(content: bytes, dictionary: Dictionary) -> Iterator[Answer]:
    text = _decoded(content)
    rows = text.splitlines()
    if not rows:
        raise Unreadable(_("This file is empty."))
    delimiter = max(";,\t|", key=rows[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = [_folded(name) for name in next(reader)]
        places = {
            datum: header.index(_folded(name))
            for datum, name in dictionary.columns.items()
            if name and _folded(name) in header
        }
        if "code" not in places or not places.keys() & {"number", "reference"}:
            raise Unreadable(
                _("This file has none of the columns that the profile names.")
            )
        for row in reader:
            if any(cell.strip() for cell in row):
                yield _status(
                    {
                        datum: row[place].strip()
                        for datum, place in places.items()
                        if place < len(row)
                    },
                    dictionary,
                )
    except csv.Error as error:
        raise Unreadable(_("This file is no table.")) from error


def _xml(content: bytes, dictionary: Dictionary) -> Iterator[Answer]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(_("This XML file is damaged.")) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable(_("This XML file declares a document type: it is not read."))
    try:
        rows = root.xpath(dictionary.row) if dictionary.row else []
        found = [
            {datum: _first(row, path) for datum, path in dictionary.paths.items()}
            for row in rows
        ]
    except (etree.XPathError, TypeError) as error:
        raise Unreadable(_("A path of the profile is not an XPath.")) from error
    if not found:
        raise Unreadable(_("This XML file holds none of what the profile names."))
    for values in found:
        yield _status(values, dictionary)


def _first(row, path: str) -> str:
    found = row.xpath(path) if path else []
    if isinstance(found, list):
        found = found[0] if found else ""
    return (found if isinstance(found, str) else (found.text or "")).strip()


def _status(values: Mapping[str, str], dictionary: Dictionary) -> Answer:
    code = values.get("code", "")
    references = (values.get("number", ""), values.get("reference", ""))
    return Answer(
        code,
        dictionary.meaning(code),
        tuple(filter(None, references)),
        *_moment(values.get("date", "")),
        reason=values.get("reason", ""),
        platform_id=values.get("platform_id", ""),
    )


def _moment(text: str) -> tuple[datetime | None, bool]:
    """Read a date as French time; tell whether its seconds are known."""
    shape = _DATE_FORMATS.get(len(text), "%Y%m%d")
    # Else it is written as ISO 8601 has it.
    with suppress(ValueError):
        return datetime.strptime(text, shape).replace(tzinfo=PARIS), "%S" in shape
    try:
        read_date = datetime.fromisoformat(text)
    except ValueError:
        return None, True
    aware = read_date if read_date.tzinfo else read_date.replace(tzinfo=PARIS)
    return aware, text.count(":") > 1


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _folded(text: str) -> str:
    """Without accents, case nor signs: how a column is written varies."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in bare if char.isalnum())
