"""R11: the portal's export, whatever its columns are called."""

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from chorus.channels.portal import export as portal_export
from chorus.errors import UnreadableFile
from chorus.files import table as table_file

CSV = (
    "Factures émises;;;\n"
    "N° facture;Statut;Date du statut;SIRET destinataire;Montant TTC;Motif\n"
    "FAC/2026/00012;Mise à disposition;24/11/2026 10:15;215 903 501 00017;1 234,50 €;\n"
    "FAC/2026/00013;Suspendue;24/11/2026;21590350100017;10,55;LIVR_INCOMP\n"
    ";;;;;\n"
)


def workbook(rows):
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def read(content, known=None):
    table = portal_export.table(content, known)
    columns = portal_export.guess(table.titles, known or {})
    return portal_export.rows(table, columns)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_csv_is_read_below_its_titles(encoding):
    first, second = read(CSV.encode(encoding))
    assert first.line == 3
    assert first.number == "FAC/2026/00012"
    assert first.code == "MISE_A_DISPOSITION"
    assert first.occurred_at == datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
    assert first.siret == "21590350100017"
    assert first.total == Decimal("1234.50")
    assert second.code == "SUSPENDUE"
    assert second.reason == "LIVR_INCOMP"
    # Any news of the day is newer than its first minute.
    assert second.occurred_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_other_separators(separator):
    content = f"Numéro de facture{separator}Etat\nF1{separator}MANDATEE\n".encode()
    [row] = read(content)
    assert (row.number, row.code, row.occurred_at) == ("F1", "MANDATEE", None)


def test_a_workbook_is_read_with_its_dates_and_figures():
    content = workbook(
        [
            ["Numéro facture", "Statut", "Date statut", "Montant TTC"],
            ["F1", "Service fait", datetime(2026, 11, 24, 10, 15), 10.55],  # noqa: DTZ001
            [2026001, "Déposée", None, None],
        ]
    )
    first, second = read(content)
    assert first.occurred_at == datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
    assert first.total == Decimal("10.55")
    assert second.number == "2026001"


def test_columns_are_mapped_once_and_remembered():
    content = "Réf.;Où en est-on ?\nF1;Mandatée\n".encode()
    titles = portal_export.table(content).titles
    assert portal_export.guess(titles) == {}
    known = {"Réf.": "number", "Où en est-on ?": "state"}
    assert portal_export.guess(titles, known) == {"number": 0, "state": 1}
    # Whatever the case and the accents of a later export.
    [row] = read("REF.;OU EN EST-ON ?\nF1;Mandatée\n".encode(), known)
    assert row.code == "MANDATEE"


def test_a_column_said_to_hold_nothing_is_not_guessed_again():
    titles = ("N° facture", "Statut", "Commentaire")
    assert portal_export.guess(titles, {"Commentaire": ""}) == {"number": 0, "state": 1}


def test_unknown_words_are_kept():
    [row] = read("N° facture;Statut\nF1;En attente de visa\n".encode())
    assert row.code == "EN_ATTENTE_DE_VISA"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,50 €", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("-10.5", "-10.5"),
        ("12", "12"),
        ("(12,50)", "-12.50"),
        ("1.234,50", "1234.50"),
        # A thousand for some, one and a bit for others.
        ("1.234", None),
        ("1,234", None),
        ("0,125", "0.125"),
        ("gratuit", None),
        ("", None),
    ],
)
def test_amounts(text, amount):
    assert portal_export.amount(text) == (amount and Decimal(amount))


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman", "utf-16", "utf-16-be"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_machine_of_the_last_forty_years(encoding, end):
    lines = ("sep=;", "Numéro;Statut;Motif", "F1;Rejetée;à l'été", 'F2;Suspendue;"a;b"')
    table = portal_export.table(end.join(lines).encode(encoding))
    rows = portal_export.rows(table, portal_export.guess(table.titles))
    assert [(one.number, one.code, one.reason) for one in rows] == [
        ("F1", "REJETEE", "à l'été"),
        ("F2", "SUSPENDUE", "a;b"),
    ]


