"""Whose SIRET stands on an order: the body to invoice, where to deliver, others."""

import re
from collections.abc import Callable, Iterator

from . import shapes
from .labels import ENGAGEMENT, MARKET, ORDER, PLACE, SERVICE, SIRET, SURE, Label
from .page import Cell
from .place import Place, Sheet, here
from .reading import ALONE, CORRECTED, DELIVERY, OTHER_BODY

# Each with how sure its SIRET is the one to invoice, and what to say.
_BUYER = 0.97, ()
_ROLES = (
    (
        re.compile(
            r"factur|chorus|structure destinataire|payeur|acheteur|ordonnateur|"
            r"donneur d'ordre"
        ),
        _BUYER,
    ),
    (
        re.compile(
            r"(?<!date de )(?<!bon de )(?<!delai de )(?<!mode de )(?<!frais de )"
            r"livr(?:er|aison)|(?<!service )destinataire(?! (?:de la )?factur)|"
            r"magasin|receptionn"
        ),
        (0.65, (DELIVERY,)),
    ),
    (
        re.compile(
            r"titulaire|fournisseur|vendeur|attributaire|prestataire|beneficiaire|"
            r"creancier|votre siret|votre societe|librairie|adresse a\b"
        ),
        (0.3, (OTHER_BODY,)),
    ),
    (
        re.compile(
            r"coordon|groupement (?:de commande|d'achat)|mandataire|imprimeur|"
            r"imprimerie|editeur|conditions generales|centrale d'achat|hebergeur|"
            r"logiciel|mediateur|recours"
        ),
        (0.5, (OTHER_BODY,)),
    ),
)
# In the label itself: "SIRET destinataire".
_SAYS_BUYER = re.compile(r"factur|chorus|structure|acheteur|destinataire|payeur")
# "SIRET de la commune": a body's, whatever stands above.
_SAYS_BODY = re.compile(
    r"commune|mairie|ville|\betat\b|collectivite|universite|lycee|college|hopital|"
    r"departement|region"
)
_ROWS_OF_A_BLOCK = 6
# What titles a block stands at the beginning of a row; what parts two blocks.
_TITLE, _REFERENCES = 28, (SIRET, ENGAGEMENT, ORDER, MARKET)
_CORRECTED_AT_MOST, _BARE_BUYER, _BARE = 0.75, 0.75, 0.45
# How far a label's value goes, where no SIRET is read.
_CLAIM = 25

Found = tuple[str, str, Place, float, tuple[str, ...]]


def sirets(sheet: Sheet, accepts: Callable[[str], bool]) -> Iterator[Found]:
    """Yield (digits, as printed, place, strength, why) of each SIRET of a page.

    :param accepts: whether fourteen digits are a SIRET
    """
    claimed: set[tuple[int, int]] = set()
    for number, labels in enumerate(sheet.labels):
        for label in labels:
            if label.kind == SIRET:
                yield from _labelled(sheet, number, label, accepts, claimed)
    for number, row in enumerate(sheet.rows):
        for digits, start, end in shapes.bare_sirets(row.text, accepts):
            if (number, start) in claimed or _is_anothers(sheet, number, start, end):
                continue
            strength, why = _role(sheet, number, start, start)
            strength = _BARE_BUYER if strength > SURE else min(strength, _BARE)
            place = here(row, start, end)
            yield digits, row.text[start:end], place, strength, (*why, ALONE)


def _labelled(
    sheet: Sheet, number: int, label: Label, accepts, claimed: set
) -> Iterator[Found]:
    for place in sheet.places(number, label):
        read = shapes.labelled_siret(place.text, accepts)
        if not read:
            continue
        digits, printed, corrected = read
        claimed.add((number, sheet.rows[number].text.find(printed, label.end)))
        strength, why = _role(sheet, number, label.start, label.end)
        if corrected:
            strength, why = min(strength, _CORRECTED_AT_MOST), (*why, CORRECTED)
        yield digits, printed, place, strength, why
        return


def _role(
    sheet: Sheet, number: int, start: int, end: int
) -> tuple[float, tuple[str, ...]]:
    """Whose SIRET: the nearest word that tells, in its label, before it or above."""
    label = sheet.rows[number].folded[start:end]
    if _SAYS_BUYER.search(label):
        return _BUYER
    if _SAYS_BODY.search(label):
        return SURE, ()
    for text in (label, *_before(sheet, number, start)):
        found = [
            (match.start(), rank)
            for rank, (pattern, _role_said) in enumerate(_ROLES)
            for match in pattern.finditer(text)
        ]
        if found:
            return _ROLES[max(found)[1]][1]
    return SURE, ()


def _before(sheet: Sheet, number: int, column: int) -> Iterator[str]:
    """The words before a column in its cell, above it in its block, then beside it."""
    row = sheet.rows[number]
    cell = row.cell_at(column) or Cell("", column, column + 1)
    ends = [
        label.end
        for label in sheet.labels[number]
        if label.kind == SIRET and label.end <= column
    ]
    yield row.folded[max([cell.start, *ends]) : column]
    for rank in range(number - 1, max(number - 1 - _ROWS_OF_A_BLOCK, -1), -1):
        above = sheet.rows[rank]
        cells = [one for one in above.cells if one.is_under(cell)]
        if not above.text.strip() or _holds_reference(sheet, rank, cells):
            break
        for one in cells:
            yield above.folded[one.start : min(one.end, one.start + _TITLE)]
    # Two columns may be a body and its SIRET.
    left = [one for one in row.cells if one.end <= cell.start][-1:]
    if left and not _holds_reference(sheet, number, left):
        yield row.folded[left[0].start : left[0].end]


def _holds_reference(sheet: Sheet, number: int, cells: list[Cell]) -> bool:
    """Another SIRET's words are not this one's, nor what is above an order's number."""
    return any(
        label.kind in _REFERENCES and cell.start <= label.start < cell.end
        for label in sheet.labels[number]
        for cell in cells
    )


def _is_anothers(sheet: Sheet, number: int, start: int, end: int) -> bool:
    """What another label announces is its own: "Commande 20260312000009"."""
    row = sheet.rows[number]
    return any(
        start < min(sheet.limit(number, label), label.end + _CLAIM) and label.end < end
        for label in sheet.labels[number]
        if label.kind not in (SIRET, PLACE, SERVICE)
        and not _ROLES[0][0].search(row.folded, label.start, label.end)
    )
