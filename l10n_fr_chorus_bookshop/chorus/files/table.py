"""A table from outside: CSV or XLSX, its titles found, its rows kept apart."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from ..errors import UnreadableFile
from ..text import _, printable
from . import Aside, aside, delimited
from . import zip as zip_file
from .workbook import Workbook

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_SHEETS = 20
# Titles or an empty line may stand above the header.
HEADER_WITHIN = 20

DAMAGED = _("Its quotes do not match: correct the row, or save the file as XLSX.")
WIDTH = _("It has %(found)s cells where the titles are %(wanted)s.")


@dataclass(frozen=True, slots=True)
class Table:
    """Titles, then rows of texts, as long as the titles.

    :ivar rows: each with its number in the file, from 1
    :ivar asides: rows that could not be read
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    asides: tuple[Aside, ...] = ()


def read(content: bytes, are_titles: Callable[[Sequence[str]], bool]) -> Table:
    """Read the first table of a workbook or of a CSV.

    :param content: the file; its name says nothing
    :param are_titles: tells whether a row is that of the titles; without any, it is the
        first that has two cells or more
    :raises UnreadableFile: too large, not a table, or empty
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_("The file is too large: 20 MB at most."), code="size")
    refuse_other_kinds(content)
    if content.startswith(zip_file.MARK):
        return _of_workbook(content, are_titles)
    return _of_text(content, are_titles)


def sheets(content: bytes) -> list[list[list[str]]]:
    """Read every sheet of a workbook, or the rows of a CSV, without seeking titles.

    :return: for each sheet, its rows of texts, empty ones left out
    :raises UnreadableFile: too large, or not a table
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_("The file is too large: 20 MB at most."), code="size")
    refuse_other_kinds(content)
    if not content.startswith(zip_file.MARK):
        return [_some(_text_rows(content, lambda _cells: False))]
    book = _opened(content)
    parts = list(book.sheets.values())[:MAX_SHEETS]
    return [_some(_sheet_rows(book, part)) for part in parts]


def _some(rows: Iterator[delimited.Row]) -> list[list[str]]:
    found = [_stripped(row.cells) for row in islice(rows, MAX_ROWS + 1)]
    if len(found) > MAX_ROWS:
        raise _too_many()
    return found


def refuse_other_kinds(start: bytes) -> None:
    """Say what to do with a file that holds a table, but not as we read one.

    :param start: its beginning, or all of it
    :raises UnreadableFile: an old workbook, a page, a PDF
    """
    begins = start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, template in _OTHERS.items():
        if begins.startswith(mark):
            raise UnreadableFile(template, code="kind")


# A mapping: Odoo's extractor takes the parenthesis of a pair for a call's.
_OTHERS = {
    bytes.fromhex("d0cf11e0a1b11ae1"): _(
        "This is an old Excel file (XLS), or one that a password protects: open it "
        "and save it as XLSX, without a password."
    ),
    b"%pdf": _("This is a PDF: ask for the same list as XLSX or CSV."),
    b"{\\rtf": _("This is a text document: save its table as XLSX or CSV."),
    b"<!doctype html": _("This is a web page: open it and save its table as XLSX."),
    b"<html": _("This is a web page: open it and save its table as XLSX."),
    b"<table": _("This is a web page: open it and save its table as XLSX."),
    b"rar!": _("This is an archive: take the table out of it first."),
    b"7z\xbc\xaf": _("This is an archive: take the table out of it first."),
    b"\x1f\x8b": _("This is an archive: take the table out of it first."),
}


_PACKED = (".zip", ".gz", ".7z", ".rar", ".xlsx", ".xlsm", ".xls", ".ods")


def refuse_other_archives(names: Sequence[str]) -> None:
    """Say what to do with a ZIP that is no workbook.

    :param names: of its members
    :raises UnreadableFile: an archive in an archive, an OpenDocument
    """
    if "META-INF/manifest.xml" in names:
        raise UnreadableFile(
            _("This is a LibreOffice file: save it as XLSX or CSV."), code="kind"
        )
    if any(name.lower().endswith(_PACKED) for name in names):
        raise UnreadableFile(
            _("The file holds another archive: take the table out of it first."),
            code="kind",
        )


