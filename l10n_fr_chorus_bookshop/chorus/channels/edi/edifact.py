"""EDIFACT (ISO 9735, syntax versions 1 to 4): segments to bytes, and back.

Writing keeps to one form, which pydifact and others read in our tests. Reading takes
what is met in the trade: any service string advice, several interchanges in a file,
lines instead of terminators, records wrapped at a fixed width, every character set.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ...text import _

ENCODING = "iso-8859-1"
ADVICE = "UNA:+.? '"
_SPECIAL = re.compile(r"[:+?']")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# What ISO 8859-1 lacks and people type every day, as the trade writes it.
TABLE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‹›ʼ", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−•‣▪·", "-"),
        "…": "...",
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
        "№": "No",
        "≤": "<=",
        "≥": ">=",
        "×": "x",
    }
)
# Marks of direction and joining come with what is pasted, and show nothing.
_UNSEEN = frozenset({"Cf", "Mn"})

# What is wrong with a message or an interchange, for people.
UNFINISHED = _("It stops before its end: a part is missing.")
MISCOUNTED = _("Its trailer does not count what is there: a part is missing.")
MISREFERRED = _("Its trailer bears another reference than its header.")


class SyntaxFault(ValueError):
    """These bytes are not EDIFACT."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag, then elements, each a tuple of components.

    :ivar again: the segment before it, with what syntax version 4 repeats in it
    """

    tag: str
    elements: tuple[tuple[str, ...], ...] = ()
    again: bool = False

    def get(self, element: int, component: int = 0) -> str:
        """Return a component, "" when it is not there."""
        try:
            return self.elements[element][component]
        except IndexError:
            return ""

    def __str__(self) -> str:
        return "+".join([self.tag, *map(":".join, self.elements)])


@dataclass(frozen=True, slots=True)
class Message:
    """The segments of one message, from UNH to UNT where it has one.

    :ivar fault: why it is not whole, one English sentence; "" when it is
    """

    segments: tuple[Segment, ...]
    fault: str = ""

    @property
    def kind(self) -> str:
        """Its type: INVOIC, CONTRL, APERAK…"""
        return self.segments[0].get(1)


@dataclass(frozen=True, slots=True)
class Interchange:
    """What stands between a UNB and its UNZ; messages alone need neither.

    :ivar header: UNB, None for messages alone
    :ivar fault: as `Message.fault`
    """

    header: Segment | None
    messages: tuple[Message, ...]
    fault: str = ""


# ---- TEXT -------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return a text as ISO 8859-1 can carry it: composed, unseen marks away, the table,
    then the bare letters.

    What none knows is left as it is: `foreign` names it. Blanks are made single.
    """
    text = unicodedata.normalize("NFC", text).translate(TABLE)
    text = "".join(map(_in_latin_1, text))
    return " ".join(text.split())


def foreign(text: str) -> str:
    """Return the characters of a text that no EDIFACT file of ours can carry."""
    return "".join(
        dict.fromkeys(
            char for char in text if ord(char) > 0xFF or _CONTROL.fullmatch(char)
        )
    )


def _in_latin_1(char: str) -> str:
    if char == "\xad" or ord(char) > 0xFF and unicodedata.category(char) in _UNSEEN:
        return ""
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

# By UNB's syntax identifier (ISO 9735-1 annex A, code list 0001). What is to be ASCII
# seldom is, and under Latin-1 one finds UTF-8: those are known by their bytes.
_CHARACTER_SETS = {
    "UNOD": "iso-8859-2",
    "UNOE": "iso-8859-5",
    "UNOF": "iso-8859-7",
    "UNOG": "iso-8859-3",
    "UNOH": "iso-8859-4",
    "UNOI": "iso-8859-6",
    "UNOJ": "iso-8859-8",
    "UNOK": "iso-8859-9",
    "UNOL": "iso-8859-15",
    "UNOW": "utf-8",
    "UNOX": "iso2022_jp_2",
    "UNOY": "utf-8",
    "KECA": "euc_kr",
}
# An invoice of a thousand books has eight thousand.
MOST_SEGMENTS = 100_000
# No segment is longer, but one whose end is lost.
_LONGEST = 1 << 17
_LINES = re.compile(r"\r\n|\r|\n")
_TAG = r"[A-Z][A-Z0-9]{2}"
_NOTHING = "\0\x1a \r\n\t"
_BLANK = re.compile(r"[\s\0\x1a]*")


