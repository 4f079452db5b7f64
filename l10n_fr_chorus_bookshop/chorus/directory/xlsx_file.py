"""The directory as a workbook: one sheet of bodies, one of services."""

from collections.abc import Iterator
from typing import BinaryIO

from ..files.delimited import Row
from ..files.workbook import Workbook
from . import table as directory_table
from .rows import ServiceRow, StructureRow, Tally


def read(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of every sheet that is a table of the directory.

    :raise UnreadableFile: the workbook is damaged, or means harm
    """
    book = Workbook(file)
    for title, part in book.sheets.items():
        rows = (Row(number, cells, "") for number, cells in book.rows(part))
        yield from directory_table.read(rows, title, tally, ragged=True)
