"""The mark COPIE on every page of a rendering (R26).

It is written in the left margin, upwards: no layout puts text there, so that nothing is
hidden, and it needs no place in a page's header, which some printers of HTML drop.
"""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
)

WORD = "COPIE"
# On a page that has its mark: a rendering kept and printed again has one only.
_MARKED = NameObject("/L10nFrChorusCopy")
_FONT = NameObject("/ChorusCopy")
# Points: the letters' height, their distance from the edge, the room between them.
_SIZE, _EDGE, _ROOM = 13, 17, 3
_WIDTH = 60  # of the word, nearly


def mark(pdf: bytes) -> bytes:
    """Return a PDF with the mark on each page; a page that has it stays as it is.

    :param pdf: a whole document
    :raises pypdf.errors.PyPdfError: it cannot be read
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    changed = False
    for page in writer.pages:
        if _MARKED in page:
            continue
        resources = page[NameObject("/Resources")].get_object()
        fonts = resources.setdefault(NameObject("/Font"), DictionaryObject())
        fonts.get_object()[_FONT] = _font()
        # What the page drew before may have left any scale or colour behind.
        before = writer._add_object(_stream(b"q\n"))
        after = writer._add_object(_stream(_drawing(page.mediabox)))
        contents = page.get("/Contents")
        found = contents.get_object() if contents is not None else ArrayObject()
        drawn = found if isinstance(found, ArrayObject) else [page.raw_get("/Contents")]
        page[NameObject("/Contents")] = ArrayObject([before, *drawn, after])
        page[_MARKED] = BooleanObject(True)
        changed = True
    if not changed:
        return pdf
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _drawing(box) -> bytes:
    """The word at mid-height of the left margin, turned a quarter to the left."""
    x = float(box.left) + _EDGE
    y = float(box.bottom) + (float(box.height) - _WIDTH) / 2
    return (
        f"\nQ q BT {_FONT} {_SIZE} Tf {_ROOM} Tc 0.6 0.1 0.1 rg "
        f"0 1 -1 0 {x:.2f} {y:.2f} Tm ({WORD}) Tj ET Q\n"
    ).encode()


def _stream(content: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(content)
    return stream


def _font() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica-Bold"),
        }
    )