@pytest.mark.parametrize("cell", ['="0012"', '"=""0012"""', "0012"])
def test_a_number_that_a_spreadsheet_was_told_to_leave_alone(cell):
    table = portal_export.table(f"Numéro;Statut\n{cell};Rejetée\n".encode())
    assert table.rows == ((2, ("0012", "Rejetée")),)


@pytest.mark.parametrize("text", ["", "hier", "32/13/2026", "2026-99-99", "1/2/3"])
def test_dates_that_are_none(text):
    assert portal_export.moment(text) is None


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("Numéro", "Statut"),
        ("Numéro de la facture", "Statut courant"),
        ("N° de facture", "État de la facture"),
        ("Facture", "Statut courant de la facture"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_titles_are_found_under_a_line_of_two_cells(number, state, kind):
    rows = [["Exporté le", "23/11/2026"], [], [number, state], ["F1", "Suspendue"]]
    content = workbook(rows)
    if kind == "csv":
        content = "\n".join(map(";".join, rows)).encode()
    [row] = read(content)
    assert (row.line, row.number, row.code) == (4, "F1", "SUSPENDUE")


def test_a_stray_quote_and_a_stray_separator_stay_in_their_rows():
    text = (
        "N° facture;Statut;Motif\n"
        'F1;Suspendue;"bon absent\n'
        "F2;Rejetée;tarif; remise\n"
        'F3;Rejetée;"sur deux\nlignes"\n'
        "F4;Mandatée;\n"
    )
    table = portal_export.table(text.encode())
    found = portal_export.rows(table, portal_export.guess(table.titles))
    assert [row.number for row in found] == ["F1", "F3", "F4"]
    assert found[1].reason == "sur deux\nlignes"
    [aside] = table.asides
    assert (aside.place, aside.text) == (3, "F2;Rejetée;tarif; remise")


def test_a_row_without_a_number_or_a_state_is_told():
    text = "Numéro;Statut;Montant\nF1;Rejetée;3\n;Rejetée;2\nF3;;1\nTotal;;6\n;;\n"
    table = portal_export.table(text.encode())
    columns = portal_export.guess(table.titles)
    assert [row.number for row in portal_export.rows(table, columns)] == ["F1"]
    left = portal_export.left_out(table, columns)
    assert [(one.place, one.text) for one in left] == [
        (3, "Rejetée ; 2"),
        (4, "F3 ; 1"),
        (5, "Total ; 6"),
    ]


def test_the_table_may_stand_on_the_second_sheet():
    book, buffer = Workbook(), io.BytesIO()
    book.active.append(["Critères", "Valeur"])
    book.active.append(["Année", 2026])
    sheet = book.create_sheet("Factures")
    sheet.append(["Numéro", "Statut"])
    sheet.append(["F1", "Rejetée"])
    book.save(buffer)
    [row] = read(buffer.getvalue())
    assert row.number == "F1"


# Files from outside


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "save it as XLSX"),
        (b"%PDF-1.7", "PDF"),
        (b"\n<!DOCTYPE html><html><table>", "web page"),
    ],
)
def test_other_files_are_told_what_to_do(content, words):
    with pytest.raises(UnreadableFile, match=words):
        read(content)


@pytest.mark.parametrize(
    ("name", "words"),
    [("factures.zip", "another archive"), ("a.csv", "no workbook")],
)
def test_other_archives_are_told_what_to_do(name, words):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, b"N;S")
    with pytest.raises(UnreadableFile, match=words):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2",
        b"PK\x03\x04 not a zip",
        b"a single column\n1\n2\n",
        b"N;S\n",
        workbook([]),
    ],
)
def test_what_holds_no_table_is_refused(content):
    with pytest.raises(UnreadableFile):
        read(content)


def test_entities_are_refused():
    content = workbook([["N°", "Statut"], ["F1", "Rejetée"]])
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                # As far from the beginning as a comment can take it.
                doctype = b"<!--%s--><!DOCTYPE workbook [<!ENTITY b 'c'>]>"
                start = part.index(b"<workbook")
                part = part[:start] + doctype % (b"x" * 70_000) + part[start:]
            archive.writestr(name, part)
    with pytest.raises(UnreadableFile, match="document type"):
        read(buffer.getvalue())


def test_a_file_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(table_file, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match="too large"):
        read(CSV.encode())


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(table_file, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFile, match="rows"):
        read(CSV.encode())
