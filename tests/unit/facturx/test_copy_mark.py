"""R26: COPIE on each page, once, and nothing hidden."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from chorus.facturx.copy_mark import mark


def document(pages=3, size=(595, 842), text="Facture FA1"):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for page in range(pages):
        canvas.scale(0.5, 0.5)  # left behind, as wkhtmltopdf does
        canvas.drawString(300, 900, f"{text} p{page}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def texts(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("size", [(595, 842), (842, 595), (420, 595)])
def test_every_page_is_marked_and_whole(size):
    for page, text in enumerate(texts(mark(document(size=size)))):
        assert text.count("COPIE") == 1
        assert f"Facture FA1 p{page}" in text


def test_marked_once():
    once = mark(document())
    assert mark(once) == once


def test_pages_added_later_are_marked():
    writer = PdfWriter()
    for part in (mark(document(1)), document(1)):
        writer.append(io.BytesIO(part))
    buffer = io.BytesIO()
    writer.write(buffer)
    assert [text.count("COPIE") for text in texts(mark(buffer.getvalue()))] == [1, 1]


def test_empty_page_is_marked():
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(buffer)
    assert texts(mark(buffer.getvalue())) == ["COPIE"]


def test_the_mark_keeps_to_the_margin():
    places = []

    def visit(text, _user, matrix, _font, size):
        if "COPIE" in text:
            places.append((matrix[4], matrix[5], size))

    [page] = PdfReader(io.BytesIO(mark(document(1)))).pages
    page.extract_text(visitor_text=visit)
    [(x, y, _size)] = places
    assert x <= 17.5, "6 mm: text begins further in, whatever the layout"
    assert 300 < y < 540
