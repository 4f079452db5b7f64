"""Walk a PDF, and say what keeps it from being a PDF/A-3B with a Factur-X inside.

The checks are of what PDF writers get wrong, on every document made; they are no full
validator. Clauses are those of ISO 19005-3.
"""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from .schemas import parse
from .xmp import FX, XML_NAME, fx_values

PRINT_FLAG = 4

_HEADER = re.compile(rb"%PDF-1\.[0-7](\r\n|\r|\n)%[\x80-\xff]{4}")
_CMYK = re.compile(rb"[kK](?:\s|\Z)")
_NUMBERS = re.compile(rb"[-+\d.]+")
# What precedes an operator: room for its four numbers.
_OPERANDS = 100
_ADDRESSES = ("http://", "https://", "mailto:", "tel:")
_PDFA_ID = "{http://www.aiim.org/pdfa/ns/id/}"
_TITLE = (
    ".//{http://purl.org/dc/elements/1.1/}title"
    "//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
)
_PDFUA_ID = "{http://www.aiim.org/pdfua/ns/id/}"
# Hidden, invisible, no-view and toggle-no-view annotations (§6.3.2).
_INVISIBLE = 1 | 2 | 32 | 256
# What pypdf raises on a file that does not follow the standard.
_UNREADABLE = (
    PyPdfError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    struct.error,
)


def pdfa_problems(pdf: bytes, *, accessible: bool = False) -> list[str]:
    """Return what is wrong, in English; empty when nothing was found.

    :param accessible: it must be PDF/UA-1 as well, as our own layout is
    """
    try:
        with readable():
            reader = open_pdf(pdf)
            root = reader.root_object
            xmp = _xmp(root)
            return list(
                dict.fromkeys(
                    [
                        *_file_problems(pdf, reader),
                        *_catalog_problems(root),
                        *_metadata_problems(xmp, _facturx(reader)),
                        *(_access_problems(root, xmp) if accessible else ()),
                        *_embedding_problems(reader),
                        *_stream_problems(reader),
                        *_pages_problems(reader),
                    ]
                )
            )
    except ValueError as error:
        return [str(error)]


def is_accessible(root: DictionaryObject) -> bool:
    """Tell whether a document says that it is PDF/UA-1, and has its tags."""
    return not list(_access_problems(root, _xmp(root)))


def is_web_link(annotation: DictionaryObject) -> bool:
    """Tell whether an annotation opens an address on the web, the one kind we keep.

    Qt makes a link inside the page into one to the temporary file that it printed.
    """
    action = dictionary(annotation, "/A")
    address = str(action.get("/URI", ""))
    return annotation.get("/Subtype") == "/Link" and address.startswith(_ADDRESSES)


def _file_problems(pdf: bytes, reader: PdfReader) -> Iterator[str]:
    if not _HEADER.match(pdf):
        yield "no binary comment after the header (6.1.2)"
    if len(array(reader.trailer, "/ID")) != 2:
        yield "no identifier in the trailer (6.1.3)"
    if reader.is_encrypted:
        yield "encrypted (6.1.3)"
    if not pdf.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "data after the end of the file (6.1.3)"


def _catalog_problems(root: DictionaryObject) -> Iterator[str]:
    intents = [intent.get_object() for intent in array(root, "/OutputIntents")]
    profiles = [
        intent["/DestOutputProfile"].get_object()
        for intent in intents
        if intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent
    ]
    if [profile.get("/N") for profile in profiles] != [3]:
        yield "no RGB output intent for PDF/A (6.2.3)"
    if "/JavaScript" in dictionary(root, "/Names"):
        yield "scripts (6.5.1)"
    for key in ("/AA", "/OpenAction", "/AcroForm"):
        if key in root:
            yield f"{key} in the catalog (6.4, 6.5)"


def _metadata_problems(xmp: etree._Element | None, xml: bytes) -> Iterator[str]:
    if xmp is None:
        yield "no XMP metadata (6.6.2)"
        return
    if xmp.findtext(f".//{_PDFA_ID}part") != "3":
        yield "the metadata do not say PDF/A part 3 (6.6.4)"
    if xmp.findtext(f".//{_PDFA_ID}conformance") not in ("A", "B", "U"):
        yield "the metadata give no conformance level (6.6.4)"
    for name, value in fx_values(xml).items():
        if xmp.findtext(f".//{{{FX}}}{name}") != value:
            yield f"the metadata do not say that fx:{name} is {value} (Factur-X)"


def _facturx(reader: PdfReader) -> bytes:
    """The embedded XML, empty when there is none."""
    found = (data for name, data in embedded_files(reader) if name == XML_NAME)
    return next(found, b"")


def _xmp(root: DictionaryObject) -> etree._Element | None:
    if "/Metadata" not in root:
        return None
    return parse(root["/Metadata"].get_object().get_data())


