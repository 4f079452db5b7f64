"""What a test may set, by ``POST /admin/settings``."""

from dataclasses import asdict, dataclass, fields

DUPLICATE = (
    "Une demande de paiement portant le numero %(number)s existe deja pour ce "
    "fournisseur et cette annee."
)


@dataclass
class Settings:
    """Delays are in seconds of the platform's clock, counted from the deposit."""

    found_after: float = 0
    processing_after: float = 1
    integrated_after: float = 2
    available_after: float = 3
    #: seconds of real time added to each answer of the platform
    latency: float = 0
    #: life of a token, in seconds of real time, as the client counts it
    expires_in: int = 3600
    page_default: int = 10
    page_max: int = 100
    #: a flux over 30 MB is refused (AIFE FE v1.1 §5.4.1), a body over this is a 413
    max_flux_bytes: int = 30_000_000
    max_body_bytes: int = 45_000_000
    #: empty lists are "present", "absent", "null", or in turn: "mixed"
    empty_lists: str = "mixed"
    #: a search that finds nothing: an error "code", or a "list" without rows
    empty_search: str = "code"
    #: optional fields of a row: all there ("full"), or some missing, null, shortened
    #: ("sparse"), drawn from the seed
    echoes: str = "full"
    #: numbers and booleans of every answer as text, ``expires_in`` as 3600.0
    quoted: bool = False
    #: share of token requests refused for no reason (one client counted one in ten)
    token_hiccups: float = 0
    #: what is drawn is drawn from this
    seed: int = 0
    #: recycling is being withdrawn (AIFE FE v1.1 §3.4)
    recycling: bool = True
    check_totals: bool = True
    #: an account deposits only for its own structures
    check_depositor: bool = True
    #: the annex says yes, OCA runs without: chorus-pro conflict on BT-81 of a 381
    payment_means_on_credit_note: bool = False
    #: the true wording is not public
    duplicate_message: str = DUPLICATE
    #: keep every request and answer, for the Swagger
    record: bool = False

    def update(self, values):
        types = {field.name: field.type for field in fields(self)}
        for name, value in values.items():
            if name not in types:
                raise ValueError(f"unknown setting {name}")
            if types[name] is bool and not isinstance(value, bool):
                raise ValueError(f"{name} is true or false")
            setattr(self, name, types[name](value))

    def describe(self):
        return asdict(self)
