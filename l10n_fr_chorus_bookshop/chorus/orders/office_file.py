"""Office documents: their paragraphs, and their tables as tables."""

import io
import re
from collections.abc import Iterator

from lxml import etree

from ..errors import UnreadableFile
from ..files import zip as zip_file
from ..text import _
from .page import LAID_OUT, Page, page, table

# Bytes of a document's words, and the tags of forty pages.
MAX_PART, MAX_TAGS, MAX_HEADERS = 30_000_000, 400_000, 12
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
_PARAGRAPHS = (f"{_W}p", f"{_TEXT}p")
_HEADING = f"{_TEXT}h"
_BREAKS = {f"{_W}br", f"{_W}cr", f"{_TEXT}line-break"}
_TABS = {f"{_W}tab", f"{_TEXT}tab"}
_BLANKS = f"{_TEXT}s"
# A letterhead is one: its SIRET, the order's number.
_HEADERS = re.compile(r"word/(?:header|footer)\d*\.xml|styles\.xml")
# What was struck out, what a macro wrote, and a drawing said again for old readers.
_SILENT = {
    f"{_W}del",
    f"{_W}instrText",
    f"{_TEXT}tracked-changes",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
# A cell that others hide, how many columns a cell takes, and what a figure is worth
# however it is shown.
_HIDDEN = f"{_TABLE}covered-table-cell"
_REPEATED = f"{_TABLE}number-columns-repeated"
_SPAN, _VALUE = (
    f"{_W}gridSpan",
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value",
)
MAX_COLUMNS = 60
_LONG = re.compile(r"\d{9,13}")


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
            around = [one for one in archive.namelist() if _HEADERS.fullmatch(one)]
            parts = [name, *around[:MAX_HEADERS]]
            if sum(archive.getinfo(one).file_size for one in parts) > MAX_PART:
                raise UnreadableFile(_("The document is too large to be read."))
            zip_file.refuse_doctypes(archive, parts)
            texts = [archive.read(one) for one in parts]
        if sum(xml.count(b"<") for xml in texts) > MAX_TAGS:
            raise UnreadableFile(_("The document is too large to be read."))
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        roots = [etree.fromstring(xml, parser) for xml in texts]
    except UnreadableFile:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken archive raises
        raise UnreadableFile(
            _("The document is damaged: save it again, or as a PDF.")
        ) from None
    for root in roots:
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
        cells: list[list[str]] = []
        for cell in row.iter(cell_name, _HIDDEN):
            value = cell.get(_VALUE, "")
            lines = [
                line
                for text in cell.iter(paragraph, _HEADING)
                for line in _words(text).splitlines()
            ]
            # A long figure in a narrow column shows as 9,78E+12.
            cells.append([value] if _LONG.fullmatch(value) else lines)
            cells += [[]] * min(_columns(cell) - 1, MAX_COLUMNS - len(cells))
        height = max(map(len, cells), default=0)
        rows += [
            [cell[rank] if rank < len(cell) else "" for cell in cells]
            for rank in range(min(height, 60))
        ]
    return rows


def _columns(cell) -> int:
    """How many columns a cell takes: those it hides beside it are cells in ODF."""
    span = next(cell.iter(_SPAN), None)
    said = cell.get(_REPEATED) or (span is not None and span.get(f"{_W}val")) or "1"
    return int(said) if said.isdigit() else 1


def _words(paragraph) -> str:
    """A paragraph's words; those of its drawings and notes included."""
    pieces = []
    stack = [(paragraph, False)]
    while stack:
        one, tail = stack.pop()
        if tail:
            # A text box holds paragraphs of its own.
            pieces.append(("\n" if one.tag in _PARAGRAPHS else "") + (one.tail or ""))
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