def load(content: bytes) -> list[Segment]:
    """Return the segments of a file one after the other, without UNA.

    :raises SyntaxFault: this is not EDIFACT
    """
    return list(_bounded(content))


def interchanges(content: bytes) -> list[Interchange]:
    """Return what a file holds, each message and interchange with what it lacks.

    :raises SyntaxFault: this is not EDIFACT
    """
    found: list[_Open] = []
    for one in _bounded(content):
        if one.tag == "UNB" or not found:
            found.append(_Open(one if one.tag == "UNB" else None))
        found[-1].take(one)
    return [one.closed() for one in found]


class _Open:
    """An interchange while it is read."""

    def __init__(self, header: Segment | None):
        self._header = header
        self._messages: list[Message] = []
        self._groups = 0
        # The header of the group that is open, and the messages there were before it.
        self._group: tuple[Segment, int] | None = None
        self._group_fault = ""
        self._message: list[Segment] = []
        self._fault = UNFINISHED if header else ""

    def take(self, one: Segment) -> None:
        if one.tag in ("UNH", "UNG", "UNE", "UNZ"):
            self._end_message(UNFINISHED)
        if one.tag in ("UNG", "UNE", "UNZ"):
            self._end_group(one)
        if one.tag == "UNG":
            self._groups += 1
            self._group = one, len(self._messages)
        elif one.tag == "UNZ":
            self._fault = self._trailer_fault(one) or self._group_fault
        elif one.tag == "UNH" or self._message:
            self._message.append(one)
        if one.tag == "UNT":
            self._end_message("")

    def closed(self) -> Interchange:
        self._end_message(UNFINISHED)
        return Interchange(self._header, tuple(self._messages), self._fault)

    def _end_message(self, fault: str) -> None:
        if not self._message:
            return
        first, last = self._message[0], self._message[-1]
        if not fault:
            count = sum(not one.again for one in self._message)
            fault = _disagreement(last, count, first.get(0))
        self._messages.append(Message(tuple(self._message), fault))
        self._message = []

    def _end_group(self, last: Segment) -> None:
        if not self._group:
            return
        header, before = self._group
        fault = UNFINISHED
        if last.tag == "UNE":
            fault = _disagreement(last, len(self._messages) - before, header.get(4))
        self._group_fault = self._group_fault or fault
        self._group = None

    def _trailer_fault(self, trailer: Segment) -> str:
        reference = self._header.get(4) if self._header else trailer.get(1)
        return _disagreement(trailer, self._groups or len(self._messages), reference)


def _disagreement(trailer: Segment, count: int, reference: str) -> str:
    """Compare a trailer with what it ends; leading zeros mean nothing."""
    given = trailer.get(1).strip()
    if given != reference and reference.startswith(given):
        return UNFINISHED  # cut in the trailer itself
    if trailer.get(0).strip().lstrip("0") != (str(count) if count else ""):
        return MISCOUNTED
    return "" if given == reference else MISREFERRED


def _bounded(content: bytes) -> Iterator[Segment]:
    """Yield segments, as many as one sitting may take."""
    for count, one in enumerate(_segments(content)):
        if count == MOST_SEGMENTS:
            raise SyntaxFault("more segments than any file of the trade has")
        yield one


