"""Where the order is to be delivered: what stands beside its label, and below that."""

import re

from .columns import CODE, headings
from .labels import WEAK, Label
from .page import Cell, fold
from .place import Sheet

_ROWS_OF_A_BLOCK, _LONG = 6, 200
# What an address, or a place, says; anything else is shown, never filled in.
_IS_PLACE = re.compile(
    r"\b(?:\d{5}|rue|avenue|av\.|boulevard|bd|place|quai|allees?|chemin|route|"
    r"impasse|mail|zone|za|zi|mediatheque|bibliotheque|biblio|bu|bcd|cdi|ecoles?|college|"
    r"lycee|universite|ufr|umr|upr|iut|faculte|campus|laboratoire|labo|institut|ifsi|"
    r"mairie|hotel|maison|centre|creche|salle|batiment|bat\.?|bureau|service|accueil|"
    r"boutique|musee|archives|theatre|residence|cite|foyer|magasin|entrepot|depot|"
    r"reserve|loge|site|etage|hopital|tribunal|prefecture|conseil|direction|pole|"
    r"relais|ludotheque|conservatoire|gymnase)\b"
)
# In a block: "Téléphone :".
_ANOTHER_LABEL = re.compile(r"[^\W\d_][\w .°'()-]{1,30}:")


def address(sheet: Sheet, number: int, label: Label) -> tuple[str, float]:
    """Read the address that a label announces.

    :param number: of the label's row
    :return: the address on one line, "" when there is none; how sure it is one
    """
    lines = [line.strip(" ,;(") for line in _lines(sheet, number, label)]
    value = ", ".join(line for line in lines if re.search(r"[^\W\d_]{2}", line))
    is_place = (
        _IS_PLACE.search(fold(value))
        and len(value) <= _LONG
        and not ("[" in value or CODE.search(value))
    )
    return value, label.strength if is_place else WEAK


def _lines(sheet: Sheet, number: int, label: Label) -> list[str]:
    row = sheet.rows[number]
    cell = row.cell_at(label.start) or Cell("", label.start, label.end)
    limit = sheet.limit(number, label)
    end = min(cell.end, limit)
    inline = row.text[label.end : end]
    first = inline.strip(" :.=,;-")
    colon = ":" in inline
    if first:
        start = label.end + inline.index(first) if colon else cell.start
        column = Cell("", start, max(cell.end, start + 1))
        return [first, *([] if end < cell.end else _block(sheet, number, column))]
    below = _block(sheet, number, cell)
    following = next((one for one in row.cells if one.start >= cell.end), None)
    if following and following.start < limit and (colon or not below):
        first = row.text[following.start : min(following.end, limit)]
        return [first, *_block(sheet, number, following)]
    return below


def _block(sheet: Sheet, number: int, column: Cell) -> list[str]:
    """The lines below, as far as nothing else begins."""
    lines = []
    for rank, cell in sheet.column_below(number, column, _ROWS_OF_A_BLOCK):
        if headings(sheet.rows[rank]) or _ANOTHER_LABEL.match(cell.text):
            break
        lines.append(cell.text)
    return lines
