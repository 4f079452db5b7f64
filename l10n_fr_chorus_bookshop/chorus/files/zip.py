"""ZIP files from outside: sizes are capped before anything is unpacked.

`zipfile` never yields more than the size a member declares, so that capping what is
declared caps what can come out. No path is ever made from a member's name.
"""

import zipfile
from typing import BinaryIO
from xml.parsers import expat

from ..errors import UnreadableFile
from ..text import _

# The real directory: 27 MB of XLSX, 200 MB of XML once unpacked.
MAX_BYTES = 1 << 30
# Tables shrink 10 to 40 times; a gigabyte of spaces shrinks a thousand times.
MAX_RATIO = 200
MAX_MEMBERS = 1000
# A workbook's shared texts stand in memory while it is read.
MAX_SHARED = 160 << 20
_BLOCK = 1 << 16


def members(archive: zipfile.ZipFile, suffixes: tuple[str, ...]) -> list[str]:
    """Return the names of the members with one of these endings, in order.

    :raise UnreadableFile: the archive would unpack into too much
    """
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    shared = any(
        info.file_size > MAX_SHARED
        for info in infos
        if "sharedStrings" in info.filename
    )
    if (
        len(infos) > MAX_MEMBERS
        or total > MAX_BYTES
        or total > max(MAX_RATIO * packed, _BLOCK)
        or shared
    ):
        raise UnreadableFile(
            _("The file would unpack into more than a directory can be: refused."),
            code="bomb",
        )
    return [one.filename for one in infos if one.filename.lower().endswith(suffixes)]


def refuse_doctypes(archive: zipfile.ZipFile, names: list[str]) -> None:
    """Refuse XML members that declare anything: entities are a way to do harm."""
    for name in names:
        with archive.open(name) as stream:
            _refuse_doctype(stream)


def _refuse_doctype(stream: BinaryIO) -> None:
    """Read up to the root element, before which a declaration must stand."""
    parser = expat.ParserCreate()
    started = []
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = lambda *_root: started.append(True)
    while not started and (block := stream.read(_BLOCK)):
        parser.Parse(block)


def refuse_doctype(*_declaration: object) -> None:
    """Handler of a document type: there is none in a directory."""
    raise UnreadableFile(
        _("The file declares a document type, as no directory does: refused."),
        code="doctype",
    )
