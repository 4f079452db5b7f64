"""The columns of the public directory, by the names they go by.

The attested names are those of the 2018 file (`GestionEngagement`…); the layout moved
once since, so others are accepted, accents and case apart.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import chain

from ..errors import UnreadableFile
from ..text import _
from .rows import ServiceRow, StructureRow, Tally

# Row field -> columns it is read from, in the order in which the rows are converted.
_SOURCES = {
    StructureRow: {
        "identifier_type": ("typeidentifiant",),
        "siret": ("identifiant", "siret", "numerosiret", "identifiantstructure"),
        "name": ("raisonsociale", "designation", "nomstructure", "libelle"),
        "is_active": ("structureactive", "actif", "statut", "etat"),
        "service_required": (
            "gestionservice",
            "serviceobligatoire",
            "codeserviceobligatoire",
            "codeservicedoitetrerenseigne",
        ),
        "engagement_required": (
            "gestionengagement",
            "engagementobligatoire",
            "numeroengagementobligatoire",
            "numeroejdoitetrerenseigne",
        ),
        "service_or_engagement_required": (
            "gestionserviceengagement",
            "serviceouengagement",
            "serviceouengagementobligatoire",
            "gestionnumeroejoucodeservice",
        ),
        "payment_reported": ("gestionstatutmiseenpaiement",),
        "works_owner_only": ("estmoauniquement", "moauniquement"),
        "street": ("adresse",),
        "complement": ("complementadresse1",),
        "complement2": ("complementadresse2",),
        "zip": ("codepostal",),
        "city": ("ville",),
    },
    ServiceRow: {
        "identifier_type": ("typeidentifiant",),
        "siret": ("identifiant", "siret", "numerosiret", "identifiantstructure"),
        "code": ("code", "codeservice"),
        "name": ("nom", "nomservice", "libelleservice"),
        "active": ("serviceactif", "actif", "statut", "etat"),
        "engagement_required": ("gestionegmt", "gestionengagement"),
    },
}
# Without these the file would say less than the truth: it is refused.
_KEYS = {
    StructureRow: (
        "siret",
        "name",
        "is_active",
        "service_required",
        "engagement_required",
        "service_or_engagement_required",
    ),
    ServiceRow: ("siret", "code", "active", "engagement_required"),
}
# Known columns of which nothing is kept.
_UNUSED = frozenset(
    {
        "raisonsociale",
        "emetteuredi",
        "recepteuredi",
        "estmoa",
        "moa",
        "numtelephone",
        "courriel",
        "codepays",
        "libellepays",
        *(_SOURCES[StructureRow][part][0] for part in ("street", "zip", "city")),
        *(_SOURCES[StructureRow][part][0] for part in ("complement", "complement2")),
    }
)
# Row fields made from columns of other names.
_MADE_FROM = {
    "payment_not_reported": ("payment_reported",),
    "street2": ("complement", "complement2"),
}


def plain(header: object) -> str:
    """Return a column's name without accents, case and punctuation.

    >>> plain("N° d'Identifiant ")
    'ndidentifiant'
    """
    bare = unicodedata.normalize("NFKD", str(header if header is not None else ""))
    return re.sub(r"[^a-z0-9]", "", bare.encode("ascii", "ignore").decode().lower())


def kind_of(names: Sequence[str]) -> type | None:
    """Tell what a table holds by its columns' plain names, None for anything else."""
    present = set(names)

    def has(kind, *fields):
        return all(present & set(_SOURCES[kind][one]) for one in fields)

    if has(ServiceRow, "siret", "code"):
        return ServiceRow
    if has(StructureRow, "siret", "name"):
        return StructureRow
    return None


def sources(kind: type, names: Sequence[str]) -> list[int | None]:
    """Return, for each column a row is made of, its place among `names`."""
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    return [
        next((places[alias] for alias in aliases if alias in places), None)
        for aliases in _SOURCES[kind].values()
    ]


def names_of(kind: type, source: str) -> tuple[str, ...]:
    """Return the plain names a column goes by."""
    return _SOURCES[kind][source]


def unmapped(kind: type, names: Sequence[str]) -> list[int]:
    """Return the places of the columns nobody knows."""
    known = {*chain(*_SOURCES[kind].values()), *_UNUSED, ""}
    return [place for place, name in enumerate(names) if name not in known]


def note_fields(tally: Tally, kind: type, found: Sequence[int | None]) -> None:
    """Note what a table tells of each row.

    :param found: as `sources` returns it
    :raise UnreadableFile: a column is missing without which rows mean nothing
    """
    present = {
        name
        for name, place in zip(_SOURCES[kind], found, strict=True)
        if place is not None
    }
    missing = [_SOURCES[kind][name][0] for name in _KEYS[kind] if name not in present]
    if missing:
        raise UnreadableFile(
            _("The file lacks columns of the directory: %(columns)s."),
            values={"columns": ", ".join(missing)},
            code="columns",
        )
    tally.fields[kind] |= {
        name
        for name in kind._fields
        if name in present or present & set(_MADE_FROM.get(name, ()))
    }
