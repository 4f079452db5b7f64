"""The PDF/A-3: true whatever wrote the pages, with exactly one Factur-X inside."""

import hashlib
import io
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import reportlab
from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf._codecs._codecs import LzwCodec
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import factories
from chorus.facturx import cii, schemas
from chorus.facturx import pdf as facturx_pdf
from chorus.facturx.dialect import FACTURX_EXTENDED, Reform
from chorus.invoice import Attachment

MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=1)))
XML = cii.write(factories.invoice())
HTML = """<html><head><meta charset="utf-8"></head><body><p style="opacity: .5">pâle</p>
<h1>Facture INV/2026/00001 « L'Été » — 12,50 €</h1><b>Gras</b> <i>italique</i>
<a href="https://librairie.example/">site</a> <a href="#bas">bas</a>
<p id="bas">fin</p></body></html>"""


def embed(pdf: bytes, xml: bytes = XML, **changes) -> bytes:
    values = {
        "title": "Facture INV/2026/00001 <&>",
        "author": "Librairie L'Été",
        "made_at": MADE_AT,
    }
    return facturx_pdf.embed(pdf, xml, **values | changes)


def metadata(pdf: bytes) -> bytes:
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return root["/Metadata"].get_object().get_data()


@pytest.fixture(name="page", scope="session")
def one_page() -> bytes:
    """A page whose font is embedded, by reportlab."""
    fonts = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Vera", str(fonts / "Vera.ttf")))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True, initialFontName="Vera")
    canvas.setFont("Vera", 12)
    canvas.drawString(72, 720, "Facture INV/2026/00001, 12,50 €")
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(name="web_page", scope="session")
def one_page_by_wkhtmltopdf(tmp_path_factory) -> bytes:
    program = shutil.which("wkhtmltopdf")
    if program is None:
        pytest.skip("wkhtmltopdf is absent")
    folder = tmp_path_factory.mktemp("web")
    (folder / "page.html").write_text(HTML, encoding="utf-8")
    command = [program, "--quiet", "page.html", "page.pdf"]
    subprocess.run(command, cwd=folder, check=True, timeout=60, capture_output=True)
    return (folder / "page.pdf").read_bytes()


