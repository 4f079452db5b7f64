"""The operator's answers, read for what they say of which invoice.

Told apart by content, never by name. Notes and samples disagree on qualifiers, so a
reader insists on two things only: which document, and what verdict. The rest is
tolerated; what cannot be read is set aside, and the rest of its file is read.
"""

import io
import re
from collections.abc import Sequence
from itertools import islice

from lxml import etree

from ...files import Aside, aside, delimited
from ...files.table import DAMAGED, HEADER_WITHIN, WIDTH
from ...text import _
from . import contrl_aperak
from .answer import MOST_ROWS, TOO_MANY, Dictionary, Reading, Unreadable, folded, status
from .edifact import UNFINISHED, SyntaxFault, interchanges

# ZIP and XLSX, XLS, PDF, and other archives, by how they begin.
_OTHERS = (
    *(b"PK\x03\x04", bytes.fromhex("d0cf11e0"), b"%PDF"),
    *(b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"),
)
NO_COLUMN = _("This file has none of the columns that the profile names.")
_MOST_TAGS = 400_000
TOO_MANY_TAGS = _("This XML file is too large: ask the operator for smaller ones.")
DAMAGED_XML = _("The XML of the file is damaged here: what follows was not read.")

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
        return contrl_aperak.read(content)
    if _is_xml(start):
        return read_xml(_xml_bytes(start), dictionary)
    return read_table(content, dictionary)


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
        text = start.decode(delimited.encoding_of(io.BytesIO(start)), "replace")
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


# ---- STATUSES AS A TABLE -------------------------------------------------------------


def read_table(content: bytes, dictionary: Dictionary) -> Reading:
    """Return what its rows say.

    :raises Unreadable: it is empty, or bears other titles
    """
    text = content.decode(delimited.encoding_of(io.BytesIO(content)), "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not text.strip():
        raise Unreadable(_("This file is empty."))
    separator, header, first = _titles(lines, dictionary)
    places = _places(header, dictionary)
    answers, asides = [], []
    rows = delimited.rows(lines[first:], separator, len(header), first + 1)
    for row in rows:
        cells = [cell.strip() for cell in row.cells]
        if not any(cells) or [folded(cell) for cell in cells] == header:
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
            answers.append(status(values, dictionary))
    return Reading(tuple(answers), tuple(asides))


def _titles(lines: Sequence[str], dictionary: Dictionary) -> tuple[str, list[str], int]:
    """Find the titles, under whatever stands above them.

    :return: what parts the cells, the titles, and how many lines there are to their end
    :raises Unreadable: no line near the top has those that the profile names
    """
    for separator in delimited.SEPARATORS:
        for row in delimited.rows(lines[:HEADER_WITHIN], separator):
            header = [folded(name) for name in row.cells]
            places = _places(header, dictionary)
            if "code" in places and places.keys() & {"number", "reference"}:
                return separator, header, row.line + row.text.count("\n")
    raise Unreadable(NO_COLUMN)


def _places(header: Sequence[str], dictionary: Dictionary) -> dict[str, int]:
    """Return where each datum stands among the titles."""
    return {
        datum: header.index(folded(name))
        for datum, name in dictionary.columns.items()
        if name and folded(name) in header
    }


# ---- STATUSES AS XML -----------------------------------------------------------------


def read_xml(content: bytes, dictionary: Dictionary) -> Reading:
    """Return what its rows say, as far as it is well formed.

    :raises Unreadable: it is too large, damaged, a web page, or says nothing of ours
    """
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
    answers = (status(values, dictionary) for values in found[:MOST_ROWS])
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
        return _parsed(content, delimited.LAST)


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
