"""The platform's mails, read as far as they can be: numbers and states (R37).

Their layout is not public (reference: digests, immediate notices of a refusal), so
nothing is assumed of it but that an invoice's number and a state's French label stand
on one line, or that the number stands below the label. What is read is a proposal for
a person, never news.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.etree import ParserError

from ...lifecycle.labels import codes_in

# A mail is a page or two; what is longer is no notice of the platform.
MAX_TEXT = 200_000
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_/-]*")
_LINES = {"br", "div", "h1", "h2", "h3", "h4", "li", "p", "table", "tr", "ul"}
_SILENT = {"head", "script", "style", "title"}
_REASON = re.compile(r"\bmotifs?\b[^:\n]*:\s*(?P<reason>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """One invoice that a mail speaks of.

    :ivar number: the invoice's number
    :ivar code: the platform's code, "" when no single state could be read
    :ivar reason: the reason given with it, "" without any
    """

    number: str
    code: str = ""
    reason: str = ""


def text_of(body: str) -> str:
    """Return the words of a mail's body, one line for each paragraph or table row.

    :param body: HTML, or plain text
    """
    try:
        root = lxml_html.fromstring(body[:MAX_TEXT])
    except (ParserError, ValueError):
        return ""
    pieces = []
    _collect(root, pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line)


def _collect(node, pieces: list[str]) -> None:
    """Add a node's words, iteratively as deep as lxml itself reads."""
    stack = [(node, False)]
    while stack:
        one, closing = stack.pop()
        if closing:
            pieces.append(_edge(one.tag))
            pieces.append(one.tail or "")
            continue
        if not isinstance(one.tag, str) or one.tag in _SILENT:
            pieces.append(one.tail or "")
            continue
        pieces += [_edge(one.tag), one.text or ""]
        stack.append((one, True))
        stack += [(child, False) for child in reversed(one)]


def _edge(tag: str) -> str:
    """What separates a node from its neighbours."""
    if tag in _LINES:
        return "\n"
    return " " if tag in ("td", "th") else ""


def candidates(text: str) -> set[str]:
    """Return every word of a text that may be an invoice's number."""
    return {
        word.rstrip("-/_+") for word in _NUMBER.findall(text) if re.search(r"\d", word)
    }


def read(subject: str, text: str, numbers: Collection[str]) -> list[Mention]:
    """Find what a mail says of some invoices.

    :param subject: the mail's subject
    :param text: its words, as `text_of` gives them
    :param numbers: the numbers of the shop's own invoices, among `candidates`
    :return: one mention for each number met, in the order of the mail
    """
    mentions = {}
    heading = ""
    for line in [subject, *text.splitlines()]:
        code = _single(codes_in(line))
        met = [word for word in dict.fromkeys(_words(line)) if word in numbers]
        reason = _reason(line)
        if not met:
            heading = code or heading
            if reason and mentions:
                _complete(mentions, reason)
            continue
        for number in met:
            _meet(mentions, Mention(number, code or heading, reason))
    return list(mentions.values())


def _words(line: str) -> list[str]:
    return [word.rstrip("-/_+") for word in _NUMBER.findall(line)]


def _single(codes: list[str]) -> str:
    """The one state a line speaks of: "deposited" is often only said in passing."""
    spoken = [code for code in codes if code != "DEPOSEE"] or codes
    return spoken[0] if len(spoken) == 1 else ""


def _reason(line: str) -> str:
    found = _REASON.search(line)
    return found["reason"].strip() if found else ""


def _meet(mentions: dict[str, Mention], new: Mention) -> None:
    """Keep a mention; two different states for one number are none."""
    old = mentions.get(new.number)
    if old is None:
        mentions[new.number] = new
        return
    code = old.code or new.code
    if old.code and new.code and old.code != new.code:
        code = ""
    mentions[new.number] = Mention(new.number, code, old.reason or new.reason)


def _complete(mentions: dict[str, Mention], reason: str) -> None:
    """Give a reason that stands on its own line to the invoice just met."""
    last = list(mentions.values())[-1]
    if not last.reason:
        mentions[last.number] = Mention(last.number, last.code, reason)
