"""How many copies a row says that it wants, in its own words, without columns."""

import re

from .columns import copies
from .page import Row

Span = tuple[int, int]

_SPELT = {
    "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "douze": 12, "quinze": 15, "vingt": 20,
    "trente": 30,
}  # fmt: skip
# The quantity that a row says in so many words.
_EXPLICIT = re.compile(
    r"(?<![a-z])(?:qtes?|quantites?|nbre|nb)\b\W{0,4}(?P<a>\d{1,3})(?![\d,.]\d|\d)"
    r"|(?<![a-z\d])x ?(?P<b>\d{1,3})(?!\d|[.,]\d)"
    r"|(?<![\d.,])(?P<c>\d{1,3}) ?(?:exs?\b|exempl\w*|unites?\b)"
    r"|(?<![\d.,])(?P<d>\d{1,3}) ?x(?![a-z\d])"
    r"|#\W{0,2}\((?P<e>\d{1,3})\)"
    r"|(?<![a-z])(?P<f>" + "|".join(_SPELT) + r") (?:exs?\b|exempl\w*)"
)
# "Tome 3": the number of a book, not of its copies.
_OF_A_BOOK = re.compile(
    r"(?<![a-z])(?:tomes?|t\.|vol(?:umes?|\.)?|n ?°|numero|niveau|cycle|partie|saison|"
    r"annee|classe)\s*\d{1,3}(?![\d.,]\d|\d)"
)
_UNIT = r"(?: ?(?:u|ea|pces?|pcs?|unites?)\b)?"
_AFTER = re.compile(
    rf"[\s:;,|]*(0{{0,4}}\d{{1,3}}){_UNIT}(?=\s*$|\s*[;|]|\s{{2,}}|\s+\d+[.,]\d\d)"
)
_AFTER_PRICE = re.compile(r"(?:[.,]\d\d ?€?|€)\s*[-:=]\s*(\d{1,3})\s*$")
# Before the words of a title, or after them: perhaps part of it.
_FIRST = re.compile(r"[\s:;,|]*(\d{1,3})(?=\s+[^\W\d_])")
_BEFORE = re.compile(r"\s*(\d{1,3})(?![.)])\s*[:;,|x-]?\s*(?:isbn|ean)?\W*")
_LAST = re.compile(r"(?<=[\s)])(\d{1,3})\s*$")
_PRICE = re.compile(r"\d+[.,]\d\d|€")
# A cell of its own; a semicolon ends one too.
_ALONE = re.compile(rf"(?:^|\s\s|[;|])\s*(\d{{1,3}}){_UNIT}(?=\s*(?:$|\s\s|[;|]))")
_ANY_NUMBER = re.compile(r"(?<![\w.,/-])0{0,4}\d{1,3}(?![\w/-]|[.,]\d)")


def explicit(folded: str) -> int | None:
    """Return the quantity said in words: "qté 3", "x 3", "3 ex."."""
    numbers = {
        next(filter(None, match.groups())) for match in _EXPLICIT.finditer(folded)
    }
    if len(numbers) != 1:
        return None
    number = numbers.pop()
    return copies(str(_SPELT.get(number, number)))


def in_words(row: Row, codes: list[Span]) -> int | None:
    """Return the quantity that a row says in so many words."""
    return explicit(masked(row.folded, codes))


def written(row: Row, code: Span, codes: list[Span], rank: int) -> int | None:
    """Return the quantity of a row: in words, else the one whole number it has.

    :param code: where the book's own code stands
    :param codes: where all codes of the row stand
    :param rank: of the row in its list, which it may say before the code
    """
    text = masked(row.folded, codes)
    if _EXPLICIT.search(text):
        return explicit(text)
    before, after = _BEFORE.fullmatch(text[: code[0]]), text[code[1] :]
    last = _LAST.search(after) if len(codes) > 1 or not _PRICE.search(after) else None
    found = _apart(text, code)
    if before and int(before[1]) == rank and len(found) == 2:
        found.discard(rank)
    found |= {int(match[1]) for match in (_FIRST.match(after), last) if match}
    return copies(str(found.pop())) if len(found) == 1 else None


def says_none(row: Row, code: Span, codes: list[Span]) -> bool:
    """Tell whether a row says no copies: its numbers stand among its words."""
    text = masked(row.folded, codes)
    after = text[code[1] :]
    beside = _FIRST.match(after) or _LAST.search(after) and not _PRICE.search(after)
    return not (beside or _EXPLICIT.search(text) or _apart(text, code))


def is_of_title(row: Row, code: Span, codes: list[Span]) -> bool:
    """Tell whether the only number of a row may be its title's: "Catch 22"."""
    text = masked(row.folded, codes)
    return not (_EXPLICIT.search(text) or _apart(text, code))


def _apart(text: str, code: Span) -> set[int]:
    """The whole numbers of a row that stand apart from its words."""
    before, after = text[: code[0]], text[code[1] :]
    found = _AFTER.match(after), _BEFORE.fullmatch(before), _AFTER_PRICE.search(after)
    apart = {int(match[1]) for match in found if match}
    return apart | {int(match[1]) for match in _ALONE.finditer(text)}


def has_number(row: Row, codes: list[Span]) -> bool:
    """Tell whether anything on a row may be a quantity."""
    text = masked(row.folded, codes)
    return bool(_EXPLICIT.search(text) or _ANY_NUMBER.search(text))


def said_apart(row: Row) -> int | None:
    """Return the quantity that a row without a code says of a book beside it."""
    if found := explicit(row.folded):
        return found
    alone = _ALONE.findall(row.folded) if _PRICE.search(row.text) else []
    return copies(alone[0]) if len(alone) == 1 else None


def masked(folded: str, codes: list[Span]) -> str:
    """A row without its codes and the numbers of its books, as long."""
    letters = list(folded)
    for start, end in codes:
        letters[start:end] = "#" * (end - start)
    text = "".join(letters)
    return _OF_A_BOOK.sub(lambda match: "_" * len(match[0]), text)
