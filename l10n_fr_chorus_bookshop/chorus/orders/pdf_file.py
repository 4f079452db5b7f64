"""The text of a PDF, without trusting it: laid out, plain, and its form's fields."""

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator

from pypdf import PdfReader

from ..errors import UnreadableFile
from ..text import _
from .page import FORM, LAID_OUT, PLAIN, Page, page, run_on
from .reading import Note

# An order is a few pages; its conditions of sale, a few more.
MAX_PAGES = 40
# Of this thread's own work, whoever else works on the machine.
MAX_SECONDS = 3
# A full page of text draws 20 kB; a map, megabytes of lines.
MAX_DRAWING = 1_500_000
# What its fonts say of their letters: some kilobytes each.
MAX_LETTERS = 3_000_000
MAX_FIELDS = 500
# Fields that say words: typed, or chosen from a list.
_SAID = ("/Tx", "/Ch")
MAX_ATTACHED = 10
# Forms within forms: a letterhead, its logo.
MAX_DEPTH = 5
_SHOWN = re.compile(rb"(/[^\s/\[\]()<>{}%]+)\s+Do\b")

XFA = _("its form is made for Adobe Reader alone: print it as a PDF, and read that")
TOO_MANY_PAGES = _("only the first %(count)s pages were read")
TOO_LONG = _("reading took too long: the last pages were not read")
PAGE_TOO_HEAVY = _("page %(page)s draws too much to be read")
PAGE_UNREADABLE = _("page %(page)s cannot be read")

# It warns of each oddity of each font.
logging.getLogger("pypdf").setLevel(logging.ERROR)


def pages(content: bytes, source: str = "") -> Iterator[Page]:
    """Read a PDF twice, as laid out and in drawing order, and its form's fields.

    :raise UnreadableFile: it is broken, or asks for a password
    """
    reader = _open(content)
    notes: list[Note] = []
    filled = list(_fields(reader, source))
    yield from filled
    if not filled and _is_xfa(reader):
        notes.append(Note(XFA))
    ends = time.thread_time() + MAX_SECONDS
    for number, sheet in enumerate(reader.pages[:MAX_PAGES], start=1):
        if time.thread_time() > ends:
            notes.append(Note(TOO_LONG))
            break
        for worth in (LAID_OUT, PLAIN):
            try:
                lines = _text(sheet, worth).splitlines()
            except UnreadableFile:
                notes.append(Note(PAGE_TOO_HEAVY, (("page", number),)))
                break
            except Exception:  # noqa: BLE001 - whatever a broken page makes pypdf raise
                notes.append(Note(PAGE_UNREADABLE, (("page", number),)))
                continue
            sheet_page = page(lines, number, worth, source)
            yield sheet_page
            if worth == LAID_OUT:
                yield run_on(sheet_page)
    if len(reader.pages) > MAX_PAGES:
        notes.append(Note(TOO_MANY_PAGES, (("count", MAX_PAGES),)))
    if notes:
        yield Page(0, (), LAID_OUT, source, tuple(notes))


def _open(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted and not reader.decrypt("")
        if not locked:
            # Reads the page tree, the first thing to be broken.
            len(reader.pages)
    except Exception:  # noqa: BLE001 - whatever a broken file makes pypdf raise
        raise UnreadableFile(_("The PDF is damaged: ask for another copy.")) from None
    if locked:
        raise UnreadableFile(_("The PDF asks for a password: ask for one without."))
    return reader


def _text(sheet, worth: int) -> str:
    drawing = sheet.get_contents()
    if drawing is not None and (
        _drawn(drawing, sheet) > MAX_DRAWING or _letters(sheet) > MAX_LETTERS
    ):
        raise UnreadableFile(PAGE_TOO_HEAVY)
    if worth == PLAIN:
        return sheet.extract_text()
    return sheet.extract_text(
        extraction_mode="layout", layout_mode_space_vertically=True
    )


def _drawn(drawing, owner, depth: int = 0) -> int:
    """Bytes that a page draws, those of the forms it repeats each time included.

    :param owner: whose resources name the forms
    """
    content = drawing.get_data()
    size = len(content)
    resources = owner.get("/Resources")
    forms = resources and resources.get_object().get("/XObject")
    times = Counter(_SHOWN.findall(content)) if forms and depth < MAX_DEPTH else {}
    for name, count in times.items():
        form = forms.get_object().get(name.decode("latin-1"))
        form = form and form.get_object()
        if form and form.get("/Subtype") == "/Form":
            size += count * _drawn(form, form, depth + 1)
        if size > MAX_DRAWING:
            break
    return size


def _letters(sheet) -> int:
    """Bytes by which the fonts of a page tell the letters that they draw."""
    resources = sheet.get("/Resources")
    fonts = resources and resources.get_object().get("/Font")
    said = [
        font.get_object().get("/ToUnicode")
        for font in (fonts.get_object() if fonts else {}).values()
    ]
    return sum(len(one.get_object().get_data()) for one in said if one)


def _fields(reader: PdfReader, source: str) -> Iterator[Page]:
    """A form's values stand in no page's text: "its name : its value"."""
    try:
        fields = reader.get_fields() or {}
    except Exception:  # noqa: BLE001 - whatever a broken form makes pypdf raise
        return
    lines = []
    for name, one in list(fields.items())[:MAX_FIELDS]:
        value = one.get("/V")
        if one.get("/FT") in _SAID and isinstance(value, str) and value.strip():
            said = str(one.get("/TU") or "")
            lines += [
                f"{label} : {' '.join(value.split())}" for label in _names(name, said)
            ]
    if lines:
        yield page(lines, 1, FORM, source)


def _is_xfa(reader: PdfReader) -> bool:
    try:
        form = reader.root_object.get("/AcroForm")
        return bool(form and form.get_object().get("/XFA"))
    except Exception:  # noqa: BLE001 - whatever a broken form makes pypdf raise
        return False


def attached(content: bytes) -> list[tuple[str, bytes]]:
    """Return the files that a PDF holds: a portfolio is nothing but them."""
    try:
        found = [
            (name, data)
            for name, several in PdfReader(io.BytesIO(content)).attachments.items()
            for data in several
        ]
    except Exception:  # noqa: BLE001 - whatever a broken file makes pypdf raise
        return []
    return found[:MAX_ATTACHED]


def _names(name: str, said: str) -> list[str]:
    """A field's name as words, and what its tooltip says."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition(".")[2])
    words = re.sub(r"[_\W]+", " ", words)
    words = re.sub(r"\bn(?:um|o|umero)?\b", "n° ", words, flags=re.IGNORECASE)
    return list(dict.fromkeys(filter(None, (" ".join(words.split()), said.strip()))))
