"""Tables from outside: rows kept apart, workbooks read as others do, no bombs."""

import csv
import io
import time
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import _bombs as bombs
from chorus.errors import UnreadableFile
from chorus.files import delimited, table
from chorus.files.delimited import encoding_of
from chorus.files.workbook import Workbook

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from(delimited.SEPARATORS),
)
@settings(deadline=None)
def test_what_a_csv_writer_writes_is_read_the_same(rows, separator):
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    output = io.StringIO()
    csv.writer(output, delimiter=separator, lineterminator="\n").writerows(rows)
    # A cell of several lines, one of which looks like a whole row, is told apart.
    if any("\n" in cell for row in rows for cell in row):
        rows = [[cell.replace("\n", " ") for cell in row] for row in rows]
        output = io.StringIO()
        csv.writer(output, delimiter=separator, lineterminator="\n").writerows(rows)
    lines = output.getvalue().split("\n")
    found = list(delimited.rows(lines, separator, 3))
    assert [row.cells for row in found] == rows
    assert not any(row.damaged for row in found)


def rows(text, width=3):
    return [
        (row.line, row.cells, row.damaged)
        for row in delimited.rows(text.split("\n"), ";", width)
    ]


def test_a_stray_quote_damages_its_row_alone():
    text = 'a;b;c\n1;"un;2\n3;deux;4\n5;"trois\nsuite";6\n7;x;"huit\n9;y;z'
    assert rows(text) == [
        (1, ["a", "b", "c"], False),
        (2, ["1", '"un', "2"], True),
        (3, ["3", "deux", "4"], False),
        (4, ["5", "trois\nsuite", "6"], False),
        (6, ["7", "x", '"huit'], True),
        (7, ["9", "y", "z"], False),
    ]


def test_a_hundred_rows_between_two_stray_quotes_are_read():
    text = "\n".join(
        f'{n};"x;y' if n in (5, 105) else f"{n};x;y" for n in range(1, 111)
    )
    found = rows(text)
    assert len(found) == 110
    assert [line for line, _cells, damaged in found if damaged] == [5, 105]


def test_a_million_stray_quotes_take_no_time():
    begun = time.process_time()
    count = sum(1 for _row in delimited.rows(['1;"a;b'] * 200_000, ";", 9))
    assert count == 200_000
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding):
    content = "Numéro;Statut\nF1;Rejetée\n".encode(encoding)
    assert content.decode(encoding_of(io.BytesIO(content))).startswith("Numéro")


# ---- WORKBOOKS ----------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=9),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001
        lambda one: one.replace(microsecond=0)
    ),
)


@given(st.lists(st.lists(VALUES, max_size=6), max_size=5))
@settings(deadline=None, max_examples=40)
def test_a_workbook_says_what_the_usual_library_reads(rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(
            [f"_{cell}" if isinstance(cell, str) else cell for cell in row]
        )
    book.save(file)
    theirs = [
        list(row)
        for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    ]
    [part] = Workbook(file).sheets.values()
    ours = dict(Workbook(file).rows(part))
    for number, row in enumerate(theirs, start=1):
        while row and row[-1] is None:
            row.pop()
        there = ours.get(number, [])
        assert len(there) == len(row)
        for mine, other in zip(there, row, strict=True):
            assert mine == other or (isinstance(mine, float) and abs(mine - other) < 1)


def test_texts_in_pieces_and_how_they_are_spoken():
    shared = "<si><r><t>Lib</t></r><r><t>rairie</t></r><rPh><t>x</t></rPh></si>"
    sheet = (
        '<row r="3"><c r="B3" t="s"><v>0</v></c><c r="D3" t="str"><v>oui</v></c></row>'
    )
    content = bombs.workbook([["a", "b"]], shared=shared, sheet=sheet)
    book = Workbook(io.BytesIO(content))
    [part] = book.sheets.values()
    assert dict(book.rows(part))[3] == [None, "Librairie", None, "oui"]


@pytest.mark.parametrize(
    "parts",
    [
        {"styles": "<font/>" * 400_000},
        {"sheet": "<row/>" * 1_600_000},
        {"sheet": f"<row>{'<c/>' * 1_600_000}</row>"},
        {"shared": "<si/>" * 2_100_000},
        {"sheet": f"<row x='{'9' * 3_000_000}'/>"},
        {"sheet": '<row r="99999999999"/>'},
        {"workbook": f"<w>{'<sheet/>' * 400_000}</w>"},
    ],
    ids=["fonts", "rows", "cells", "texts", "attribute", "number", "sheets"],
)
def test_bombs_are_refused_at_once(parts):
    content = bombs.workbook([["Numéro", "Statut"], ["F1", "Rejetée"]], **parts)
    begun = time.process_time()
    with pytest.raises(UnreadableFile) as refused:
        table.read(content, lambda _titles: False)
    assert refused.value.code in ("bomb", "element", "damaged")
    assert time.process_time() - begun < 5


def test_a_cell_as_long_as_a_book_is_cut():
    content = bombs.workbook(
        [["a", "b"]], sheet=f"<row><c><v>1</v></c><c><v>{'9' * 3_000_000}</v></c></row>"
    )
    found = table.read(content, lambda _titles: False)
    assert len(found.rows[0][1][1]) <= 32_767
