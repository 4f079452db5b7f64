"""A PDF of one page, as small as can be: nobody else writes one like it."""

import io
import zlib


def one_page(drawing: bytes, form: bytes = b"", letters: bytes = b"") -> bytes:
    """Write a page.

    :param drawing: its operators
    :param form: those of the form that it may show as /X1
    :param letters: what its font /F1 tells of its letters (ToUnicode)
    """
    letter = b"/ToUnicode 7 0 R" if letters else b""
    font = b"<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s>>>>" % letter
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources 8 0 R"
        + b"/MediaBox[0 0 600 800]>>",
        _stream(drawing),
        font,
        _stream(form, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"),
        _stream(letters),
        b"<</Font 5 0 R/XObject<</X1 6 0 R>>>>",
    ]
    file, places = io.BytesIO(b"%PDF-1.7\n"), []
    file.seek(0, io.SEEK_END)
    for number, one in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    table = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    file.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    size = len(places) + 1
    file.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n" % (size, table))
    return file.getvalue() + b"%%EOF"


def _stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    head = b"<<%s/Filter/FlateDecode/Length %d>>" % (more, len(packed))
    return b"%s\nstream\n%s\nendstream" % (head, packed)
