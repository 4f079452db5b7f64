"""XML from outside, as a stream: no entities, nothing larger than a table has."""

from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from ..errors import UnreadableFile
from ..text import _

_BLOCK = 1 << 16
# What one tag may take, its attributes included: a parser holds it whole.
_MAX_TAG = 1 << 20


def parse(stream: BinaryIO, listen: Callable) -> Iterator[None]:
    """Parse a document; yields after each block, for what waits to be taken.

    :param listen: sets the parser's handlers
    :raises UnreadableFile: not well formed, cut off, or it means harm
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    listen(parser)
    fed = 0
    try:
        while block := stream.read(_BLOCK):
            parser.Parse(block)
            fed += len(block)
            if fed - parser.CurrentByteIndex > _MAX_TAG:
                raise too_large()
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableFile(
            _("The XML of the file is damaged or cut off: %(error)s"),
            values={"error": error},
            code="damaged",
        ) from None
    yield


def too_large() -> UnreadableFile:
    """Say that a document holds what no table does."""
    return UnreadableFile(
        _("An element of the file is larger than any of a table: refused."),
        code="element",
    )


def refuse_doctype(*_declaration: object) -> None:
    """Handler of a document type: entities are a way to do harm, tables have none.

    :raises UnreadableFile: always
    """
    raise UnreadableFile(
        _("The file declares a document type, as no table does: refused."),
        code="doctype",
    )
