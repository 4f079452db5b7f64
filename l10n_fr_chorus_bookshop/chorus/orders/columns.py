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
_IS_EAN = re.compile(r"\b(?:ean(?: ?-?13)?|isbn|gencode?|codes?[ -]barres?)(?![a-z])")
_IS_QUANTITY = re.compile(
    r"\b(?:qtes?|qt|qty|quantit\w*|nb|nbre?|nombre|exs?|exemplaires?|copies|volumes|"
    r"besoins?|combien|unites)\b|^(?:commandes?|a commander|q)\.?$"
)
_IS_ORDERED = re.compile(r"command|demand|souhait|cde")
# A number of other things, or of copies that are not those to send.
_IS_NO_QUANTITY = re.compile(
    r"livree|recue?|accorde|reste|restant|stock|dispo|factur|eleve|pages?\b|titres?\b|"
    r"tomes?\b|prix|lots?\b|colis|carton|jours?\b|points?\b|offert|gratuit|\bn ?°|"
    r"numero"
)
_IS_OTHER = re.compile(
    r"\b(?:code|ref|identif|titre|auteur|editeur|collection|support|designation|libelle|"
    r"article|description|item|mat(?:erial|iere)|title|author|publisher|price|amount|"
    r"prix|pu|p\.u|montant|total|remise|net|pp?ttc|ht|ttc|tva|n ?°|lig|pos|unite|livre|"
    r"tome|vol|stock|age|pages?|niveau|classe|annee|format|langue|theme|genre|rayon|"
    r"cote|public|date|parution|dispo|rang|serie|discipline|fournisseur|observation|remarque|"
    r"commentaire|note|statut|lieu|section|site|quantit|qte)"
)
# A heading says what it is in a few words.
_LONGEST_HEADING = 40
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
    :ivar is_known: each says what it is; else a number may be copies all the same
    """

    ean: Cell | None = None
    quantity: Cell | None = None
    others: tuple[Cell, ...] = ()
    is_known: bool = True


def headings(row: Row) -> Columns | None:
    """Return the columns when a row is the headings of a list."""
    ean = quantity = None
    known = 0
    for cell in row.cells:
        said = row.folded[cell.start : cell.end].strip(" :*()")
        if ":" in said or len(said) > _LONGEST_HEADING:
            return None
        if _IS_EAN.search(said):
            ean = ean or cell
        elif _IS_QUANTITY.search(said) and not _IS_NO_QUANTITY.search(said):
            if not quantity or _IS_ORDERED.search(said):
                quantity = cell
        elif not _IS_OTHER.search(said):
            continue
        known += 1
    # A sentence has some of these words, a row of headings mostly such.
    if known < 2 or 2 * known <= len(row.cells) or not (ean or quantity):
        return None
    if re.search(r"\d{3}", row.text):
        return None
    others = tuple(cell for cell in row.cells if cell is not quantity)
    return Columns(ean, quantity, others, known == len(row.cells))


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
    if unknown := _words_above(page, rows[0]):
        return Columns(others=unknown, is_known=False)
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


def _words_above(page: Page, first: Row) -> tuple[Cell, ...]:
    """The headings that are none of those known, above the first row of a list."""
    above = [row for row in page.rows[: page.rows.index(first)] if row.text.strip()]
    cells = above[-1].cells if above else ()
    words = len(cells) > 1 and not any(re.search(r"\d{2}", one.text) for one in cells)
    if not words or len(cells) != len(first.cells):
        return ()
    pairs = zip(cells, first.cells, strict=True)
    return cells if all(one.is_under(other) for one, other in pairs) else ()


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
