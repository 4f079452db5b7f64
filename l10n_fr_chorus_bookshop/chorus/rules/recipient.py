"""The customer, the directory's answer, and the references it asks for (R1, R2, R9)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from .. import siret
from ..invoice import INVOICE, PUBLIC_ONLY, Recipient
from ..siret import siren
from ..text import unaccented
from .problem import Case, Problem, problem
from .texts import ERROR, WARNING

REFERENCE_LENGTHS = {
    "service": 100,
    "engagement": 50,
    "market": 50,
    "original_number": 20,
}
# Signs that one channel or another changes: pictograms, accents beside their letter.
LATIN_1 = "\xff"
DRAWINGS = ("So", "Sk", "Mn", "Me")
# As such a customer writes its own name, without accents.
_NAMES = re.compile(
    r"^(la )?(commune|mairie|ville) (de|du|des|d)\b|^mairie\b"
    r"|\bhotel (de ville|du departement|de region|de la region)\b"
    r"|\bcommunaute (de communes|d agglomeration|urbaine)\b"
    r"|\b(agglo|agglomeration|metropole|eurometropole|collectivite)\b"
    r"|\b(departement|region) (de|du|des|d)\b|^region\b|\b(sous )?prefecture\b"
    r"|\bconseil (departemental|regional|general)\b"
    r"|\bdirection (departementale|regionale|interregionale|interdepartementale)\b"
    r"|(?<!auto )\becole (?!(de|du|des|d|privee|catholique|hoteliere)\b)"
    r"|\b(groupe|cite) scolaire\b|\bcaisse des ecoles\b"
    r"|\b(college|lycee|universite|iut|inspe|crous|cnrs|inserm|inrae)\b"
    r"|\b(rectorat|academie (de|d)|ministere|tresor public|tresorerie)\b"
    r"|\b(draaf|drac|drfip|ddfip|dreal|dsden|dgfip)\b"
    r"|\b(chu|chru|centre hospitalier|hopital|hopitaux|ehpad|ccas|cias|sdis)\b"
    r"|\bcentre (inter)?communal d action sociale\b|\bassistance publique\b"
    r"|\b(mediatheque|bibliotheque)\b"
    r"|\b(archives|musee|theatre|conservatoire|service|ecole|creche|cantine) "
    r"(national|municipal|departemental|regional|intercommunal|communal)(e?s?|aux)\b"
    r"|\b(tribunal|cour d appel|cour des comptes|gendarmerie|maison d arret)\b"
    r"|\bcentre (penitentiaire|de detention)\b|\bchambre (d agriculture|de metiers)\b"
    r"|\betablissement public\b|\b(sivom|sivu|sictom)\b|^ars\b"
    r"|\b(office public|opac|oph|syndicat (mixte|intercommunal))\b"
)
# A shop or an association beside one of them bears its name, and is not it.
_BESIDE = re.compile(
    r"^(le |la |les |l )?(amicale|amis|association|bar|boulangerie|brasserie|cafe"
    r"|garage|hotel de la(?! region)|hotel du(?! departement)|imprimerie|librairie"
    r"|papeterie|pharmacie|presse|restaurant|tabac|taxi|taxis)\b"
)


def _buyer_siret(case: Case) -> Iterator[Problem]:
    """R1; a wrong key passes when the directory knows the number."""
    any_key = case.structure is not None or case.policy.qualification
    return _siret("buyer", case.invoice.buyer.siret, any_key)


def _seller_siret(case: Case) -> Iterator[Problem]:
    return _siret("seller", case.invoice.seller.siret, case.policy.qualification)


def _siret(role: str, number: str, any_key: bool) -> Iterator[Problem]:
    """AIFE FE v1.1 §3.2.1.4.2: both parties by their 14-digit SIRET."""
    pointed = f"{role}.siret"
    if not number.strip():
        yield problem(f"{role}_siret_missing", pointed)
    elif not _well_formed(number):
        yield problem(f"{role}_siret_format", pointed, siret=number)
    elif siret.check(number) == siret.KEY:
        severity = WARNING if any_key else ERROR
        yield problem(f"{role}_siret_key", pointed, severity, siret=number)


def _well_formed(number: str) -> bool:
    return number == siret.clean(number) and siret.check(number) != siret.FORMAT


def _directory(case: Case) -> Iterator[Problem]:
    """R2, R4: the structure is in the directory, active, and buys more than works."""
    number = case.invoice.buyer.siret
    if not _well_formed(number):
        return
    if case.recipient is None:
        yield problem("recipient_unverified", "buyer.siret", siret=number)
    elif case.structure is None:
        yield problem("recipient_unknown", "buyer.siret", siret=number)
    else:
        values = {"name": case.structure_name, "siret": number}
        if not case.structure.active:
            yield problem("recipient_inactive", "buyer.siret", **values)
        if case.structure.works_owner_only:
            yield problem("recipient_works_only", "buyer.siret", **values)


# Service and engagement: mandatory means present, not mandatory means absent (R9)


def _service(case: Case) -> Iterator[Problem]:
    code, structure = case.invoice.service, case.structure
    if structure is None:
        if code == PUBLIC_ONLY:
            yield problem("service_reserved", "service", code=code)
    elif structure.service_required and not code.strip():
        severity = case.reference_severity
        yield problem("service_missing", "service", severity, name=case.structure_name)
    elif code:
        if not _service_wanted(structure):
            severity = case.superfluous_severity
            values = {"name": case.structure_name, "code": code}
            yield problem("service_superfluous", "service", severity, **values)
        if not _service_must_go(case):
            yield from _listed_service(case, structure, code)


def _service_wanted(structure: Recipient) -> bool:
    """The body asks for a service, or for one of the two references."""
    return structure.service_required or structure.service_or_engagement_required


def _service_must_go(case: Case) -> bool:
    """A service to be removed is neither verified nor able to ask for anything."""
    return not _service_wanted(case.structure) and case.superfluous_severity == ERROR


def _listed_service(case: Case, structure: Recipient, code: str) -> Iterator[Problem]:
    """R2, R7: one of the body's active codes, case included."""
    severity = case.reference_severity
    if code == PUBLIC_ONLY:
        yield problem("service_reserved", "service", code=code)
    elif case.chosen:
        if not case.chosen.active:
            values = {"name": case.structure_name, "code": code}
            yield problem("service_inactive", "service", severity, **values)
    elif right := _same_but_case(structure, code):
        yield problem("service_case", "service", severity, code=code, right=right)
    elif structure.services_known:
        values = {"name": case.structure_name, "code": code}
        yield problem("service_unknown", "service", severity, **values)
    else:
        yield problem("service_unverified", "service", code=code)


