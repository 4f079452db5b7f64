"""The directory as a workbook: one sheet of bodies, one of services."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

import openpyxl

from ..errors import UnreadableFile
from ..files import zip as directory_zip
from ..text import _
from . import table as directory_table
from .rows import ServiceRow, StructureRow, Tally


def read(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of every sheet that is a table of the directory.

    :raise UnreadableFile: the workbook is damaged, or means harm
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = directory_zip.members(archive, (".xml", ".rels"))
            directory_zip.refuse_doctypes(archive, names)
        yield from _sheets(file, tally)
    except UnreadableFile:
        raise
    except Exception as error:
        # Whatever the library stumbles over, it is the file's fault.
        raise UnreadableFile(
            _("The workbook is damaged: %(error)s"),
            values={"error": f"{type(error).__name__} {error}"[:200]},
            code="damaged",
        ) from error


def _sheets(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    book = openpyxl.load_workbook(
        file, read_only=True, data_only=True, keep_links=False
    )
    try:
        for sheet in book.worksheets:
            # The size a sheet declares may be a lie: rows are as long as they are.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            yield from directory_table.read(rows, sheet.title, tally, ragged=True)
    finally:
        book.close()
