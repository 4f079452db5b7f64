"""Tables: a header somewhere near the top, then rows."""

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter

from ..errors import UnreadableFile
from ..text import _
from . import columns
from .rows import Converter, ServiceRow, StructureRow, Tally

# A title or an empty line may stand above the header.
_HEADER_WITHIN = 20
# A workbook's last row has the number 1 048 576.
_MAX_ROWS = 1 << 20


def read(
    rows: Iterator[Sequence], title: str, tally: Tally, *, ragged: bool
) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of one table; one that is of no use here is only named.

    :param rows: sequences of cells
    :param title: the table's name, for people
    :param ragged: short rows are whole ones: a workbook ends a row at its last cell
    :raise UnreadableFile: a key column is missing, or the last row is cut off
    """
    header, kind = _header(rows)
    if kind is None:
        tally.ignored.append(title)
        return
    names = [columns.plain(cell) for cell in header]
    found = columns.sources(kind, names)
    columns.note_fields(tally, kind, found)
    tally.unmapped += [str(header[place]) for place in columns.unmapped(kind, names)]
    convert = Converter(tally).convert
    width, cut = len(header), False
    # A missing column is read where every row gets one more cell: None.
    pick = itemgetter(*(width if place is None else place for place in found))
    for number, cells in enumerate(rows, start=1):
        if number > _MAX_ROWS:
            raise UnreadableFile(
                _("The file has more rows than a directory can have: refused."),
                code="rows",
            )
        if not any(cells):
            continue
        if ragged or len(cells) > width:
            cells = _fitted(cells, width)
        cut = len(cells) < width
        if cut:
            tally.skip(
                _("Row %(number)s of %(table)s is cut short: it is left out."),
                number=number,
                table=title,
            )
        elif row := convert(kind, pick((*cells, None))):
            yield row
    if cut:
        raise UnreadableFile(
            _("The file ends in the middle of a row: download it again."), code="cut"
        )


def _header(rows: Iterator[Sequence]) -> tuple[list, type | None]:
    """Find the header among the first rows; what stands above it is dropped."""
    for cells in islice(rows, _HEADER_WITHIN):
        kind = columns.kind_of([columns.plain(cell) for cell in cells])
        if kind is not None:
            return _trimmed(cells), kind
    return [], None


def _trimmed(cells: Sequence) -> list:
    """A header without the empty cells a spreadsheet leaves after it."""
    kept = list(cells)
    while kept and kept[-1] in (None, ""):
        kept.pop()
    return kept


def _fitted(cells: Sequence, width: int) -> list:
    """A workbook's row at its header's width, its empty cells as empty words."""
    kept = ["" if cell is None else cell for cell in cells[:width]]
    return kept + [""] * (width - len(kept))
