"""Structures and services: what Chorus Pro knows of suppliers and public bodies.

The qualification set and its meaning: AIFE's "matelas de donnees" as seen on
2026-09-14; some of its SIRETs do not pass the Luhn key and the platform never checks
it. The other bodies are real SIRETs of public bodies with invented services.
"""

import itertools
from dataclasses import asdict, dataclass, field

#: reserved for invoices between public bodies: a private supplier is rejected
PUBLIC_INVOICES = "FACTURES_PUBLIQUES"


@dataclass
class Service:
    code: str
    name: str
    id: int = 0
    active: bool = True
    engagement_required: bool = False


@dataclass
class Structure:
    siret: str
    name: str
    id: int = 0
    active: bool = True
    public: bool = True
    service_required: bool = False
    engagement_required: bool = False
    either_required: bool = False
    payment_not_reported: bool = False
    vat: str = ""
    address: str = "1 place de la Mairie"
    postcode: str = "75001"
    city: str = "PARIS"
    services: dict[str, Service] = field(default_factory=dict)
    #: engagement numbers that the State would recognise
    engagements: list[str] = field(default_factory=list)


#: word of the seed table -> attribute of the structure or of the service
FLAGS = {
    "service": {"service_required": True},
    "engagement": {"engagement_required": True},
    "either": {"either_required": True},
    "unpaid": {"payment_not_reported": True},
    "inactive": {"active": False},
    "private": {"public": False},
}

SEED = [
    # siret, name, flags, services "code|name|flags"
    ("33254021516357", "LIBRAIRIE DE QUALIFICATION", "private", []),
    ("88888888000018", "LIBRAIRIE DES DEUX RIVES", "private", []),
    ("12345678200051", "MATELAS SANS OBLIGATION", "", []),
    ("12345678200036", "MATELAS ENGAGEMENT OBLIGATOIRE", "engagement", []),
    (
        "12345678200028",
        "MATELAS SERVICE OBLIGATOIRE",
        "service",
        ["SERVICE_DEST_SERV_OBL|Service destinataire|"],
    ),
    (
        "12345678200044",
        "MATELAS SERVICE ET ENGAGEMENT OBLIGATOIRES",
        "service engagement",
        ["SERVICE_DEST_SERV_EJ_OBL|Service destinataire|"],
    ),
    (
        "11000201100044",
        "ETAT",
        "service",
        [
            "SFACETAT|Service facturier de l'Etat|",
            "FAC9470092|Direction regionale des affaires culturelles|engagement",
            "FAC0000075|Rectorat de Paris|",
            "FAC0000076|Rectorat de Normandie|",
            "FAC0000033|Rectorat de Bordeaux|",
            "FAC0000069|Rectorat de Lyon|",
            "FAC0000013|Rectorat d'Aix-Marseille|",
            "FAC0000059|Rectorat de Lille|",
            "FAC0000035|Rectorat de Rennes|",
            "FAC0000067|Rectorat de Strasbourg|",
            "FAC0000031|Rectorat de Toulouse|",
            "FAC0000054|Rectorat de Nancy-Metz|inactive",
            "FACTURES_PUBLIQUES|Service des factures publiques|",
        ],
    ),
    (
        "22760540900019",
        "DEPARTEMENT DE LA SEINE-MARITIME",
        "engagement",
        ["FACTURES_PUBLIQUES|Service des factures publiques|"],
    ),
    (
        "22100005200011",
        "DEPARTEMENT DE L'AUBE",
        "service engagement",
        [
            "DIR-CULTURE|Direction de la culture|engagement",
            "MEDIATHEQUE|Mediatheque departementale|",
            "COLLEGES|Manuels des colleges|engagement",
            "ARCHIVES-OLD|Archives, ancien service|inactive",
        ],
    ),
    (
        "21590350100017",
        "COMMUNE DE LILLE",
        "either",
        ["BIBLIO|Bibliotheques municipales|", "ECOLES|Ecoles|engagement"],
    ),
    (
        "21690123100011",
        "COMMUNE DE LYON",
        "unpaid",
        ["BM|Bibliotheque municipale|"],
    ),
    ("21350238800019", "COMMUNE DE RENNES", "inactive", []),
    ("18004625200011", "BIBLIOTHEQUE NATIONALE DE FRANCE", "", []),
    ("26330582300019", "CHU DE BORDEAUX", "", ["DOC|Centre de documentation|"]),
]


class Directory:
    """Ids are 64-bit: one structure in two and every service is beyond 2**31."""

    def __init__(self):
        self.structures = {}
        self._numbers = itertools.count(1)
        for siret, name, flags, services in SEED:
            self.upsert({"siret": siret, "name": name, **_attributes(flags)})
            for row in services:
                code, label, words = row.split("|")
                self.upsert_service(
                    {"siret": siret, "code": code, "name": label, **_attributes(words)}
                )

    def upsert(self, values):
        """Creates or changes a structure; ``services`` may be a list of dicts."""
        values = dict(values)
        services = values.pop("services", [])
        siret = values["siret"]
        known = self.structures.get(siret)
        if known:
            _assign(known, values)
        else:
            known = Structure(**{"name": siret, **values})
            number = next(self._numbers)
            known.id = (2**31 if number % 2 else 25_784_150) + number
            self.structures[siret] = known
        for service in services:
            self.upsert_service({"siret": siret, **service})
        return known

    def upsert_service(self, values):
        values = dict(values)
        services = self.structures[values.pop("siret")].services
        code = values["code"]
        if code in services:
            _assign(services[code], values)
        else:
            services[code] = Service(**{"name": code, **values})
            services[code].id = 2**31 + 100_000 + next(self._numbers)
        return services[code]

    def get(self, siret):
        """A structure removed since is still named by its SIRET."""
        return self.structures.get(siret) or Structure(siret, siret)

    def by_id(self, identifier):
        return next((s for s in self.structures.values() if s.id == identifier), None)

    def describe(self):
        return [asdict(structure) for structure in self.structures.values()]


def _attributes(flags):
    return {k: v for word in flags.split() for k, v in FLAGS[word].items()}


def _assign(target, values):
    for name, value in values.items():
        if not hasattr(target, name):
            raise ValueError(f"unknown field {name}")
        setattr(target, name, value)
