"""Walk a PDF: its embedded files, its pages' resources, its fonts' widths."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

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