# ---- WORKBOOK ---------------------------------------------------------------------


def _of_workbook(content: bytes, are_titles) -> Table:
    book = _opened(content)
    first = None
    for part in book.sheets.values():
        table = _built(_sheet_rows(book, part), are_titles, ragged=True)
        if table and are_titles(table.titles):
            return table
        first = first or table
    return _there(first)


def _opened(content: bytes) -> Workbook:
    file = io.BytesIO(content)
    with zip_file.opened(file) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            refuse_other_archives(archive.namelist())
            raise UnreadableFile(
                _("This archive is no workbook: take the table out of it first."),
                code="kind",
            )
    return Workbook(file)


def _sheet_rows(book: Workbook, part: str) -> Iterator[delimited.Row]:
    for number, cells in book.rows(part):
        yield delimited.Row(number, [cell_text(one) for one in cells], "")


def cell_text(value: object) -> str:
    """A cell as text; dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# ---- TEXT -------------------------------------------------------------------------


def _of_text(content: bytes, are_titles) -> Table:
    return _there(_built(_text_rows(content, are_titles), are_titles, ragged=False))


def _text_rows(content: bytes, are_titles) -> Iterator[delimited.Row]:
    encoding = delimited.encoding_of(io.BytesIO(content))
    text = content.decode(encoding, "replace")
    if "\0" in text[:4096]:
        raise UnreadableFile(_("The file is neither a CSV nor an XLSX."), code="kind")
    separator = _separator(text, are_titles)
    return _known_width(io.StringIO(text, newline=None), separator)


def _separator(text: str, are_titles) -> str:
    """The sign by which the titles are titles, else the usual one."""
    head = list(islice(io.StringIO(text[:100_000], newline=None), HEADER_WITHIN))
    for separator in delimited.SEPARATORS:
        if any(
            are_titles([cell.strip() for cell in row.cells])
            for row in delimited.rows(head, separator)
        ):
            return separator
    return delimited.separator_of(text[:10_000])


def _known_width(lines, separator) -> Iterator[delimited.Row]:
    """Rows of a text; the most frequent width among the first is that of all."""
    head = list(islice(lines, HEADER_WITHIN * 2))
    counts = [one.count(separator) + 1 for one in head if one.strip()]
    width = max(counts, key=counts.count, default=0)
    yield from delimited.rows(_chained(head, lines), separator, width)


def _chained(head, lines):
    yield from head
    yield from lines


# ---- ROWS -------------------------------------------------------------------------


def _built(rows: Iterator[delimited.Row], are_titles, ragged: bool) -> Table | None:
    head = list(islice(rows, HEADER_WITHIN))
    place = next(
        (at for at, row in enumerate(head) if are_titles(_stripped(row.cells))),
        next((at for at, row in enumerate(head) if _filled(row.cells) >= 2), None),
    )
    if place is None:
        return None
    titles = _stripped(head[place].cells)
    while not titles[-1]:
        titles.pop()
    kept, asides = [], []
    for row in _chained(head[place + 1 :], rows):
        if len(kept) + len(asides) == MAX_ROWS:
            raise _too_many()
        cells = _stripped(row.cells)
        over = _filled(cells[len(titles) :])
        if row.damaged and len(cells) != len(titles):
            asides.append(aside(row.line, row.text, DAMAGED))
        elif over and not ragged:
            values = {"found": len(cells), "wanted": len(titles)}
            asides.append(aside(row.line, row.text, WIDTH, **values))
        elif _filled(cells):
            short = len(titles) - len(cells)
            kept.append((row.line, tuple((cells + [""] * short)[: len(titles)])))
    return Table(tuple(titles), tuple(kept), tuple(asides)) if kept or asides else None


def _too_many() -> UnreadableFile:
    return UnreadableFile(_("The file has too many rows: 50,000 at most."), code="rows")


def _there(table: Table | None) -> Table:
    if table is None:
        raise UnreadableFile(
            _("The file holds no table: no titles with rows below."), code="nothing"
        )
    return table


def _stripped(cells: Sequence[str]) -> list[str]:
    return [printable(cell).strip() for cell in cells[:MAX_COLUMNS]]


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))