def edited(pdf: bytes, edit) -> bytes:
    """The PDF after `edit(writer, first page)`."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    edit(writer, writer.pages[0])
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def names(pdf: bytes) -> list[str]:
    """Embedded names as an independent reader sees them."""
    return sorted(PdfReader(io.BytesIO(pdf)).attachments)


# --- what comes out ------------------------------------------------------------------


def test_metadata_name_the_profile_of_the_xml(page):
    """An approved platform refuses an EXTENDED that calls itself EN 16931."""
    xml = cii.write(factories.invoice(), (), Reform(FACTURX_EXTENDED))
    made = embed(page, xml)

    assert b"EXTENDED<" in metadata(made)
    assert b"EN 16931<" in metadata(embed(page))
    assert facturx_pdf.pdfa_problems(made) == []


def test_page_becomes_a_pdf_a_3(page):
    assert facturx_pdf.pdfa_problems(page) != []

    pdf = embed(page)

    assert facturx_pdf.pdfa_problems(pdf) == []
    assert facturx_pdf.read_xml(pdf) == XML
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Facture INV/2026/00001, 12,50 €" in text


def test_page_by_wkhtmltopdf_becomes_a_pdf_a_3(web_page):
    pdf = embed(web_page)

    assert facturx_pdf.pdfa_problems(pdf) == []
    assert facturx_pdf.read_xml(pdf) == XML
    (result,) = PdfReader(io.BytesIO(pdf)).pages
    assert "Facture INV/2026/00001" in " ".join(result.extract_text().split())
    links = [note.get_object()["/A"]["/URI"] for note in result["/Annots"]]
    assert links == ["https://librairie.example/"]


def test_header_says_1_7_then_binary_then_id(page):
    pdf = embed(page)

    first, second = pdf.split(b"\n")[:2]
    assert first == b"%PDF-1.7"
    assert second[:1] == b"%"
    assert len(second) >= 5
    assert all(byte > 127 for byte in second[1:5])
    assert len(PdfReader(io.BytesIO(pdf)).trailer["/ID"]) == 2


def test_factur_x_is_declared_in_the_metadata(page):
    root = PdfReader(io.BytesIO(embed(page))).root_object
    packet = root["/Metadata"].get_object().get_data()
    xmp = schemas.parse(packet)

    def value(namespace: str, name: str) -> str:
        return xmp.findtext(f".//{{{namespace}}}{name}")

    pdfa = "http://www.aiim.org/pdfa/ns/id/"
    assert (value(pdfa, "part"), value(pdfa, "conformance")) == ("3", "B")
    factur_x = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
    assert value(factur_x, "ConformanceLevel") == "EN 16931"
    assert value(factur_x, "DocumentType") == "INVOICE"
    assert value(factur_x, "DocumentFileName") == "factur-x.xml"
    assert value(factur_x, "Version") == "1.0"
    assert b"<pdfaSchema:prefix>fx</pdfaSchema:prefix>" in packet
    assert "Facture INV/2026/00001 <&>" in "".join(xmp.itertext())


def test_metadata_and_information_say_the_same(page):
    reader = PdfReader(io.BytesIO(embed(page)))

    assert reader.metadata.title == reader.xmp_metadata.dc_title["x-default"]
    assert [reader.metadata.author] == reader.xmp_metadata.dc_creator
    assert reader.metadata.creation_date == MADE_AT
    created = reader.xmp_metadata.xmp_create_date
    assert created.replace(tzinfo=timezone.utc) == MADE_AT


def test_factur_x_is_attached_by_the_rules(page):
    root = PdfReader(io.BytesIO(embed(page))).root_object
    (item,) = root["/AF"]
    specification = item.get_object()

    assert specification["/AFRelationship"] == "/Data"
    assert specification["/F"] == specification["/UF"] == "factur-x.xml"
    assert specification["/Desc"]
    stream = specification["/EF"]["/F"].get_object()
    assert stream["/Subtype"] == "/text/xml"
    assert stream["/Params"]["/Size"] == len(XML)
    assert stream["/Params"]["/ModDate"] == "D:20261123073000+00'00'"
    assert root["/Names"]["/EmbeddedFiles"]["/Names"][0] == "factur-x.xml"


def test_same_input_gives_the_same_bytes(page):
    first = embed(page, attachments=[factories.attachment()])

    assert embed(page, attachments=[factories.attachment()]) == first
    assert embed(page, made_at=MADE_AT + timedelta(seconds=1)) != embed(page)


def test_naive_time_is_refused(page):
    with pytest.raises(ValueError, match="aware"):
        embed(page, made_at=datetime(2026, 11, 23))  # noqa: DTZ001


# --- files inside --------------------------------------------------------------------


def test_earlier_xml_is_replaced(page):
    old = embed(page, b"<old/>")

    pdf = embed(old)

    assert names(pdf) == ["factur-x.xml"]
    assert facturx_pdf.read_xml(pdf) == XML
    assert facturx_pdf.pdfa_problems(pdf) == []
    assert embed(old) == embed(old)


def test_attachments_travel_beside_the_xml(page):
    files = [
        Attachment("bon.pdf", b"one"),
        Attachment("bon.pdf", b"two"),
        Attachment("factur-x.xml", b"<mine/>", "text/xml"),
    ]

    pdf = embed(page, attachments=files)

    assert names(pdf) == ["bon-2.pdf", "bon.pdf", "factur-x-2.xml", "factur-x.xml"]
    assert facturx_pdf.read_xml(pdf) == XML
    assert facturx_pdf.pdfa_problems(pdf) == []
    assert names(embed(pdf, attachments=files[:2])) == [
        "bon-2.pdf",
        "bon.pdf",
        "factur-x.xml",
    ]


def test_files_embedded_in_the_source_are_kept(page):
    source = edited(page, lambda pdf, _: pdf.add_attachment("plan.png", b"png"))

    pdf = embed(source)

    assert names(pdf) == ["factur-x.xml", "plan.png"]
    assert facturx_pdf.pdfa_problems(pdf) == []


@pytest.mark.parametrize("count", [0, 2])
def test_reading_wants_exactly_one_xml(page, count):
    def add(writer, _page):
        for _ in range(count):
            writer.add_attachment("factur-x.xml", b"<x/>")

    with pytest.raises(ValueError, match=f"^{count} embedded files"):
        facturx_pdf.read_xml(edited(page, add))


@pytest.mark.parametrize("broken", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF"])
def test_broken_pdf_is_a_value_error(broken):
    with pytest.raises(ValueError, match="cannot be read"):
        facturx_pdf.read_xml(broken)
    with pytest.raises(ValueError, match="cannot be read"):
        embed(broken)
    assert len(facturx_pdf.pdfa_problems(broken)) == 1


def test_truncated_pdf_does_not_crash(page):
    for size in range(0, len(page), 997):
        assert facturx_pdf.pdfa_problems(page[:size]) != []


# --- what PDF/A forbids --------------------------------------------------------------


def _add_script(writer, _page):
    writer.root_object["/Names"][NameObject("/JavaScript")] = DictionaryObject()


def _open_with_action(writer, _page):
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Named"), NameObject("/N"): NameObject("/Print")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def _act_on_page(_writer, page):
    page[NameObject("/AA")] = DictionaryObject()


def _add_note(writer, _page):
    writer.add_annotation(0, FreeText(text="note", rect=(50, 50, 200, 100)))


def _add_hidden_link(writer, _page):
    link = Link(rect=(50, 50, 200, 100), url="https://librairie.example/")
    link[NameObject("/F")] = NumberObject(2)
    writer.add_annotation(0, link)


def _use_lzw(_writer, page):
    plain = page.get_contents().get_data()
    stream = page["/Contents"].get_object()
    stream._data = LzwCodec().encode(plain)
    stream[NameObject("/Filter")] = NameObject("/LZWDecode")
    stream.pop("/DecodeParms", None)
    stream.decoded_self = None


def _interpolate_image(writer, page):
    image = DecodedStreamObject()
    image.set_data(b"\xff\x00\x00")
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/Interpolate"): BooleanObject(True),
        }
    )
    images = DictionaryObject({NameObject("/Im1"): writer._add_object(image)})
    page["/Resources"][NameObject("/XObject")] = images


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_add_script, "scripts"),
        (_open_with_action, "/OpenAction"),
        (_act_on_page, "actions on a page"),
        (_add_note, "annotation /FreeText"),
        (_add_hidden_link, "does not print"),
        (_use_lzw, "LZW"),
        (_interpolate_image, "interpolated image"),
    ],
)
def test_forbidden_things_are_found_and_taken_out(page, spoil, complaint):
    spoiled = edited(embed(page), spoil)
    assert any(complaint in p for p in facturx_pdf.pdfa_problems(spoiled))

    pdf = embed(spoiled)

    assert facturx_pdf.pdfa_problems(pdf) == []
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Facture INV/2026/00001" in text


def test_encryption_is_found_and_taken_out(page):
    spoiled = edited(
        embed(page), lambda pdf, _: pdf.encrypt("", "owner", algorithm="RC4-128")
    )
    assert "encrypted (6.1.3)" in facturx_pdf.pdfa_problems(spoiled)

    assert facturx_pdf.pdfa_problems(embed(spoiled)) == []


def test_font_outside_the_file_is_found():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 720, "Helvetica")
    canvas.save()

    problems = facturx_pdf.pdfa_problems(embed(buffer.getvalue()))

    assert problems == ["font /Helvetica is not embedded (6.2.11.4.1)"]


def test_wrong_glyph_widths_are_found_and_corrected(web_page):
    def narrow(_writer, page):
        for font in page["/Resources"]["/Font"].values():
            (cid_font,) = font.get_object()["/DescendantFonts"]
            widths = ArrayObject([NumberObject(0), NumberObject(9), FloatObject(1)])
            cid_font.get_object()[NameObject("/W")] = widths

    spoiled = edited(embed(web_page), narrow)
    problems = facturx_pdf.pdfa_problems(spoiled)
    assert any("wrong glyph widths" in problem for problem in problems)

    assert facturx_pdf.pdfa_problems(embed(spoiled)) == []


def _drop(*keys):
    def edit(writer, _page):
        for key in keys:
            writer.root_object.pop(key, None)

    return edit


def _cmyk(writer, page):
    stream = DecodedStreamObject()
    stream.set_data(b"0 0 0 1 k\n0 0 10 10 re f\n")
    page[NameObject("/Contents")] = writer._add_object(stream)


def _other_level(writer, _page):
    stream = writer.root_object["/Metadata"].get_object()
    stream.set_data(stream.get_data().replace(b">EN 16931<", b">EXTENDED<"))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_drop("/OutputIntents"), "output intent"),
        (_drop("/Metadata"), "no XMP metadata"),
        (_drop("/AF"), "not associated"),
        (_drop("/Names", "/AF"), "0 embedded files"),
        (_cmyk, "CMYK"),
        (_other_level, "ConformanceLevel"),
    ],
)
def test_missing_things_are_found(page, spoil, complaint):
    problems = facturx_pdf.pdfa_problems(edited(embed(page), spoil))

    assert any(complaint in problem for problem in problems)


def test_missing_identifier_header_and_end_are_found(page):
    pdf = embed(page)

    spoiled = pdf.replace(b"\n%\xe2\xe3\xcf\xd3", b"\n%plain", 1) + b"more"

    problems = facturx_pdf.pdfa_problems(spoiled)
    assert "no binary comment after the header (6.1.2)" in problems
    assert "data after the end of the file (6.1.3)" in problems
    without_id = edited(page, lambda pdf, _: setattr(pdf, "_ID", None))
    problems = facturx_pdf.pdfa_problems(without_id)
    assert "no identifier in the trailer (6.1.3)" in problems


# --- colour profile ------------------------------------------------------------------


def test_colour_profile_is_srgb():
    profile = ImageCms.getOpenProfile(io.BytesIO(facturx_pdf.SRGB))

    assert ImageCms.getProfileName(profile).strip() == "sRGB IEC61966-2.1"
    assert profile.profile.xcolor_space == "RGB "
    ours = profile.profile.red_primary
    reference = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    theirs = reference.profile.red_primary
    assert ours[0] == pytest.approx(theirs[0], abs=1e-3)


def test_checksum_is_the_md5_of_the_file(page):
    root = PdfReader(io.BytesIO(embed(page))).root_object
    checksum = root["/AF"][0].get_object()["/EF"]["/F"].get_object()["/Params"]
    found = checksum["/CheckSum"]
    if isinstance(found, TextStringObject):
        found = found.original_bytes
    assert ByteStringObject(found) == hashlib.md5(XML).digest()
