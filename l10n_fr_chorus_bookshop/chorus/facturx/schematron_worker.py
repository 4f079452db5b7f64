"""Run Schematrons, compiled to XSLT 2 or 3, in a process of its own.

    python schematron_worker.py

Reads requests on standard input and answers on standard output, each message preceded
by its length (4 bytes, big-endian). A request is the path of a compiled Schematron, a
line feed, and a document. An answer starts with one byte: `R` ready, `S` the SVRL
report follows, `E` an error message follows. Ends at the end of the input.

Saxon is native code that reserves 32 GiB of address space: under Odoo's
`limit_memory_hard` it kills its process, hence these soft limits raised to the hard
ones before it is imported. Two threads of it abort the process: there is one.
"""

import os
import resource
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

LENGTH = struct.Struct(">I")
READY, REPORT, ERROR = b"R", b"S", b"E"


def raise_limits() -> None:
    """Lift the soft limits that Odoo sets on its workers and their children."""
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _soft, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (hard, hard))


def serve(
    requests: BinaryIO, answers: BinaryIO, quick: Callable[[Path], tuple]
) -> None:
    """Answer every request until the input ends; each Schematron is loaded once.

    :param requests: path and document, UTF-8 XML without DOCTYPE
    :param answers: SVRL reports or error messages, UTF-8
    :param quick: see `schematron_sheet.quick`
    """
    from saxonche import PySaxonApiError, PySaxonProcessor

    with PySaxonProcessor(license=False) as processor:
        sheets = Sheets(processor, quick)
        _send(answers, READY)
        while (request := _receive(requests)) is not None:
            try:
                path, _line_feed, document = request.decode().partition("\n")
                _send(answers, REPORT, sheets.report(path, document).encode())
            except (PySaxonApiError, UnicodeError) as error:
                _send(answers, ERROR, str(error).encode())


class Sheets:
    """Schematrons by path, loaded when first asked for."""

    def __init__(self, processor, quick: Callable[[Path], tuple]):
        self._processor, self._prepared = processor, quick
        self._compiler = processor.new_xslt30_processor()
        self._quick, self._published = {}, {}

    def report(self, path: str, document: str) -> str:
        """Return the SVRL report of a document."""
        from saxonche import PySaxonApiError

        if path not in self._quick:
            self._quick[path] = self._load_quick(Path(path))
        source = self._processor.parse_xml(xml_text=document)
        if sheet := self._quick[path]:
            # A pattern that fails on a node does not match it; a path that fails ends
            # all, and says nothing of the document.
            with suppress(PySaxonApiError):
                return sheet.transform_to_string(xdm_node=source)
        return self.as_published(path, document)

    def as_published(self, path: str, document: str) -> str:
        """Return the same by the Schematron as it is published."""
        if path not in self._published:
            sheet = self._compiler.compile_stylesheet(stylesheet_file=path)
            self._published[path] = sheet
        source = self._processor.parse_xml(xml_text=document)
        return self._published[path].transform_to_string(xdm_node=source)

    def _load_quick(self, path: Path):
        """Return one as we change it, None where its form is not what we know."""
        from saxonche import PySaxonApiError

        text, files = self._prepared(path)
        try:
            sheet = self._compiler.compile_stylesheet(stylesheet_text=text)
        except PySaxonApiError:
            return None
        for name, file in files.items():
            node = self._processor.parse_xml(xml_file_name=str(file))
            sheet.set_parameter(name, node)
        return sheet


def _receive(stream: BinaryIO) -> bytes | None:
    """Return the next message, None at the end of the input."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(*LENGTH.unpack(head))


def _send(stream: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
    stream.write(LENGTH.pack(len(kind) + len(payload)) + kind + payload)
    stream.flush()


def main() -> None:
    """Serve on the standard streams."""
    raise_limits()
    from schematron_sheet import quick  # beside this file, which is run by its path

    # This folder's modules must not shadow those that Saxon imports.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    # Native code may print: only we write on the answers' channel.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers, quick)


if __name__ == "__main__":
    main()
