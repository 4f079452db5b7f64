"""The books of an order: one ISBN a row, and the quantity that goes with it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stdnum import ean as stdnum_ean
from stdnum import isbn as stdnum_isbn

from ..text import _
from .columns import (
    CODE,
    Columns,
    guessed,
    headings,
    quantity_cell,
    quantity_in,
)
from .page import PLAIN, QUOTED, RUN_ON, Cell, Page, Row
from .quantity import (
    explicit,
    has_number,
    in_words,
    is_of_title,
    masked,
    said_apart,
    says_none,
    written,
)
from .reading import Book, Note, Unreadable

ADDED_UP = _("written on several rows: the copies are added up")
TWICE = _("also in another file of the order: counted once")
OTHER_ISBNS = _("other ISBNs stand on the row: %(others)s")
BAD_KEY = _("the check digit is wrong: a digit was mistyped")
LOST_DIGITS = _("the spreadsheet kept rounded figures: digits are lost")

_ROUNDED = re.compile(r"(?<![\w,.])\d[.,]\d{1,6}[eE]\+\d{2}(?!\w)")
# Where the label or the column says ISBN, ten figures are one; a sheet drops a zero.
_TEN = re.compile(r"(?<![\w-])\d{8,9}[\dXx](?![\w-])")
_LABELLED_TEN = re.compile(r"isbn\W{0,4}(?P<ten>\d{9}[\dx])(?!\w)")
_TOTAL = re.compile(r"\s*(?:sous-)?tota(?:l|ux)\b")
_TOTAL_COPIES = re.compile(
    r"(?<![\d.,])(\d{1,5}) ?(?:ex\b|exempl\w*|livres|volumes|ouvrages)"
)


@dataclass(frozen=True, slots=True)
class Books:
    """The lines of an order.

    :ivar announced: the copies that the order's own total says
    """

    lines: tuple[Book, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    announced: int | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    """A code printed on a row.

    :ivar ean: thirteen digits, "" when its key is wrong
    """

    start: int
    end: int
    printed: str
    ean: str

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    def is_in(self, column: Cell | None) -> bool:
        return bool(column) and Cell("", *self.span).is_under(column)


def read(pages: Sequence[Page]) -> Books:
    """Read the books of an order, each once.

    :param pages: those of one file following each other
    """
    laid_out = [one for one in pages if one.worth not in (RUN_ON, PLAIN, QUOTED)]
    lists: dict[str, _List] = {}
    for one in laid_out:
        lists.setdefault(one.source, _List()).read(one)
    lines: dict[str, Book] = {}
    for found in lists.values():
        for book in found.settled():
            if old := lines.get(book.ean):
                book = replace(old, notes=(*old.notes, Note(TWICE)))
            lines[book.ean] = book
    announced = [one.announced for one in lists.values() if one.announced]
    quantified = any(one.quantified for one in lists.values())
    return Books(
        tuple(lines.values() if quantified else map(_one_copy, lines.values())),
        tuple(bad for one in lists.values() for bad in one.unreadable),
        announced[0] if len(announced) == 1 else None,
    )


def _one_copy(book: Book) -> Book:
    """One copy where nothing in the whole order looks like a quantity."""
    return replace(book, quantity=1, assumed=True)


def isbn13(printed: str) -> str:
    """Return the thirteen digits of an ISBN or an EAN, "" when its key is wrong.

    :param printed: with hyphens, blanks, or as ten digits
    """
    digits = re.sub(r"[\s-]", "", printed).upper()
    digits = digits.zfill(10) if len(digits) == 9 else digits
    if len(digits) == 13:
        return digits if stdnum_ean.is_valid(digits) else ""
    return stdnum_isbn.to_isbn13(digits) if stdnum_isbn.is_valid(digits) else ""


def is_book(ean: str) -> bool:
    """Tell a book from music (979-0), a periodical (977) or goods."""
    return ean.startswith(("978", "979")) and not ean.startswith("9790")


class _List:
    """The books of one file, read row after row."""

    def __init__(self):
        self.lines: dict[str, Book] = {}
        self.unreadable: list[Unreadable] = []
        self.announced: int | None = None
        self.columns = Columns()
        self.quantified = False
        # Books whose copies may be a number of their title; some say no copies.
        self.of_titles: set[str] = set()
        self.has_none = False
        self._of_page: Page | None = None
        self._found_apart: dict[int, int] = {}

    def read(self, page: Page) -> None:
        self.columns = guessed(page) or self.columns
        for number, row in enumerate(page.rows):
            if columns := headings(row):
                self.columns = columns
            elif _TOTAL.match(row.folded):
                self._total(row)
            else:
                self._row(page, number)

    def _total(self, row: Row) -> None:
        if match := _TOTAL_COPIES.search(row.folded):
            self.announced = int(match[1])

    def _row(self, page: Page, number: int) -> None:
        row = page.rows[number]
        codes = list(_codes(row, self.columns))
        for lost in _ROUNDED.finditer(row.text):
            self._reject(page, row, lost[0], LOST_DIGITS)
        for bad in (code for code in codes if not code.ean):
            if self._should_be_isbn(bad):
                self._reject(page, row, bad.printed, BAD_KEY)
        good = [code for code in codes if code.ean]
        if not good:
            return
        if parts := _parts(row, good):
            for code, quantity in parts:
                self._add(page, row, code.ean, quantity)
            return
        column = self.columns.ean
        chosen = next((code for code in good if code.is_in(column)), good[0])
        others = dict.fromkeys(code.ean for code in good if code.ean != chosen.ean)
        notes = (Note(OTHER_ISBNS, (("others", ", ".join(others)),)),) if others else ()
        quantity = self._quantity(page, number, chosen, [code.span for code in codes])
        self._add(page, row, chosen.ean, quantity, notes)

    def _should_be_isbn(self, code: _Code) -> bool:
        """Digits are an ISBN when they begin as one, or stand in its column."""
        digits = re.sub(r"\D", "", code.printed)
        begins = digits.startswith(("978", "979")) or "-" in code.printed
        return begins or code.is_in(self.columns.ean)

    def _reject(self, page: Page, row: Row, printed: str, why: str) -> None:
        said = " ".join(row.text.split())
        printed = " ".join(printed.split())
        self.unreadable.append(Unreadable(printed, said, why, page.number))

    def _add(
        self, page: Page, row: Row, ean: str, quantity: int | None, notes: tuple = ()
    ) -> None:
        self.quantified |= quantity is not None
        book = Book(
            ean,
            quantity,
            " ".join(row.text.split()),
            page.number,
            is_book=is_book(ean),
            notes=notes,
            source=page.source,
        )
        if old := self.lines.get(ean):
            known = [one for one in (old.quantity, quantity) if one is not None]
            total = sum(known) if len(known) == 2 else None
            book = replace(old, quantity=total, notes=(*old.notes, Note(ADDED_UP)))
        self.lines[ean] = book

    def _quantity(
        self, page: Page, number: int, code: _Code, codes: list[tuple[int, int]]
    ) -> int | None:
        row = page.rows[number]
        if self.columns.quantity:
            self.quantified = True
            if quantity_cell(row, self.columns):
                return quantity_in(row, self.columns)
            if found := self._beside(page, number):
                return found
        if self.columns.others and len(row.cells) <= len(self.columns.others):
            # None of the headings says copies: no other number is surely theirs.
            self.quantified |= not self.columns.is_known and has_number(row, codes)
            return in_words(row, codes)
        if not has_number(row, codes):
            if number in (apart := self._apart(page)):
                self.quantified = True
                return apart[number]
            self.has_none = True
            return None
        self.quantified = True
        self.has_none |= says_none(row, code.span, codes)
        if is_of_title(row, code.span, codes):
            self.of_titles.add(code.ean)
        return written(row, code.span, codes, len(self.lines) + 1)

    def settled(self) -> Iterator[Book]:
        """Yield the lines; where one says no copies, a title's number is none."""
        for ean, book in self.lines.items():
            doubted = self.has_none and ean in self.of_titles
            yield replace(book, quantity=None) if doubted else book

    def _apart(self, page: Page) -> dict[int, int]:
        """Quantities that stand on other rows than the codes, each with one code.

        "ISBN : …", "Titre : …", "Quantité : 2", then the next book.

        :return: by number of the code's row
        """
        if self._of_page is not page:
            self._of_page, self._found_apart = page, dict(_paired(page))
        return self._found_apart

    def _beside(self, page: Page, number: int) -> int | None:
        """The quantity on the row before, or after, of a description of two rows."""
        for near in (number - 1, number + 1):
            if not 0 <= near < len(page.rows):
                continue
            row = page.rows[near]
            other = CODE.search(row.text) or headings(row) or _TOTAL.match(row.folded)
            if row.text.strip() and not other:
                found = quantity_in(row, self.columns)
                if found is not None:
                    return found
        return None