def _access_problems(
    root: DictionaryObject, xmp: etree._Element | None
) -> Iterator[str]:
    """Yield what a reader of screens would miss; clauses are those of ISO 14289-1."""
    if not array(dictionary(root, "/StructTreeRoot"), "/K"):
        yield "no tags (7.1)"
    if dictionary(root, "/MarkInfo").get("/Marked") != True:
        yield "not marked as tagged (7.1)"
    if not root.get("/Lang"):
        yield "no language (7.2)"
    if dictionary(root, "/ViewerPreferences").get("/DisplayDocTitle") != True:
        yield "the title is not displayed (7.1)"
    if xmp is None or xmp.findtext(f".//{_PDFUA_ID}part") != "1":
        yield "the metadata do not say PDF/UA part 1 (5)"
    if xmp is None or not (xmp.findtext(_TITLE) or "").strip():
        yield "no title in the metadata (7.1)"


def _embedding_problems(reader: PdfReader) -> Iterator[str]:
    files = list(specifications(reader))
    count = sum(name == XML_NAME for name, _specification in files)
    if count != 1:
        yield f"{count} embedded files named {XML_NAME}, not one (Factur-X)"
    associated = [item.get_object() for item in array(reader.root_object, "/AF")]
    for name, specification in files:
        if not {"/F", "/UF", "/AFRelationship"} <= set(specification):
            yield f"{name}: incomplete file specification (6.8)"
        if specification not in associated:
            yield f"{name}: not associated with the document (6.8)"
        if "/Subtype" not in specification["/EF"]["/F"].get_object():
            yield f"{name}: no MIME type (6.8)"


def _stream_problems(reader: PdfReader) -> Iterator[str]:
    # Those of an object stream are no streams: reading them all would take the square
    # of their number.
    for number in reader.xref.get(0, ()):
        item = reader.get_object(number)
        if isinstance(item, StreamObject) and "LZW" in str(item.get("/Filter")):
            yield "LZW compression (6.1.7.2)"


def _pages_problems(reader: PdfReader) -> Iterator[str]:
    """Yield the problems of pages; what several of them share is looked at once."""
    seen: set[int] = set()
    resources: list[DictionaryObject] = []
    for page in reader.pages:
        yield from _page_problems(page)
        resources += page_resources(page, seen)
    yield from _resource_problems(resources)


def _page_problems(page: DictionaryObject) -> Iterator[str]:
    if "/AA" in page:
        yield "actions on a page (6.5.2)"
    for item in array(page, "/Annots"):
        annotation = item.get_object()
        flags = annotation.get("/F", 0)
        if not is_web_link(annotation):
            yield f"annotation {annotation.get('/Subtype')} (6.3, 6.5)"
        elif not flags & PRINT_FLAG or flags & _INVISIBLE:
            yield "annotation that does not print (6.3.2)"
    contents = page.get_contents()
    if contents is not None and _paints_cmyk(contents.get_data()):
        yield "CMYK colours under an RGB output intent (6.2.4.3)"


def _paints_cmyk(content: bytes) -> bool:
    """Find an operator `k` or `K` after four numbers, in time that follows the size."""
    for operator in _CMYK.finditer(content):
        at = operator.start()
        if not content[at - 1 : at].isspace():
            continue
        operands = content[max(0, at - _OPERANDS) : at].split()[-4:]
        if len(operands) == 4 and all(map(_NUMBERS.fullmatch, operands)):
            return True
    return False


def _resource_problems(resources: list[DictionaryObject]) -> Iterator[str]:
    fonts = {id(font): font for font in entries(resources, "/Font")}
    for font in fonts.values():
        yield from _font_problems(font)
    for state in entries(resources, "/ExtGState"):
        if "/TR" in state or state.get("/TR2", "/Default") != "/Default":
            yield "transfer function (6.2.5)"
    for drawn in entries(resources, "/XObject"):
        if drawn.get("/Interpolate"):
            yield "interpolated image (6.2.8)"
        if drawn.get("/ColorSpace") == "/DeviceCMYK":
            yield "CMYK colours under an RGB output intent (6.2.4.3)"
        if drawn.get("/Subtype") == "/PS" or "/Ref" in drawn:
            yield "PostScript or reference object (6.2.9)"


def _font_problems(font: DictionaryObject) -> Iterator[str]:
    if font.get("/Subtype") == "/Type3":
        return
    name = str(font.get("/BaseFont"))
    for simple in descendants(font) or [font]:
        descriptor = dictionary(simple, "/FontDescriptor")
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
            yield f"font {name} is not embedded (6.2.11.4.1)"
        if "/CIDSet" in descriptor and not _lists_every_glyph(simple, descriptor):
            yield f"font {name} lists its glyphs, perhaps not all (6.2.11.4.2)"
    for cid_font in descendants(font):
        declared = _declared_widths(array(cid_font, "/W"))
        # No width by default: what is not declared is not drawn either.
        default = cid_font.get("/DW", 1000) or None
        for glyph, width in enumerate(program_widths(cid_font)):
            if abs((declared.get(glyph, default) or width) - width) > 1:
                yield f"font {name} declares wrong glyph widths (6.2.11.5)"
                return


