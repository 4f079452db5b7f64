"""ZIP files from outside: sizes are capped before anything is unpacked.

`zipfile` never yields more than the size a member declares, so that capping what is
declared caps what can come out. No path is ever made from a member's name.
"""

import io
import struct
import zipfile
import zlib
from typing import BinaryIO
from xml.parsers import expat

from ..errors import UnreadableFile
from ..text import _
from .xml import refuse_doctype

MARK = b"PK\x03\x04"
# The real directory: 27 MB of XLSX, 200 MB of XML once unpacked.
MAX_BYTES = 1 << 30
# Tables shrink 10 to 40 times; a gigabyte of spaces shrinks a thousand times.
MAX_RATIO = 200
MAX_MEMBERS = 1000
_SMALL = 1 << 16
# Bytes of the list of members: a thousand of them, with long names.
_MAX_LIST = 1 << 20
# The end records (APPNOTE 4.3.16, 4.3.14): mark and counts, the size of the list, rest.
_END, _END64 = struct.Struct("<12sI6x"), struct.Struct("<40sQ8x")
# What reading a member may raise; RuntimeError tells a password or an unknown packing.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,  # a part that the workbook names and the archive lacks
)


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Open an archive.

    :raises UnreadableFile: it is none, it is damaged, or it lists too much
    """
    try:
        _refuse_long_list(file)
        return zipfile.ZipFile(file)
    except (*DAMAGE, OverflowError, UnicodeError) as error:
        raise damaged(error) from None


def _refuse_long_list(file: BinaryIO) -> None:
    """Refuse an archive of millions of members, whose list alone fills the memory.

    The list stands before the end record, which may have a comment of 64 kB after it;
    `zipfile` goes by the list's size, of 4 bytes there.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - (1 << 16) - _END.size))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return  # no archive: zipfile says so
    listed = _END.unpack_from(tail, at)[1]
    longer = tail.rfind(b"PK\x06\x06", 0, at)
    if longer >= 0 and len(tail) - longer >= _END64.size:
        listed = _END64.unpack_from(tail, longer)[1]
    if listed > _MAX_LIST:
        raise UnreadableFile(
            _("The file would unpack into more than a table can be: refused."),
            code="bomb",
        )


def members(archive: zipfile.ZipFile, suffixes: tuple[str, ...]) -> list[str]:
    """Return the names of the members with one of these endings, in order.

    :raises UnreadableFile: the archive would unpack into too much
    """
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if (
        len(infos) > MAX_MEMBERS
        or total > MAX_BYTES
        or total > max(MAX_RATIO * packed, _SMALL)
    ):
        raise UnreadableFile(
            _("The file would unpack into more than a table can be: refused."),
            code="bomb",
        )
    return [one.filename for one in infos if one.filename.lower().endswith(suffixes)]


def refuse_doctypes(archive: zipfile.ZipFile, names: list[str]) -> None:
    """Refuse XML members that declare anything: entities are a way to do harm.

    :raises UnreadableFile: one does
    """
    for name in names:
        with archive.open(name) as stream:
            _refuse_doctype(stream)


def _refuse_doctype(stream: BinaryIO) -> None:
    """Read up to the root element, before which a declaration must stand."""
    parser = expat.ParserCreate()
    started = []
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = lambda *_root: started.append(True)
    while not started and (block := stream.read(_SMALL)):
        parser.Parse(block)


def damaged(error: object) -> UnreadableFile:
    """Say that an archive is not whole."""
    return UnreadableFile(
        _("The file is damaged or incomplete: %(error)s"),
        values={"error": str(error)[:200]},
        code="damaged",
    )
