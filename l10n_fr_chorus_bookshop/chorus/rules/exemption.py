"""Public bodies outside Chorus Pro (R5): known by their SIREN, else by their name."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ..siret import siren


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


def _folded(name: str) -> str:
    """A name without accents, case or double spaces."""
    bare = unicodedata.normalize("NFD", name)
    letters = (char for char in bare if not unicodedata.combining(char))
    return " ".join("".join(letters).casefold().split())
