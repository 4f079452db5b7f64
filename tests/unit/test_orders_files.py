"""What is peculiar to each kind of file that holds an order, or a list of books."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas
from stdnum import ean, isbn

from chorus import orders
from orders_corpus.form import hyphened, siret
from orders_corpus.form import isbn as book

TOWN = siret(21990010)
A, B, C, D = (book(number, "978299996") for number in (1, 2, 3, 4))
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table")
)


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"{name.replace('__', '/')}.xml", content)
    return file.getvalue()


def word(body, tag="document", inner="body"):
    return f'<w:{tag} xmlns:w="{W}"><w:{inner}>{body}</w:{inner}></w:{tag}>'


def said(words):
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def copies(reading):
    return {one.ean: one.quantity for one in reading.books}


# --- documents ------------------------------------------------------------------------


def test_the_letterhead_of_a_word_document():
    content = zipped(
        word__document=word(said("Engagement n° 26-77")),
        word__header1=word(said(f"SIRET {TOWN}"), "hdr", "x"),
        word__footer1=word(said("Code service : CULT"), "ftr", "x"),
    )
    values = orders.read_file(content, "bc.docx").values()
    assert values == {"engagement": "26-77", "siret": TOWN, "service": "CULT"}


def test_the_paragraphs_of_a_text_box():
    box = f"<w:txbxContent>{said('Engagement n° 26-77')}{said('BC n° 118')}"
    content = zipped(
        word__document=word(f"<w:p><w:r>{box}</w:txbxContent></w:r></w:p>")
    )
    values = orders.read_file(content, "bc.docx").values()
    assert values == {"engagement": "26-77", "order": "118"}


def test_the_merged_cells_of_a_word_table():
    def cell(words, span=1):
        width = f'<w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>'
        return f"<w:tc>{width}{said(words)}</w:tc>"

    rows = [
        cell("ISBN") + cell("Titre") + cell("Auteur") + cell("Qté"),
        cell(A) + cell("Un, de plusieurs auteurs", 2) + cell("2"),
        cell(B) + cell("Deux", 2) + cell("1"),
    ]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    content = zipped(word__document=word(f"<w:tbl>{table}</w:tbl>"))
    assert copies(orders.read_file(content, "bc.docx")) == {A: 2, B: 1}


def test_the_figures_and_blanks_of_an_open_document_sheet():
    def cell(words, more=""):
        return f"<table:table-cell {more}><text:p>{words}</text:p></table:table-cell>"

    blank = '<table:table-cell table:number-columns-repeated="2"/>'
    figure = 'office:value-type="float" office:value="{}"'
    rows = [
        cell("ISBN") + cell("Titre") + cell("Auteur") + cell("Qté"),
        cell("9,78E+12", figure.format(A)) + blank + cell("2"),
        cell("9,78E+12", figure.format(B)) + cell("Deux") + cell("Y") + cell("1"),
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = zipped(
        content=f"<office:document {ODF}><table:table>{table}</table:table>"
        "</office:document>"
    )
    reading = orders.read_file(content, "liste.ods")
    assert copies(reading) == {A: 2, B: 1}
    assert not reading.unreadable


def test_a_choice_in_the_list_of_a_form():
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(50, 700, "Code service")
    canvas.acroForm.choice(
        name="code_service", value="CULT-01", options=["CULT-01", "ECO-02"], x=9, y=9
    )
    canvas.save()
    reading = orders.read_file(file.getvalue(), "bc.pdf")
    assert reading.values() == {"service": "CULT-01"}


# --- lists ----------------------------------------------------------------------------


def csv(text, encoding="utf-8"):
    return "liste.csv", text.encode(encoding)


def text(rows):
    return "liste.txt", rows.encode()


def sheets(*several, merged=()):
    workbook = Workbook()
    workbook.remove(workbook.active)
    for rows in several:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    file = io.BytesIO()
    workbook.save(file)
    return "liste.xlsx", file.getvalue()


def ten(digits):
    return isbn.to_isbn10(digits)


def good(twelve):
    return twelve + ean.calc_check_digit(twelve)


def dashed(sign):
    return hyphened(A).replace("-", sign)


LISTS = {
    "without headings": (csv(f"{A};2\n{B};1\n"), {A: 2, B: 1}),
    "one row": (csv(f"{A};2\n"), {A: 2}),
    "copies first": (csv(f"2;{A}\n1;{B}\n3;{C}\n"), {A: 2, B: 1, C: 3}),
    "commas": (csv(f"isbn,qty\n{A},2\n{B},1\n"), {A: 2, B: 1}),
    "tabulations": (csv(f"ISBN\tQté\n{A}\t2\n{B}\t1\n"), {A: 2, B: 1}),
    "of Windows": (csv(f"Référence;Qté\n{A};2\n{B};1\n", "cp1252"), {A: 2, B: 1}),
    "with a mark of order": (csv(f"\ufeffISBN;Qté\n{A};2\n"), {A: 2}),
    "of two bytes a sign": (csv(f"ISBN;Qté\n{A};2\n", "utf-16"), {A: 2}),
    "text kept by a formula": (csv(f'="{A}";2\n="{B}";1\n'), {A: 2, B: 1}),
    "text kept by an apostrophe": (csv(f"'{A};2\n'{B};1\n"), {A: 2, B: 1}),
    "ten figures": (csv(f"ISBN;Qté\n{ten(A)};2\n{ten(B)};1\n"), {A: 2, B: 1}),
    "ten figures, no headings": (
        csv(f"{ten(A)};2\n{ten(B)};1\n{ten(C)};4\n"),
        {A: 2, B: 1, C: 4},
    ),
    "hyphens that break no line": (csv(f"{dashed(chr(0x2011))};2\n"), {A: 2}),
    "dashes": (csv(f"{dashed(chr(0x2013))};2\n"), {A: 2}),
    "hyphens that hide": (csv(f"{dashed(chr(0xAD))};2\n"), {A: 2}),
    "words before": (csv(f"ISBN : {hyphened(A)};2\nEAN {B};3\n"), {A: 2, B: 3}),
    "music": (csv(f"{good('979012345678')};2\n"), {good("979012345678"): 2}),
    "periodical": (csv(f"{good('977123456789')};2\n"), {good("977123456789"): 2}),
    "no copies": (csv(f"{A}\n{B}\n"), {A: 1, B: 1}),
    "twice": (csv(f"{A};2\n{B};1\n{A};3\n"), {A: 5, B: 1}),
    "prices": (csv(f"{A};12,50;2\n{B};8,00;1\n{C};9,90;3\n"), {A: 2, B: 1, C: 3}),
    "round prices": (csv(f"EAN;Prix;Qté\n{A};12;2\n{B};8;1\n"), {A: 2, B: 1}),
    "a total": (csv(f"ISBN;Titre;Qté\n{A};x;2\n{B};y;1\nTotal;;3\n"), {A: 2, B: 1}),
    "volumes": (
        csv(f"ISBN;Titre;Tome;Quantité\n{A};x;12;2\n{B};y;13;1\n"),
        {A: 2, B: 1},
    ),
    "stock": (csv(f"ISBN;Stock;Qté\n{A};12;2\n{B};0;1\n"), {A: 2, B: 1}),
    "delivered": (
        csv(f"ISBN;Qté commandée;Qté livrée\n{A};2;1\n{B};1;0\n"),
        {A: 2, B: 1},
    ),
    "years": (csv(f"ISBN;Année;Nombre\n{A};2024;2\n{B};2023;1\n"), {A: 2, B: 1}),
    "discounts": (csv(f"ISBN;Remise;Qté\n{A};9;2\n{B};9;1\n"), {A: 2, B: 1}),
    "figures of a sheet": (
        sheets([["ISBN", "Titre", "Qté"], [int(A), "x", 2], [float(B), "y", 1.0]]),
        {A: 2, B: 1},
    ),
    "a title over merged cells": (
        sheets(
            [
                ["Commande de livres 2026", None, None],
                [None],
                ["Titre", "ISBN", "Quantité"],
                ["x", int(A), 2],
                ["y", int(B), 1],
                ["TOTAL", None, 3],
            ],
            merged=["A1:C1"],
        ),
        {A: 2, B: 1},
    ),
    "two tabs": (
        sheets([["ISBN", "Qté"], [A, 2]], [["ISBN", "Qté"], [B, 1]]),
        {A: 2, B: 1},
    ),
    "a zero lost": (
        sheets([["ISBN", "Qté"], [306406152, 3], ["2070360024", 1]]),
        {"9780306406157": 3, "9782070360024": 1},
    ),
    "titles that are figures": (
        sheets(
            [
                ["N°", "ISBN", "Titre", "Qté", "PU"],
                [1, int(A), "1984", 2, 12.5],
                [2, int(B), "2001", 1, 8],
            ]
        ),
        {A: 2, B: 1},
    ),
    "an empty cell": (
        sheets([["ISBN", "Qté"], [int(A), 2], [int(B), None]]),
        {A: 2, B: None},
    ),
    "none wanted": (
        sheets([["ISBN", "Qté"], [int(A), 2], [int(B), 0]]),
        {A: 2, B: None},
    ),
    "two codes": (
        sheets([["ISBN papier", "ISBN numérique", "Qté"], [int(A), int(C), 2]]),
        {A: 2},
    ),
    "x": (text(f"{A} x 2\n{B} x1\n3 x {C}"), {A: 2, B: 1, C: 3}),
    "copies in words": (
        text(f"Deux exemplaires de {A}\n{B} : trois exemplaires"),
        {A: 2, B: 3},
    ),
    "dashes for columns": (text(f"- {A} - 2\n- {B} - 3\n"), {A: 2, B: 3}),
    "figures in a title": (
        text(f"{A} 1984 2 ex\n{B} Les 3 mousquetaires 4 ex\n"),
        {A: 2, B: 4},
    ),
    "a volume is no quantity": (text(f"{A} Tome 3\n{B} Tome 4\n"), {A: 1, B: 1}),
    "several on a row": (
        text(f"{A} (2 ex.), {B} (1 ex.), {C} (3 ex.)\n"),
        {A: 2, B: 1, C: 3},
    ),
    "copies on the row below": (
        text(f"ISBN : {A}\nQuantité : 2\n\nISBN : {B}\nTitre : y\nQuantité : 3\n"),
        {A: 2, B: 3},
    ),
    "copies on the row above": (
        text(
            f"Le vent          2      15,00\nISBN {A}\nAtlas     1      20,00\nISBN {B}"
        ),
        {A: 2, B: 1},
    ),
    "units": (text(f"{A}  Titre  2 U  15,90\n{B}  Titre  1 U  8,00\n"), {A: 2, B: 1}),
    "zeros before": (text(f"{A} 0002\n{B} 0001"), {A: 2, B: 1}),
    "ranks": (
        text(f"1. {A}   Un    26\n2. {B}   Deux    26\n3. {C}   Trois    1"),
        {A: 26, B: 26, C: 1},
    ),
    "beyond reason": (text(f"ISBN             Qté\n{A}    1 200\n"), {A: None}),
    "glued": (text(f"{A}2\n"), {}),
    "a telephone": (text("0599001234567\n"), {}),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list(name):
    (file, content), expected = LISTS[name]
    assert copies(orders.read_file(content, file)) == expected


@pytest.mark.parametrize(
    "lost", ["9,783E+12", "9.78300E+12", f"{A[:-1]}{(int(A[-1]) + 1) % 10}"]
)
def test_what_cannot_be_read_is_listed(lost):
    reading = orders.read_file(f"{lost};2\n{B};1\n".encode(), "liste.csv")
    assert [one.printed for one in reading.unreadable] == [lost]
    assert copies(reading) == {B: 1}


def test_no_copies_anywhere_is_one_each_and_said():
    reading = orders.read_file(f"{A}\n{B}\n".encode(), "liste.csv")
    assert [(one.quantity, one.assumed) for one in reading.books] == [(1, True)] * 2


def test_the_same_book_twice_is_added_up_and_said():
    [one] = orders.read_file(f"{A};2\n{A};3\n".encode(), "liste.csv").books
    assert one.quantity == 5
    assert "added up" in str(one.notes[0])


def test_the_same_book_in_the_mail_and_its_file_is_counted_once():
    found = [
        *orders.mail_pages("commande", f"{A} x 2"),
        *orders.pages(*csv(f"{A};2")[::-1]),
    ]
    [one] = orders.read(found).books
    assert one.quantity == 2
    assert "counted once" in str(one.notes[-1])


def test_the_code_of_its_column_is_the_book():
    _file, content = sheets([["ISBN papier", "ISBN numérique", "Qté"], [A, C, 2]])
    [one] = orders.read_file(content, "liste.xlsx").books
    assert (one.ean, one.quantity) == (A, 2)
    assert C in str(one.notes[0])


CODES = (
    "EAN", "EAN13", "EAN-13", "ISBN", "ISBN-13", "ISBN/EAN", "ISBN ou EAN", "GENCOD",
    "code barre", "Codes-barres", "Code", "Réf.", "Référence", "Code article",
    "N° ISBN", "EAN (13 chiffres)", "Identifiant", "ISBN papier",
)  # fmt: skip
COPIES = (
    "qté", "QTE", "Quantité", "Quantités", "nb", "nbre", "Nombre", "ex.", "exemplaires",
    "Nombre d'ex.", "Nb exemplaires", "Qté cdée", "Qté commandée", "Qté à commander",
    "Quantité souhaitée", "Nombre de livres", "Qty", "Copies", "Combien", "Besoin",
    "Commande", "Unités", "Nb vol.", "Volumes", "# ex", "Total ex.",
)  # fmt: skip
# Other columns of a list, with whole numbers most of them.
BESIDE = {
    "N°": "1 2 3", "Titre": "Vent 1984 2001", "Collection": "Poche Poche Poche",
    "Tome": "3 4 5", "Remise": "9 9 9", "Stock": "10 11 12", "Âge": "6 7 8",
    "Pages": "120 121 122", "PU TTC": "10,50 11,50 12,50", "Prix": "12 13 14",
    "Total": "24 13 196", "Année": "2020 2021 2022", "Niveau": "1 2 3",
    "Qté livrée": "1 0 3", "Hauteur": "20 21 22",
}  # fmt: skip


@given(
    st.sampled_from(CODES),
    st.sampled_from(COPIES),
    st.lists(st.sampled_from(sorted(BESIDE)), unique=True, max_size=5),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200, deadline=None)
def test_copies_are_those_of_their_heading(code, wanted, beside, chance):
    columns = [[code, A, B, C], [wanted, "2", "1", "14"]]
    columns += [[name, *BESIDE[name].split()] for name in beside]
    chance.shuffle(columns)
    rows = zip(*columns, strict=True)
    content = "\n".join(";".join(row) for row in rows).encode()
    reading = orders.read_file(content, "liste.csv")
    assert copies(reading) == {A: 2, B: 1, C: 14}


@given(
    st.lists(st.sampled_from(sorted(BESIDE)), unique=True, min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_no_other_heading_gives_copies(beside, chance):
    columns = [["ISBN", A, B, C]]
    columns += [[name, *BESIDE[name].split()] for name in beside]
    chance.shuffle(columns)
    content = "\n".join(";".join(row) for row in zip(*columns, strict=True)).encode()
    for one in orders.read_file(content, "liste.csv").books:
        assert one.assumed or one.quantity is None


# Ways to write a book and its copies on a row: its EAN, title, copies, price, rank.
ROWS = (
    "{i} {t} {q} ex", "{i} {t} : {q} ex.", "{q} x {i} {t}", "{i} x {q} {t}",
    "{i};{t};{q}", "{t} - {i} - {q}", "{q} {i} {t}", "{q}    {i}    {t}",
    "{i} - {t} - {p} € - {q}", "{t} ({i}) : {q}", "{i} {t} qté {q} prix {p}",
    "{n}. {t}, {i}, {q} ex.", "{t}     {i}     {p}     {q}", "{q} ex. {t} {i}",
    "{n}    {i}    {t}    {q}    {p}", "{q} exemplaires de {t} (ISBN {i})",
    "- {t} ; {i} ; {q}", "{i}   {t}   {q}", "{i} : {q}", "| {i} | {t} | {q} |",
    "Qté {q} - {i} - {t}", "{t} x{q} {i}", "{i} {t} {q} unités", "{i} {t} {q}",
)  # fmt: skip
# Titles that hold figures, as many do.
TITLES = (
    "Le vent", "1984", "Les 3 amis", "Dune tome 2", "20 000 lieues sous les mers",
    "Histoire 6e", "100 % maths", "Maths CM2", "Le 5e élément", "Naruto vol. 12",
    "Le tour du monde en 80 jours", "Bled 2026", "Atlas 2025-2026", "Zoo n° 4",
    "Catch 22", "3 contes", "L'étranger",
)  # fmt: skip


@given(
    st.sampled_from(ROWS),
    st.lists(
        st.tuples(st.sampled_from(TITLES), st.integers(1, 40), st.integers(5, 30)),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=200, deadline=None)
def test_copies_on_a_row_are_right_or_left_to_a_person(way, wanted):
    rows, expected = [], {}
    for rank, (title, quantity, price) in enumerate(wanted, start=1):
        ean = book(rank, "978294444")
        words = {"i": ean, "t": title, "q": quantity, "n": rank, "p": f"{price},90"}
        rows.append(way.format(**words))
        expected[ean] = quantity
    for one in orders.read_file("\n".join(rows).encode(), "liste.txt").books:
        assert not one.assumed
        assert one.quantity in (None, expected[one.ean]), rows


# --- mails ----------------------------------------------------------------------------


def test_a_link_rewritten_for_safety_says_nothing():
    link = (
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexemple.fr"
        f"%2FEJ+1400123459%2F{A}&data=05 "
    )
    reading = orders.read(orders.mail_pages("commande", f"Voir {link} merci"))
    assert not reading.candidates and not reading.books


def test_the_subject_names_the_order():
    body = "Bonjour, veuillez trouver ci-joint notre commande."
    found = orders.mail_pages("Bon de commande n° 2026-0077", body)
    assert orders.read(found).values() == {"order": "2026-0077"}


def test_a_signature_and_a_forwarder_rank_below_what_is_said():
    body = f"SIRET {TOWN}\nCordialement\nA. Blanc\nCC du Val - SIRET {siret(24990002)}"
    reading = orders.read(orders.mail_pages("commande", body))
    assert [one.value for one in reading.of("siret")] == [TOWN, siret(24990002)]
    assert reading.values() == {"siret": TOWN}
    assert "below the signature" in reading.of("siret")[1].why
