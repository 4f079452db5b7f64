"""Customers that are probably public, before any directory has said so (R5).

Insee gives SIREN numbers that begin with 1 to the State's services and with 2 to local
authorities; a name tells the rest. Nothing is decided by it: a person is asked.
"""

import re
import unicodedata

from ..siret import siren

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


def is_probable(siret: str, name: str) -> bool:
    """Tell whether a customer is probably a public body.

    :param siret: as typed, "" without any
    :param name: as typed
    """
    number = siren(siret)
    if len(number) == 9 and number.isdigit() and number[0] in "12":
        return True
    bare = unicodedata.normalize("NFD", name)
    letters = "".join(one for one in bare if not unicodedata.combining(one)).casefold()
    return bool(_NAMES.search(" ".join(re.findall(r"[a-z0-9]+", letters))))