def _codes(row: Row, columns: Columns) -> Iterator[_Code]:
    """Yield the codes of a row, valid or not."""
    taken = [match.span() for match in CODE.finditer(row.text)]
    tens = [match.span("ten") for match in _LABELLED_TEN.finditer(row.folded)]
    tens += [
        match.span()
        for match in _TEN.finditer(row.text)
        if columns.ean
        and Cell("", *match.span()).is_under(columns.ean)
        # What stands there above a list without headings is a telephone, or else.
        and (isbn13(match[0]) or columns.others and len(match[0]) == 10)
    ]
    for start, end in dict.fromkeys(tens):
        if not any(start < stop and begin < end for begin, stop in taken):
            taken.append((start, end))
    for start, end in taken:
        printed = row.text[start:end]
        yield _Code(start, end, printed, isbn13(printed))


def _parts(row: Row, codes: list[_Code]) -> list[tuple[_Code, int]]:
    """Several books on one row, each with its own quantity; none otherwise."""
    if len(codes) < 2:
        return []
    text = masked(row.folded, [code.span for code in codes])
    ends = [0, *(code.end for code in codes)], [code.start for code in codes]
    # With the last sign of the code before it.
    between = [
        text[max(end - 1, 0) : start]
        for end, start in zip(ends[0], [*ends[1], len(text)], strict=True)
    ]
    for said in (between[1:], between[:-1]):
        found = [explicit(words) for words in said]
        if all(found):
            return list(zip(codes, found, strict=True))
    return []


def _paired(page: Page) -> Iterator[tuple[int, int]]:
    """Pair codes and quantities that alternate from row to row."""
    kinds: list[tuple[int, int | None]] = []
    for number, row in enumerate(page.rows):
        if CODE.search(row.text) or _LABELLED_TEN.search(row.folded):
            kinds.append((number, None))
        elif not _TOTAL.match(row.folded) and (found := said_apart(row)):
            kinds.append((number, found))
    pairs = list(zip(kinds[::2], kinds[1::2], strict=False))
    orders = {(one[1] is None, other[1] is None) for one, other in pairs}
    if len(kinds) % 2 or len(orders) != 1:
        return
    for (first, before), (second, after) in pairs:
        if before is None and after is not None:
            yield first, after
        elif after is None and before is not None:
            yield second, before
