"""Delimited text: rows kept apart, whatever one of them holds.

A stray quote is the trade's usual damage, and a plain CSV reader then swallows all that
follows. Here a row that does not close its quotes is given as damaged, alone.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

SEPARATORS = ";,\t|"
# What one cell of several lines may take, and how often that is tried in vain.
_MOST_LINES = 40
_MOST_TRIALS = 500
# No line of a table is longer.
MAX_LINE = 1 << 18
_BLOCK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: what opens any bytes: Windows' own, unknown ones shown as such
LAST = "cp1252"
# Those of old programs, tried where Windows' own shows no French.
_OLD = (LAST, "cp850", "mac_roman")
_FRENCH = re.compile("[àâçéèêëîïôùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒÆ°€«»’–\u00a0]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    :ivar line: number of its first line, from 1
    :ivar cells: its cells; those of a damaged row are cut at each separator
    :ivar text: itself
    :ivar damaged: its quotes do not match
    """

    line: int
    cells: list[str]
    text: str
    damaged: bool = False


def separator_of(line: str) -> str:
    """Tell what separates the cells of a line of titles: what it has most of."""
    return max(SEPARATORS, key=line.count)


def rows(
    lines: Iterable[str], separator: str, width: int = 0, first: int = 1
) -> Iterator[Row]:
    """Yield the rows of a table, blank lines left out.

    :param lines: physical lines, with or without their ends
    :param width: how many cells a row has; 0 when nobody knows yet
    :param first: number of the first of these lines
    """
    ahead = _Ahead(lines, first)
    while (line := ahead.take()) is not None:
        number = ahead.number
        if '"' not in line:
            if line.strip():
                yield Row(number, line.split(separator), line)
            continue
        if row := _quoted(ahead, number, line, separator, width):
            yield row


class _Ahead:
    """Lines, some of which are looked at before they are taken."""

    def __init__(self, lines: Iterable[str], first: int):
        self._lines = iter(lines)
        self._seen: list[str] = []
        self.number = first - 1
        self.in_vain = 0

    def take(self) -> str | None:
        line = self._seen.pop(0) if self._seen else next(self._lines, None)
        self.number += 1
        return line if line is None else line.rstrip("\r\n")

    def look(self, count: int) -> list[str]:
        self._seen += islice(self._lines, max(0, count - len(self._seen)))
        return self._seen[:count]


def _quoted(ahead, number, line, separator, width) -> Row:
    """A row with quotes, over as many lines as they span."""
    cells = _parsed(line, separator)
    if cells is not None:
        return Row(number, cells, line)
    whole = line
    has_all = width and line.count(separator) >= width - 1
    reach = _MOST_LINES if ahead.in_vain < _MOST_TRIALS else 0
    for count, following in enumerate(ahead.look(reach), start=1):
        if has_all and following.count(separator) >= width - 1:
            break  # a row of its own: the quote was a stray one
        whole += "\n" + following.rstrip("\r\n")
        cells = _parsed(whole, separator)
        if cells is not None and (not width or len(cells) == width):
            for _line in range(count):
                ahead.take()
            return Row(number, cells, whole)
        if len(whole) > MAX_LINE:
            break
    ahead.in_vain += 1
    return Row(number, line.split(separator), line, damaged=True)


def _parsed(text: str, separator: str) -> list[str] | None:
    """Return the cells, None when quotes do not match."""
    try:
        found = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return [_bare(cell) for cell in found[0]] if len(found) == 1 else None


def _bare(cell: str) -> str:
    """A text that a spreadsheet was told to leave alone: ="0123"."""
    kept = len(cell) > 2 and cell.startswith('="') and cell.endswith('"')
    return cell[2:-1] if kept else cell


# ---- WHICH ENCODING ------------------------------------------------------------------


def encoding_of(stream: BinaryIO) -> str:
    """Tell the encoding: by its mark, by the NULs of UTF-16, UTF-8 when all of it is.

    :param stream: read to its end
    :return: a codec's name; what it cannot decode is to be replaced
    """
    block = stream.read(_BLOCK)
    for mark, encoding in _MARKS.items():
        if block.startswith(mark):
            return encoding
    if wide := _wide(block[:4096]):
        return wide
    decoder, first = codecs.getincrementaldecoder("utf-8")(), block
    try:
        while block:
            decoder.decode(block)
            block = stream.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _old(first)
    return "utf-8"


def _old(block: bytes) -> str:
    """Tell what eight bits a letter were written in: what shows the most French."""
    letters = bytes(byte for byte in block if byte > 0x7F)

    def french(encoding):
        return len(_FRENCH.findall(letters.decode(encoding, "replace")))

    return max(_OLD, key=french)


def _wide(start: bytes) -> str:
    """Tell UTF-16 without a mark: of Western text, one byte in two is NUL."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half > 1 and odd > 0.6 * half and not even:
        return "utf-16-le"
    if half > 1 and even > 0.6 * half and not odd:
        return "utf-16-be"
    return ""
