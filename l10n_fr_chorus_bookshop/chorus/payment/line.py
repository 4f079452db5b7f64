"""What the words of a bank line say: who pays, which mandate, which numbers.

The label is whatever the ordering party's software wrote, in a bank's own frame: every
text is read together, compared without separators.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..text import unaccented

# Bank codes of the Treasury's deposit accounts and of the Banque de France.
TREASURY_BANKS = ("10071", "30001")

_TREASURY = re.compile(
    r"\b(?:DRFIP|DDFIP|DGFIP|SGC|TRESORERIE|TRESOR PUBLIC|PAIERIE|CBCM|RGF|"
    r"RECETTE DES FINANCES|AGENT COMPTABLE|AGENCE COMPTABLE|REGIE|DCM)\b"
)
_BODY = re.compile(
    r"\b(?:MAIRIE|COMMUNE|VILLE|UNIV(?:ERSITE)?|CROUS|LYC(?:EE)?|CLG|COLLEGE|CHU?|"
    r"CENTRE HOSPITALIER|DEPARTEMENT|REGION|SDIS|CCAS|METROPOLE)\b"
)
# Money of the State that pays no invoice: taxes given back, aid, wages.
_NOT_AN_INVOICE = re.compile(
    r"\b(?:REMB(?:OURSEMENT)?|EXCD|EXCEDENT|MENSUALISE|PAIE|SALAIRES?|TRAITEMENT|"
    r"AIDE UNIQUE|AIDE|SUBV(?:ENTION)?|ARCE|CREDIT TVA|CREDIT DE TVA|DEGREVEMENT|"
    r"PRIME|BOURSE)\b|\bIMPOT"
)
# Longer than all that a bank writes of one payment.
_LONGEST = 4000
_IBAN = re.compile(r"FR\d{2}(\d{5})[0-9A-Z]{18}")
_N = r"\W*(?:N(?:O|UM|UMERO)?\b\W*°?)?\W*"
_MANDATE = re.compile(rf"\b(?:MDT|MANDATS?|MAND)\b{_N}(\d{{1,9}})(?!\d)")
_GLUED_MANDATE = re.compile(r"\b(?:MDT|MANDAT)(\d{1,9})(?!\d)")
_SLIP = re.compile(rf"\b(?:BORD|BORDEREAU|BJ)\b{_N}(\d{{1,6}})(?!\d)")
_YEAR = re.compile(r"\b(?:EX|EXER|EXERCICE)\b\W*(20\d\d|\d\d)(?!\d)")
_REQUEST = re.compile(rf"\bDP\b{_N}(\d{{4,20}})(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d[\d ]*\d(?!\d)|(?<!\d)\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bank statement, as the bank and its importer left it.

    :ivar texts: label, reference, notes, details: whatever says something
    :ivar amount: received, in euros; negative when paid out
    :ivar on: its date
    :ivar payer: the payer's name, "" when the bank gave none
    :ivar account: the payer's IBAN, "" when the bank gave none
    """

    texts: tuple[str, ...]
    amount: Decimal
    on: date
    payer: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a line says.

    :ivar text: all of it, in capitals without accents
    :ivar mandates: mandates' numbers, without leading zeros
    :ivar slip: the number of the *bordereau*
    :ivar year: the *exercice*, None when it is not said
    :ivar requests: payment requests' numbers
    :ivar is_public: the payer is a public body or its accountant
    :ivar is_other: what a public body pays that is no invoice
    """

    text: str
    mandates: tuple[str, ...]
    slip: str
    year: int | None
    requests: tuple[str, ...]
    is_public: bool
    is_other: bool


def plain(text: str) -> str:
    """Return a text in capitals, without accents, on one line."""
    return " ".join(unaccented(text).upper().split())


def words(line: Line) -> Words:
    """Read a line."""
    text = plain(" ".join(filter(None, (*line.texts, line.payer)))[:_LONGEST])
    bank = _IBAN.fullmatch(re.sub(r"\s", "", line.account.upper()))
    treasury = bool(_TREASURY.search(text)) or (
        bank is not None and bank[1] in TREASURY_BANKS
    )
    slip, year = _SLIP.search(text), _YEAR.search(text)
    return Words(
        text,
        _numbers(_MANDATE, text) + _numbers(_GLUED_MANDATE, text),
        slip[1].lstrip("0") if slip else "",
        _full_year(year[1]) if year else None,
        _numbers(_REQUEST, text),
        treasury or bool(_BODY.search(text)),
        bool(_NOT_AN_INVOICE.search(text)) and treasury,
    )


def _numbers(pattern: re.Pattern, text: str) -> tuple[str, ...]:
    return tuple(match[1].lstrip("0") for match in pattern.finditer(text))


def _full_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def holds(text: str, number: str, least: int = 4) -> bool:
    """Tell whether a text holds a number, whatever separates its parts.

    FAC/2026/00042 is held by "FAC202600042", FAC/2026/0004 is not.

    :param text: as `plain` gives it
    :param number: an invoice's number, an order's, an engagement's
    :param least: how many letters and digits it must have to say anything
    """
    parts = re.findall(r"[A-Z]+|\d+", plain(number))
    letters = "".join(parts)
    if len(letters) < least or not any(map(str.isdigit, parts)):
        return False
    before = r"(?<!\d)" if parts[0].isdigit() else r"(?<![A-Z])"
    after = r"(?!\d)" if parts[-1].isdigit() else r"(?![A-Z])"
    pattern = before + r"[\W_]*".join(map(re.escape, parts)) + after
    return re.search(pattern, text) is not None


def short_number(text: str, number: str) -> bool:
    """Tell whether a text says "facture 42" of an invoice whose number is short."""
    said = re.escape(plain(number))
    invoice = r"\b(?:FACTURES?|FACT|FAC|FRA|FA|F)\b"
    return re.search(rf"{invoice}{_N}{said}(?![\w/-])", text) is not None


def has_digits(text: str, digits: str) -> bool:
    """Tell whether a text holds these very digits, blanks apart."""
    return any(
        digits in (found.replace(" ", ""), *found.split())
        for found in _DIGITS.findall(text)
    )