def _same_but_case(structure: Recipient, code: str) -> str:
    folded = code.casefold()
    codes = (
        s.code for s in structure.services if s.active and s.code.casefold() == folded
    )
    return next(codes, "")


def _engagement(case: Case) -> Iterator[Problem]:
    number, structure, chosen = case.invoice.engagement, case.structure, case.chosen
    if structure is None:
        return
    severity = case.reference_severity
    by_service = chosen is not None and chosen.engagement_required
    either = structure.service_or_engagement_required
    if number.strip():
        if not _engagement_wanted(case) and not _asks_unknown(case):
            severity = case.superfluous_severity
            values = {"name": case.structure_name, "number": number}
            yield problem("engagement_superfluous", "engagement", severity, **values)
    elif structure.engagement_required:
        yield problem(
            "engagement_missing", "engagement", severity, name=case.structure_name
        )
    elif by_service and not _service_must_go(case):
        code = "engagement_missing_for_service"
        yield problem(code, "engagement", severity, code=chosen.code)
    elif either and not structure.service_required and not case.invoice.service.strip():
        yield problem(
            "reference_missing", "service", severity, name=case.structure_name
        )


def _asks_unknown(case: Case) -> bool:
    """What the service asks is not known: its body's list was read in part at most."""
    named = bool(case.invoice.service.strip()) and case.chosen is None
    return named and not case.structure.services_known


def _engagement_wanted(case: Case) -> bool:
    """The body asks for an engagement, its service does, or for one of the two."""
    structure, chosen = case.structure, case.chosen
    by_service = chosen is not None and chosen.engagement_required
    either = structure.service_or_engagement_required
    return structure.engagement_required or by_service or either


# The engagement number may have changed since the order (R9)


