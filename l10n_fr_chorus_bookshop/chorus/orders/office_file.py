"""Office documents: their paragraphs, and their tables as tables."""

import io
from collections.abc import Iterator

from lxml import etree

from ..errors import UnreadableFile
from ..files import zip as zip_file
from ..text import _
from .page import LAID_OUT, Page, page, table

# Bytes of a document's words, and the tags of forty pages.
MAX_PART, MAX_TAGS = 30_000_000, 400_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
# Where the words are, and the elements they are made of: paragraph, table, row, cell.
PARTS = {
    "word/document.xml": (f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"),
    "content.xml": (
        f"{_TEXT}p",
        f"{_TABLE}table",
        f"{_TABLE}table-row",
        f"{_TABLE}table-cell",
    ),
}
_HEADING = f"{_TEXT}h"
_BREAKS = {f"{_W}br", f"{_W}cr", f"{_TEXT}line-break"}
_TABS = {f"{_W}tab", f"{_TEXT}tab"}
_BLANKS = f"{_TEXT}s"
# What was struck out, and what a macro wrote.
_SILENT = {f"{_W}del", f"{_W}instrText", f"{_TEXT}tracked-changes"}


def part_of(content: bytes) -> str:
    """Return the part of a document that holds its words, "" when it is none."""
    try:
        with zip_file.opened(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return ""
            return next((name for name in PARTS if name in names), "")
    except UnreadableFile:
        return ""


def pages(content: bytes, source: str = "") -> Iterator[Page]:
    """Read a DOCX, ODT or ODS.

    :raise UnreadableFile: it is broken, or means harm
    """
    name = part_of(content)
    try:
        with zip_file.opened(io.BytesIO(content)) as archive:
            zip_file.members(archive, (".xml",))
            if archive.getinfo(name).file_size > MAX_PART:
                raise UnreadableFile(_("The document is too large to be read."))
            zip_file.refuse_doctypes(archive, [name])
            xml = archive.read(name)
        if xml.count(b"<") > MAX_TAGS:
            raise UnreadableFile(_("The document is too large to be read."))
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(xml, parser)
    except UnreadableFile:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken archive raises
        raise UnreadableFile(
            _("The document is damaged: save it again, or as a PDF.")
        ) from None
    yield page(_lines(root, PARTS[name]), 0, LAID_OUT, source)


def _lines(root, names: tuple[str, str, str, str]) -> Iterator[str]:
    paragraph, grid, _row, _cell = names
    stack = [root]
    while stack:
        one = stack.pop()
        if one.tag == grid:
            yield from table(_grid(one, names))
            yield ""
        elif one.tag in (paragraph, _HEADING):
            yield from _words(one).splitlines() or [""]
        elif one.tag not in _SILENT:
            stack += reversed(one)


def _grid(node, names: tuple[str, str, str, str]) -> list[list[str]]:
    """A table's rows; a cell of several paragraphs takes several lines."""
    paragraph, _grid_name, row_name, cell_name = names
    rows = []
    for row in node.iter(row_name):
        cells = [
            [
                line
                for text in cell.iter(paragraph, _HEADING)
                for line in _words(text).splitlines()
            ]
            for cell in row.iter(cell_name)
        ]
        height = max(map(len, cells), default=0)
        rows += [
            [cell[rank] if rank < len(cell) else "" for cell in cells]
            for rank in range(min(height, 60))
        ]
    return rows


def _words(paragraph) -> str:
    """A paragraph's words; those of its drawings and notes included."""
    pieces = []
    stack = [(paragraph, False)]
    while stack:
        one, tail = stack.pop()
        if tail:
            pieces.append(one.tail or "")
            continue
        if not isinstance(one.tag, str) or one.tag in _SILENT:
            continue
        if one.tag in _BREAKS:
            pieces.append("\n")
        elif one.tag in _TABS:
            pieces.append("    ")
        elif one.tag == _BLANKS:
            pieces.append(" ")
        pieces.append(one.text or "")
        for child in reversed(one):
            stack += [(child, True), (child, False)]
    return "".join(pieces)
