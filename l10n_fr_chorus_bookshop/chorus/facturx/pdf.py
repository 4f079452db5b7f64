"""Make a true PDF/A-3B with its Factur-X inside, whatever wrote the pages.

Pages of our typesetter are PDF/A-3B and PDF/UA-1 already: they get the XML and the
metadata that say so. Any others are copied into a new document, with their tags where
they have some: forms, scripts, metadata and earlier attachments of the source are left
behind, which is what PDF/A asks and what makes the result the same for the same input.
ISO 19005-3 (PDF/A-3), ISO 14289-1 (PDF/UA-1), Factur-X 1.0 §6.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
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

from ..invoice import Attachment, Invoice
from ..text import clean
from . import cii
from .archive import file_name
from .dialect import HISTORICAL, Dialect
from .packing import PackedPdf
from .pdfa import (
    PRINT_FLAG,
    array,
    descendants,
    dictionary,
    embedded_files,
    entries,
    is_accessible,
    is_web_link,
    open_pdf,
    page_resources,
    pdfa_problems,
    program_widths,
    readable,
)
from .xmp import PRODUCER, XML_NAME, packet

__all__ = ["embed", "facturx", "pdfa_problems", "read_xml"]

# ICC version 2 display profile of sRGB (IEC 61966-2-1).
SRGB = Path(__file__).with_name("sRGB.icc").read_bytes()

# Adds an object to a document and returns its reference.
Add = Callable[[PdfObject], IndirectObject]

# What the catalog of a tagged document keeps: its pages, its tags, its language.
_KEPT = frozenset(
    {
        *("/Type", "/Pages", "/StructTreeRoot", "/MarkInfo", "/ViewerPreferences"),
        *("/Lang", "/Outlines"),
    }
)


def facturx(
    invoice: Invoice,
    pages: Callable[[], bytes],
    files: Sequence[Attachment],
    check: Callable[[bytes], Sequence[str]],
    *,
    title: str,
    accessible: bool,
    dialect: Dialect = HISTORICAL,
) -> tuple[bytes, tuple[str, ...]]:
    """Return a PDF/A-3 with the XML inside, and what is wrong with it.

    Nothing here needs a record: documents are made several at once, one being typeset
    while another is checked.

    :param pages: writes the readable invoice; not called when the XML is wrong
    :param check: says what is wrong with the XML
    :param title: what the PDF is called
    :param accessible: the pages must be PDF/UA-1, as those of our own layout are
    :return: no bytes where the XML is wrong
    """
    xml = cii.write(invoice, (), dialect)
    if problems := check(xml):
        return b"", tuple(problems)
    content = embed(
        pages(),
        xml,
        title=title,
        author=invoice.seller.name,
        made_at=datetime.now(timezone.utc),
        attachments=files,
    )
    return content, tuple(pdfa_problems(content, accessible=accessible))


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

    :param pdf: readable invoice from our typesetter or any other writer, such as
        wkhtmltopdf, patched or not; its fonts must be embedded (`pdfa_problems` tells).
        An XML embedded earlier is dropped, other embedded files are kept
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
    information = _information(title, author, made_at)
    identity = ByteStringObject(_md5(pdf + xml + repr((title, made_at)).encode()))
    pair = ArrayObject([identity, identity])
    if typeset := PackedPdf.read(pdf):
        metadata = _metadata(title, author, made_at, xml, accessible=True)
        catalog, added, last = DictionaryObject(), [], typeset.size

        def add(item: PdfObject) -> IndirectObject:
            added.append(item)
            return IndirectObject(last + len(added), 0, None)

        _attach(catalog, add, xml, attachments, made_at)
        return typeset.write(metadata, catalog, added, information, pair)
    reader = open_pdf(pdf)
    with readable():
        files = [*_kept_files(reader, attachments), *attachments]
        accessible = is_accessible(reader.root_object)
        writer = _copied(reader)
    _replace_lzw(writer)
    writer.metadata = information
    root = writer.root_object
    root[NameObject("/Metadata")] = writer._add_object(
        _metadata(title, author, made_at, xml, accessible=accessible)
    )
    root[NameObject("/OutputIntents")] = _output_intents(writer._add_object)
    root.setdefault(NameObject("/Lang"), TextStringObject("fr-FR"))
    _attach(root, writer._add_object, xml, files, made_at)
    # pypdf offers a random identifier only.
    writer._ID = pair
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


def _copied(reader: PdfReader) -> PdfWriter:
    """Copy the pages, and their tags where they have any, into a new document."""
    root = reader.root_object
    tagged = "/StructTreeRoot" in root
    for page in reader.pages:
        _make_archivable(page)
        if not tagged:
            page.pop("/StructParents", None)
    if tagged:
        for key in set(root) - _KEPT:
            del root[key]
        return PdfWriter(clone_from=reader)
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    return writer


def _make_archivable(page: DictionaryObject) -> None:
    """Take out of a page what PDF/A-3 forbids, in place."""
    links = [note.get_object() for note in array(page, "/Annots")]
    links = [link for link in links if is_web_link(link)]
    for link in links:
        link[NameObject("/F")] = NumberObject(PRINT_FLAG)
        link.pop("/AA", None)
    for key in ("/AA", "/Annots"):
        page.pop(key, None)
    if links:
        page[NameObject("/Annots")] = ArrayObject(links)
    resources = list(page_resources(page))
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


def _information(title: str, author: str, made_at: datetime) -> DictionaryObject:
    """Return the information dictionary, which the XMP must repeat."""
    date = _pdf_date(made_at)
    return _dictionary(
        Title=TextStringObject(title),
        Author=TextStringObject(author),
        Creator=TextStringObject(PRODUCER),
        Producer=TextStringObject(PRODUCER),
        CreationDate=TextStringObject(date),
        ModDate=TextStringObject(date),
    )


def _metadata(
    title: str, author: str, made_at: datetime, xml: bytes, *, accessible: bool
) -> DecodedStreamObject:
    xmp = packet(title, author, made_at, xml, accessible=accessible)
    return _stream(xmp, Type="/Metadata", Subtype="/XML")


def _output_intents(add: Add) -> ArrayObject:
    profile = _stream(SRGB).flate_encode()
    profile[NameObject("/N")] = NumberObject(3)
    intent = _dictionary(
        Type=NameObject("/OutputIntent"),
        S=NameObject("/GTS_PDFA1"),
        OutputConditionIdentifier=TextStringObject("sRGB IEC61966-2.1"),
        Info=TextStringObject("sRGB IEC61966-2.1"),
        DestOutputProfile=add(profile),
    )
    return ArrayObject([add(intent)])


def _attach(
    root: DictionaryObject,
    add: Add,
    xml: bytes,
    files: Sequence[Attachment],
    made_at: datetime,
) -> None:
    """Embed the XML and the files, tied to the document as a whole (/AF)."""
    specifications = {
        XML_NAME: _embedded(
            add,
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
            add, file, made_at, relationship="/Supplement", description=name
        )
    pairs = ArrayObject()
    for name in sorted(specifications):
        pairs += [TextStringObject(name), specifications[name]]
    files_tree = _dictionary(Names=pairs)
    root[NameObject("/Names")] = _dictionary(EmbeddedFiles=files_tree)
    root[NameObject("/AF")] = ArrayObject(specifications.values())


def _embedded(
    add: Add,
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
    content = add(stream)
    specification = _dictionary(
        Type=NameObject("/Filespec"),
        F=TextStringObject(file.name),
        UF=TextStringObject(file.name),
        Desc=TextStringObject(description),
        AFRelationship=NameObject(relationship),
        EF=_dictionary(F=content, UF=content),
    )
    return add(specification)


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
