"""The directory as delimited text, whatever its separator and encoding."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, islice
from typing import BinaryIO

from ..errors import UnreadableFile
from ..files import delimited
from ..files.table import HEADER_WITHIN
from ..files.text import encoding_of
from ..text import _
from . import table as directory_table
from .rows import ServiceRow, StructureRow, Tally


def read(
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
            yield from directory_table.read(rows, title, tally, ragged=False)
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
            if directory_table.kind_of(row.cells):
                return separator, len(directory_table.trimmed(row.cells))
    return delimited.separator_of("".join(head)), 0
