"""The columns of a list of books: where the codes are, and the quantities."""

import re
from dataclasses import dataclass

from stdnum import isbn

from .page import Cell, Page, Row

MOST_COPIES = 999

CODE = re.compile(
    r"(?<![\d.,/])(?:97[89](?:[ -]?\d){10}|\d{13}|(?<!-)\d{1,5}-\d{1,7}-\d{1,7}-[\dXx])"
    r"(?![\d/]|-\d)"
)
_IS_EAN = re.compile(
    r"(?:ean ?(?:13)?|isbn ?(?:13)?|isbn ?(?:/|ou) ?ean|ean ?(?:/|ou) ?isbn|gencode?|"
    r"codes?[ -]barres?|n ?°? ?isbn|ref\.? isbn|code isbn|reference isbn)\.?"
)
_IS_QUANTITY = re.compile(
    r"(?:qtes?|qt|qty|quantity|quantites?|nb|nbre|nombre|exs?|exemplaires?|q|"
    r"(?:nb|nbre|nombre)\.? (?:d')?ex\w*|qte cd\w*|"
    r"(?:quantite|qte) (?:commandee|demandee))\.?"
)
_IS_OTHER = re.compile(
    r"(?:code|code article|ref(?:erence)?s?|titres?|auteurs?|editeurs?|collection|"
    r"support|designation|libelle|articles?|description|item|material|title|author|"
    r"publisher|price|amount|prix.*|pu.*|p\.?u\.?.*|montant.*|total.*|remise.*|net.*|"
    r"ppttc|ht|ttc|tva.*|n ?°|n ?° .*|lig(?:ne)?|pos(?:te)?|unite|livres?)\.?"
)
_COPIES = re.compile(
    r"x? ?(\d{1,3})(?:[.,]0{1,3})?"
    r"(?: ?(?:exs?|un?|pce|pc|ea|unites?|exemplaires?))?\.?"
)
_WHOLE = re.compile(r"\d{1,3}")
# Fewer rows than this are no list: nothing is concluded from how they stand.
_FEWEST_ROWS = 3
# How many of a column's cells have a right key, when it is one of codes.
_MOSTLY = 0.8
_TEN = re.compile(r"\d{9}[\dXx]")


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a list.

    :ivar others: those that are no quantity
    """

    ean: Cell | None = None
    quantity: Cell | None = None
    others: tuple[Cell, ...] = ()


def headings(row: Row) -> Columns | None:
    """Return the columns when a row is the headings of a list."""
    ean = quantity = None
    known = 0
    for cell in row.cells:
        said = row.folded[cell.start : cell.end].strip(" :*()")
        if _IS_EAN.fullmatch(said):
            ean = ean or cell
            known += 1
        elif _IS_QUANTITY.fullmatch(said):
            quantity = quantity or cell
            known += 1
        elif _IS_OTHER.fullmatch(said):
            known += 1
    if known < 2 or not (ean or quantity) or re.search(r"\d{3}", row.text):
        return None
    others = tuple(cell for cell in row.cells if cell is not quantity)
    return Columns(ean, quantity, others)


def guessed(page: Page) -> Columns | None:
    """Return the columns of a list without headings: codes, whole numbers beside."""
    if any(headings(row) for row in page.rows):
        return None
    rows = [row for row in page.rows if len(CODE.findall(row.text)) == 1]
    codes = [row.cell_at(CODE.search(row.text).start()) for row in rows]
    if not rows:
        rows, codes = _tens(page)
    if len(rows) < 2 or len({cell.start for cell in codes}) != 1:
        return None
    # Numbers are set to the left, or to the right.
    aligned: dict[tuple[str, int], list[Cell]] = {}
    for row in rows:
        for cell in filter(lambda one: _WHOLE.fullmatch(one.text), row.cells):
            aligned.setdefault(("end", cell.end), []).append(cell)
            aligned.setdefault(("start", cell.start), []).append(cell)
    full = [
        cells
        for cells in aligned.values()
        if len(cells) == len(rows) and not _counts_rows(cells)
    ]
    if not full or len(rows) < _FEWEST_ROWS and len({one[0] for one in full}) > 1:
        return None
    nearest = min(full, key=lambda cells: abs(cells[0].start - codes[0].start))
    start, end = min(one.start for one in nearest), max(one.end for one in nearest)
    return Columns(codes[0], Cell("", start, end))


def _tens(page: Page) -> tuple[list[Row], list[Cell]]:
    """The rows and the cells of a column whose ten figures are an ISBN's."""
    at: dict[int, list[tuple[Row, Cell]]] = {}
    for row in page.rows:
        for cell in row.cells:
            if _TEN.fullmatch(cell.text):
                at.setdefault(cell.start, []).append((row, cell))
    for found in at.values():
        valid = sum(isbn.is_valid(cell.text) for _row, cell in found)
        if len(found) >= _FEWEST_ROWS and valid >= _MOSTLY * len(found):
            return [row for row, _cell in found], [cell for _row, cell in found]
    return [], []


def _counts_rows(cells: list[Cell]) -> bool:
    return [int(cell.text) for cell in cells] == list(range(1, len(cells) + 1))


def quantity_cell(row: Row, columns: Columns) -> Cell | None:
    """Return the cell of a row that its column of quantities holds.

    It stands below the heading; or has its rank when the row is full; or is the one
    whole number that no other heading is nearer to.
    """
    heading = columns.quantity
    if under := [cell for cell in row.cells if cell.is_under(heading)]:
        return min(under, key=lambda cell: _gap(cell, heading))
    ordered = sorted((heading, *columns.others), key=lambda one: one.start)
    if len(row.cells) == len(ordered):
        return row.cells[ordered.index(heading)]
    near = [
        cell
        for cell in row.cells
        if _WHOLE.fullmatch(cell.text)
        and _is_on_its_side(row, cell, columns)
        and all(_gap(cell, heading) < _gap(cell, other) for other in columns.others)
    ]
    return near[0] if len(near) == 1 else None


def _is_on_its_side(row: Row, cell: Cell, columns: Columns) -> bool:
    """Tell whether a cell is before, or after, the code as its heading is."""
    code = CODE.search(row.text)
    if not code or not columns.ean:
        return True
    before = columns.quantity.start < columns.ean.start
    return (cell.start < code.start()) == before


def quantity_in(row: Row, columns: Columns) -> int | None:
    """Return the quantity of a row, None when its column holds none."""
    cell = quantity_cell(row, columns)
    match = cell and _COPIES.fullmatch(row.folded, cell.start, cell.end)
    return copies(match[1]) if match else None


def copies(text: str) -> int | None:
    """Return a number of copies, None when it is beyond reason."""
    number = int(text)
    return number if 1 <= number <= MOST_COPIES else None


def _gap(one: Cell, other: Cell) -> float:
    """How far the middles of two cells are from one another."""
    return abs(one.start + one.end - other.start - other.end) / 2
