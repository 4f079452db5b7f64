"""Tables, in a workbook or as delimited text: a header near the top, then rows."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain, islice
from operator import itemgetter
from typing import BinaryIO

from ..errors import UnreadableFile
from ..files import delimited
from ..files.delimited import Row
from ..files.table import DAMAGED, HEADER_WITHIN, WIDTH
from ..files.text import encoding_of
from ..files.workbook import Workbook
from ..text import _
from . import columns
from .rows import Converter, ServiceRow, StructureRow, Tally

# A workbook's last row has the number 1 048 576.
_MAX_ROWS = 1 << 20


def read_workbook(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of every sheet that is a table of the directory.

    :raise UnreadableFile: the workbook is damaged, or means harm
    """
    book = Workbook(file)
    for title, part in book.sheets.items():
        rows = (Row(number, cells, "") for number, cells in book.rows(part))
        yield from _read(rows, title, tally, ragged=True)


def read_text(
    opened: Callable[[], AbstractContextManager[BinaryIO]], title: str, tally: Tally
) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of one text file, line by line.

    :param opened: opens the bytes, as often as it is called
    :raise UnreadableFile: this is no table of the directory
    """
    with opened() as stream:
        encoding = encoding_of(stream)
    with opened() as stream:
        text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        try:
            lines = _lines(text)
            head = list(islice(lines, HEADER_WITHIN))
            separator, width = _titles(head)
            rows = delimited.rows(chain(head, lines), separator, width)
            yield from _read(rows, title, tally, ragged=False)
        finally:
            # Closing belongs to whoever opened.
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines, never a longer one than a table has; PostgreSQL knows no NUL."""
    while line := text.readline(delimited.MAX_LINE):
        if len(line) == delimited.MAX_LINE:
            raise UnreadableFile(
                _("A line of the file is longer than any of a directory: refused."),
                code="line",
            )
        yield line.replace("\0", "") if "\0" in line else line


def _titles(head: list[str]) -> tuple[str, int]:
    """Return what parts the cells, and how many there are: as the titles tell."""
    for separator in delimited.SEPARATORS:
        for row in delimited.rows(head, separator):
            if _kind_of(row.cells):
                return separator, len(_trimmed(row.cells))
    return delimited.separator_of("".join(head)), 0


def _read(
    rows: Iterator[Row], title: str, tally: Tally, *, ragged: bool
) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of one table; one that is of no use here is only named.

    :param rows: rows of cells, those that are empty left out
    :param title: the table's name, for people
    :param ragged: rows end at their last cell, as a workbook's do
    :raise UnreadableFile: a key column is missing, or the last row is cut off
    """
    header, kind = _header(rows)
    if kind is None:
        tally.ignored.append(title)
        return
    names = [columns.plain(cell) for cell in header]
    found = columns.sources(kind, names)
    columns.note_fields(tally, kind, found)
    tally.unmapped += [str(header[place]) for place in columns.unmapped(kind, names)]
    convert = Converter(tally).convert
    width, short = len(header), False
    # A missing column is read where every row gets one more cell: None.
    pick = itemgetter(*(width if place is None else place for place in found))
    for count, row in enumerate(rows, start=1):
        if count > _MAX_ROWS:
            raise UnreadableFile(
                _("The file has more rows than a directory can have: refused."),
                code="rows",
            )
        cells = row.cells
        short = len(cells) < width and not ragged
        if ragged or len(cells) > width and not any(cells[width:]):
            cells = _fitted(cells, width)
        if row.damaged:
            tally.skip(row, DAMAGED)
        elif len(cells) != width:
            values = {"found": len(cells), "wanted": width}
            tally.skip(row, WIDTH, **values)
        elif one := convert(kind, pick((*cells, None)), row):
            yield one
    if short:
        raise UnreadableFile(
            _("The file ends in the middle of a row: download it again."), code="cut"
        )


def _header(rows: Iterator[Row]) -> tuple[list, type | None]:
    """Find the header among the first rows; what stands above it is dropped."""
    for row in islice(rows, HEADER_WITHIN):
        kind = _kind_of(row.cells)
        if kind is not None:
            return _trimmed(row.cells), kind
    return [], None


def _kind_of(cells: Sequence) -> type | None:
    """Tell what a row of titles announces, None when it is no such row."""
    return columns.kind_of([columns.plain(cell) for cell in cells])


def _trimmed(cells: Sequence) -> list:
    """A header without the empty cells a spreadsheet leaves after it."""
    kept = list(cells)
    while kept and kept[-1] in (None, ""):
        kept.pop()
    return kept


def _fitted(cells: Sequence, width: int) -> list:
    """A workbook's row at its header's width, its empty cells as empty words."""
    kept = ["" if cell is None else cell for cell in cells[:width]]
    return kept + [""] * (width - len(kept))
