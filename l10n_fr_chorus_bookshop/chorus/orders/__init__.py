"""The customer's order read from its PDF, mail, office file or list (R45).

What is read is a proposal: each value with the words it was read from. A person, or a
setting per customer, decides. Text only: a picture of a form says nothing here.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from .. import siret
from ..errors import UnreadableFile
from ..files.table import sheets
from ..text import _
from . import books, mail_file, office_file, pdf_file, scan
from .page import LAID_OUT, Page, page, table
from .reading import (
    Book,
    Candidate,
    Note,
    Reading,
    Unreadable,
    order_may_be_engagement,
    ranked,
    settle,
)

__all__ = [
    "Book",
    "Candidate",
    "Note",
    "Reading",
    "Unreadable",
    "mail_pages",
    "pages",
    "read",
    "read_file",
    "settle",
]

MAX_BYTES = 20_000_000
# Characters, all readings of all pages: forty pages full of words, three times.
MAX_TEXT = 800_000
TOO_MUCH_TEXT = _("this is longer than any order: only the beginning was read")
NO_TEXT = _("%(file)s holds no text: it is a picture, type what it says yourself")
UNKNOWN = _("%(file)s is no kind of file that can be read")
OLD = _("%(file)s is an Outlook or an old Office file: save it as PDF and read that")
FAILED = _("%(file)s: %(reason)s")
# What of a PDF's own attachments may be an order: an invoice's XML is none.
_ORDERS = (".pdf", ".docx", ".odt", ".ods", ".xlsx", ".csv", ".txt")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_HEADERS = re.compile(
    rb"(?:(?:Received|Return-Path|From|To|Date|Subject|Message-ID|MIME-Version|"
    rb"Delivered-To|X-[\w-]+):.*\r?\n){2}",
    re.IGNORECASE,
)

mail_pages = mail_file.mail_pages


def read_file(
    content: bytes, name: str = "", accepts: Callable[[str], bool] = siret.is_valid
) -> Reading:
    """Read one file.

    :param content: a PDF, EML, DOCX, ODT, XLSX or CSV
    :param name: how the file is called
    :param accepts: whether fourteen digits are a SIRET
    """
    return read(pages(content, name), accepts)


def read(
    found: Iterable[Page], accepts: Callable[[str], bool] = siret.is_valid
) -> Reading:
    """Read an order from the pages of its files and of its mail.

    :param accepts: whether fourteen digits are a SIRET: by default those whose key is
        right; the shell adds those that the directory knows
    """
    found, cut = _within(found)
    candidates = [one for sheet in found for one in scan.candidates(sheet, accepts)]
    candidates += order_may_be_engagement(candidates)
    lines = books.read(found)
    return Reading(
        ranked(candidates),
        lines.lines,
        lines.unreadable,
        lines.announced,
        (*(note for sheet in found for note in sheet.notes), *cut),
    )


def _within(found: Iterable[Page]) -> tuple[list[Page], tuple[Note, ...]]:
    """The pages of an order as long as any, and a note when there was more."""
    kept, room = [], MAX_TEXT
    for sheet in found:
        rows = []
        for row in sheet.rows:
            room -= len(row.text) + 1
            if room < 0:
                break
            rows.append(row)
        kept.append(replace(sheet, rows=tuple(rows)))
    return kept, (Note(TOO_MUCH_TEXT),) if room < 0 else ()


def pages(content: bytes, name: str = "") -> list[Page]:
    """Turn a file into pages; what cannot be read is said in their notes."""
    if len(content) > MAX_BYTES:
        return [_failed(name, _("larger than 20 MB"))]
    try:
        found = list(_pages(content, name))
    except UnreadableFile as error:
        return [_failed(name, str(error))]
    says = any(row.text.strip() for sheet in found for row in sheet.rows)
    if not says and not any(sheet.notes for sheet in found):
        found.append(Page(0, (), notes=(Note(NO_TEXT, (("file", name),)),)))
    return found


def _failed(name: str, reason: str) -> Page:
    return Page(0, (), notes=(Note(FAILED, (("file", name), ("reason", reason))),))


def _pages(content: bytes, name: str) -> Iterator[Page]:
    head = content[:1024]
    ending = PurePath(name.lower()).suffix[1:]
    if b"%PDF-" in head:
        yield from pdf_file.pages(content, name)
        for file, data in pdf_file.attached(content):
            # One deep.
            if file.lower().endswith(_ORDERS) and not pdf_file.attached(data):
                yield from pages(data, file)
    elif head.startswith(b"PK\x03\x04"):
        if office_file.part_of(content):
            yield from office_file.pages(content, name)
        else:
            yield from _sheets(content, name)
    elif head.startswith(_OLE):
        yield Page(0, (), notes=(Note(OLD, (("file", name),)),))
    elif head.startswith(_PICTURES):
        return
    elif ending in ("eml", "mht") or not ending and _HEADERS.match(head):
        yield from _mail(content, name)
    elif ending in ("csv", "txt", "tsv", "html", "htm", ""):
        yield from _text(content, name, ending)
    else:
        note = Note(UNKNOWN, (("file", name),))
        yield Page(0, (), notes=(note,))


def _sheets(content: bytes, name: str) -> Iterator[Page]:
    for number, rows in enumerate(sheets(content), start=1):
        yield page(table(rows), number, LAID_OUT, name)


def _text(content: bytes, name: str, ending: str) -> Iterator[Page]:
    if ending in ("csv", "tsv"):
        yield from _sheets(content, name)
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    yield from mail_file.mail_pages("", text.replace("\0", " "), name)


def _mail(content: bytes, name: str) -> Iterator[Page]:
    subject, body, files = mail_file.parts(content)
    yield from mail_file.mail_pages(subject, body, name)
    for file, data in files:
        if not file.lower().endswith(".eml"):
            yield from pages(data, file)
