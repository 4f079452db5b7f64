"""Rows of the public directory: what one says, whatever the format it came in.

CSV, XLSX and XML all come through here, so that a column says the same in each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .. import siret as siret_rules
from ..files import Aside, aside
from ..files.delimited import Row
from ..invoice import PUBLIC_ONLY
from ..text import _, printable

# How many remarks and examples are kept: a person reads a few.
KEPT = 20
_TRUE = ("true", "vrai", "oui", "yes", "o", "y", "1", "x", "a", "actif", "active")
_FALSE = ("false", "faux", "non", "no", "n", "0", "i", "inactif", "inactive")
_WORDS = {
    **{spelt: True for word in _TRUE for spelt in (word, word.upper())},
    **{spelt: False for word in _FALSE for spelt in (word, word.upper())},
}
_SIRET_TYPES = ("", "1", "SIRET")
# Digits left of a SIRET whose zeros a spreadsheet took: three at most, as in
# the oldest SIREN. A SIREN alone has nine.
_SHORTEST = 11
# A digit doubled, then its digits added.
_DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True)).get


class StructureRow(NamedTuple):
    """A body; None where the file says nothing known: what was known still holds."""

    siret: str
    name: str
    is_active: bool | None
    service_required: bool | None
    engagement_required: bool | None
    service_or_engagement_required: bool | None
    payment_not_reported: bool | None
    works_owner_only: bool | None
    street: str
    street2: str
    zip: str
    city: str


class ServiceRow(NamedTuple):
    """A service of a body, its code as the file writes it."""

    siret: str
    code: str
    name: str
    active: bool | None
    engagement_required: bool | None


@dataclass
class Tally:
    """What was met while a file was read.

    :ivar structures: rows of bodies known by a SIRET
    :ivar services: rows of services offered to suppliers
    :ivar others: bodies known by another identifier, kept apart
    :ivar wrong_keys: SIRETs whose key is wrong, which exist all the same
    :ivar skipped: rows that could not be understood
    :ivar asides: the first of them
    :ivar remarks: the first unknown words: (template, values)
    :ivar unmapped: columns nobody knows
    :ivar ignored: tables that are neither of bodies nor of services
    :ivar fields: row fields the file tells, by kind of row
    """

    structures: int = 0
    services: int = 0
    others: int = 0
    wrong_keys: int = 0
    skipped: int = 0
    asides: list[Aside] = field(default_factory=list)
    remarks: list = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    fields: dict = field(
        default_factory=lambda: {StructureRow: set(), ServiceRow: set()}
    )

    def remark(self, template: str, **values: object) -> None:
        """Keep what a person should know, the first ones only."""
        if len(self.remarks) < KEPT:
            self.remarks.append((template, values))

    def skip(self, row: Row, template: str, **values: object) -> None:
        """Count a row that is not understood, and keep the first ones."""
        self.skipped += 1
        if len(self.asides) < KEPT:
            text = row.text or " ; ".join(map(_text, row.cells))
            self.asides.append(aside(row.line, text, template, **values))


class Converter:
    """Turns raw cells into rows, and counts what it meets."""

    def __init__(self, tally: Tally):
        self._tally = tally

    def convert(
        self, kind: type, raw: Sequence, row: Row
    ) -> StructureRow | ServiceRow | None:
        """Return one row, None when it is kept apart or not understood.

        :param raw: cells in the order of `sources`, None for a missing column
        :param row: as it stands in the file
        """
        self._row = row
        make = self._structure if kind is StructureRow else self._service
        return make(*raw)

    def _structure(
        self,
        identifier_type,
        siret,
        name,
        is_active,
        service_required,
        engagement_required,
        either_required,
        payment_reported,
        works_owner_only,
        street,
        complement,
        complement2,
        postcode,
        city,
    ):
        number = self._siret(identifier_type, siret)
        if not number:
            return None
        tally = self._tally
        tally.structures += 1
        if not _right_key(number):
            tally.wrong_keys += 1
        reported = self._flag(payment_reported, number)
        more, still = _text(complement), _text(complement2)
        zip_code = _text(postcode)
        return StructureRow(
            number,
            _text(name) or number,
            self._flag(is_active, number),
            self._flag(service_required, number),
            self._flag(engagement_required, number),
            self._flag(either_required, number),
            None if reported is None else not reported,
            self._flag(works_owner_only, number),
            _text(street),
            f"{more} {still}" if more and still else more or still,
            # A number loses its leading zeros in a spreadsheet.
            zip_code.zfill(5) if zip_code.isdecimal() else zip_code,
            _text(city),
        )

    def _service(self, identifier_type, siret, code, name, active, engagement):
        word = _text(code)
        if word == PUBLIC_ONLY:
            return None
        number = self._siret(identifier_type, siret, count=False)
        if not number:
            return None
        if not word:
            template = _("A service of %(siret)s has no code.")
            self._tally.skip(self._row, template, siret=number)
            return None
        self._tally.services += 1
        return ServiceRow(
            number,
            word,
            _text(name) or word,
            self._flag(active, number),
            self._flag(engagement, number),
        )

    def _siret(self, identifier_type, value, count=True):
        """Return 14 digits, "" for what is no SIRET: counted, never guessed."""
        kind = _text(identifier_type)
        number = _text(value)
        if kind not in _SIRET_TYPES and kind.upper() != "SIRET":
            if count:
                self._tally.others += 1
            return ""
        if not (len(number) == 14 and number.isdecimal() and number.isascii()):
            number = _whole(siret_rules.clean(number))
        if not number or number.endswith("00000"):
            self._tally.skip(
                self._row,
                _("%(value)s is not a SIRET: the row is left out."),
                value=printable(_text(value))[:40] or "-",
            )
            return ""
        return number

    def _flag(self, value, siret):
        """Return a boolean, None for a word nobody knows or a missing column."""
        known = _WORDS.get(value)
        return self._slow_flag(value, siret) if known is None else known

    def _slow_flag(self, value, siret):
        """What is not written as nearly all files write it."""
        if value is None or value is True or value is False:
            return value
        word = _text(value)
        if not word:
            return None
        known = _WORDS.get(word.lower())
        if known is None:
            self._tally.remark(
                _("%(siret)s: « %(word)s » is neither yes nor no."),
                siret=siret,
                word=word[:40],
            )
        return known


def _whole(number: str) -> str:
    """Give a SIRET the zeros that a spreadsheet took; "" for what is none.

    Its key then tells whether zeros are all that is missing.
    """
    if not (number.isascii() and number.isdecimal()):
        return ""
    if len(number) == 14:
        return number
    padded = number.zfill(14)
    lost = _SHORTEST <= len(number) < 14
    return padded if lost and _right_key(padded) else ""


def _right_key(number: str) -> bool:
    """Tell whether 14 digits have a right key.

    The judge is `siret`; two hundred thousand numbers first pass a plain Luhn sum, ten
    times as fast, and only those that fail it are judged.
    """
    total = sum(map(int, number[1::2])) + sum(map(_DOUBLED, number[::2]))
    return not total % 10 or siret_rules.check(number) == siret_rules.OK


def _text(value) -> str:
    """A cell as people read it; a whole number shows no decimals."""
    if type(value) is str:
        plain = value.isascii() and value.isprintable()
        return value.strip() if plain else printable(value).strip()
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
