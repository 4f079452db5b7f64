"""The operator's answers, read for what they say of which invoice.

Told apart by content, never by name. Notes and samples disagree on qualifiers, so a
reader insists on two things only: which document, and what verdict. The rest is
tolerated; what cannot be read is set aside, and the rest of its file is read.
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise

from lxml import etree

from ... import platform_time
from ...files import Aside, aside, delimited
from ...files import text as text_file
from ...files.table import DAMAGED, HEADER_WITHIN, WIDTH
from ...lifecycle.labels import known_code
from ...text import _, printable
from .edifact import UNFINISHED, Message, Segment, SyntaxFault, interchanges

# What a verdict means when it is not a state of Chorus Pro's. What is only received may
# still be stopped.
ACCEPTED, REJECTED, RECEIVED = "accepted", "rejected", "received"

DUPLICATE = "26"
# Actions of a CONTRL (0083).
REFUSES, ACKNOWLEDGES, RECEIVES = "4", "7", "8"

# Service messages of the trade and answers of EDIFACT itself.
SERVICE_WORDS = {
    "ATE": ACCEPTED,
    "ALE": ACCEPTED,
    "RE": REJECTED,
    "CONTRL 7": ACCEPTED,
    "CONTRL 8": RECEIVED,
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
# How far from a deposit an answer to it may be dated.
_LIFE = timedelta(days=400)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """How an operator words its status files.

    :ivar meanings: the operator's code -> ACCEPTED, REJECTED or a state of Chorus Pro;
        for what is not here, Chorus Pro's own labels and numbers
    :ivar columns: name of the CSV column of each datum
    :ivar row: XPath of one status in an XML file, "" when it sends none
    :ivar paths: XPath of each datum, from its row
    """

    meanings: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    row: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, code: str) -> str:
        """Return what a code means, the code itself when nobody knows it."""
        known = {_folded(name): meaning for name, meaning in self.meanings.items()}
        said = known.get(_folded(code)) or SERVICE_WORDS.get(code)
        return said or known_code(code) or code


# Chorus Pro's own life-cycle file (CPPStatut V1.19), which an operator may pass on.
CPPSTATUT = Dictionary(
    row="//CPPFactureStatutUnitaire",
    paths={
        "number": "DonneesStatut/IdFacture",
        "code": "DonneesStatut/IdStatut",
        "date": "DonneesStatut/Horodatage",
        "reason": "DonneesStatut/Commentaire",
    },
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer says of one document.

    :ivar code: the operator's word: ATE, ALE, RE, CONTRL 4…, or a status
    :ivar meaning: ACCEPTED, REJECTED, RECEIVED, or the code of a state; "" when unknown
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

    def dated(self, deposited_at: datetime, received_at: datetime) -> datetime | None:
        """Return when it happened, None when it cannot have happened then.

        :param deposited_at: when the document was left, aware
        :param received_at: when this answer was found, aware
        """
        at = self.occurred_at
        if not at or at > received_at + _AHEAD or abs(at - deposited_at) > _LIFE:
            return None
        return at


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    :ivar asides: its messages or rows that could not be read
    """

    answers: tuple[Answer, ...]
    asides: tuple[Aside, ...] = ()


