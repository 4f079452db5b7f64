"""Reading every page of a list that may change while it is read."""

from collections.abc import Callable, Generator, Hashable
from typing import NamedTuple

# A list that still grows after so many readings is left for later.
ATTEMPTS = 3


class Page(NamedTuple):
    """One page: its rows, and the counts the platform gave with it."""

    rows: list[Hashable]
    pages: int
    total: int


class StillGrowing(Exception):
    """The list grew at every reading: some rows may be missing."""


def each_page(read: Callable[[int], Page]) -> Generator[list[Hashable], None, bool]:
    """Read all pages, each row once, and yield each page as soon as it is read.

    After the first page the last one comes first. When a row leaves the list, the rows
    behind it move towards the first page, and reading in that direction none is
    skipped (an invoice leaves a search when its state changes). The first page is read
    again when something left. The whole list is read again when something came, or
    when fewer rows were seen than it counts, unless that brings nothing new.

    :param read: reads one page by its number, from 1; what it raises goes through, and
        the pages already yielded remain good
    :return: whether as many rows were seen as the list counts, once exhausted
    :raise StillGrowing: after ATTEMPTS readings that each brought something new
    """
    seen: set[Hashable] = set()

    def unseen(page: Page) -> list[Hashable]:
        rows = [row for row in dict.fromkeys(page.rows) if row not in seen]
        seen.update(rows)
        return rows

    for _attempt in range(ATTEMPTS):
        known = len(seen)
        first = read(1)
        totals = [first.total]
        if rows := unseen(first):
            yield rows
        for number in range(first.pages, 1, -1):
            page = read(number)
            totals.append(page.total)
            if rows := unseen(page):
                yield rows
        if min(totals) < first.total and (rows := unseen(read(1))):
            yield rows
        settled = len(seen) >= totals[-1] or len(seen) == known
        if settled and max(totals) == first.total:
            return len(seen) >= totals[-1]
    raise StillGrowing


def gather(pages: Generator[list, None, bool]) -> tuple[list, bool]:
    """Return all rows of a list, and whether they are as many as it counts."""
    rows = []
    while True:
        try:
            rows += next(pages)
        except StopIteration as end:
            return rows, end.value
