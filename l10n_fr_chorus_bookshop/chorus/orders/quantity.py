"""The quantity that a row says in its own words, without columns."""

import re

from .columns import copies
from .page import Row

Span = tuple[int, int]

_EXPLICIT = re.compile(
    r"(?<![a-z])(?:qtes?|quantites?|nbre|nb)\b\W{0,4}(?P<a>\d{1,3})(?![\d,.]\d|\d)"
    r"|(?<![a-z\d])x ?(?P<b>\d{1,3})(?!\d|[.,]\d)"
    r"|(?<![\d.,])(?P<c>\d{1,3}) ?(?:exs?\b|exempl\w*)"
    r"|(?<![\d.,])(?P<d>\d{1,3}) ?x(?![a-z\d])"
)
_AFTER = re.compile(
    r"[\s:;,|]*(\d{1,3})(?=\s*$|\s*[;|]|\s{2,}|\s+\d+[.,]\d\d|\s+[^\W\d_])"
)
_BEFORE = re.compile(r"\s*(\d{1,3})\s*[:;,|x-]?\s*(?:isbn|ean)?\W*")
_LAST = re.compile(r"(?<=[\s)])(\d{1,3})\s*$")
_PRICE = re.compile(r"\d+[.,]\d\d|€")
# A cell of its own; a semicolon ends one too.
_ALONE = re.compile(r"(?:^|\s\s|[;|])\s*(\d{1,3})(?=\s*(?:$|\s\s|[;|]))")
_ANY_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?![\w/-]|[.,]\d)")


def explicit(folded: str) -> int | None:
    """Return the quantity said in words: "qté 3", "x 3", "3 ex."."""
    numbers = {
        next(filter(None, match.groups())) for match in _EXPLICIT.finditer(folded)
    }
    return copies(numbers.pop()) if len(numbers) == 1 else None


def written(row: Row, code: Span, codes: list[Span]) -> int | None:
    """Return the quantity of a row: in words, else the one whole number it has.

    :param code: where the book's own code stands
    :param codes: where all codes of the row stand
    """
    text = _masked(row.folded, codes)
    if _EXPLICIT.search(text):
        return explicit(text)
    before, after = text[: code[0]], text[code[1] :]
    last = _LAST.search(after) if len(codes) > 1 or not _PRICE.search(after) else None
    found = {
        int(match[1])
        for match in (_AFTER.match(after), _BEFORE.fullmatch(before), last)
        if match
    }
    found |= {int(match[1]) for match in _ALONE.finditer(text)}
    return copies(str(found.pop())) if len(found) == 1 else None


def has_number(row: Row, codes: list[Span]) -> bool:
    """Tell whether anything on a row may be a quantity."""
    return bool(_ANY_NUMBER.search(_masked(row.folded, codes)))


def _masked(folded: str, codes: list[Span]) -> str:
    """A row without its codes, as long."""
    letters = list(folded)
    for start, end in codes:
        letters[start:end] = "#" * (end - start)
    return "".join(letters)
