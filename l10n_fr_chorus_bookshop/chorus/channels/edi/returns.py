"""The operator's answers, read for what they say of which invoice.

Told apart by content, never by name. Notes and samples disagree on qualifiers, so a
reader insists on two things only: which document, and what verdict. The rest is
tolerated; what cannot be read is set aside, and the rest of its file is read.
"""

import io
import re

from ...files import delimited
from ...files import text as text_file
from ...text import _
from . import contrl_aperak, status_table, status_xml
from .answer import Dictionary, Reading, Unreadable
from .edifact import UNFINISHED, SyntaxFault, interchanges

# ZIP and XLSX, XLS, PDF, and other archives, by how they begin.
_OTHERS = (
    *(b"PK\x03\x04", bytes.fromhex("d0cf11e0"), b"%PDF"),
    *(b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"),
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
        return status_xml.read(_xml_bytes(start), dictionary)
    return status_table.read(content, dictionary)


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
