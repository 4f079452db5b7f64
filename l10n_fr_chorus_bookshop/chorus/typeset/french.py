"""French typography: how a figure, a date or a number is written for a French eye.

A narrow no-break space (U+202F) parts groups of digits; the template draws it as a gap,
which is copied as an ordinary space. Numbers of documents are never grouped.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

NARROW, NO_BREAK = "\u202f", "\u00a0"

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_DOUBLE_SIGNS = re.compile(r"\s+([:;!?%€»])")
_OPENING = re.compile(r"«\s+")
# In a word too long for its column, what a line may keep of it.
_PART = re.compile(r"\S{12}(?=\S)")
_ZERO_WIDTH = "\u200b"
_SIGNS = {"EUR": "€"}


def number(value: Decimal, decimals: int = 0) -> str:
    """Write a number with a comma, its thousands grouped.

    :param decimals: at least this many; further significant ones are kept
    """
    digits = f"{value + 0:f}"
    whole, _, part = digits.partition(".")
    part = part.rstrip("0").ljust(decimals, "0")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return sign + ",".join(filter(None, (grouped, part)))


def money(value: Decimal, currency: str = "") -> str:
    """Write an amount with two decimals, and its currency where one is given."""
    sign = _SIGNS.get(currency, currency)
    written = number(value, 2)
    return f"{written}{NO_BREAK}{sign}" if sign else written


def percent(value: Decimal) -> str:
    """Write a rate: 5,5 %."""
    return f"{number(value)}{NO_BREAK}%"


def day(value: date) -> str:
    """Write a date in full; the template raises the *er* of the first."""
    first = "1er" if value.day == 1 else str(value.day)
    month = _MONTHS[value.month - 1]
    return f"{first}{NO_BREAK}{month}{NO_BREAK}{value.year}"


def siret(value: str) -> str:
    """Group a SIRET 3-3-3-5, as INSEE does."""
    return _grouped(value, (3, 3, 3, 5))


def iban(value: str) -> str:
    """Group an IBAN by fours."""
    return NARROW.join(re.findall(".{1,4}", "".join(value.split())))


def vat_number(value: str) -> str:
    """Group a French VAT number: country, key, SIREN; others stay as they are."""
    is_french = re.fullmatch(r"FR\w{2}\d{9}", value)
    return _grouped(value, (2, 2, 9)) if is_french else value


def sentence(text: str) -> str:
    """Hold the signs that French parts by a space to the word before them."""
    text = _DOUBLE_SIGNS.sub(rf"{NO_BREAK}\1", text)
    return _OPENING.sub(f"«{NO_BREAK}", text)


def prose(texts: Iterable[str], most: int) -> list[str]:
    """Write what people wrote, in a column that surely holds `most` characters."""
    return [breakable(sentence(text), most) for text in texts]


def breakable(text: str, most: int) -> str:
    """Let a word longer than `most` characters be cut, without a hyphen."""
    return re.sub(
        rf"\S{{{most},}}",
        lambda word: _PART.sub(lambda part: part[0] + _ZERO_WIDTH, word[0]),
        text,
    )


def _grouped(value: str, sizes: tuple[int, ...]) -> str:
    if len(value) != sum(sizes):
        return value
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return NARROW.join(parts)
