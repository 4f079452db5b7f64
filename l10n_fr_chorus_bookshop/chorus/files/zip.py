"""ZIP files from outside: sizes are capped before anything is unpacked.

`zipfile` never yields more than the size a member declares, so that capping what is
declared caps what can come out. No path is ever made from a member's name.
"""

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
# What reading a member may raise; RuntimeError tells a password or an unknown packing.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Open an archive.

    :raises UnreadableFile: it is none, or it is damaged
    """
    try:
        return zipfile.ZipFile(file)
    except (*DAMAGE, OverflowError, UnicodeError) as error:
        raise damaged(error) from None


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
