"""XLSX from outside, row by row, in bounded time and memory.

The usual library first builds every font, style and text of a workbook: seventy
kilobytes then make it work for minutes. Here parts pass through a parser, nothing is
kept but the texts shared by cells, and what no table needs is counted and refused.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from ..errors import UnreadableFile
from ..text import _
from . import xml as xml_file
from . import zip as zip_file

MAX_ROWS = 1 << 20
MAX_COLUMNS = 400
# Elements of a part that holds no rows; the directory's workbook has a million texts.
_MAX_ELEMENTS = 300_000
_MAX_SHARED = 2_000_000
_MAX_SHARED_BYTES = 120 << 20
# Cells and rows without a value that may stand beside those that have one.
_MAX_EMPTY = 1_500_000
# The most that Excel puts in a cell, and the pieces in which it may come.
_MAX_CELL = 32_767
_MAX_PIECES = 1000
_MAX_SHEETS = 100
_WORKBOOK = "xl/workbook.xml"
Cell = str | int | float | bool | datetime | None


class Workbook:
    """A workbook that is open for reading."""

    def __init__(self, file: BinaryIO):
        """Open it and read its list of sheets.

        :raises UnreadableFile: no workbook, damaged, or it means harm
        """
        self._archive = zip_file.opened(file)
        zip_file.members(self._archive, ())
        self._dates: frozenset[int] | None = None
        self._shared: list[str] | None = None
        self.sheets, self._epoch = self._read_sheets()

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the rows of one sheet that hold something, with their number.

        :param sheet: one of the values of `sheets`
        :raises UnreadableFile: damaged, or larger than any table
        """
        if self._shared is None:
            self._shared = self._read_shared()
            self._dates = self._read_dates()
        reader = _Rows(self._shared, self._dates, self._epoch)
        for _block in self._parse(sheet, reader.listen):
            if reader.empty > _MAX_EMPTY:
                raise _refused()
            yield from reader.taken()

    # ---- PARTS --------------------------------------------------------------------

    def _read_sheets(self) -> tuple[dict[str, str], datetime]:
        """Return the part of each sheet by its title, and where dates begin."""
        targets: dict[str, str] = {}
        listed: list[tuple[str, str]] = []
        epochs: list[str] = []

        def relation(name, attributes):
            if name == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def element(name, attributes):
            if name == "sheet":
                listed.append((attributes.get("name", ""), attributes.get("id", "")))
            elif name == "workbookPr":
                epochs.append(attributes.get("date1904", ""))

        self._read_small("xl/_rels/workbook.xml.rels", relation)
        self._read_small(_WORKBOOK, element)
        sheets = {}
        for title, identifier in listed[:_MAX_SHEETS]:
            target = targets.get(identifier, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if target and part in self._archive.namelist():
                sheets[title] = part
        if not sheets:
            raise _damaged("no sheet")
        mac = any(one in ("1", "true") for one in epochs)
        return sheets, CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900

    def _read_dates(self) -> frozenset[int]:
        """Return the styles that show a number as a date."""
        codes: dict[int, str] = dict(BUILTIN_FORMATS)
        styles: list[int] = []
        inside: list[bool] = []

        def element(name, attributes):
            if name == "numFmt":
                number = _whole(attributes.get("numFmtId"))
                codes[number] = attributes.get("formatCode", "")[:255]
            elif name == "cellXfs":
                inside.append(True)
            elif name in ("cellStyles", "dxfs"):
                inside.clear()
            elif name == "xf" and inside:
                styles.append(_whole(attributes.get("numFmtId")))

        if "xl/styles.xml" in self._archive.namelist():
            self._read_small("xl/styles.xml", element)
        dates = {number for number, code in codes.items() if is_date_format(code)}
        return frozenset(rank for rank, one in enumerate(styles) if one in dates)

    def _read_small(self, part: str, element: Callable) -> None:
        """Go through a part that a table hardly needs."""
        count = 0

        def start(name, attributes):
            nonlocal count
            count += 1
            if count > _MAX_ELEMENTS:
                raise _refused()
            element(_local(name), {_local(key): one for key, one in attributes.items()})

        def listen(parser):
            parser.StartElementHandler = start

        for _block in self._parse(part, listen):
            continue

    def _read_shared(self) -> list[str]:
        """Return the texts that cells share."""
        if "xl/sharedStrings.xml" not in self._archive.namelist():
            return []
        size = self._archive.getinfo("xl/sharedStrings.xml").file_size
        if size > _MAX_SHARED_BYTES:
            raise _refused()
        texts = _Texts()
        for _block in self._parse("xl/sharedStrings.xml", texts.listen):
            if len(texts.found) > _MAX_SHARED:
                raise _refused()
        return texts.found

    def _parse(self, part: str, listen: Callable) -> Iterator[None]:
        """Parse a part, block by block."""
        try:
            with self._archive.open(part) as stream:
                yield from xml_file.parse(stream, listen)
        except zip_file.DAMAGE as error:
            raise _damaged(error) from None


class _Texts:
    """Handlers for the shared texts; how a text is spoken is left out."""

    def __init__(self):
        self.found: list[str] = []
        self._words: list[str] = []
        self._kept = False
        self._spoken = False

    def listen(self, parser) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, name, _attributes):
        name = _local(name)
        if name == "si":
            self._words = []
        elif name == "rPh":
            self._spoken = True
        self._kept = name == "t" and not self._spoken

    def _end(self, name):
        name = _local(name)
        self._kept = False
        if name == "rPh":
            self._spoken = False
        elif name == "si":
            self.found.append("".join(self._words)[:_MAX_CELL])

    def _text(self, text):
        if self._kept and len(self._words) < _MAX_PIECES:
            self._words.append(text[:_MAX_CELL])


