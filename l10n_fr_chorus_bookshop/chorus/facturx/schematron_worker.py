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
import re
import resource
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from lxml import etree

LENGTH = struct.Struct(">I")
READY, REPORT, ERROR = b"R", b"S", b"E"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_WALK, _TEMPLATE, _PARAM = f"{_XSL}apply-templates", f"{_XSL}template", f"{_XSL}param"
# Every node that a rule looked at, a tenth of a second to write in a long document.
_FIRED = "{http://purl.oclc.org/dsdl/svrl}fired-rule"
# What a pattern does with the nodes that no rule of its speaks of: look further down.
_NO_RULE = ("-1", "-2")
_READ = re.compile(r"document\('([^']+)'\)")


def raise_limits() -> None:
    """Lift the soft limits that Odoo sets on its workers and their children."""
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _soft, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (hard, hard))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until the input ends; each Schematron is loaded once.

    :param requests: path and document, UTF-8 XML without DOCTYPE
    :param answers: SVRL reports or error messages, UTF-8
    """
    from saxonche import PySaxonApiError, PySaxonProcessor

    with PySaxonProcessor(license=False) as processor:
        sheets = Sheets(processor)
        _send(answers, READY)
        while (request := _receive(requests)) is not None:
            try:
                path, _line_feed, document = request.decode().partition("\n")
                _send(answers, REPORT, sheets.report(path, document).encode())
            except (PySaxonApiError, UnicodeError) as error:
                _send(answers, ERROR, str(error).encode())


class Sheets:
    """Schematrons by path, loaded when first asked for."""

    def __init__(self, processor):
        self._processor = processor
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

        text, files = quick(path)
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


# ---- THE SAME FINDINGS IN A QUARTER OF THE TIME --------------------------------------
# What compiles a Schematron has each of its patterns walk the whole document to meet
# the nodes that a rule speaks of, and reads the lists of codes again for each document.
# Here a pattern goes to those nodes at once, and the lists are read once. The official
# file stays as it is: it is changed in memory only.


def quick(path: Path) -> tuple[str, dict[str, Path]]:
    """Return a compiled Schematron that finds the same, quicker.

    :return: the stylesheet, and by parameter the file it must be given
    """
    sheet = etree.parse(path).getroot()
    patterns = {}
    for template in sheet.findall(_TEMPLATE):
        if template.get("priority") not in _NO_RULE:
            patterns.setdefault(template.get("mode"), []).append(template)
    for walk in sheet.iter(_WALK):
        if walk.get("select") == "/" and walk.get("mode"):
            _go_at_once(walk, patterns.get(walk.get("mode"), []))
    for fired in list(sheet.iter(_FIRED)):
        fired.getparent().remove(fired)
    files = _given(sheet)
    text = etree.tostring(sheet, encoding="unicode")
    return text, {name: path.parent / file for name, file in files.items()}


def _go_at_once(walk: etree._Element, rules: list[etree._Element]) -> None:
    """Have a pattern go to the nodes of its rules, where each rule looks further."""
    if not rules or not all(_looks_further(rule) for rule in rules):
        return
    walk.set("select", " | ".join(_path(rule.get("match")) for rule in rules))
    for rule in rules:
        rule.remove(rule[-1])


def _looks_further(rule: etree._Element) -> bool:
    return rule[-1].tag == _WALK and rule[-1].get("mode") == rule.get("mode")


def _path(match: str) -> str:
    """Return the path to what a pattern matches, anywhere (XSLT 2.0 §5.5.3)."""
    is_path = match.startswith("/") and "|" not in match
    return match if is_path else f"//({match})"


def _given(sheet: etree._Element) -> dict[str, str]:
    """Have the files that the stylesheet reads given to it; return them by name."""
    names: dict[str, str] = {}

    def named(read: re.Match) -> str:
        return f"${names.setdefault(read[1], f'file-{len(names)}')}"

    for element in sheet.iter(f"{_XSL}*"):
        for key, value in element.items():
            if "document(" in value:
                element.set(key, _READ.sub(named, value))
    for name in names.values():
        sheet.insert(0, etree.Element(_PARAM, name=name))
    return {name: file for file, name in names.items()}


# ---- THE PROCESS ---------------------------------------------------------------------


def main() -> None:
    """Serve on the standard streams."""
    raise_limits()
    # This folder's modules must not shadow those that Saxon imports.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    # Native code may print: only we write on the answers' channel.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