def _questioned(case: Case) -> Iterator[Problem]:
    """Yield why the number may no longer be the one that the body expects.

    None of these stops an invoice that leaves by itself: they are told, and a person in
    front of the screen confirms an old number. A credit note carries the number of the
    invoice it cancels: it is not questioned.
    """
    engagement = case.engagement
    if case.invoice.kind == INVOICE and engagement.apart:
        yield problem("orders_disagree", "engagement", orders=engagement.apart)
    number = case.invoice.engagement
    wanted = case.structure is not None and _engagement_wanted(case)
    if case.invoice.kind != INVOICE or not number.strip() or not wanted:
        return
    if engagement.ordered and engagement.ordered != number:
        values = {"number": number, "ordered": engagement.ordered}
        yield problem("engagement_differs", "engagement", **values)
    if engagement.known is False:
        yield problem(
            "engagement_unknown",
            "engagement",
            number=number,
            supplier=engagement.supplier,
            name=case.structure_name,
        )
    elif engagement.known is None and _is_old(case, engagement.entered_on):
        severity = ERROR if case.policy.attended else WARNING
        values = {"number": number, "date": engagement.entered_on}
        yield problem("engagement_old", "engagement", severity, **values)


def _is_old(case: Case, entered_on: date | None) -> bool:
    today, days = case.policy.today, case.policy.engagement_days
    return bool(days and today and entered_on) and (today - entered_on).days > days


def _references(case: Case) -> Iterator[Problem]:
    """Limits of the platform (annex EDI G2.17-19, G3.01, G3.04); R7, byte for byte."""
    written = [(name, getattr(case.invoice, name)) for name in REFERENCE_LENGTHS]
    written += [("original_number", one.number) for one in case.invoice.deposits]
    for name, value in written:
        limit = REFERENCE_LENGTHS[name]
        if len(value) > limit:
            values = {"value": value, "length": len(value), "limit": limit}
            yield problem("reference_too_long", name, **values)
        if value != value.strip() or not value.isprintable():
            yield problem("reference_invisible", name, value=value)
        elif refused := "".join(filter(_is_drawing, dict.fromkeys(value))):
            values = {"value": value, "refused": refused}
            yield problem("reference_characters", name, **values)


def _is_drawing(character: str) -> bool:
    """A pictogram, or an accent that stands beside its letter: no channel agrees."""
    return character > LATIN_1 and unicodedata.category(character) in DRAWINGS


RULES = (
    *(_buyer_siret, _directory, _seller_siret),
    *(_service, _engagement, _questioned, _references),
)

# What an order can be told of before there is any invoice.
ORDER_RULES = (
    *(_buyer_siret, _directory, _service),
    *(_engagement, _questioned, _references),
)


# ---- WHO IS A PUBLIC BODY ------------------------------------------------------------
# Outside Chorus Pro are those on a list, known by their SIREN, else by their name (R5).
# Before any directory has said so, Insee's SIREN numbers begin with 1 for the State's
# services and with 2 for local authorities; a name tells the rest. Nothing is decided
# by it: a person is asked.


@dataclass(frozen=True, slots=True)
class Exemption:
    """A body outside Chorus Pro.

    :ivar siren: nine digits, "" where only the name is known
    """

    name: str
    siren: str = ""


def find_exemption(
    siret: str, name: str, exemptions: Iterable[Exemption]
) -> Exemption | None:
    """Return the exemption that holds for a customer, None without any.

    An entry with a SIREN speaks for that entity alone, whatever its name.

    :param siret: the customer's, "" when it has none
    """
    number, folded = siren(siret), _folded(name)
    for one in exemptions:
        if one.siren and one.siren == number:
            return one
        if not one.siren and folded and _folded(one.name) == folded:
            return one
    return None


def is_probable(siret: str, name: str) -> bool:
    """Tell whether a customer is probably a public body.

    :param siret: as typed, "" without any
    :param name: as typed
    """
    number = siren(siret)
    if len(number) == 9 and number.isdigit() and number[0] in "12":
        return True
    letters = unaccented(name).casefold()
    words = " ".join(re.findall(r"[a-z0-9]+", letters))
    return bool(_NAMES.search(words)) and not _BESIDE.search(words)


def _folded(name: str) -> str:
    """A name without accents, case or double spaces."""
    return " ".join(unaccented(name).casefold().split())
