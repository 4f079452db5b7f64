"""One call of the API as its endpoint sees it, and the table of endpoints."""

import base64
import math
from dataclasses import dataclass, replace

from .errors import MalformedError, RefusedError

SUCCESS = "TRA_MSG_00.000"
#: proven for ``rechercher/recipiendaire`` (Pastell, in production), likely elsewhere
NOTHING = (20000, "TRA_MSG_00.015 - La recherche n'a retourné aucun résultat")
DONE = "GCU_MSG_01_000"

#: "METHOD path" -> function(call) -> answer
ROUTES = {}


def endpoint(path, method="POST"):
    def register(function):
        ROUTES[f"{method} /cpro/{path}"] = function
        return function

    return register


@dataclass
class Call:
    platform: object
    account: object
    body: dict
    rule: object = None

    @property
    def settings(self):
        return self.platform.settings

    def integer(self, name, required=False):
        """An id of 64 bits; sample pages of AIFE also write it as a text."""
        value = self.body.get(name)
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | None):
            raise MalformedError(f"{name}: entier attendu")
        if required and value is None:
            raise MalformedError(f"{name}: champ obligatoire")
        return value

    def text(self, name, required=False):
        return self._typed(name, str, "texte", required)

    def object(self, name):
        return self._typed(name, dict, "objet") or {}

    def list(self, name):
        return self._typed(name, list, "liste") or []

    def boolean(self, name):
        return self._typed(name, bool, "booleen")

    def base64(self, name):
        try:
            return base64.b64decode(self.text(name, required=True), validate=True)
        except ValueError as error:
            raise MalformedError(f"{name}: base64 attendu") from error

    def choice(self, name, values, required=False):
        value = self.text(name, required)
        if value is not None and value not in values:
            raise MalformedError(f"{name}: valeur {value} inconnue")
        return value

    def _typed(self, name, kind, word, required=False):
        value = self.body.get(name)
        if value is not None and not isinstance(value, kind):
            raise MalformedError(f"{name}: {word} attendu")
        if required and not value:
            raise MalformedError(f"{name}: champ obligatoire")
        return value

    def part(self, value):
        """The same call, reading a nested object."""
        if not isinstance(value, dict):
            raise MalformedError("objet attendu")
        return replace(self, body=value)

    def nested(self, name):
        return self.part(self.object(name))

    def sees(self, siret):
        return siret in self.account.sirets

    def page(self, items, wrapper, suffix=""):
        """The page asked for in ``wrapper``, and what ``parametresRetour`` says.

        Pages start at 1, hold 10 results when nothing is asked, and never more than
        the platform's maximum (OCA PR 649 to 651: invoices beyond 10 were missed).
        """
        asked = self.nested(wrapper)
        size = (
            asked.integer(f"nbResultatsParPage{suffix}") or self.settings.page_default
        )
        number = asked.integer(f"pageResultatDemandee{suffix}") or 1
        if size < 1 or number < 1:
            raise MalformedError(f"{wrapper}: page invalide")
        size = min(size, self.settings.page_max)
        start = max(0, (number - 1) * size + self._shift(number, size))
        return items[start : start + size], {
            "pageCourante": number,
            "pages": math.ceil(len(items) / size),
            "nbResultatsParPage": size,
            "total": len(items),
        }

    def _shift(self, number, size):
        """How far the list has moved since page 1 was read, under a fault."""
        kind = self.rule.kind if self.rule else ""
        if number > 1 and kind == "duplicate_page":
            return -size
        if number > 1 and kind == "shifting_pages":
            return self.rule.args.get("by", -1)
        return 0

    def direction(self, wrapper, suffix=""):
        """``triSens``: True when descending, False ascending, None when not asked."""
        asked = self.nested(wrapper)
        way = asked.choice(f"triSens{suffix}", ("Ascendant", "Descendant"))
        return None if way is None else way == "Descendant"

    def sorted(self, items, wrapper, keys):
        """Sorted by ``triColonne`` when asked, else as they come."""
        asked = self.nested(wrapper)
        column = asked.choice("triColonne", keys)
        if column is None:
            return items
        return sorted(items, key=keys[column], reverse=bool(self.direction(wrapper)))

    def maybe_empty(self, name, items):
        """An empty list is present, absent or null: the platform does all three."""
        if items:
            return {name: items}
        way = self.settings.empty_lists
        if way == "mixed":
            way = ("present", "absent", "null")[len(self.platform.journal.calls) % 3]
        return {"present": {name: []}, "absent": {}, "null": {name: None}}[way]


def success(label=SUCCESS, **fields):
    return {"codeRetour": 0, "libelle": label, **fields}


def found(call, name, rows, paging=None, nothing=NOTHING):
    """The answer of a search: nothing found is an error code, unless a test says no."""
    total = paging["total"] if paging else len(rows)
    if not total and call.settings.empty_search == "code":
        raise RefusedError(*nothing)
    counts = {"parametresRetour": paging} if paging else {}
    return success(**counts, **call.maybe_empty(name, rows))
