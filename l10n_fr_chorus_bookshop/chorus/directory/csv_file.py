"""The directory as delimited text: `;`, `,` or tab; UTF-8, UTF-16 or Windows-1252."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain
from typing import BinaryIO

from ..errors import UnreadableFile
from ..text import _
from . import table as directory_table
from .rows import ServiceRow, StructureRow, Tally

# No line of a table is longer; a file of spaces is one line.
_MAX_LINE = 1 << 18
_BLOCK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read(
    opened: Callable[[], AbstractContextManager[BinaryIO]], title: str, tally: Tally
) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of one text file, line by line.

    :param opened: opens the bytes, as often as it is called
    :raise UnreadableFile: this is no table of the directory
    """
    with opened() as stream:
        encoding = _encoding(stream)
    with opened() as stream:
        text = io.TextIOWrapper(stream, encoding, newline="")
        try:
            yield from _rows(text, title, tally)
        except (csv.Error, UnicodeError) as error:
            raise UnreadableFile(
                _("The text of the file cannot be read: %(error)s"),
                values={"error": error},
                code="text",
            ) from None
        finally:
            # Closing belongs to whoever opened.
            text.detach()


def _rows(
    text: io.TextIOWrapper, title: str, tally: Tally
) -> Iterator[StructureRow | ServiceRow]:
    lines = _lines(text)
    first = next(lines, "")
    rows = csv.reader(chain((first,), lines), delimiter=_separator(first))
    return directory_table.read(rows, title, tally, ragged=False)


def _encoding(stream: BinaryIO) -> str:
    """Tell the encoding: by its mark, else UTF-8 when all of it is, else Windows'."""
    block = stream.read(_BLOCK)
    for mark, encoding in _MARKS.items():
        if block.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block:
            decoder.decode(block)
            block = stream.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines, never a longer one than a table has; PostgreSQL knows no NUL."""
    while line := text.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise UnreadableFile(
                _("A line of the file is longer than any of a directory: refused."),
                code="line",
            )
        yield line.replace("\0", "") if "\0" in line else line


def _separator(line: str) -> str:
    """Tell what separates the columns: what the first line has most of."""
    return max(";,\t", key=line.count)