def _segments(content: bytes) -> Iterator[Segment]:
    """Cut a file into segments, each interchange with its own service characters."""
    text = _as_bytes_text(content)
    if not re.match(r"UN[ABGH]", text):
        raise SyntaxFault("neither UNA, UNB nor UNH begins the file")
    signs, at = _signs(text, 0)
    if signs.terminator in "\r\n" or _is_in_lines(text, signs):
        yield from _in_lines(text)
        return
    text = _unwrapped(text, signs)
    usual, charset = _usual_charset(text), ""
    while at < len(text):
        found = _ends(signs).finditer(text, at)
        end = next((one for one in found if one["end"]), None)
        raw = text[at : end.start() if end else len(text)]
        at = _BLANK.match(text, end.end() if end else len(text)).end()
        charset = charset or _CHARACTER_SETS.get(raw[4:8], usual)
        signs = _of_version(raw, signs)
        one, *others = _segment(raw.lstrip(), signs, charset)
        if one.tag:
            yield one
            yield from others
        if one.tag == "UNZ" and at < len(text):
            charset = ""
            signs, at = _signs(text, at)


def _as_bytes_text(content: bytes) -> str:
    """One character a byte; of UTF-16, its UTF-8."""
    start = content[:512].lstrip(b"\xff\xfe \r\n\t")
    if b"\0U" in start[:4] or b"U\0" in start[:4]:
        little = start.startswith(b"U")
        content = content[len(content) % 2 :] if not little else content
        text = content.decode("utf-16-le" if little else "utf-16-be", "replace")
        content = text.lstrip("\ufeff").encode("utf-8")
    return content.removeprefix(b"\xef\xbb\xbf").decode(ENCODING).lstrip(" \r\n\t\0")


@dataclass(frozen=True, slots=True)
class _Signs:
    """The service characters of one interchange.

    :ivar repetition: the one of its service string advice, then, once its UNB is read,
        the one in force: syntax versions before 4 repeat nothing
    """

    component: str
    element: str
    release: str
    terminator: str
    repetition: str = ""


def _signs(text: str, at: int) -> tuple[_Signs, int]:
    """Return an interchange's service characters, and where its UNB is."""
    if text.startswith("UNA", at):
        component, element, _decimal, release, repetition, terminator = text[
            at + 3 : at + len(ADVICE)
        ].ljust(6, "\0")
        repetition = repetition.strip()
        signs = _Signs(component, element, release.strip(), terminator, repetition)
        used = component + element + release.strip() + terminator
        if len(set(used)) < len(used) or re.search(r"[A-Za-z0-9\0]", used):
            raise SyntaxFault("UNA names letters, or twice the same sign")
        return signs, _BLANK.match(text, at + len(ADVICE)).end()
    # Level B has signs of its own; whoever writes no UNA keeps to one of the two sets.
    if text[at + 3 : at + 4] == "\x1d":
        return _Signs("\x1f", "\x1d", "", "\x1c"), at
    return _Signs(":", "+", "?", "'"), at


def _of_version(raw: str, signs: _Signs) -> _Signs:
    """The service characters once the header is read: version 4 repeats elements."""
    if not raw.startswith("UNB"):
        return signs
    others = signs.component + signs.element + signs.release + signs.terminator
    sign = signs.repetition or "*"
    repeats = raw[9:10] == "4" and sign not in others and not sign.isalnum()
    return replace(signs, repetition=sign if repeats else "")


@lru_cache(maxsize=64)
def _ends(signs: _Signs) -> re.Pattern:
    """The end of a segment: a terminator before a tag or the end of the file.

    Elsewhere it is an apostrophe that nobody released.
    """
    after = "".join(map(re.escape, (signs.element, signs.component, signs.terminator)))
    released = rf"{re.escape(signs.release)}.|" if signs.release else ""
    return re.compile(
        rf"{released}(?P<end>{re.escape(signs.terminator)})"
        rf"(?=[\s\0\x1a]*(?:{_TAG}[{after}]|UNA.{{6}}\s*UNB|(?:[A-Z][A-Z0-9]{{0,2}})?\Z))",
        re.DOTALL,
    )


def _is_in_lines(text: str, signs: _Signs) -> bool:
    """Tell whether line ends stand for terminators, as in samples of the trade."""
    lines = [line for line in _LINES.split(text.strip(_NOTHING)) if line.strip()]
    begun = sum(bool(re.match(rf"\s*{_TAG}", line)) for line in lines)
    if len(lines) < 2 or begun < len(lines) / 2:
        return False
    ended = any(line.rstrip().endswith(signs.terminator) for line in lines[:-1])
    inside = f"{re.escape(signs.terminator)}{_TAG}{re.escape(signs.element)}"
    return not ended and not re.search(inside, text)