def _lists_every_glyph(
    cid_font: DictionaryObject, descriptor: DictionaryObject
) -> bool:
    """Tell whether a CIDSet, a bit for each glyph, misses none (6.2.11.4.2)."""
    glyphs = len(program_widths(cid_font))
    listed = descriptor["/CIDSet"].get_object().get_data()
    bits = "".join(f"{byte:08b}" for byte in listed)
    return bool(glyphs) and "0" not in bits[:glyphs] and len(bits) >= glyphs


def _declared_widths(widths: ArrayObject) -> dict[int, float]:
    """Read /W: `first [width …]` or `first last width` (ISO 32000-1 §9.7.4.3)."""
    declared: dict[int, float] = {}
    items = [item.get_object() for item in widths]
    at = 0
    while at < len(items):
        first, second = items[at], items[at + 1]
        if isinstance(second, ArrayObject):
            declared.update(enumerate(second, first))
            at += 2
        else:
            declared.update(dict.fromkeys(range(first, second + 1), items[at + 2]))
            at += 3
    return declared


# --- a walk through a PDF ------------------------------------------------------------


@contextmanager
def readable() -> Iterator[None]:
    """Turn whatever a broken PDF raises into a ValueError."""
    try:
        yield
    except _UNREADABLE as error:
        raise ValueError(f"the PDF cannot be read: {error}") from error


def open_pdf(pdf: bytes) -> PdfReader:
    """Open a PDF that asks for no password.

    :raise ValueError: it cannot be read
    """
    with readable():
        reader = PdfReader(io.BytesIO(pdf))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("the PDF asks for a password")
        # Reads the page tree, the first thing to be broken.
        len(reader.pages)
    return reader


def embedded_files(reader: PdfReader) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every embedded file."""
    for name, specification in specifications(reader):
        yield name, specification["/EF"]["/F"].get_object().get_data()


def specifications(reader: PdfReader) -> Iterator[tuple[str, DictionaryObject]]:
    """Yield name and file specification of every embedded file."""
    names = dictionary(reader.root_object, "/Names")
    for specification in _leaves(dictionary(names, "/EmbeddedFiles")):
        name = specification.get("/UF") or specification.get("/F") or ""
        yield str(name), specification


def _leaves(tree: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield the values of a name tree (ISO 32000-1 §7.9.6)."""
    for kid in array(tree, "/Kids"):
        yield from _leaves(kid.get_object())
    for value in array(tree, "/Names")[1::2]:
        yield value.get_object()


def page_resources(
    page: DictionaryObject, seen: set[int] | None = None
) -> Iterator[DictionaryObject]:
    """Yield the resources of a page and of everything it draws, each once.

    :param seen: those of earlier pages, which are left out; the new ones are added
    """
    waiting = [page]
    seen = set() if seen is None else seen
    while waiting:
        resources = dictionary(waiting.pop(), "/Resources")
        if id(resources) not in seen:
            seen.add(id(resources))
            yield resources
            for kind in ("/XObject", "/Pattern", "/Font"):
                waiting += entries([resources], kind)


def entries(resources: list[DictionaryObject], kind: str) -> list[DictionaryObject]:
    """Return what these resources have of one kind."""
    return [
        entry.get_object()
        for one in resources
        for entry in dictionary(one, kind).values()
    ]


def dictionary(owner: DictionaryObject, key: str) -> DictionaryObject:
    """Return the dictionary under a key, an empty one when there is none."""
    return owner.get(key, DictionaryObject()).get_object()


def array(owner: DictionaryObject, key: str) -> ArrayObject:
    """Return the array under a key, an empty one when there is none."""
    return owner.get(key, ArrayObject()).get_object()


def descendants(font: DictionaryObject) -> list[DictionaryObject]:
    """Return the CID fonts of a composite font, none of a simple one."""
    return [item.get_object() for item in array(font, "/DescendantFonts")]


def program_widths(cid_font: DictionaryObject) -> list[int]:
    """Return the glyph widths in the embedded TrueType program, in thousandths of em.

    :return: one width for each glyph; empty when the program is of another kind
    """
    descriptor = dictionary(cid_font, "/FontDescriptor")
    if "/FontFile2" not in descriptor or cid_font.get("/CIDToGIDMap") != "/Identity":
        return []
    program = descriptor["/FontFile2"].get_object().get_data()
    try:
        return _true_type_widths(program)
    except (struct.error, KeyError, ZeroDivisionError):
        return []


def _true_type_widths(program: bytes) -> list[int]:
    (count,) = struct.unpack_from(">H", program, 4)
    directory = program[12 : 12 + 16 * count]
    offsets = {tag: at for tag, at in struct.iter_unpack(">4s4xI4x", directory)}
    (per_em,) = struct.unpack_from(">H", program, offsets[b"head"] + 18)
    (metrics,) = struct.unpack_from(">H", program, offsets[b"hhea"] + 34)
    (glyphs,) = struct.unpack_from(">H", program, offsets[b"maxp"] + 4)
    advances = struct.unpack_from(">" + "H2x" * metrics, program, offsets[b"hmtx"])
    widths = [round(1000 * advance / per_em) for advance in advances[:glyphs]]
    # Glyphs after the last metric share its advance (OpenType, hmtx).
    return widths + widths[-1:] * (glyphs - len(widths))
