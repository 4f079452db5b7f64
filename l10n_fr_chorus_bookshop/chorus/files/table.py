"""A table in a CSV or XLSX file from outside (DECISIONS, « Three laws »)."""

import csv
import io
import zipfile
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from openpyxl import load_workbook

from ..text import _

MAX_BYTES = 20_000_000
MAX_UNZIPPED = 200_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_SHEETS = 20


class UnreadableTable(Exception):
    """The file holds no table: a sentence for the person who chose it.

    :ivar template: one English sentence
    """

    def __init__(self, template: str):
        super().__init__(template)
        self.template = template


@dataclass(frozen=True, slots=True)
class Table:
    """Titles, then rows of texts, as long as the titles.

    :ivar first: the number of the first row in the file, from 1
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first: int = 2


def read(content: bytes) -> Table:
    """Read the first sheet of a workbook, or a CSV with commas, semicolons or tabs.

    :param content: the file; its name says nothing
    :return: the table under the first row that has two titles or more
    :raise UnreadableTable: too large, not a table, or empty
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTable(_("The file is too large: 20 MB at most."))
    zipped = content.startswith(b"PK\x03\x04")
    lines = _workbook(content) if zipped else _separated(content)
    return _table(lines)


def sheets(content: bytes) -> list[list[list[str]]]:
    """Read every sheet of a workbook, or the rows of a CSV, without seeking titles.

    :return: for each sheet, its rows of texts
    :raise UnreadableTable: too large, or not a table
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTable(_("The file is too large: 20 MB at most."))
    if not content.startswith(b"PK\x03\x04"):
        return [_some(_separated(content))]
    return [_some(_workbook(content, rank)) for rank in range(_count(content))]


def _some(lines: Iterable[list[str]]) -> list[list[str]]:
    rows = list(islice(lines, MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise UnreadableTable(_("The file has too many rows: 50,000 at most."))
    return rows


def _table(lines: Iterable[list[str]]) -> Table:
    titles, rows, first = None, [], 2
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line[:MAX_COLUMNS]]
        if titles is None:
            # A portal may write its own name or the date above the titles.
            if sum(map(bool, cells)) >= 2:
                titles, first = tuple(cells), number + 1
            continue
        if len(rows) == MAX_ROWS:
            raise UnreadableTable(_("The file has too many rows: 50,000 at most."))
        rows.append(tuple((cells + [""] * len(titles))[: len(titles)]))
    if not rows:
        raise UnreadableTable(_("The file holds no table: no titles with rows below."))
    return Table(titles, tuple(rows), first)


def _separated(content: bytes) -> Iterable[list[str]]:
    text = _decoded(content)
    head = text[:10_000]
    separator = max(";,\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        raise UnreadableTable(_("The file is neither a CSV nor an XLSX.")) from None


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise UnreadableTable(_("The file is neither a CSV nor an XLSX."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _count(content: bytes) -> int:
    _refuse_hostile(content)
    with _opening():
        return min(len(_open(content).worksheets), MAX_SHEETS)


def _open(content: bytes):
    return load_workbook(io.BytesIO(content), read_only=True, data_only=True)


@contextmanager
def _opening():
    try:
        yield
    except UnreadableTable:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken workbook makes openpyxl raise
        message = _("The workbook cannot be read: save it again as XLSX or CSV.")
        raise UnreadableTable(message) from None


def _workbook(content: bytes, rank: int = 0) -> Iterable[list[str]]:
    _refuse_hostile(content)
    with _opening():
        sheet = _open(content).worksheets[rank]
        # What the file says of its size may be a lie, or missing.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
            yield [_cell(value) for value in row]


def _refuse_hostile(content: bytes) -> None:
    """Refuse what unpacks beyond reason, and entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNZIPPED:
                raise UnreadableTable(_("The workbook is too large once unpacked."))
            for part in parts:
                with archive.open(part) as stream:
                    if b"<!DOCTYPE" in stream.read(1024):
                        raise UnreadableTable(_("The workbook holds a forbidden part."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        message = _("The workbook cannot be read: save it again as XLSX or CSV.")
        raise UnreadableTable(message) from None


def _cell(value: object) -> str:
    """A cell as text; dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
