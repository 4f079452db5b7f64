"""EDIFACT (ISO 9735, syntax UNOC version 3): segments to bytes, and back.

Writing is ours, since order and counts are; reading takes its tokens from pydifact,
so that nothing we write is only read by our own idea of the escaping.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pydifact.control import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.token import Token
from pydifact.tokenizer import Tokenizer

ENCODING = "iso-8859-1"
ADVICE = "UNA:+.? '"
_SPECIAL = re.compile(r"[:+?']")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# What ISO 8859-1 lacks and people type every day, as the trade writes it.
TABLE = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "…": "...",
        "–": "-",
        "—": "-",
        "−": "-",
        "‑": "-",
        "•": "-",
        "€": "EUR",
        "™": "TM",
        "œ": "oe",
        "Œ": "OE",
        "Ÿ": "Y",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u200b": "",
    }
)


class SyntaxFault(ValueError):
    """These bytes are not EDIFACT."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag, then elements, each a tuple of components."""

    tag: str
    elements: tuple[tuple[str, ...], ...] = ()

    def get(self, element: int, component: int = 0) -> str:
        """Return a component, "" when it is not there."""
        try:
            return self.elements[element][component]
        except IndexError:
            return ""


def plain(text: str) -> str:
    """Return a text as ISO 8859-1 can carry it: the table, then the bare letters.

    What neither knows is left as it is: `foreign` names it. Blanks are made single.
    """
    text = " ".join(text.translate(TABLE).split())
    return "".join(map(_in_latin_1, text))


def foreign(text: str) -> str:
    """Return the characters of a text that no EDIFACT file of ours can carry."""
    return "".join(
        dict.fromkeys(
            char for char in text if ord(char) > 0xFF or _CONTROL.fullmatch(char)
        )
    )


def _in_latin_1(char: str) -> str:
    if ord(char) <= 0xFF:
        return char
    bare = unicodedata.normalize("NFKD", char)
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    return bare if bare and all(ord(one) <= 0xFF for one in bare) else char


def pieces(text: str, width: int, most: int) -> tuple[str, ...]:
    """Cut a text into components, between words where there is room for that.

    :return: pieces of at most `width` characters that make the text again when joined;
        more than `most` of them when it is too long
    """
    cut, rest = [], text
    while len(rest) > width:
        end = rest.rfind(" ", 0, width) + 1 or width
        cut.append(rest[:end])
        rest = rest[end:]
    cut.append(rest)
    if len(cut) > most:
        cut = [text[at : at + width] for at in range(0, len(text), width)]
    return tuple(cut)


# ---- WRITE ------------------------------------------------------------------------


def segment(tag: str, *elements: str | tuple[str, ...]) -> Segment:
    """Make a segment; an element is a text or a tuple of components."""
    return Segment(tag, tuple((e,) if isinstance(e, str) else e for e in elements))


def dump(segments: Iterable[Segment]) -> bytes:
    """Return the bytes of an interchange, its service string advice first.

    :raises UnicodeEncodeError: a character outside ISO 8859-1
    """
    return (ADVICE + "".join(map(_written, segments))).encode(ENCODING)


def _written(one: Segment) -> str:
    elements = [
        ":".join(_trimmed(_SPECIAL.sub(r"?\g<0>", c) for c in element))
        for element in one.elements
    ]
    return "+".join([one.tag, *_trimmed(elements)]) + "'"


def _trimmed(parts: Iterable[str]) -> list[str]:
    """Without the empty ones at the end (ISO 9735 §9.1)."""
    parts = list(parts)
    while parts and not parts[-1]:
        parts.pop()
    return parts


# ---- READ -------------------------------------------------------------------------


def load(content: bytes) -> list[Segment]:
    """Return the segments of an interchange, without its service string advice.

    Files seen in the trade have a line for each segment, with or without its
    terminator: both are read.

    :raises SyntaxFault: this is not EDIFACT
    """
    text = content.decode(ENCODING).strip().lstrip("ï»¿")
    characters = Characters()
    if text.startswith("UNA") and len(text) > len(ADVICE):
        characters = Characters.from_str(text[: len(ADVICE)])
        text = text[len(ADVICE) :].lstrip()
    if not text.startswith(("UNB", "UNH")):
        raise SyntaxFault("neither UNB nor UNH begins the file")
    end = characters.segment_terminator
    if not re.search(rf"(?<!{re.escape(characters.escape_character)}){end}", text):
        text = end.join(line.strip() for line in text.splitlines() if line.strip())
    if not text.endswith(end):
        text += end
    try:
        return _assembled(Tokenizer().get_tokens(text, characters))
    except EDISyntaxError as error:
        raise SyntaxFault(str(error)) from error


def _assembled(tokens: Iterable[Token]) -> list[Segment]:
    """Put tokens together; an absent text between two separators is empty."""
    found, elements, components, text = [], [], [], ""
    for token in tokens:
        if token.type == Token.Type.CONTENT:
            text += token.value
            continue
        components.append(text)
        text = ""
        if token.type == Token.Type.COMPONENT_SEPARATOR:
            continue
        elements.append(tuple(components))
        components = []
        if token.type == Token.Type.TERMINATOR:
            ((tag, *_), *rest) = elements
            found.append(Segment(tag.strip(), tuple(rest)))
            elements = []
    return found
