"""Tables, in a workbook or as delimited text: a header near the top, then rows."""

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain, islice
from operator import itemgetter
from typing import BinaryIO

from ..errors import UnreadableFile
from ..files import delimited
from ..files.delimited import Row, encoding_of
from ..files.table import DAMAGED, HEADER_WITHIN, WIDTH
from ..files.workbook import Workbook
from ..text import _
from .rows import Converter, ServiceRow, StructureRow, Tally

# A workbook's last row has the number 1 048 576.
_MAX_ROWS = 1 << 20
# Row field -> columns it is read from, in the order in which the rows are converted.
_SOURCES = {
    StructureRow: {
        "identifier_type": ("typeidentifiant",),
        "siret": ("identifiant", "siret", "numerosiret", "identifiantstructure"),
        "name": ("raisonsociale", "designation", "nomstructure", "libelle"),
        "is_active": ("structureactive", "actif", "statut", "etat"),
        "service_required": (
            "gestionservice",
            "serviceobligatoire",
            "codeserviceobligatoire",
            "codeservicedoitetrerenseigne",
        ),
        "engagement_required": (
            "gestionengagement",
            "engagementobligatoire",
            "numeroengagementobligatoire",
            "numeroejdoitetrerenseigne",
        ),
        "service_or_engagement_required": (
            "gestionserviceengagement",
            "serviceouengagement",
            "serviceouengagementobligatoire",
            "gestionnumeroejoucodeservice",
        ),
        "payment_reported": ("gestionstatutmiseenpaiement",),
        "works_owner_only": ("estmoauniquement", "moauniquement"),
        "street": ("adresse",),
        "complement": ("complementadresse1",),
        "complement2": ("complementadresse2",),
        "zip": ("codepostal",),
        "city": ("ville",),
    },
    ServiceRow: {
        "identifier_type": ("typeidentifiant",),
        "siret": ("identifiant", "siret", "numerosiret", "identifiantstructure"),
        "code": ("code", "codeservice"),
        "name": ("nom", "nomservice", "libelleservice"),
        "active": ("serviceactif", "actif", "statut", "etat"),
        "engagement_required": ("gestionegmt", "gestionengagement"),
    },
}
# Without these the file would say less than the truth: it is refused.
_KEYS = {
    StructureRow: (
        "siret",
        "name",
        "is_active",
        "service_required",
        "engagement_required",
        "service_or_engagement_required",
    ),
    ServiceRow: ("siret", "code", "active", "engagement_required"),
}
# Known columns of which nothing is kept.
_UNUSED = frozenset(
    {
        "raisonsociale",
        "emetteuredi",
        "recepteuredi",
        "estmoa",
        "moa",
        "numtelephone",
        "courriel",
        "codepays",
        "libellepays",
        *(_SOURCES[StructureRow][part][0] for part in ("street", "zip", "city")),
        *(_SOURCES[StructureRow][part][0] for part in ("complement", "complement2")),
    }
)
# Row fields made from columns of other names.
_MADE_FROM = {
    "payment_not_reported": ("payment_reported",),
    "street2": ("complement", "complement2"),
}


