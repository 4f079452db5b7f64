"""Where the value of a label may stand: beside it, in the next cell, or below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from .labels import DATE, NONE, Label, labels_on
from .page import FORM, PLAIN, RUN_ON, Cell, Page, Row
from .shapes import shape

# Lines of a list that one column is followed through.
MOST_LINES = 60

# What may stand between a label and its value.
_FILLER = re.compile(
    r"[\s:.=>*_-]*(?:(?:n ?°|n ?o(?![a-z])|num(?:ero)?|nr|#)\s*[:.]?|"
    r"\((?:[^()\d]|(?<!\d)\d{1,2}(?!\d)){0,40}\)|"
    r"est(?: le)?|suivant|ci-apres|sera(?: le)?)?[\s:.=>*_«\"-]*"
)
# "Commande de livres n° 2026-12": words, then the sign of a number.
_WORDS_THEN_NUMBER = re.compile(
    r"(?:20\d\d)?[^\d:;,.()]{0,60}?(?<![a-z])"
    r"(?:n ?°|no(?![a-z])\.?|numero) ?:?\s*(?=\w)"
)
_NUMBER_SIGN = re.compile(r"(?:n ?°|no\.?|:|n ?° ?:)")


@dataclass(frozen=True, slots=True)
class Place:
    """Some columns of a row.

    :ivar sentence: the words that a person is shown
    :ivar below: the label stands on a row above
    """

    row: Row
    start: int
    end: int
    sentence: str
    below: bool = False

    @property
    def text(self) -> str:
        return self.row.text[self.start : self.end].rstrip()

    @property
    def folded(self) -> str:
        return self.row.folded[self.start : self.end].rstrip()

    def beyond(self, printed: str) -> str:
        """What the row says after a value that begins here."""
        return self.row.folded[self.start + len(printed) :]

    def is_all(self, printed: str) -> bool:
        """Tell whether nothing but this value stands here."""
        return not self.folded[len(printed) :].strip(" .,;)")


class Sheet:
    """A page and the labels of its rows."""

    def __init__(self, page: Page):
        self.page = page
        self.rows = page.rows
        # Rows whose cells are gone say nothing of what is above what.
        self.has_columns = page.worth not in (RUN_ON, PLAIN, FORM)

    @cached_property
    def labels(self) -> list[list[Label]]:
        return [labels_on(row.folded) for row in self.rows]

    def limit(self, number: int, label: Label) -> int:
        """Where the next label ends what this one announces."""
        return min(
            (
                one.start
                for one in self.labels[number]
                if one.start >= label.end and one.kind != NONE
            ),
            default=len(self.rows[number].text),
        )

    def is_labelled(self, number: int, cell: Cell) -> bool:
        """Tell whether a label stands in a cell."""
        return any(
            cell.start <= label.start < cell.end and label.kind != NONE
            for label in self.labels[number]
        )

    def places(self, number: int, label: Label) -> Iterator[Place]:
        """Yield where the value of a label may be, the likeliest first."""
        row = self.rows[number]
        limit = self.limit(number, label)
        cell = row.cell_at(label.end - 1) or Cell("", label.start, label.end)
        end = min(max(cell.end, label.end), limit)
        beside = self._after(row, label.end, end, label)
        if beside.text.strip(" :.)»\"'"):
            yield beside
            if words := _WORDS_THEN_NUMBER.match(beside.folded):
                yield replace(beside, start=beside.start + words.end())
            return
        following = next((one for one in row.cells if one.start >= end), None)
        if following and following.start < limit:
            stop = min(self._run_on(row, following), limit)
            yield self._after(row, following.start, stop, label)
        if self.has_columns:
            yield from self._below(number, cell, label)
        if not following:
            ends = [one.end for one in self.labels[number] if one.end <= label.start]
            begins = max([cell.start, *ends])
            yield from self._wrapped(number, row.folded[begins : label.start])

    def _after(self, row: Row, start: int, end: int, label: Label) -> Place:
        if label.kind != DATE:
            start = _FILLER.match(row.folded, start, end).end()
        return Place(row, start, end, sentence(row))

    def _wrapped(self, number: int, before: str) -> Iterator[Place]:
        """A sentence that goes on below: "sous le numéro d'engagement / 26-77"."""
        if len(before.split()) < 2 or number + 1 == len(self.rows):
            return
        row = self.rows[number + 1]
        starts = [one.start for one in self.labels[number + 1] if one.kind != NONE]
        if row.cells and row.cells[0].start not in starts:
            cell = row.cells[0]
            said = f"{sentence(self.rows[number])} / {sentence(row)}"
            yield Place(row, cell.start, min([cell.end, *starts]), said)

    def _run_on(self, row: Row, cell: Cell) -> int:
        """The end of a cell; of the next when it is only the sign of a number."""
        if not _NUMBER_SIGN.fullmatch(row.folded, cell.start, cell.end):
            return cell.end
        return next((one.end for one in row.cells if one.start >= cell.end), cell.end)

    def _below(self, number: int, cell: Cell, label: Label) -> Iterator[Place]:
        below = next(
            (
                rank
                for rank in range(number + 1, min(number + 3, len(self.rows)))
                if self.rows[rank].text.strip()
            ),
            None,
        )
        if below is None:
            return
        row = self.rows[below]
        under = self._ranked(number, below, cell)
        for over in (Cell("", label.start, label.end), cell):
            under = under or [one for one in row.cells if one.is_under(over)]
        if len(under) != 1 or self._overlaps(below, under[0]):
            return
        [one] = under
        lead = _FILLER.match(row.folded, one.start, one.end).end()
        said = " ".join(self.rows[number].text[cell.start : cell.end].split())
        start = lead if lead < one.end else one.start
        yield Place(row, start, one.end, f"{said} / {sentence(row)}", below=True)

    def _ranked(self, number: int, below: int, cell: Cell) -> list[Cell]:
        """The cell of the same rank, below a row that is nothing but labels."""
        over, under = self.rows[number].cells, self.rows[below].cells
        if len(over) != len(under) or len(over) < 2:
            return []
        if not all(self._is_label(number, one) for one in over):
            return []
        return [under[over.index(cell)]] if cell in over else []

    def _is_label(self, number: int, cell: Cell) -> bool:
        """Tell whether a cell says a label and nothing else."""
        return any(
            not self.rows[number].folded[cell.start : label.start].strip()
            and not self.rows[number].folded[label.end : cell.end].strip(" :*")
            for label in self.labels[number]
            if label.kind != NONE and cell.start <= label.start < cell.end
        )

    def further(self, place: Place) -> Iterator[Place]:
        """Yield what stands below a value that stands below its label, if alike."""
        if not place.below:
            return
        column, alike = Cell("", place.start, place.end), shape(place.text)
        label = place.sentence.partition(" / ")[0]
        first = self.rows.index(place.row) + 1
        for rank in range(first, min(first + MOST_LINES, len(self.rows))):
            row = self.rows[rank]
            for cell in (one for one in row.cells if one.is_under(column)):
                if shape(cell.text) != alike:
                    return
                said = f"{label} / {sentence(row)}"
                yield Place(row, cell.start, cell.end, said, below=True)

    def _overlaps(self, number: int, cell: Cell) -> bool:
        return any(
            label.start < cell.end and cell.start < label.end
            for label in self.labels[number]
        )

    def column_below(self, number: int, column: Cell, most: int) -> list[tuple]:
        """The cells below a column, as far as nothing else begins.

        :return: (number of the row, cell) of each
        """
        found = []
        for rank in range(number + 1, min(number + most, len(self.rows))):
            cells = [one for one in self.rows[rank].cells if one.is_under(column)]
            if not cells or not self.has_columns:
                break
            if cells[0].start < column.start - 3 or self.is_labelled(rank, cells[0]):
                break
            found.append((rank, cells[0]))
        return found


def sentence(row: Row) -> str:
    """A row's words."""
    return " ".join(row.text.split())


def here(row: Row, start: int, end: int) -> Place:
    """The place of a value that no label announces."""
    return Place(row, start, end, sentence(row))


def alone(text: str) -> Place:
    """The place of a value made of several."""
    return Place(Row(text), 0, len(text), text)
