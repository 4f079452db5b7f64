"""A page as rows of text, columns kept: what every kind of file is turned into."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

# What a page is worth beside another that says otherwise.
FORM, LAID_OUT, FORWARDED, SIGNED, RUN_ON, PLAIN, QUOTED = range(7)

# A cell ends where a typist would have pressed the tabulator.
_CELL = re.compile(r"\S+(?: \S+)*")
_DASHES = dict.fromkeys(
    map(ord, "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"
)
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")
_BLANKS = dict.fromkeys(map(ord, "\u2009\u202f\u2007\u2008\u200a"), " ")
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), 127], " ")
# What a table is ruled with: strokes between its cells, lines between its rows.
_STROKE = re.compile(r"[|\u00a6\u2502\u2503\u2551]")
_RULE = re.compile(r"[\s|+=_*\u2500-\u257f-]{3,}")
_CLEAN = {**_DASHES, **_QUOTES, **_BLANKS, **_INVISIBLE, **_CONTROLS, 9: "    "}

MAX_ROW = 2_000
MAX_ROWS = 20_000
MAX_COLUMN = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of words on a row.

    :ivar start: its first column
    :ivar end: the column after its last
    """

    text: str
    start: int
    end: int

    def is_under(self, other: "Cell") -> bool:
        """Tell whether both stand in one column, give or take a letter."""
        return self.start < other.end + 1 and other.start < self.end + 1


@dataclass(frozen=True)
class Row:
    """One line of text.

    :ivar text: as read, blanks kept
    """

    text: str

    @cached_property
    def folded(self) -> str:
        """The text without accents or capitals, letter for letter as long."""
        return "".join(map(_fold, self.text))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(Cell(m[0], *m.span()) for m in _CELL.finditer(self.text))

    def cell_at(self, column: int) -> Cell | None:
        """The cell that holds a column."""
        return next((c for c in self.cells if c.start <= column < c.end), None)


@dataclass(frozen=True)
class Page:
    """A page of an order form, a mail, or a sheet of a workbook.

    :ivar number: from 1; 0 for what has no pages
    :ivar worth: FORM, LAID_OUT, FORWARDED, SIGNED, RUN_ON, PLAIN or QUOTED
    :ivar source: the file's name
    :ivar notes: what of the file was not read, and why (`reading.Note`)
    """

    number: int
    rows: tuple[Row, ...]
    worth: int = LAID_OUT
    source: str = ""
    notes: tuple = ()


def page(
    lines: Iterable[str], number: int = 0, worth: int = LAID_OUT, source: str = ""
) -> Page:
    """Make a page of lines of text, cleaned of what nobody sees."""
    # Cut first: a sign may stand for eighteen.
    cut = (line[: 2 * MAX_ROW].translate(_CLEAN) for line in islice(lines, MAX_ROWS))
    rows = (
        Row(unicodedata.normalize("NFKC", line)[:MAX_ROW].rstrip())
        for line in _unruled(cut)
    )
    return Page(number, tuple(rows), worth, source)


def _unruled(lines: Iterable[str]) -> Iterator[str]:
    """The lines with the cells of ruled tables below one another, without rules."""
    ruled: list[list[str]] = []
    for line in lines:
        if _RULE.fullmatch(line):
            if not ruled:
                yield ""
            continue
        cells = _STROKE.split(line)
        if ruled and len(cells) != len(ruled[0]):
            yield from table(ruled)
            ruled = []
        if len(cells) > 1:
            ruled.append(cells)
        else:
            yield line
    yield from table(ruled)


def run_on(one: Page) -> Page:
    """The same page with its rows as sentences: words drawn one at a time part."""
    rows = tuple(Row(" ".join(row.text.split())) for row in one.rows)
    return replace(one, rows=rows, worth=RUN_ON)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table as lines whose cells stand below one another."""
    clean = [
        [" ".join(unicodedata.normalize("NFKC", cell).split()) for cell in row]
        for row in rows
    ]
    count = max(map(len, clean), default=0)
    widths = [
        max(min(len(row[rank]), MAX_COLUMN) for row in clean if rank < len(row))
        for rank in range(count)
    ]
    return [_aligned(row, widths) for row in clean]


def _aligned(row: list[str], widths: list[int]) -> str:
    line, column = "", 0
    for cell, width in zip(row, widths, strict=False):
        line = line.ljust(column) + cell
        column = max(column + width, len(line)) + 3
    return line


def fold(text: str) -> str:
    """Return a text without accents or capitals, letter for letter as long."""
    return "".join(map(_fold, text))


def _fold(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return plain if len(plain) == 1 else letter
