"""Order files that mean harm, or that hold nothing (« Three laws »)."""

import io
import time
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from chorus import orders
from chorus.orders import mail_file, pdf_file
from orders_corpus.form import Form, build, siret

TOWN = siret(21990010)


def said(reading):
    return " ".join(map(str, reading.notes))


def drawn(draw):
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def archive(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


@pytest.fixture
def quick():
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 5


def test_a_picture_of_a_form_says_so():
    picture = drawn(lambda canvas: canvas.rect(10, 10, 300, 300))
    assert "holds no text" in said(orders.read_file(picture, "scan.pdf"))


@pytest.mark.parametrize("cut", [9, 200, 900])
def test_a_cut_pdf_says_so(cut):
    whole = build(Form("bc", "Bon de commande n° 2026-1"))
    assert "damaged" in said(orders.read_file(whole[:cut], "bc.pdf"))


def test_a_pdf_with_a_password_says_so():
    writer = PdfWriter(PdfReader(io.BytesIO(build(Form("bc", "EJ 1400123459")))))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    assert "password" in said(orders.read_file(file.getvalue(), "bc.pdf"))


def test_a_pdf_locked_by_an_empty_password_is_read():
    writer = PdfWriter(PdfReader(io.BytesIO(build(Form("bc", "EJ 1400123459")))))
    writer.encrypt("", "owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    reading = orders.read_file(file.getvalue(), "bc.pdf")
    assert reading.values() == {"engagement": "1400123459"}


def test_only_the_first_pages_are_read(quick):
    def draw(canvas):
        for number in range(pdf_file.MAX_PAGES + 60):
            canvas.drawString(50, 700, f"page {number}")
            canvas.showPage()

    assert "first 40 pages" in said(orders.read_file(drawn(draw), "long.pdf"))


def test_a_page_that_draws_too_much_is_left(quick):
    def draw(canvas):
        canvas.drawString(50, 700, "Engagement 2026-77")
        canvas.showPage()
        canvas._code.append("BT (x) Tj ET " * 400_000)

    reading = orders.read_file(drawn(draw), "heavy.pdf")
    assert "page 2 draws too much" in said(reading)
    assert reading.values() == {"engagement": "2026-77"}


def test_text_far_outside_the_page(quick):
    def draw(canvas):
        canvas.drawString(50, 700, "Engagement 2026-77")
        for number in range(200):
            canvas.drawString(1e7 * number, 1e6 * number, "x")

    orders.read_file(drawn(draw), "far.pdf")


@pytest.mark.parametrize("name", ["word__document", "content"])
def test_a_document_with_entities_is_refused(name, quick):
    bomb = (
        '<!DOCTYPE a [<!ENTITY b "EJ 1400123459"><!ENTITY c "&b;&b;&b;">]>'
        "<document>&c;</document>"
    )
    reading = orders.read_file(archive(**{name: bomb}), "bc.docx")
    assert "document type" in said(reading)
    assert not reading.candidates


def test_a_document_that_unpacks_into_gigabytes_is_refused(quick):
    huge = archive(word__document="<w:p/>" + " " * 60_000_000)
    assert orders.read_file(huge, "bc.docx").notes


def test_a_workbook_of_nothing_but_rows(quick):
    rows = "<row/>" * 300_000
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    content = archive(xl__workbook="<workbook/>", xl__worksheets__sheet1=sheet)
    assert orders.read_file(content, "liste.xlsx").notes


def test_a_mail_of_one_endless_line(quick):
    line = "motif siret engagement n° " * 20_000
    reading = orders.read(orders.mail_pages("commande", line))
    assert isinstance(reading, orders.Reading)


def test_a_mail_nested_a_thousand_times(quick):
    body = "<div>" * 3_000 + f"SIRET {TOWN}" + "</div>" * 3_000
    orders.read(orders.mail_pages("commande", body))


def test_a_mail_within_a_mail_is_not_followed():
    inner = Form("inner", "EJ 1400123442", kind="eml", subject="autre")
    outer = Form("outer", "EJ 1400123459", kind="eml", attached=(inner,))
    reading = orders.read_file(build(outer), "outer.eml")
    assert [one.value for one in reading.of("engagement")] == ["1400123459"]


def test_a_mail_with_more_files_than_anyone_sends(quick):
    one = Form("bc", "Engagement 2026-77")
    mail = Form("m", "Bonjour", kind="eml", attached=(one,) * 60)
    parts = mail_file.parts(build(mail))
    assert len(parts[2]) == mail_file.MAX_FILES


def test_a_file_larger_than_any_order():
    assert "20 MB" in said(orders.read_file(b"%PDF-" + b"0" * 20_000_001, "big.pdf"))


def test_an_unknown_kind_of_file_says_so():
    assert "no kind of file" in said(orders.read_file(b"\x89PNG\r\n", "photo.png"))


def test_nul_and_marks_of_direction_are_cleaned():
    text = "Engagement : \u202a2026-77\u202c\x00\nSIRET\u00a0: 219\u202f900\u202f10"
    reading = orders.read_file(text.encode(), "a.txt")
    assert reading.values() == {"engagement": "2026-77"}


@pytest.mark.parametrize("words", ["SIRET de ", "Réf. chorus ", "Réf. à rappeler ", ""])
@pytest.mark.parametrize("sign", ["o", "code", "n ", "é ", "n°", "1", "- "])
def test_a_row_without_end_takes_no_time(quick, words, sign):
    row = words + sign * (3000 // len(sign))
    orders.read_file(f"{row}\n{row} :\n".encode(), "bc.txt")