# ZIP and XLSX, XLS, PDF, and other archives, by how they begin.
_OTHERS = (
    *(b"PK\x03\x04", bytes.fromhex("d0cf11e0"), b"%PDF"),
    *(b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"),
)


class Unreadable(Exception):
    """A file that says nothing we understand: kept for a person.

    :ivar template: why, one English sentence
    """

    def __init__(self, template: str):
        super().__init__(template)
        self.template = template


def read(content: bytes, dictionary: Dictionary) -> Reading:
    """Return what a file says, document by document.

    :raises Unreadable: nobody knows what this file is
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(_OTHERS):
        raise Unreadable(
            _(
                "This is a workbook, a PDF or an archive: ask the operator for "
                "EDIFACT, CSV or XML files."
            )
        )
    if _is_edifact(start):
        return _edifact(content)
    if _is_xml(start):
        return _xml(_xml_bytes(start), dictionary)
    return _delimited(content, dictionary)


def is_unfinished(content: bytes) -> bool:
    """Tell whether a file says itself that its end is still to come.

    That of a table shows only where its last line has no end.
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _is_xml(start):
        return not _xml_bytes(start).endswith(b">")
    if not _is_edifact(start):
        return _stops_inside_a_line(start)
    try:
        found = interchanges(content)
    except SyntaxFault:
        return False
    return any(
        UNFINISHED in (one.fault, *(message.fault for message in one.messages[-1:]))
        for one in found
    )


def _xml_bytes(start: bytes) -> bytes:
    """Return a document without what programs leave after its end, in one byte a
    letter or more: what UTF-16 declares is then no longer so."""
    if b"\0" in start[:4]:
        text = start.decode(text_file.encoding_of(io.BytesIO(start)), "replace")
        start = _DECLARED.sub("", text, count=1).encode("utf-8", "replace")
    return start.rstrip(b"\0\x1a \t\r\n")


_DECLARED = re.compile(r"\bencoding\s{0,9}=\s{0,9}['\"][\w-]{0,40}['\"]")


def _is_xml(start: bytes) -> bool:
    return start.replace(b"\0", b"")[:3].lstrip(b"\xff\xfe").startswith(b"<")


def _stops_inside_a_line(table: bytes) -> bool:
    """Whether the last line has no end: nothing else tells a row cut in its last cell.

    Who never ends the last line is read all the same, only later.
    """
    table = table.replace(b"\0", b"").rstrip(b" \t\x1a")
    titles = table.splitlines()[0].decode("latin-1") if table else ""
    ended = table.endswith(b"\n" if b"\n" in table else b"\r")
    return not ended and delimited.separator_of(titles) in titles


def _is_edifact(start: bytes) -> bool:
    marks = (b"UNA", b"UNB", b"UNH")
    return start.replace(b"\0", b"")[:5].lstrip(b"\xff\xfe").startswith(marks)


# ---- EDIFACT ----------------------------------------------------------------------


def _edifact(content: bytes) -> Reading:
    try:
        found = interchanges(content)
    except SyntaxFault as fault:
        raise Unreadable(_("This EDIFACT file is damaged.")) from fault
    messages = [message for one in found for message in one.messages]
    if not messages and not any(one.fault for one in found):
        raise Unreadable(_("This EDIFACT file holds no message."))
    if messages and all(one.kind not in _EDIFACT and not one.fault for one in messages):
        raise Unreadable(_("This EDIFACT file is neither a CONTRL nor an APERAK."))
    answers, asides, count = [], [], 0
    for interchange in found:
        for message in interchange.messages:
            count += 1
            if message.fault:
                asides.append(aside(count, _text_of(message), message.fault))
            elif message.kind in _EDIFACT:
                answers += _EDIFACT[message.kind](message.segments)
        if interchange.fault:
            # What is whole was read; of what is missing nobody knows what it said.
            asides.append(aside(count, str(interchange.header), interchange.fault))
    return Reading(tuple(answers), tuple(asides))


def _text_of(message: Message) -> str:
    return "\n".join(map(str, message.segments))


def _contrl(message: Sequence[Segment]) -> Iterator[Answer]:
    """What becomes of one of our interchanges, of which each holds one message.

    The interchange (UCI), its group (UCF) and its message (UCM) have an action each
    (0083): 4 refuses the level and all below; 7 takes it, but for what is refused
    below; 8 says that it was received, no more. Refused as a duplicate (0085: 26), at
    whatever level, an earlier copy of it has arrived.
    """
    for interchange, below in _levels(message):
        levels = [one for one in below if one.tag in ("UCF", "UCM")]
        actions = [_action(interchange, 3), *map(_own_action, levels)]
        errors = [one for one in below if one.tag in ("UCS", "UCD")]
        code = f"CONTRL {actions[0]}"
        found = [interchange.get(4), *map(_own_error, levels)]
        refusing = {
            error
            for action, error in zip(actions, found, strict=True)
            if action == REFUSES
        }
        if refusing:
            code, meaning = f"CONTRL {REFUSES}", REJECTED
        elif set(actions) - {ACKNOWLEDGES, RECEIVES} or errors or any(found):
            # It names errors, or says what no list has, and refuses nothing.
            meaning = ""
        else:
            meaning = SERVICE_WORDS[code]
        if interchange.get(4) == DUPLICATE or refusing == {DUPLICATE}:
            meaning = ACCEPTED
        yield Answer(
            code,
            meaning,
            _clean_references([interchange.get(0)]),
            reason=printable(_reasons(interchange, below))
            if meaning in (REJECTED, "")
            else "",
        )


def _levels(message: Sequence[Segment]) -> Iterator[tuple[Segment, list[Segment]]]:
    """Each UCI with what stands below it."""
    starts = [at for at, one in enumerate(message) if one.tag == "UCI"]
    for start, end in pairwise([*starts, len(message)]):
        yield message[start], list(message[start + 1 : end])


def _action(one: Segment, element: int) -> str:
    return one.get(element).strip()


def _own_action(one: Segment) -> str:
    """The action of a UCF or a UCM, after its parties or its type."""
    return _action(one, 3 if one.tag == "UCF" else 2)


def _own_error(one: Segment) -> str:
    return one.get(4 if one.tag == "UCF" else 3)


def _reasons(interchange: Segment, below: Sequence[Segment]) -> str:
    """The errors (0085), each with the level that has it."""
    lines = [f"UCI {interchange.get(4)}"] if interchange.get(4) else []
    for one in below:
        if one.tag in ("UCF", "UCM") and _own_error(one):
            lines.append(f"{one.tag} {_own_error(one)}")
        elif one.tag in ("UCS", "UCD"):
            lines.append(
                f"{one.tag} {' '.join(filter(None, map(':'.join, one.elements)))}"
            )
    return "\n".join(lines)


def _aperak(message: Sequence[Segment]) -> Iterator[Answer]:
    """ATE (processed), ALE (read as well) or a rejection: ANE and AST look alike.

    One answer for each document that it names: the same qualifier several times. One
    that names errors and refuses nothing has no meaning that a program may give it.
    """
    dates, texts, errors, verdict = {}, [], [], ""
    references: list[tuple[str, str]] = []
    lower: list[tuple[str, str]] = []
    for one in message:
        if one.tag == "BGM":
            words = [one.get(e) for e in range(2, len(one.elements))]
            verdict = next((word for word in words if word in ("AB", "AP", "RE")), "")
        elif one.tag == "DTM":
            dates[one.get(0)] = (one.get(0, 1), one.get(0, 2))
        elif one.tag == "RFF":
            (lower if errors else references).append((one.get(0), one.get(0, 1)))
        elif one.tag == "ERC":
            errors.append(one.get(0))
        elif one.tag == "FTX":
            texts.append(_lines_of(one.elements[3:4]))
    code = {"RE": "RE", "": ""}.get(verdict, "ALE" if "8" in dates else "ATE")
    meaning = "" if errors and verdict != "RE" else SERVICE_WORDS.get(code, "")
    said = dates.get("8") or dates.get("4") or dates.get("137") or ("", "")
    for documents in _documents(references or lower):
        yield Answer(
            code,
            meaning,
            _clean_references(documents),
            *_edifact_moment(*said),
            reason=printable("\n".join(filter(None, [" ".join(errors), *texts]))),
        )


_EDIFACT = {"CONTRL": _contrl, "APERAK": _aperak}


def _lines_of(elements: Sequence[tuple[str, ...]]) -> str:
    """Join the texts of an FTX: a full one goes on in the next, a short one ends."""
    parts = (part for element in elements for part in element if part)
    return "".join(
        part if len(part) >= _FULL or part.endswith(" ") else f"{part} "
        for part in parts
    ).strip()


def _documents(references: list[tuple[str, str]]) -> list[list[str]]:
    """Group what names documents: each its own where a qualifier is repeated.

    An invoice's number comes first, and its orders or deliveries part nothing.
    """
    there = list(dict.fromkeys(one for one in references if one[1]))
    there.sort(key=lambda one: one[0] != _INVOICE_NUMBER)
    counts = Counter(qualifier for qualifier, _number in there)
    named = _INVOICE_NUMBER if counts[_INVOICE_NUMBER] else ""
    repeated = named or next((one for one, count in counts.items() if count > 1), "")
    if counts[repeated] < 2:
        return [[number for _, number in there]]
    return [[number] for qualifier, number in there if qualifier == repeated]


def _edifact_moment(value: str, qualifier: str) -> tuple[datetime | None, bool]:
    """Read a date by its format (2379); without any, by what it looks like.

    A month, a week or an hour is no day; of a period, its first.
    """
    shape = _SHAPES.get(qualifier)
    if not shape:
        return (None, True) if qualifier in _NO_DAY else _moment(value)
    digits = value[: shape[0]]
    if len(digits) < shape[0] or not digits.isdecimal():
        return _moment(value)
    day = "".join(digits[at] for at in shape[1])
    zone = _ZONE.fullmatch(value[shape[0] :].strip().upper())
    if zone and shape[0] > _MIDNIGHT:
        day = _iso(day) + (f"{zone[1]}{zone[2]}:{zone[3]}" if zone[1] else "Z")
    at, precise = _moment(day)
    return (at, precise) if at else _moment(value)


def _iso(digits: str) -> str:
    """Write century to minute, or second, as ISO 8601 does."""
    year, *pairs = digits[:4], *(digits[at : at + 2] for at in range(4, len(digits), 2))
    return f"{'-'.join((year, *pairs[:2]))}T{':'.join(pairs[2:])}"


# An invoice's number among references (1153), and a full line of text (C108).
_INVOICE_NUMBER, _FULL = "IV", 70
# Zones that are not France's, by their names and by their distance from UTC.
_ZONE = re.compile(r"(?:UTC|GMT|Z|([+-])(\d\d):?(\d\d))", re.ASCII)
_MIDNIGHT = 10
# 2379 that tell no day: years, months, weeks, hours, lengths of time.
_NO_DAY = frozenset(
    {
        *("6", "7", "8", "9", "401", "402", "404", "501", "502", "503", "600", "601"),
        *("602", "603", "604", "608", "609", "610", "613", "614", "615", "616"),
        *(str(length) for length in range(801, 822)),
    }
)
# 2379 -> how many digits, and their order as century, year, month, day, hour…
_SHAPES = {
    "208": (14, range(14)),
    "713": (10, range(10)),
    "717": (6, range(6)),
    "718": (8, range(8)),
    "719": (12, range(12)),
    "2": (6, (4, 5, 2, 3, 0, 1)),
    "3": (6, (4, 5, 0, 1, 2, 3)),
    "4": (8, (4, 5, 6, 7, 2, 3, 0, 1)),
    "101": (6, range(6)),
    "102": (8, range(8)),
    "201": (10, range(10)),
    "202": (12, range(12)),
    "203": (12, range(12)),
    "204": (14, range(14)),
    "205": (12, range(12)),
    "303": (12, range(12)),
    "304": (14, range(14)),
}


# ---- STATUS FILES -----------------------------------------------------------------

# A year of a busy shop, in one sitting.
MOST_ROWS = 20_000
_MOST_TAGS = 400_000
TOO_MANY_TAGS = _("This XML file is too large: ask the operator for smaller ones.")
TOO_MANY = _("What follows was not read: cut the file into smaller ones.")
NO_COLUMN = _("This file has none of the columns that the profile names.")


def _delimited(content: bytes, dictionary: Dictionary) -> Reading:
    text = content.decode(text_file.encoding_of(io.BytesIO(content)), "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not text.strip():
        raise Unreadable(_("This file is empty."))
    separator, header, first = _titles(lines, dictionary)
    places = _places(header, dictionary)
    answers, asides = [], []
    rows = delimited.rows(lines[first:], separator, len(header), first + 1)
    for row in rows:
        cells = [cell.strip() for cell in row.cells]
        if not any(cells) or [_folded(cell) for cell in cells] == header:
            continue
        if len(answers) + len(asides) == MOST_ROWS:
            asides.append(aside(row.line, row.text, TOO_MANY))
            break
        if row.damaged and len(cells) != len(header):
            asides.append(aside(row.line, row.text, DAMAGED))
        elif any(cells[len(header) :]):
            values = {"found": len(cells), "wanted": len(header)}
            asides.append(aside(row.line, row.text, WIDTH, **values))
        else:
            values = {
                datum: cells[place]
                for datum, place in places.items()
                if place < len(cells)
            }
            answers.append(_status(values, dictionary))
    return Reading(tuple(answers), tuple(asides))


def _titles(lines: Sequence[str], dictionary: Dictionary) -> tuple[str, list[str], int]:
    """Find the titles, under whatever stands above them.

    :return: what parts the cells, the titles, and how many lines there are to their end
    :raises Unreadable: no line near the top has those that the profile names
    """
    for separator in delimited.SEPARATORS:
        for row in delimited.rows(lines[:HEADER_WITHIN], separator):
            header = [_folded(name) for name in row.cells]
            places = _places(header, dictionary)
            if "code" in places and places.keys() & {"number", "reference"}:
                return separator, header, row.line + row.text.count("\n")
    raise Unreadable(NO_COLUMN)


def _places(header: Sequence[str], dictionary: Dictionary) -> dict[str, int]:
    """Return where each datum stands among the titles."""
    return {
        datum: header.index(_folded(name))
        for datum, name in dictionary.columns.items()
        if name and _folded(name) in header
    }


DAMAGED_XML = _("The XML of the file is damaged here: what follows was not read.")


def _xml(content: bytes, dictionary: Dictionary) -> Reading:
    if content.count(b"<") > _MOST_TAGS:
        raise Unreadable(TOO_MANY_TAGS)
    root, whole, asides = _tree(content)
    if str(root.tag).lower() == "html":
        raise Unreadable(
            _("This is a web page: an error or a sign-in page of the operator's.")
        )
    if root.getroottree().docinfo.doctype:
        raise Unreadable(_("This XML file declares a document type: it is not read."))
    try:
        found = _along(dictionary, root, whole)
    except (etree.XPathError, TypeError, AttributeError) as error:
        raise Unreadable(_("A path of the profile is not an XPath.")) from error
    if not found and root.tag == "CPPStatut":
        found = _along(CPPSTATUT, root, whole)
    if not found:
        raise Unreadable(
            _("This XML file is damaged.")
            if asides
            else _("This XML file holds none of what the profile names.")
        )
    if len(found) > MOST_ROWS:
        asides += (aside(MOST_ROWS + 1, "", TOO_MANY),)
    answers = (_status(values, dictionary) for values in found[:MOST_ROWS])
    return Reading(tuple(answers), asides)


def _along(paths: Dictionary, root: etree._Element, whole: set) -> list[dict[str, str]]:
    """Return the data of each row that is whole, one more than one sitting may take."""
    rows = root.xpath(paths.row) if paths.row else []
    kept = (row for row in rows if row in whole or not etree.iselement(row))
    return [
        {datum: _first(row, path) for datum, path in paths.paths.items()}
        for row in islice(kept, MOST_ROWS + 1)
    ]


def _tree(content: bytes) -> tuple[etree._Element, set, tuple[Aside, ...]]:
    """Parse a document as far as it is well formed, its namespaces left out.

    :return: its root, the elements that ended before any damage, and the damage
    """
    try:
        return _parsed(content, None)
    except UnicodeError:
        # Latin letters under a declaration that says UTF-8, or says nothing.
        return _parsed(content, text_file.LAST)


def _parsed(content: bytes, encoding: str | None):
    parser = etree.XMLPullParser(
        ("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        encoding=encoding,
    )
    asides = ()
    try:
        parser.feed(content)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        if not encoding and getattr(error, "code", 0) in _ENCODING:
            raise UnicodeError from error
        line = getattr(error, "lineno", None) or 1
        text = b"\n".join(content.splitlines()[line - 1 :][:20])
        asides = (aside(line, text.decode("utf-8", "replace"), DAMAGED_XML),)
    events = list(parser.read_events())
    if not events:
        raise Unreadable(_("This XML file is damaged."))
    for event, element in events:
        space, _brace, name = str(element.tag).rpartition("}")
        if event == "start" and space and ":" not in name:
            element.tag = name
    whole = {element for event, element in events if event == "end"}
    return events[0][1], whole, asides


# What libxml2 says of bytes that the declared encoding does not have.
_ENCODING = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
}


def _first(row, path: str) -> str:
    found = row.xpath(path) if path else []
    if isinstance(found, list):
        found = found[0] if found else ""
    if not etree.iselement(found):
        return str(found).strip()
    return (found.text or "").strip()


def _status(values: Mapping[str, str], dictionary: Dictionary) -> Answer:
    code = printable(values.get("code", "")).strip()[:200]
    return Answer(
        code,
        dictionary.meaning(code),
        _clean_references([values.get("number", ""), values.get("reference", "")]),
        *_moment(values.get("date", "")),
        reason=printable(values.get("reason", "")).strip(),
        platform_id=printable(values.get("platform_id", "")).strip()[:100],
    )


# ---- SHARED -----------------------------------------------------------------------


def _clean_references(references: Sequence[str]) -> tuple[str, ...]:
    """Each once; one that holds what no number holds names nothing."""
    kept = (one.strip() for one in references if one.strip())
    return tuple(dict.fromkeys(one[:200] for one in kept if printable(one) == one))


def _moment(text: str) -> tuple[datetime | None, bool]:
    """Read a date as French time; tell whether its seconds are known."""
    found = platform_time.written(text)
    if not found:
        return None, True
    return found.at, found.precision == "second"


def _folded(text: str) -> str:
    """Without accents, case nor signs: how a column is written varies."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in bare if char.isalnum())
