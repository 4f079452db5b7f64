"""Tags stay in a Factur-X, are asked for, and cost no more than their number."""

import cProfile
import io
import pstats
import time

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

import factories
from chorus.facturx import cii, packing, pdf, pdfa
from chorus.invoice import Attachment
from typesetting import text_of, write

INVOICE = factories.invoice()
XML = cii.write(INVOICE)
TAGS = ("/StructTreeRoot", "/MarkInfo", "/ViewerPreferences", "/Lang")


@pytest.fixture(name="page", scope="module")
def typeset_page() -> bytes:
    return write(INVOICE)


def embed(page: bytes, xml: bytes = XML, **more) -> bytes:
    values = {"title": "Facture 1", "author": "L'Été", "made_at": factories.MADE_AT}
    return pdf.embed(page, xml, **values | more)


def edited(content: bytes, edit=lambda root: None) -> bytes:
    """The same as another program writes it."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    edit(writer.root_object)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


# --- kept ----------------------------------------------------------------------------


def test_tags_stay_beside_the_xml(page):
    made = embed(page, attachments=[Attachment("bon.pdf", b"bon")])

    assert pdf.pdfa_problems(made, accessible=True) == []
    assert pdf.read_xml(made) == XML
    reader = PdfReader(io.BytesIO(made))
    assert sorted(reader.attachments) == ["bon.pdf", "factur-x.xml"]
    assert set(TAGS) <= set(reader.root_object)
    assert b"<pdfuaid:part>1" in reader.root_object["/Metadata"].get_object().get_data()
    assert text_of(made) == text_of(page)
    assert reader.metadata.title == "Facture 1"
    assert len(made) < len(page)


def test_tags_stay_whatever_wrote_the_file(page):
    made = embed(edited(page))

    assert pdf.pdfa_problems(made, accessible=True) == []
    assert pdf.read_xml(made) == XML
    assert text_of(made) == text_of(page)


def test_xml_put_in_twice_is_there_once(page):
    made = embed(embed(page, b"<old/>"))

    assert pdf.read_xml(made) == XML
    assert pdf.pdfa_problems(made, accessible=True) == []
    assert b"<old/>" not in b"".join(
        item.get_data()
        for item in map(PdfReader(io.BytesIO(made)).get_object, range(1, 40))
        if hasattr(item, "get_data")
    )


def test_same_page_gives_the_same_bytes(page):
    assert embed(page) == embed(page)


@pytest.mark.parametrize(
    "broken", [b"", b"%PDF-1.7", b"startxref\n5\n%%EOF", b"startxref\n99999\n%%EOF\n"]
)
def test_only_the_typesetter_is_taken_for_it(broken):
    assert packing.PackedPdf.read(broken) is None


def test_file_of_another_program_is_read_as_such(page):
    assert packing.PackedPdf.read(page) is not None
    assert packing.PackedPdf.read(edited(page)) is None


# --- asked for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("/StructTreeRoot", "no tags (7.1)"),
        ("/MarkInfo", "not marked as tagged (7.1)"),
        ("/ViewerPreferences", "the title is not displayed (7.1)"),
        ("/Lang", "no language (7.2)"),
        ("/Metadata", "the metadata do not say PDF/UA part 1 (5)"),
    ],
)
def test_what_access_needs_is_missed(page, key, complaint):
    spoiled = edited(embed(page), lambda root: root.pop(key))

    assert complaint in pdf.pdfa_problems(spoiled, accessible=True)
    assert complaint not in pdf.pdfa_problems(spoiled)


def test_metadata_without_a_title_are_found(page):
    assert "no title in the metadata (7.1)" in pdf.pdfa_problems(
        embed(page, title=""), accessible=True
    )


# --- linear --------------------------------------------------------------------------

HOSTILE = {
    "numbers": b"1 " * 4,
    "one long number": b"12345678",
    "spaces": b"        ",
    "almost an operator": b"1 2 3 k4 ",
    "operators": b"0 g 0 G ",
    "k without numbers": b" k k k k",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_looking_for_cmyk_follows_the_size(name):
    def seconds(times: int) -> float:
        content = HOSTILE[name] * times
        start = time.process_time()
        pdfa._paints_cmyk(content)
        return time.process_time() - start

    # Four times the content; its square would be sixteen.
    once = min(seconds(10_000) for _ in range(5))
    assert min(seconds(40_000) for _ in range(5)) < 8 * once + 0.005


def test_check_reads_shared_fonts_once(page, monkeypatch):
    """Twice the pages: not a font more is read."""
    read = []
    widths = pdfa.program_widths
    monkeypatch.setattr(
        pdfa, "program_widths", lambda font: read.append(1) or widths(font)
    )
    counts = []
    for lines in (60, 120, 240):
        invoice = factories.invoice(tuple(factories.line() for _ in range(lines)))
        made = embed(write(invoice), cii.write(invoice))
        read.clear()
        assert pdf.pdfa_problems(made, accessible=True) == []
        counts.append(len(read))

    assert counts[0] == counts[1] == counts[2]


def test_check_and_embedding_follow_the_number_of_lines():
    def calls(lines: int) -> int:
        invoice = factories.invoice(tuple(factories.line() for _ in range(lines)))
        page, xml = write(invoice), cii.write(invoice)
        profile = cProfile.Profile()
        profile.runcall(lambda: pdf.pdfa_problems(embed(page, xml), accessible=True))
        return pstats.Stats(profile).total_calls

    assert calls(600) < 2.2 * calls(300)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"0 0 0 1 k\n", True),
        (b"q 0 .5 -0 1 K Q", True),
        (b"0\n0\r\n0 1\tk", True),
        (b"1 0 0 rg (0 0 0 1) Tj k ", False),
        (b"/k 1 2 3 4 re", False),
        (b"k", False),
    ],
)
def test_cmyk_is_an_operator_after_four_numbers(content, found):
    assert pdfa._paints_cmyk(content) is found


def test_cmyk_in_a_page_is_found(page):
    def paint(root):
        stream = DecodedStreamObject()
        stream.set_data(b"0 0 0 1 k 0 0 9 9 re f")
        first = root["/Pages"]["/Kids"][0].get_object()
        first[NameObject("/Contents")] = stream

    assert any("CMYK" in one for one in pdf.pdfa_problems(edited(embed(page), paint)))
