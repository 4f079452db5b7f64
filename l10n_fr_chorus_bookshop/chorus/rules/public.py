"""Which customers are public bodies, and which of those stand outside Chorus Pro (R5).

Outside are those on a list, known by their SIREN, else by their name. Before any
directory has said so, Insee's SIREN numbers begin with 1 for the State's services and
with 2 for local authorities; a name tells the rest. Nothing is decided by it: a person
is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..siret import siren
from ..text import unaccented

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


@dataclass(frozen=True, slots=True)
class Exemption:
    """A body outside Chorus Pro.

    :ivar siren: nine digits, "" where only the name is known
    """

    name: str
    siren: str = ""


def find(siret: str, name: str, exemptions: Iterable[Exemption]) -> Exemption | None:
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
