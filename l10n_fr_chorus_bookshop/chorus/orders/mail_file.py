"""A mail: what its writer says, what he quotes, and what he joined."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError

from lxml import html as lxml_html
from lxml.etree import ParserError

from ..errors import UnreadableFile
from ..text import _
from .page import FORWARDED, LAID_OUT, QUOTED, SIGNED, Page, fold, page, table

MAX_TEXT, MAX_PLAIN = 200_000, 1_000_000
MAX_FILES = 20
# Bytes of a mail's headers; its parts, and its words that are written in code.
MAX_HEAD, MAX_PARTS = 64_000, 500
_LINES = {"br", "div", "h1", "h2", "h3", "h4", "li", "p", "ul", "ol"}
_SILENT = {"head", "script", "style", "title"}

# Everything below is another message, which this one answers or passes on.
_QUOTED = re.compile(
    r"\s*(?:>|(?:le|on)\b.{4,160}\b(?:a ecrit|ecrivait|ecriviez|wrote)\s*:?\s*$"
    r"|-{2,}\s*(?:message|original|mail)|_{10,}$)"
)
_FORWARDED = re.compile(
    r"\s*(?:-{2,}\s*(?:forwarded|(?:message |mail )?(?:transfere|transmis))"
    r"|debut du message (?:transfere|reexpedie)|begin forwarded message)"
)
_SUBJECT_FORWARDED = re.compile(r"\s*(?:tr|fwd?|i)\s*:")
# "De : …" begins one only where "Envoyé : …" or its like follows.
_FROM = re.compile(r"\W*(?:de|from|expediteur)\W*: .")
_HEADER = re.compile(
    r"\W*(?:de|from|expediteur|envoye|sent|date|a|to|cc|objet|subject|sujet)\W*: ?"
)
_TOPIC = re.compile(r"\W*(?:objet|subject|sujet)\b")
_HEADERS = 8
_SIGNATURE = re.compile(r"^\s*-- ?$")
_SIGN_OFF = re.compile(
    r"(?:.{0,80}[.!,])?\s*(?:(?:bien|tres|avec|mes|nos|meilleures?|sinceres?|respectueusement)\s+)*"
    r"(?:cordialement|cdlt|cdt|sincerement|amicalement|a vous|salutations|respects)"
    r"(?: (?:distinguees?|cordiales|a vous))?\W*$"
    r"|\s*(?:je vous prie|nous vous prions|veuillez).{0,90}(?:salutations|sentiments)"
)
_HTML = re.compile(
    r"<(?:!doctype|html|body|head|style|meta|div|p|br|hr|table|tr|td|span|font|ul|ol|li|"
    r"h\d|a|b|i|em|strong|blockquote|pre|center|img)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SAFELINK = re.compile(r"https?://\S+")


def mail_pages(subject: str, body: str, source: str = "") -> Iterator[Page]:
    """Read a mail's subject and body.

    :param body: HTML, or plain text
    """
    body = body[:MAX_PLAIN]
    lines = html_lines(body) if _HTML.search(body) else body.splitlines()
    lines = [_SAFELINK.sub("", line) for line in lines]
    begins = _beginning(lines)
    own, signed = _signed(lines[:begins])
    yield page([subject, "", *_unquoted(own)], 0, LAID_OUT, source)
    if signed:
        yield page(_unquoted(signed), 0, SIGNED, source)
    if quoted := [line.lstrip("> ") for line in own if line.lstrip().startswith(">")]:
        yield page(quoted, 0, QUOTED, source)
    if begins < len(lines):
        passed_on = _FORWARDED.match(fold(lines[begins])) or (
            _SUBJECT_FORWARDED.match(fold(subject))
        )
        other = _without_headers(lines[begins:])
        yield page(other, 0, FORWARDED if passed_on else QUOTED, source)


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
            if one.get_content_maintype() == "image" and one["Content-ID"]:
                continue  # the logo of a signature
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


def _beginning(lines: list[str]) -> int:
    """Where another message begins, its end when there is none."""
    folded = [fold(line) for line in lines]
    for rank, line in enumerate(folded):
        if line.lstrip().startswith(">"):
            continue
        # The address may stand on a line of its own.
        two = f"{line} {folded[rank + 1]}" if rank + 1 < len(folded) else line
        if _QUOTED.match(line) or _QUOTED.match(two) or _FORWARDED.match(line):
            return rank
        near = folded[rank + 1 : rank + 4]
        if _FROM.match(line) and any(map(_HEADER.match, near)):
            return rank
    return len(lines)


def _without_headers(lines: list[str]) -> list[str]:
    """A message without who sent it when, which are no order's names and dates."""
    head = [
        line
        for line in lines[:_HEADERS]
        if not _HEADER.match(fold(line)) or _TOPIC.match(fold(line))
    ]
    return [line.lstrip("> ") for line in (*head, *lines[_HEADERS:])]


def _signed(lines: list[str]) -> tuple[list[str], list[str]]:
    """What the writer says, and what stands below his greetings."""
    ends = [rank for rank, line in enumerate(lines) if _SIGNATURE.match(line)]
    lines = lines[: min(ends, default=len(lines))]
    for rank, line in enumerate(lines):
        if _SIGN_OFF.match(fold(line)):
            return lines[:rank], lines[rank + 1 :]
    return lines, []


def _unquoted(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.lstrip().startswith(">")]


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
