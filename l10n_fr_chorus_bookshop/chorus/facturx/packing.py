"""A typeset PDF as numbered objects: few are touched, all are written compressed.

A tagged page has a small object for every cell. pypdf would take a second to copy the
tags of 200 lines, and leave half a megabyte of them; here they are moved unread.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterable, Iterator

from pypdf.generic import DictionaryObject, PdfObject

# Who looks for one object may read all of its stream: not too many, and the tags, which
# few readers ask for, by themselves.
_TOGETHER = 200
_TAG = b"<</Type/StructElem"
# What a page has of them, in one array: long, and asked for with them only.
_SHORT_ARRAY = 100
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_SECTION = re.compile(rb"xref\r?\n0 (\d+)\r?\n")
_ENTRY = 20
_TYPESETTER = b"/Creator(Typst "
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PackedPdf:
    """A PDF of the typesetter's, to be completed and written."""

    def __init__(self, bodies: list[bytes], root: int, info: int):
        self._bodies = bodies
        self._root, self._info = root, info

    @classmethod
    def read(cls, pdf: bytes) -> "PackedPdf | None":
        """Return what the typesetter wrote; None for any other PDF."""
        if not (end := _END.search(pdf[-64:])):
            return None
        table = int(end[1])
        if not (section := _SECTION.match(pdf, table)):
            return None
        count, first = int(section[1]), section.end()
        trailer = pdf[first + _ENTRY * count :]
        if b"/Prev" in trailer or b"/Encrypt" in trailer:
            return None
        entries = [
            pdf[at : at + _ENTRY] for at in range(first, first + _ENTRY * count, _ENTRY)
        ]
        starts = [int(entry[:10]) for entry in entries[1:count]]
        if starts != sorted(starts):
            return None
        ends = [*starts[1:], table]
        bodies = [b""] + [
            _body(pdf[start:stop]) for start, stop in zip(starts, ends, strict=True)
        ]
        root, info = _reference(trailer, b"/Root"), _reference(trailer, b"/Info")
        return cls(bodies, root, info) if _TYPESETTER in bodies[info] else None

    @property
    def size(self) -> int:
        """How many objects it has: those added are numbered from the next one on."""
        return len(self._bodies) - 1

    def write(  # pylint: disable=method-required-super
        self,
        metadata: PdfObject,
        catalog: DictionaryObject,
        added: Iterable[PdfObject],
        information: DictionaryObject,
        identity: PdfObject,
    ) -> bytes:
        """Return the file, completed; everything but streams is compressed.

        :param metadata: the XMP in the place of the typesetter's
        :param catalog: what to add to the catalog
        :param added: more objects, as `size` numbers them
        :param information: the information dictionary
        :param identity: the file's identifier, a pair
        """
        bodies = self._bodies
        bodies[_reference(bodies[self._root], b"/Metadata")] = _written(metadata)
        bodies += map(_written, added)
        # Two dictionaries made one: `<<…` and `…>>`.
        old = bodies[self._root].removesuffix(b">>")
        bodies[self._root] = old + _written(catalog).removeprefix(b"<<")
        bodies[self._info] = _written(information)
        output = io.BytesIO(_HEADER)
        output.seek(0, io.SEEK_END)
        places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        tags, others = [], []
        for number, body in enumerate(self._bodies[1:], 1):
            if body.endswith(b"endstream"):
                places[number] = (1, output.tell(), 0)
                output.write(_numbered(number, body))
            else:
                (tags if _is_tag(body) else others).append(number)
        next_number = len(self._bodies)
        for group in (*_groups(others), *_groups(tags)):
            places[next_number] = (1, output.tell(), 0)
            places |= {one: (2, next_number, at) for at, one in enumerate(group)}
            output.write(_numbered(next_number, self._together(group)))
            next_number += 1
        places[next_number] = (1, output.tell(), 0)
        start = output.tell()
        table = self._table(places, identity)
        output.write(_numbered(next_number, table))
        output.write(b"startxref\n%d\n%%%%EOF\n" % start)
        return output.getvalue()

    def _together(self, numbers: Iterable[int]) -> bytes:
        """Return an object stream (ISO 32000-1 §7.5.7)."""
        heads, at, bodies = [], 0, []
        for number in numbers:
            heads.append(b"%d %d" % (number, at))
            bodies.append(self._bodies[number])
            at += len(bodies[-1]) + 1
        head = b" ".join(heads) + b"\n"
        names = b"/Type/ObjStm/N %d/First %d" % (len(heads), len(head))
        return _stream(names, head + b"\n".join(bodies))

    def _table(self, places: dict[int, tuple], identity: PdfObject) -> bytes:
        """Return a cross-reference stream (ISO 32000-1 §7.5.8)."""
        rows = b"".join(
            struct.pack(">BIH", *place) for _number, place in sorted(places.items())
        )
        names = b"/Type/XRef/W[1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID %s" % (
            len(places),
            self._root,
            self._info,
            _written(identity),
        )
        return _stream(names, rows)


def _is_tag(body: bytes) -> bool:
    long_array = body.startswith(b"[") and len(body) > _SHORT_ARRAY
    return long_array or body.startswith(_TAG)


def _groups(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _TOGETHER):
        yield numbers[start : start + _TOGETHER]


def _stream(names: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    head = b"<<%s/Filter/FlateDecode/Length %d>>" % (names, len(packed))
    return head + b"\nstream\n" + packed + b"\nendstream"


def _numbered(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _body(numbered: bytes) -> bytes:
    """Return an object without its number and its end."""
    _head, _, rest = numbered.partition(b"obj")
    body, _, _tail = rest.rpartition(b"endobj")
    return body.strip(b"\r\n ")


def _reference(body: bytes, key: bytes) -> int:
    """Return the number of the object that a dictionary names; 0 for none."""
    found = re.search(re.escape(key) + rb"\s+(\d+) 0 R", body)
    return int(found[1]) if found else 0


def _written(item: PdfObject) -> bytes:
    output = io.BytesIO()
    item.write_to_stream(output)
    return output.getvalue()
