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

_PUBLIC = re.compile(
    r"\b(?:D[DRS]FIP|DGFIP|SGC|SERVICE DE GESTION COMPT\w*|SI[EP]|TRESO(?:RERIE)?|"
    r"TRESOR PUBLIC|PAIERIE|CBCM|RGF|RECETTE DES FINANCES|"
    r"AG(?:ENT|ENCE|CE|T)\.? COMPT\w*|"
    r"AC (?=LYC|CLG|COL|UNIV)|REGIE|DCM|MAIRIE|COMMUNE|VILLE|UNIV(?:ERSITE)?|CROUS|"
    r"LYC(?:EE)?|CLG|COLLEGE|CHU?|CENTRE HOSPITALIER|DEPARTEMENT|REGION|SDIS|CCAS|"
    r"METROPOLE)\b"
)
# Money that pays no invoice: taxes given back, wages.
_NOT_AN_INVOICE = re.compile(
    r"\b(?:REMB\w*|RBT|RESTIT\w*|TROP PERCU|EXCD|EXCED\w*|MENSUALIS\w*|DEGREV\w*|PAIE|"
    r"SALAIRES?|PENSIONS?|AIDE UNIQUE|SUBV\w*|ARCE|CREDIT (?:DE )?TVA|IMPOTS?|"
    r"URSSAF|CPAM)\b"
)
# What an invoice may be for, or what may come beside it, but which is paid alone too:
# only what the line names is believed then, no sum is sought.
_PERHAPS_ANOTHER = re.compile(
    r"\b(?:AIDES?|PAYE|TRAITEMENTS?|(?<!MAISON DE )RETRAITES?|ASP|APPRENTI\w*|CICE|CFE|"
    r"PRIMES?|PRETS?|BOURSES?(?! DU TRAVAIL)|TAXES?|ACTIVITE PARTIELLE|COTIS\w*|IJ|"
    r"ALLOC\w*|"
    r"FONDS DE SOLIDARITE|INTERETS? MORA\w*|MORATOIRES?|IM|INDEMNITES?|PENALITES?|"
    r"OPPOSITIONS?|SAISIES?|SATD|ATD|CESSION)\b"
)
# Longer than all that a bank writes of one payment.
_LONGEST = 4000
_IBAN = re.compile(r"FR\d{2}(\d{5})[0-9A-Z]{18}")
_ANY_IBAN = re.compile(r"\bFR\d{2}(?: ?[0-9A-Z]{4}){5} ?[0-9A-Z]{3}\b")
_N = r"\W*(?:N(?:OS?|UM|UMERO)?\b\W*°?)?\W*"
_NUMBER = r"\d{1,9}(?!\d|[.,]\d\d(?!\d))"
# "MANDATS 1532, 1533 ET 1540", "MDT 2026-72-1532", "MANDAT 1532/2026".
_MANDATES = re.compile(
    rf"\b(?:MDTS?|MANDATS?|MAND|MD){_N}({_NUMBER}(?:(?:[\s,;&+/-]|\bET\b)+{_NUMBER})*)"
)
_SLIP = re.compile(rf"\b(?:BORD|BORDEREAU|BJ){_N}(\d{{1,6}})(?!\d)")
_YEAR = re.compile(r"\b(?:EX|EXER|EXERCICE)\b\W*(20\d\d|\d\d)(?!\d)")
_YEAR_BESIDE = re.compile(r"20\d\d(?=[/-])|(?<=[/-])(?:20\d\d|[23]\d)$")
_REQUEST = re.compile(rf"\b(?:DP|DEMANDES? (?:DE )?PAIEMENT){_N}(\d{{4,20}})(?!\d)")
INVOICE = r"FACTURES?|FACTS?|FAC|FRAS?|FA|F"
ORDER = r"BONS?|BC|BDC|CDES?|COMMANDES?|ENG(?:AGEMENTS?)?|EJ"
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
    :ivar glued: the same, its lines joined: a bank cuts them anywhere
    :ivar mandates: mandates' numbers, without leading zeros
    :ivar slip: the number of the *bordereau*
    :ivar year: the *exercice*, None when it is not said
    :ivar requests: payment requests' numbers
    :ivar is_public: the payer is a public body or its accountant
    :ivar is_other: money that pays no invoice
    :ivar is_doubtful: perhaps such money
    """

    text: str
    glued: str
    mandates: tuple[str, ...]
    slip: str
    year: int | None
    requests: tuple[str, ...]
    is_public: bool
    is_other: bool
    is_doubtful: bool


def plain(text: str) -> str:
    """Return a text in capitals, without accents, on one line."""
    return " ".join(unaccented(text).upper().split())


def words(line: Line) -> Words:
    """Read a line."""
    said = " ".join(filter(None, (*line.texts, line.payer)))[:_LONGEST]
    text = _ANY_IBAN.sub(" ", plain(said))
    bank = _IBAN.fullmatch(re.sub(r"\s", "", line.account.upper()))
    slip, year = _SLIP.search(text), _YEAR.search(text)
    mandates, beside = _mandates(text, line.on.year)
    return Words(
        text,
        plain(re.sub(r"\s*\n\s*", "", said)),
        mandates,
        slip[1].lstrip("0") if slip else "",
        _full_year(year[1]) if year else beside,
        tuple(match[1].lstrip("0") for match in _REQUEST.finditer(text)),
        bool(_PUBLIC.search(text)) or bool(bank and bank[1] in TREASURY_BANKS),
        bool(_NOT_AN_INVOICE.search(text)),
        bool(_PERHAPS_ANOTHER.search(text)),
    )


def _mandates(text: str, now: int) -> tuple[tuple[str, ...], int | None]:
    """The mandates' numbers, and the year that stands beside one of them.

    :param now: the line's year: a mandate is paid within a year of it
    """
    numbers: list[str] = []
    year = None
    for match in _MANDATES.finditer(text):
        found = match[1]
        beside = _YEAR_BESIDE.search(found)
        if beside and abs(_full_year(beside[0]) - now) > 1:
            beside = None
        if beside:
            year = _full_year(beside[0])
            found = found[: beside.start()] + found[beside.end() :]
        several = re.findall(r"\d+", found)
        # "2026-72-1532": the slip stands between them.
        if beside and beside.start() == 0 and len(several) == 2:
            del several[0]
        numbers += several
    return tuple(dict.fromkeys(one.lstrip("0") for one in numbers)), year


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
    if letters.isdigit():
        # A day or an amount begins, or ends, as a number does.
        cents = r"(?![.,]\d\d(?!\d))"
        after += r"(?![-/.,]\d)" if len(letters) < 8 else cents
        before = rf"(?<!\d[-/.,]){before}" if len(letters) < 8 else before
    pattern = before + r"[\W_]*".join(map(re.escape, parts)) + after
    return re.search(pattern, text) is not None


def short_number(text: str, number: str, words: str = INVOICE) -> bool:
    """Tell whether a text says "facture 42" of an invoice whose number is short.

    :param words: those that say whose number it is, as a pattern
    """
    said = re.escape(plain(number))
    others = r"(?:[A-Z]*\d[\w/-]*(?:\W+ET\W+|\s*[,;&+]\s*|\s+)){0,20}?"
    pattern = rf"\b(?:{words})\b{_N}{others}{said}(?![\w/-]|,\d)"
    return re.search(pattern, text) is not None


def has_digits(text: str, digits: str) -> bool:
    """Tell whether a text holds these very digits, blanks apart."""
    return any(
        digits in (found.replace(" ", ""), *found.split())
        for found in _DIGITS.findall(text)
    )