def read_workbook(file: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of every sheet that is a table of the directory.

    :raise UnreadableFile: the workbook is damaged, or means harm
    """
    book = Workbook(file)
    for title, part in book.sheets.items():
        rows = (Row(number, cells, "") for number, cells in book.rows(part))
        yield from _read(rows, title, tally, ragged=True)


def read_text(
    opened: Callable[[], AbstractContextManager[BinaryIO]], title: str, tally: Tally
) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of one text file, line by line.

    :param opened: opens the bytes, as often as it is called
    :raise UnreadableFile: this is no table of the directory
    """
    with opened() as stream:
        encoding = encoding_of(stream)
    with opened() as stream:
        text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        try:
            lines = _lines(text)
            head = list(islice(lines, HEADER_WITHIN))
            separator, width = _titles(head)
            rows = delimited.rows(chain(head, lines), separator, width)
            yield from _read(rows, title, tally, ragged=False)
        finally:
            # Closing belongs to whoever opened.
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines, never a longer one than a table has; PostgreSQL knows no NUL."""
    while line := text.readline(delimited.MAX_LINE):
        if len(line) == delimited.MAX_LINE:
            raise UnreadableFile(
                _("A line of the file is longer than any of a directory: refused."),
                code="line",
            )
        yield line.replace("\0", "") if "\0" in line else line


def _titles(head: list[str]) -> tuple[str, int]:
    """Return what parts the cells, and how many there are: as the titles tell."""
    for separator in delimited.SEPARATORS:
        for row in delimited.rows(head, separator):
            if _kind_of(row.cells):
                return separator, len(_trimmed(row.cells))
    return delimited.separator_of("".join(head)), 0


def _read(
    rows: Iterator[Row], title: str, tally: Tally, *, ragged: bool
) -> Iterator[StructureRow | ServiceRow]:
    """Yield the rows of one table; one that is of no use here is only named.

    :param rows: rows of cells, those that are empty left out
    :param title: the table's name, for people
    :param ragged: rows end at their last cell, as a workbook's do
    :raise UnreadableFile: a key column is missing, or the last row is cut off
    """
    header, kind = _header(rows)
    if kind is None:
        tally.ignored.append(title)
        return
    names = [plain(cell) for cell in header]
    found = sources(kind, names)
    note_fields(tally, kind, found)
    tally.unmapped += [str(header[place]) for place in unmapped(kind, names)]
    convert = Converter(tally).convert
    width, short = len(header), False
    # A missing column is read where every row gets one more cell: None.
    pick = itemgetter(*(width if place is None else place for place in found))
    for count, row in enumerate(rows, start=1):
        if count > _MAX_ROWS:
            raise UnreadableFile(
                _("The file has more rows than a directory can have: refused."),
                code="rows",
            )
        cells = row.cells
        short = len(cells) < width and not ragged
        if ragged or len(cells) > width and not any(cells[width:]):
            cells = _fitted(cells, width)
        if row.damaged:
            tally.skip(row, DAMAGED)
        elif len(cells) != width:
            values = {"found": len(cells), "wanted": width}
            tally.skip(row, WIDTH, **values)
        elif one := convert(kind, pick((*cells, None)), row):
            yield one
    if short:
        raise UnreadableFile(
            _("The file ends in the middle of a row: download it again."), code="cut"
        )


def _header(rows: Iterator[Row]) -> tuple[list, type | None]:
    """Find the header among the first rows; what stands above it is dropped."""
    for row in islice(rows, HEADER_WITHIN):
        kind = _kind_of(row.cells)
        if kind is not None:
            return _trimmed(row.cells), kind
    return [], None


def _kind_of(cells: Sequence) -> type | None:
    """Tell what a row of titles announces, None when it is no such row."""
    return kind_of([plain(cell) for cell in cells])


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


# ---- COLUMNS -------------------------------------------------------------------------
# The columns of the public directory, by the names they go by.
#
# The attested names are those of the 2018 file (`GestionEngagement`…); the layout moved
# once since, so others are accepted, accents and case apart.


def plain(header: object) -> str:
    """Return a column's name without accents, case and punctuation.

    >>> plain("N° d'Identifiant ")
    'ndidentifiant'
    """
    bare = unicodedata.normalize("NFKD", str(header if header is not None else ""))
    return re.sub(r"[^a-z0-9]", "", bare.encode("ascii", "ignore").decode().lower())


def kind_of(names: Sequence[str]) -> type | None:
    """Tell what a table holds by its columns' plain names, None for anything else."""
    present = set(names)

    def has(kind, *fields):
        return all(present & set(_SOURCES[kind][one]) for one in fields)

    if has(ServiceRow, "siret", "code"):
        return ServiceRow
    if has(StructureRow, "siret", "name"):
        return StructureRow
    return None


def sources(kind: type, names: Sequence[str]) -> list[int | None]:
    """Return, for each column a row is made of, its place among `names`."""
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    return [
        next((places[alias] for alias in aliases if alias in places), None)
        for aliases in _SOURCES[kind].values()
    ]


def names_of(kind: type, source: str) -> tuple[str, ...]:
    """Return the plain names a column goes by."""
    return _SOURCES[kind][source]


def unmapped(kind: type, names: Sequence[str]) -> list[int]:
    """Return the places of the columns nobody knows."""
    known = {*chain(*_SOURCES[kind].values()), *_UNUSED, ""}
    return [place for place, name in enumerate(names) if name not in known]


def note_fields(tally: Tally, kind: type, found: Sequence[int | None]) -> None:
    """Note what a table tells of each row.

    :param found: as `sources` returns it
    :raise UnreadableFile: a column is missing without which rows mean nothing
    """
    present = {
        name
        for name, place in zip(_SOURCES[kind], found, strict=True)
        if place is not None
    }
    missing = [_SOURCES[kind][name][0] for name in _KEYS[kind] if name not in present]
    if missing:
        raise UnreadableFile(
            _("The file lacks columns of the directory: %(columns)s."),
            values={"columns": ", ".join(missing)},
            code="columns",
        )
    tally.fields[kind] |= {
        name
        for name in kind._fields
        if name in present or present & set(_MADE_FROM.get(name, ()))
    }
