"""The platform's mails, read as far as they can be: numbers and states (R37).

Their layout is not public (reference: digests, immediate notices of a refusal), so
nothing is assumed of it but that an invoice's number and a state's French label stand
on one line, or that the number stands below the label. What is read is a proposal for
a person, never news.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from lxml import html as lxml_html
from lxml.etree import ParserError

from ...lifecycle.labels import codes_in

# A mail is a page or two, and a sentence has an end; what is longer is no notice.
MAX_TEXT, MAX_LINE = 200_000, 1000
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_/-]*")
_LINES = {
    *("address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("ol", "p", "pre", "section", "table", "tr", "ul"),
}
_SILENT = {"head", "script", "style", "title"}
_REASON = re.compile(
    r"\bmotif(?:s|\(s\))?\b[^:\n]{0,80}:\s{0,9}(?P<reason>\S.*)", re.IGNORECASE
)
# "Statut : Suspendue", a line of a block about one invoice.
_LABELLED = re.compile(
    r"\s*(?:le )?(?:nouveau )?(?:statut|[ée]tat)\b[^:]{0,40}:", re.IGNORECASE
)
# What joins and parts letters unseen.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_QUOTED = re.compile(r"^[> ]+")
# An address in a text, <claire@librairie.example>, makes no page of it.
_WRITTEN_IN_HTML = re.compile(r"</?[a-z][a-z0-9]*[\s/>]|<!", re.IGNORECASE)
# A line that a mailer has cut: long, in the middle of a sentence.
_CUT = re.compile(r".{60,}[a-zà-ÿ,]")
# A figure that stands alone, as in "Factures suspendues : 3"; not a date.
_COUNT = re.compile(r"(?<![\w/.-])\d{1,5}(?![\w/.-])")
# A deposit's name, which ends with its number.
_FLUX = re.compile(r"\b[A-Z]{3}\d{4}[A-Z]_[A-Z0-9]{6}_([A-Z0-9]{6}\d{19})\b")
REJECTED, NOT_INTEGRATED = "REJETEE", "NON_CONFORME"


@dataclass(frozen=True, slots=True)
class Mention:
    """One invoice that a mail speaks of.

    :ivar number: the invoice's number, or its deposit's
    :ivar code: the platform's code, "" when no single state could be read
    :ivar reason: the reason given with it, "" without any
    :ivar sentences: the lines that say so, as the mail has them
    """

    number: str
    code: str = ""
    reason: str = ""
    sentences: tuple[str, ...] = ()


def text_of(body: str) -> str:
    """Return the words of a mail's body, one line for each paragraph or table row.

    :param body: HTML, or plain text
    """
    body = body[:MAX_TEXT].translate(_UNSEEN)
    try:
        root = lxml_html.fromstring(body)
    except (ParserError, ValueError):
        return ""
    pieces = []
    _collect(root, pieces, as_it_is=not _WRITTEN_IN_HTML.search(body))
    return "\n".join(_sentences("".join(pieces)))


def _sentences(text: str) -> Iterator[str]:
    """Yield lines; one that a mailer has cut goes on in the next."""
    begun = ""
    for line in text.splitlines():
        line = " ".join(_QUOTED.sub("", line).split())
        if begun and line[:1].islower() and _CUT.fullmatch(begun[-MAX_LINE:]):
            begun += f" {line}"
            continue
        if begun:
            yield begun
        begun = line
    if begun:
        yield begun


def _collect(node, pieces: list[str], *, as_it_is: bool) -> None:
    """Add a node's words, iteratively as deep as lxml itself reads.

    :param as_it_is: the ends of its lines are those of the text; in HTML, blanks
    """
    stack = [(node, False, as_it_is)]
    while stack:
        one, closing, kept = stack.pop()
        if closing:
            pieces.append(_edge(one.tag))
        if closing or not isinstance(one.tag, str) or one.tag in _SILENT:
            pieces.append(_shown(one.tail, kept))
            continue
        inside = kept or one.tag == "pre"
        pieces += [_edge(one.tag), _shown(one.text, inside)]
        stack.append((one, True, kept))
        stack += [(child, False, inside) for child in reversed(one)]


def _shown(text: str | None, as_it_is: bool) -> str:
    return (text or "") if as_it_is else " ".join(re.split(r"\s+", text or ""))


def _edge(tag: str) -> str:
    """What separates a node from its neighbours."""
    if tag in _LINES:
        return "\n"
    return " " if tag in ("td", "th") else ""


def candidates(text: str) -> set[str]:
    """Return every word of a text that may be the number of an invoice or a deposit."""
    words = {
        word.rstrip("-/_+") for word in _NUMBER.findall(text) if re.search(r"\d", word)
    }
    return words | set(_FLUX.findall(text))


def read(subject: str, text: str, numbers: Collection[str]) -> list[Mention]:
    """Find what a mail says of some invoices.

    :param subject: the mail's subject
    :param text: its words, as `text_of` gives them
    :param numbers: the numbers of the shop's own invoices and deposits, among
        `candidates`
    :return: one mention for each number met, in the order of the mail
    """
    reading = _Reading()
    for line in [subject, *text.splitlines()]:
        line = line[:MAX_LINE]
        words = [*_words(line), *_FLUX.findall(line)]
        met = [word for word in dict.fromkeys(words) if word in numbers]
        reading.take(line, _codes(line), met)
    return list(reading.mentions.values())


class _Reading:
    """What a mail has said so far.

    :ivar mentions: by number
    """

    def __init__(self):
        self.mentions: dict[str, Mention] = {}
        # The state that the last line without a number announced, and that line.
        self._heading: tuple[str, str] = ("", "")
        self._last = ""
        # The last number's state is only that of the title it stands under.
        self._under_title = False

    def take(self, line: str, codes: list[str], met: list[str]) -> None:
        """Read one line, with the states it tells and our numbers that it names."""
        reason = _reason(line)
        code = codes[0] if len(codes) == 1 else ""
        for number in met:
            said, where = (code, "") if codes else self._heading
            self._under_title = bool(where) and not _LABELLED.match(where)
            sentences = tuple(filter(None, (where, line)))
            self._meet(Mention(number, said, reason, sentences))
            self._last = number
        if met:
            return
        last = self.mentions.get(self._last)
        of_last = last and (not last.code or self._under_title)
        if code and of_last and _LABELLED.match(line):
            # A block about the invoice just named, rather than about the next: it knows
            # better than the title of all.
            if self._under_title:
                self.mentions[self._last] = replace(last, code=code)
            self._under_title = False
            self._meet(Mention(self._last, code, "", (line,)))
            self._heading = ("", "")
        elif codes:
            # A figure counts invoices: it announces none of those below.
            counts = _COUNT.search(line) or not code
            self._heading = ("", "") if counts else (code, line)
        if reason and last and not last.reason:
            self._meet(Mention(self._last, last.code or code, reason, (line,)))

    def _meet(self, new: Mention) -> None:
        """Keep a mention; two different states for one number are none."""
        old = self.mentions.get(new.number, Mention(new.number))
        code = old.code or new.code
        if old.code and new.code and old.code != new.code:
            code = ""
        self.mentions[new.number] = Mention(
            new.number,
            code,
            old.reason or new.reason,
            tuple(dict.fromkeys(old.sentences + new.sentences)),
        )


def _words(line: str) -> list[str]:
    return [word.rstrip("-/_+") for word in _NUMBER.findall(line)]


def _codes(line: str) -> list[str]:
    """The states a line speaks of: "deposited" is often only said in passing, and a
    reason names states that are none."""
    codes = codes_in(_REASON.split(line, maxsplit=1)[0])
    spoken = [code for code in codes if code != "DEPOSEE"] or codes
    if spoken == [REJECTED] and _is_about_deposit(line):
        return [NOT_INTEGRATED]
    return spoken


def _is_about_deposit(line: str) -> bool:
    """A rejected *flux* never was integrated: its invoices keep their numbers."""
    return bool(_FLUX.search(line) or re.search(r"\bflux\b", line, re.IGNORECASE))


def _reason(line: str) -> str:
    found = _REASON.search(line)
    return found["reason"].strip() if found else ""
