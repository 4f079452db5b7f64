"""Make a true PDF/A-3B with its Factur-X inside, whatever wrote the pages.

The pages are copied into a new document: forms, scripts, outlines, metadata and earlier
attachments of the source are left behind, which is what PDF/A asks and what makes the
result the same for the same input. ISO 19005-3 (PDF/A-3), Factur-X 1.0 §6.
"""

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from ..invoice import Attachment
from .cii_files import file_name
from .cii_nodes import clean
from .pdf_reading import (
    array,
    descendants,
    dictionary,
    embedded_files,
    entries,
    open_pdf,
    page_resources,
    program_widths,
    readable,
)
from .pdfa_check import PRINT_FLAG, is_web_link, pdfa_problems
from .xmp import PRODUCER, XML_NAME, packet

__all__ = ["embed", "pdfa_problems", "read_xml"]

# ICC version 2 display profile of sRGB (IEC 61966-2-1).
SRGB = Path(__file__).with_name("sRGB.icc").read_bytes()


def embed(
    pdf: bytes,
    xml: bytes,
    *,
    title: str,
    author: str,
    made_at: datetime,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the pages as a PDF/A-3B that holds this XML and these files.

    :param pdf: readable invoice from wkhtmltopdf, patched or not, or any other writer;
        its fonts must be embedded (`pdfa_problems` tells). An XML embedded earlier is
        dropped, other embedded files are kept
    :param xml: Factur-X, profile EN 16931 or EXTENDED
    :param title: document title, such as the kind and number of the invoice
    :param author: name of the seller
    :param made_at: aware time of making; the result depends on nothing else than these
        parameters
    :param attachments: files that go with the invoice; names are cut to 50 characters
        and made distinct
    :raise ValueError: the PDF cannot be read, or `made_at` is naive
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at must be an aware datetime")
    made_at = made_at.astimezone(timezone.utc)
    title, author = clean(title), clean(author)
    reader = open_pdf(pdf)
    writer = PdfWriter()
    with readable():
        for page in reader.pages:
            _make_archivable(page)
            writer.add_page(page)
        files = [*_kept_files(reader, attachments), *attachments]
    _replace_lzw(writer)
    _describe(writer, title, author, made_at, xml)
    _attach(writer, xml, files, made_at)
    identity = ByteStringObject(_md5(pdf + xml + repr((title, made_at)).encode()))
    # pypdf offers a random identifier only.
    writer._ID = ArrayObject([identity, identity])
    writer.pdf_header = "%PDF-1.7"
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def read_xml(pdf: bytes) -> bytes:
    """Return the Factur-X embedded in a PDF.

    :raise ValueError: not a PDF, or without exactly one `factur-x.xml`
    """
    with readable():
        files = list(embedded_files(open_pdf(pdf)))
    found = [content for name, content in files if name == XML_NAME]
    if len(found) != 1:
        raise ValueError(f"{len(found)} embedded files named {XML_NAME}, not one")
    return found[0]


def _kept_files(
    reader: PdfReader, attachments: Sequence[Attachment]
) -> list[Attachment]:
    """Return the source's files that are neither invoice data nor given again."""
    given = {attachment.content for attachment in attachments}
    return [
        Attachment(name, content, "application/octet-stream")
        for name, content in embedded_files(reader)
        if PurePosixPath(name).suffix.lower() != ".xml" and content not in given
    ]


# --- pages ---------------------------------------------------------------------------


def _make_archivable(page: DictionaryObject) -> None:
    """Take out of a page what PDF/A-3 forbids, in place."""
    links = [note.get_object() for note in array(page, "/Annots")]
    links = [link for link in links if is_web_link(link)]
    for link in links:
        link[NameObject("/F")] = NumberObject(PRINT_FLAG)
        link.pop("/AA", None)
    for key in ("/AA", "/Annots", "/StructParents"):
        page.pop(key, None)
    if links:
        page[NameObject("/Annots")] = ArrayObject(links)
    for resources in page_resources(page):
        for font in entries(resources, "/Font"):
            _repair_font(font)
        for image in entries(resources, "/XObject"):
            image.pop("/Interpolate", None)


def _repair_font(font: DictionaryObject) -> None:
    """Make a composite font consistent with the font program it embeds.

    Qt writes rounded or wrong widths (ISO 19005-3 §6.2.11.5), a CIDSet that misses
    glyphs (optional since PDF/A-2, but complete when there), and two names.
    """
    for cid_font in descendants(font):
        descriptor = dictionary(cid_font, "/FontDescriptor")
        descriptor.pop("/CIDSet", None)
        if widths := program_widths(cid_font):
            declared = ArrayObject(NumberObject(width) for width in widths)
            cid_font[NameObject("/W")] = ArrayObject([NumberObject(0), declared])
            name = NameObject(descriptor["/FontName"])
            font[NameObject("/BaseFont")] = cid_font[NameObject("/BaseFont")] = name


def _replace_lzw(writer: PdfWriter) -> None:
    """Encode LZW streams again by Flate: PDF/A forbids LZW (ISO 19005-3 §6.1.7.2)."""
    for index, item in enumerate(writer._objects):
        if isinstance(item, StreamObject) and "LZW" in str(item.get("/Filter")):
            plain = DecodedStreamObject()
            plain.set_data(item.get_data())
            for key, value in item.items():
                if key not in ("/Filter", "/DecodeParms", "/Length"):
                    plain[NameObject(key)] = value
            writer._objects[index] = plain.flate_encode()


# --- document ------------------------------------------------------------------------


def _describe(
    writer: PdfWriter, title: str, author: str, made_at: datetime, xml: bytes
) -> None:
    """Write the information, the XMP that says the same, and the output intent."""
    date = _pdf_date(made_at)
    information = {
        "/Title": title,
        "/Author": author,
        "/Creator": PRODUCER,
        "/Producer": PRODUCER,
        "/CreationDate": date,
        "/ModDate": date,
    }
    writer.add_metadata(information)
    xmp = _stream(packet(title, author, made_at, xml), Type="/Metadata", Subtype="/XML")
    profile = _stream(SRGB).flate_encode()
    profile[NameObject("/N")] = NumberObject(3)
    intent = _dictionary(
        Type=NameObject("/OutputIntent"),
        S=NameObject("/GTS_PDFA1"),
        OutputConditionIdentifier=TextStringObject("sRGB IEC61966-2.1"),
        Info=TextStringObject("sRGB IEC61966-2.1"),
        DestOutputProfile=writer._add_object(profile),
    )
    root = writer.root_object
    root[NameObject("/Metadata")] = writer._add_object(xmp)
    root[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(intent)])
    root[NameObject("/Lang")] = TextStringObject("fr-FR")