def _unwrapped(text: str, signs: _Signs) -> str:
    """Join lines again: records wrapped at a fixed width are cut anywhere, even inside
    a number. Where most lines end with their segment, one inside a text parts words.
    """
    ends = [line.endswith(signs.terminator) for line in _LINES.split(text.strip())[:-1]]
    return _LINES.sub(" " if sum(ends) > len(ends) / 2 else "", text)


def _in_lines(text: str) -> Iterator[Segment]:
    """One segment a line; what begins without a tag goes on with the line before."""
    usual, charset, raw = _usual_charset(text), "", ""
    signs, at = _signs(text, 0)
    for line in [*_LINES.split(text[at:]), "END+"]:
        if raw and re.match(
            rf"\s*{_TAG}(?:{re.escape(signs.element)}|\s*\Z)|UNA", line
        ):
            if raw.startswith("UNA"):
                signs, start = _signs(raw, 0)
                raw, charset = raw[start:], ""
            charset = charset or _CHARACTER_SETS.get(raw[4:8], usual)
            raw = raw.strip(_NOTHING).removesuffix(signs.terminator)
            signs = _of_version(raw, signs)
            if raw:
                yield from _segment(raw, signs, charset)
            raw = ""
        raw += line


def _usual_charset(text: str) -> str:
    """What a file is written in that says ASCII, or nothing."""
    try:
        text.encode(ENCODING).decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _segment(raw: str, signs: _Signs, charset: str) -> list[Segment]:
    """Split one segment; absent texts between two separators are empty.

    :return: the segment, then the same again for each repetition of an element
    """
    raw = raw[:_LONGEST]
    if not raw.isascii():
        raw = _decoded(raw, charset)
    if signs.release and signs.release in raw:
        elements = _split_released(raw, signs)
    else:
        elements = [
            [
                tuple(one.split(signs.component))
                for one in _repeated(element, signs.repetition)
            ]
            for element in raw.split(signs.element)
        ]
    ((tag, *_rest), *_more), *others = elements
    first = Segment(tag.strip(), tuple(one for one, *_again in others))
    return [first, *_again(first, others)]


def _repeated(element: str, sign: str) -> list[str]:
    return element.split(sign) if sign else [element]


def _again(first: Segment, elements: list[list[tuple]]) -> Iterator[Segment]:
    """Yield a segment for each repetition; what holds messages together has none."""
    if first.tag.startswith("UN"):
        return
    for at, (_first, *others) in enumerate(elements):
        for other in others:
            before, after = first.elements[:at], first.elements[at + 1 :]
            yield Segment(first.tag, (*before, other, *after), again=True)


def _split_released(raw: str, signs: _Signs) -> list[list[tuple[str, ...]]]:
    """Split a segment in which some characters are released."""
    elements: list[list[list[str]]] = [[[]]]
    word, at = "", 0
    for match in _parts(signs).finditer(raw):
        word += raw[at : match.start()]
        at = match.end()
        if match[1]:
            word += match[1]
            continue
        elements[-1][-1].append(word)
        word = ""
        if match[2] == signs.element:
            elements.append([[]])
        elif match[2] == signs.repetition:
            elements[-1].append([])
    elements[-1][-1].append(word + raw[at:])
    return [list(map(tuple, element)) for element in elements]


@lru_cache(maxsize=64)
def _parts(signs: _Signs) -> re.Pattern:
    """A released character, or a separator."""
    separators = re.escape(signs.element + signs.component + signs.repetition)
    return re.compile(rf"{re.escape(signs.release)}(.)|([{separators}])", re.DOTALL)


def _decoded(raw: str, charset: str) -> str:
    """Read the bytes of a segment; what its character set has not, as Windows has."""
    content = raw.encode(ENCODING)
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
