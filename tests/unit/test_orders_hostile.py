"""Order files that mean harm, or that hold nothing (« Three laws »)."""

import io
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from chorus import orders
from chorus.orders import mail_file, pdf_file
from chorus.orders.labels import MOST_LABELS, labels_on
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


def test_an_aes_file_locked_by_an_empty_password_is_read():
    writer = PdfWriter(PdfReader(io.BytesIO(build(Form("bc", "EJ 1400123459")))))
    writer.encrypt("", "owner", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    reading = orders.read_file(file.getvalue(), "bc.pdf")
    assert reading.values() == {"engagement": "1400123459"}


def holding(cover, **files):
    """A PDF with other files inside."""
    writer = PdfWriter(PdfReader(io.BytesIO(cover)))
    for name, data in files.items():
        writer.add_attachment(name.replace("_", "."), data)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_the_files_of_a_portfolio_are_read():
    inner = build(Form("bc", "Engagement n° 2026-77"))
    cover = drawn(lambda canvas: canvas.rect(10, 10, 300, 300))
    reading = orders.read_file(holding(cover, bc_pdf=inner, logo_png=b"x"), "p.pdf")
    assert reading.values() == {"engagement": "2026-77"}
    assert not reading.notes


def test_a_portfolio_within_a_portfolio_is_not_followed(quick):
    inner = build(Form("bc", "Engagement n° 2026-77"))
    cover = build(Form("cover", "Bon de commande n° 2026-1"))
    twice = holding(cover, in_pdf=holding(cover, bc_pdf=inner))
    assert orders.read_file(twice, "p.pdf").values() == {"order": "2026-1"}


def test_a_portfolio_of_a_thousand_files(quick):
    inner = build(Form("bc", "Engagement n° 2026-77"))
    files = {f"a{number}_pdf": inner for number in range(300)}
    cover = build(Form("cover", "Bon de commande n° 2026-1"))
    orders.read_file(holding(cover, **files), "p.pdf")


def test_a_portfolio_that_unpacks_into_gigabytes(quick):
    cover = build(Form("cover", "Bon de commande n° 2026-1"))
    writer = PdfWriter(PdfReader(io.BytesIO(cover)))
    writer.add_attachment("a.csv", b" " * 90_000_000)
    for number, one in enumerate(writer._objects):
        if isinstance(one, StreamObject) and one.get("/Type") == "/EmbeddedFile":
            writer._objects[number] = one.flate_encode()
    file = io.BytesIO()
    writer.write(file)
    bomb = file.getvalue()
    assert len(bomb) < 1_000_000
    reading = orders.read_file(bomb, "p.pdf")
    assert reading.values() == {"order": "2026-1"}


def test_a_form_for_adobe_reader_alone_says_so():
    writer = PdfWriter(PdfReader(io.BytesIO(build(Form("x", "Please wait...")))))
    form = DictionaryObject({NameObject("/XFA"): ArrayObject()})
    form[NameObject("/Fields")] = ArrayObject()
    form[NameObject("/XFA")].append(TextStringObject("datasets"))
    writer.root_object[NameObject("/AcroForm")] = form
    file = io.BytesIO()
    writer.write(file)
    assert "Adobe Reader" in said(orders.read_file(file.getvalue(), "x.pdf"))


def test_an_outlook_file_says_what_to_do():
    content = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000
    [note] = orders.read_file(content, "commande.msg").notes
    assert "save it as PDF" in str(note)


def test_a_photograph_is_a_picture():
    [note] = orders.read_file(b"\xff\xd8\xff\xe0" + b"\0" * 99, "bc.jpg").notes
    assert "it is a picture" in str(note)


def test_a_mail_saved_without_an_ending_is_a_mail():
    mail = build(Form("m", "EJ 1400123459\n> EJ 1400123442", kind="eml"))
    assert orders.read_file(mail, "message").values() == {"engagement": "1400123459"}


def test_only_the_first_pages_are_read(quick):
    def draw(canvas):
        for number in range(pdf_file.MAX_PAGES + 460):
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
    assert "no kind of file" in said(orders.read_file(b"\x7fELF", "photo.exe"))


def test_nul_and_marks_of_direction_are_cleaned():
    text = "Engagement : \u202a2026-77\u202c\x00\nSIRET\u00a0: 219\u202f900\u202f10"
    reading = orders.read_file(text.encode(), "a.txt")
    assert reading.values() == {"engagement": "2026-77"}


@pytest.mark.parametrize("words", ["SIRET de ", "Réf. chorus ", "Réf. à rappeler ", ""])
@pytest.mark.parametrize("sign", ["o", "code", "n ", "é ", "n°", "1", "- "])
def test_a_row_without_end_takes_no_time(quick, words, sign):
    row = words + sign * (3000 // len(sign))
    orders.read_file(f"{row}\n{row} :\n".encode(), "bc.txt")


def test_a_row_of_nothing_but_labels_is_no_form():
    assert len(labels_on("lot marche service " * 100)) == MOST_LABELS