def _attach(
    writer: PdfWriter, xml: bytes, files: Sequence[Attachment], made_at: datetime
) -> None:
    """Embed the XML and the files, tied to the document as a whole (/AF)."""
    specifications = {
        XML_NAME: _embedded(
            writer,
            Attachment(XML_NAME, xml, "text/xml"),
            made_at,
            relationship="/Data",
            description="Factur-X",
        )
    }
    taken = {XML_NAME}
    for file in files:
        name = file_name(file.name, taken)
        file = Attachment(name, file.content, file.mimetype)
        specifications[name] = _embedded(
            writer, file, made_at, relationship="/Supplement", description=name
        )
    pairs = ArrayObject()
    for name in sorted(specifications):
        pairs += [TextStringObject(name), specifications[name]]
    files_tree = _dictionary(Names=pairs)
    root = writer.root_object
    root[NameObject("/Names")] = _dictionary(EmbeddedFiles=files_tree)
    root[NameObject("/AF")] = ArrayObject(specifications.values())


def _embedded(
    writer: PdfWriter,
    file: Attachment,
    made_at: datetime,
    *,
    relationship: str,
    description: str,
) -> IndirectObject:
    stream = _stream(file.content, Type="/EmbeddedFile").flate_encode()
    # pypdf escapes the slash of the type: /text#2Fxml.
    stream[NameObject("/Subtype")] = NameObject("/" + file.mimetype)
    stream[NameObject("/Params")] = _dictionary(
        ModDate=TextStringObject(_pdf_date(made_at)),
        CheckSum=ByteStringObject(_md5(file.content)),
        Size=NumberObject(len(file.content)),
    )
    content = writer._add_object(stream)
    specification = _dictionary(
        Type=NameObject("/Filespec"),
        F=TextStringObject(file.name),
        UF=TextStringObject(file.name),
        Desc=TextStringObject(description),
        AFRelationship=NameObject(relationship),
        EF=_dictionary(F=content, UF=content),
    )
    return writer._add_object(specification)


def _stream(content: bytes, **names: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(content)
    for key, value in names.items():
        stream[NameObject("/" + key)] = NameObject(value)
    return stream


def _dictionary(**values: PdfObject) -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/" + key): value for key, value in values.items()}
    )


def _pdf_date(moment: datetime) -> str:
    return f"D:{moment:%Y%m%d%H%M%S}+00'00'"


def _md5(content: bytes) -> bytes:
    # An identifier and a checksum that the PDF format fixes, not a protection.
    return hashlib.md5(content, usedforsecurity=False).digest()
