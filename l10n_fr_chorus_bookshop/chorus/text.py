"""English sentences of the pure core, marked so that Odoo's extractor finds them.

The core speaks English; the Odoo shell translates a sentence by looking its English
template up (`env._(template, **values)`), hence templates stay whole and literal.
"""

import re
import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import PureWindowsPath


def _(template: str) -> str:
    """Mark a sentence for translation and return it unchanged."""
    return template


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for a person, said again in French by the shell.

    :ivar template: an English sentence
    :ivar values: what it quotes
    """

    template: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self):
        return self.template % dict(self.values) if self.values else self.template


# What no database takes: NUL, and halves of a pair.
UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)])
# Longer than any reason a person writes.
LONGEST = 10_000


def storable(text: str) -> str:
    """Return a text, HTML or not, without what no database takes."""
    return text.translate(UNSTORABLE)


def kept(text: str, most: int = LONGEST) -> str:
    """Return a text from outside as the database takes it: printable, and bounded.

    :param most: characters
    """
    return printable(text[: most + 1]).strip()[:most]


def word(text: str, most: int = 200) -> str:
    """Return a number or a code from outside as the database takes it, bounded.

    Its hidden signs show as U+FFFD: dropped, they would make it another one.
    """
    text = text[:most].strip()
    if text.isprintable():
        return text
    return "".join(
        "\ufffd" if unicodedata.category(char)[0] == "C" else char for char in text
    )


def printable(text: str) -> str:
    """Return a text as it may be stored and shown: composed, without hidden signs.

    Control characters other than the ends of lines, marks of direction and halves of
    a pair go; nothing visible does.
    """
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(
        char
        for char in text
        if char in "\n\t\xa0\u202f" or unicodedata.category(char)[0] != "C"
    )


# XML 1.0 §2.2 forbids these even as character references: no document can carry
# them, and no XML-RPC answer.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return the text without what XML 1.0 forbids, line ends as LF, stripped."""
    return NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def cleaned(record):
    """Return a record of the core as a document can carry it, each text `clean`.

    :param record: a dataclass, with what it holds: texts, records, tuples of them
    """
    if isinstance(record, str):
        return clean(record)
    if isinstance(record, tuple):
        return tuple(map(cleaned, record))
    if not is_dataclass(record):
        return record
    held = {one.name: getattr(record, one.name) for one in fields(record)}
    return replace(record, **{name: cleaned(value) for name, value in held.items()})


def unaccented(text: str) -> str:
    """Return a text without its accents: how one is typed varies."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))


def bare_name(name: str) -> str:
    """Return the name of a file as it may leave: on one line, without its folders."""
    line = " ".join(printable(name).split())
    # It parts folders by both strokes.
    return PureWindowsPath(line).name.strip()