class _Rows:
    """Handlers for a sheet; rows wait until they are taken."""

    def __init__(self, shared: list[str], dates: frozenset[int], epoch: datetime):
        self._shared = shared
        self._dates = dates
        self._epoch = epoch
        self._ready: list[tuple[int, list[Cell]]] = []
        self._number = 0
        self._cells: list[Cell] = []
        self._column = 0
        self._kind = ""
        self._style = 0
        self._words: list[str] = []
        self._kept = False
        self.empty = 0

    def listen(self, parser) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def taken(self) -> list[tuple[int, list[Cell]]]:
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name, attributes):
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._kept = True
        elif name == "row":
            self._number = _whole(attributes.get("r")) or self._number + 1
            if self._number > MAX_ROWS:
                raise _refused()
            self._cells, self._column = [], 0
        elif ":" in name:
            self._start(_local(name), attributes)

    def _begin_cell(self, attributes):
        place = attributes.get("r")
        self._column = _column(place) if place else self._column + 1
        if self._column > MAX_COLUMNS:
            self._column = MAX_COLUMNS + 1
        self._kind = attributes.get("t", "n")
        self._style = _whole(attributes.get("s"))
        self._words = []

    def _end(self, name):
        if name in ("v", "t"):
            self._kept = False
        elif name == "c":
            if self._words and self._column <= MAX_COLUMNS:
                missing = self._column - 1 - len(self._cells)
                self._cells += [None] * missing
                self._cells[self._column - 1 :] = [self._value()]
            else:
                self.empty += 1
        elif name == "row":
            if self._cells:
                self._ready.append((self._number, self._cells))
            else:
                self.empty += 1
        elif ":" in name:
            self._end(_local(name))

    def _text(self, text):
        if self._kept and len(self._words) < _MAX_PIECES:
            self._words.append(text[:_MAX_CELL])

    def _value(self) -> Cell:
        text = "".join(self._words)[:_MAX_CELL]
        if self._kind == "s":
            rank = _whole(text)
            return self._shared[rank] if rank < len(self._shared) else None
        if self._kind == "b":
            return text.strip() == "1"
        if self._kind == "e":
            return None
        if self._kind != "n":
            return text
        return _number(text, self._style in self._dates, self._epoch)


def _number(text: str, is_date: bool, epoch: datetime) -> Cell:
    """A number as a cell shows it; a whole one has no decimals."""
    try:
        value = float(text)
        if is_date:
            return from_excel(value, epoch)
        whole = re.fullmatch(r"\s*-?\d{1,18}\s*", text)
        return int(text) if whole else int(value) if value.is_integer() else value
    except (ValueError, OverflowError, TypeError):
        return text


def _column(place: str) -> int:
    """The column of a cell's place: 28 for AB7."""
    number = 0
    for char in place[:4]:
        if not "A" <= char <= "Z":
            break
        number = number * 26 + ord(char) - 64
    return number or MAX_COLUMNS + 1


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else 0


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _damaged(error: object) -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is damaged (%(error)s): save it again as XLSX or CSV."),
        values={"error": str(error)[:200]},
        code="damaged",
    )


def _refused() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook holds more than a table can: save its table alone as CSV."),
        code="bomb",
    )
