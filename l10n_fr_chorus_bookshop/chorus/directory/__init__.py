"""Reads the public directory file, whatever its format, in constant memory.

Formats, told apart by content: the weekly workbook (XLSX), FAR0037 (XML in a ZIP), and
delimited text, alone or in a ZIP. The sources, columns and sizes are those of AIFE's
public files as importers met them from 2018 to 2026; see `table`.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import BinaryIO

from ..errors import UnreadableFile
from ..files import zip as zip_file
from ..files.table import refuse_other_archives, refuse_other_kinds
from ..text import _
from . import table as directory_table, xml_file as directory_xml
from .rows import ServiceRow, StructureRow, Tally

__all__ = ["ServiceRow", "StructureRow", "Tally", "published_on", "read"]

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    """Yield every body and service of a directory file, as they come.

    :param file: the whole file, which can be read again from its beginning
    :param tally: counts what is met, completed while reading
    :raise UnreadableFile: not a directory, incomplete, damaged, or means harm
    """
    try:
        yield from _rows(file, tally)
    except zip_file.DAMAGE as error:
        raise zip_file.damaged(error) from None
    if not tally.structures and not tally.services:
        raise UnreadableFile(
            _("The file holds no table of public bodies."), code="nothing"
        )


def published_on(name: str) -> date | None:
    """Return the day that the name of a weekly file tells, None when it does not.

    >>> published_on("AIFE-Chorus-Pro-Annuaire_20200525.xlsx")
    datetime.date(2020, 5, 25)
    """
    for digits in re.findall(r"(?<!\d)20\d{6}(?!\d)", name):
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            continue
    return None


def _rows(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    if _start(file).startswith(zip_file.MARK):
        yield from _zipped(file, tally)
        return
    refuse_other_kinds(_start(file))
    if file.seek(0, 2) > zip_file.MAX_BYTES:
        raise UnreadableFile(
            _("The file is larger than a directory can be: refused."), code="bomb"
        )
    if _is_xml(_start(file)):
        file.seek(0)
        yield from directory_xml.read(file, tally)
    else:
        yield from directory_table.read_text(lambda: _rewound(file), "-", tally)


def _zipped(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    with zip_file.opened(file) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            yield from directory_table.read_workbook(file, tally)
            return
        documents = zip_file.members(archive, (".xml",))
        texts = zip_file.members(archive, (".csv", ".txt"))
        if not documents and not texts or "META-INF/manifest.xml" in names:
            refuse_other_archives(names)
        for name in documents:
            with archive.open(name) as stream:
                yield from directory_xml.read(stream, tally)
        for name in texts:
            yield from directory_table.read_text(
                lambda name=name: archive.open(name), name, tally
            )


def _start(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(512)


def _is_xml(start: bytes) -> bool:
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip().startswith(b"<")


def _rewound(file: BinaryIO) -> AbstractContextManager[BinaryIO]:
    """The same open file from its beginning, which stays open."""
    file.seek(0)
    return nullcontext(file)
