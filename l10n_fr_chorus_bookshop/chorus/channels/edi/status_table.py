"""A table of states, under the titles that the operator's profile names."""

import io
from collections.abc import Sequence

from ...files import aside, delimited
from ...files import text as text_file
from ...files.table import DAMAGED, HEADER_WITHIN, WIDTH
from ...text import _
from .answer import MOST_ROWS, TOO_MANY, Dictionary, Reading, Unreadable, folded, status

NO_COLUMN = _("This file has none of the columns that the profile names.")


def read(content: bytes, dictionary: Dictionary) -> Reading:
    """Return what its rows say.

    :raises Unreadable: it is empty, or bears other titles
    """
    text = content.decode(text_file.encoding_of(io.BytesIO(content)), "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not text.strip():
        raise Unreadable(_("This file is empty."))
    separator, header, first = _titles(lines, dictionary)
    places = _places(header, dictionary)
    answers, asides = [], []
    rows = delimited.rows(lines[first:], separator, len(header), first + 1)
    for row in rows:
        cells = [cell.strip() for cell in row.cells]
        if not any(cells) or [folded(cell) for cell in cells] == header:
            continue
        if len(answers) + len(asides) == MOST_ROWS:
            asides.append(aside(row.line, row.text, TOO_MANY))
            break
        if row.damaged and len(cells) != len(header):
            asides.append(aside(row.line, row.text, DAMAGED))
        elif any(cells[len(header) :]):
            values = {"found": len(cells), "wanted": len(header)}
            asides.append(aside(row.line, row.text, WIDTH, **values))
        else:
            values = {
                datum: cells[place]
                for datum, place in places.items()
                if place < len(cells)
            }
            answers.append(status(values, dictionary))
    return Reading(tuple(answers), tuple(asides))


def _titles(lines: Sequence[str], dictionary: Dictionary) -> tuple[str, list[str], int]:
    """Find the titles, under whatever stands above them.

    :return: what parts the cells, the titles, and how many lines there are to their end
    :raises Unreadable: no line near the top has those that the profile names
    """
    for separator in delimited.SEPARATORS:
        for row in delimited.rows(lines[:HEADER_WITHIN], separator):
            header = [folded(name) for name in row.cells]
            places = _places(header, dictionary)
            if "code" in places and places.keys() & {"number", "reference"}:
                return separator, header, row.line + row.text.count("\n")
    raise Unreadable(NO_COLUMN)


def _places(header: Sequence[str], dictionary: Dictionary) -> dict[str, int]:
    """Return where each datum stands among the titles."""
    return {
        datum: header.index(folded(name))
        for datum, name in dictionary.columns.items()
        if name and folded(name) in header
    }
