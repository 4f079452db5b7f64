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
    r"^(la )?(commune|mairie|ville) (de|du|des|d)\b"
    r"|\bcommunaute (de communes|d agglomeration|urbaine)\b|\bmetropole\b"
    r"|\b(departement|region|prefecture) (de|du|des|d)\b"
    r"|\bconseil (departemental|regional)\b"
    r"|\b(ecole (primaire|maternelle|elementaire|publique)|college|lycee|universite)\b"
    r"|\b(crous|rectorat|academie (de|d)|ministere|tresor public)\b"
    r"|\b(chu|chru|centre hospitalier|hopital|hopitaux|ehpad|ccas|sdis)\b"
    r"|\b(mediatheque|bibliotheque) (municipale|departementale|intercommunale|"
    r"communale|universitaire)\b"
    r"|\b(office public|opac|oph|syndicat (mixte|intercommunal))\b"
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
    return bool(_NAMES.search(" ".join(re.findall(r"[a-z0-9]+", letters))))


def _folded(name: str) -> str:
    """A name without accents, case or double spaces."""
    return " ".join(unaccented(name).casefold().split())
