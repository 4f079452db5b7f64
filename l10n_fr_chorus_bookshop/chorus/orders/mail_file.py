"""A mail: what its writer says, what he quotes, and what he joined."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError

from lxml import html as lxml_html
from lxml.etree import ParserError

from ..errors import UnreadableFile
from ..text import _
from .page import LAID_OUT, QUOTED, Page, fold, page, table

MAX_TEXT, MAX_PLAIN = 200_000, 1_000_000
MAX_FILES = 20
# Bytes of a mail's headers; its parts, and its words that are written in code.
MAX_HEAD, MAX_PARTS = 64_000, 500
_LINES = {"br", "div", "h1", "h2", "h3", "h4", "li", "p", "ul", "ol"}
_SILENT = {"head", "script", "style", "title"}

# Everything below is another message.
_QUOTED = re.compile(
    r"^\s*(?:>|(?:le|on)\b.{4,120}\b(?:a ecrit|ecrivait|ecriviez|wrote)\s*:?\s*$"
    r"|-{2,}\s*(?:message|original|forwarded|transfere|mail)|(?:de|from) ?: .+|_{10,}$)"
)
_SIGNATURE = re.compile(r"^\s*-- ?$")
_SAFELINK = re.compile(r"https?://\S+")


def mail_pages(subject: str, body: str, source: str = "") -> Iterator[Page]:
    """Read a mail's subject and body.

    :param body: HTML, or plain text
    """
    body = body[:MAX_PLAIN]
    lines = html_lines(body) if re.search(r"<[a-zA-Z!/]", body) else body.splitlines()
    own, quoted = _parted([_SAFELINK.sub("", line) for line in lines])
    yield page([subject, "", *own], 0, LAID_OUT, source)
    if quoted:
        yield page(quoted, 0, QUOTED, source)


def parts(content: bytes) -> tuple[str, str, list[tuple[str, bytes]]]:
    """Return a mail's subject, body and files.

    :param content: an EML
    :raise UnreadableFile: this is no mail
    """
    head = re.split(rb"\r?\n\r?\n", content[: 2 * MAX_HEAD], maxsplit=1)[0]
    if (
        len(head) > MAX_HEAD
        or content.count(b"\n--") > MAX_PARTS
        or content.count(b"=?") > MAX_PARTS
    ):
        raise UnreadableFile(_("The mail cannot be read: forward it again."))
    try:
        message = message_from_bytes(content, policy=policy.default)
        body = message.get_body(("plain", "html"))
        text = body.get_content()[:MAX_TEXT] if body is not None else ""
        files = []
        for one in list(message.iter_attachments())[:MAX_FILES]:
            data = one.get_content()
            name = one.get_filename() or ""
            if isinstance(data, str):
                data = data.encode()
            elif not isinstance(data, bytes):
                data = data.as_bytes()
            files.append((name, data))
        return str(message["subject"] or ""), text, files
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):
        raise UnreadableFile(_("The mail cannot be read: forward it again.")) from None


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """What the writer says, without the signature, and what he quotes."""
    own, quoted, silent = [], [], False
    for rank, line in enumerate(lines):
        if _SIGNATURE.match(line):
            silent = True
        elif _QUOTED.match(fold(line)):
            if not line.lstrip().startswith(">"):
                return own, [*quoted, *lines[rank:]]
            quoted.append(line.lstrip("> "))
        elif not silent:
            own.append(line)
    return own, quoted


def html_lines(body: str) -> list[str]:
    """The words of a page of HTML, its tables' cells kept apart."""
    try:
        root = lxml_html.fromstring(body[:MAX_TEXT])
    except (ParserError, ValueError):
        return []
    lines = [""]
    stack = [(root, False)]
    while stack:
        one, closing = stack.pop()
        if closing:
            if one.tag in _LINES:
                lines.append("")
            _say(lines, one.tail)
        elif not isinstance(one.tag, str) or one.tag in _SILENT:
            _say(lines, one.tail)
        elif one.tag == "table" and not one.xpath(".//table"):
            lines += [*table([_cells(row) for row in one.iter("tr")]), ""]
            _say(lines, one.tail)
        else:
            if one.tag in _LINES or one.tag == "tr":
                lines.append("")
            elif one.tag == "blockquote":
                lines += ["-- message", ""]
            _say(lines, one.text)
            stack.append((one, True))
            stack += [(child, False) for child in reversed(one)]
    return lines


def _cells(row) -> list[str]:
    return [cell.text_content() for cell in row.iter("td", "th")]


def _say(lines: list[str], text: str | None) -> None:
    lines[-1] += " ".join((text or "").split("\n"))
