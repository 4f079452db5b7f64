"""What breaks and when, drawn from a seed: the same seed, the same schedule."""

import random
from dataclasses import dataclass, field

DEPOSIT = "deposer/flux"
REPORT = "consulterCRDetaille"
SEARCH = "rechercher/fournisseur"
HISTORY = "consulter/historique"
TOKEN = "oauth/token"
DIRECTORY = "structures/v1"
SERVICE = "consulter/service"
SERVICES = "rechercher/services"
ENGAGEMENT = "engagementsJuridiques"

# Longer than the workers wait for an answer (workers.READ_TIMEOUT).
SLOW = 1.6
HOUR = 3600


@dataclass(frozen=True)
class Fault:
    """One kind of fault of the platform or of the way to it.

    :ivar name: what the result counts it as
    :ivar kind: the simulator's word (tests/simulator/README.md)
    :ivar paths: services that may suffer it
    """

    name: str
    kind: str
    paths: tuple[str, ...]
    args: dict = field(default_factory=dict)
    times: int = 1

    def rule(self, path: str, after: int) -> dict:
        """The rule the simulator takes, for one service."""
        return {
            "kind": self.kind,
            "match": path,
            "times": self.times,
            "after": after,
            "args": self.args,
        }


def _status(name: str, code: int, *paths: str, times: int = 1, **args) -> Fault:
    return Fault(name, "status", paths, {"code": code, **args}, times)


_UNAUTHORISED = '{"codeRetour": "401", "libelle": "Non autorise"}'
_UNKNOWN_FLUX = '{"codeRetour": 20001, "libelle": "POQ_MSG_01.003 - Flux introuvable."}'
_ALL = (DEPOSIT, REPORT, SEARCH, TOKEN, DIRECTORY)
_READS = (REPORT, SEARCH, HISTORY)
FAULTS = (
    Fault("connection_refused", "refuse", _ALL, {"seconds": 0.4}),
    Fault("reset_before_read", "reset_before_read", _ALL),
    Fault("reset_after_read", "reset_after_read", _ALL),
    Fault("lost_answer", "lost_answer", (DEPOSIT,)),
    Fault("slow_answer", "slow", (DEPOSIT, REPORT, TOKEN), {"seconds": SLOW}),
    Fault("slow_then_lost", "slow_then_lost", (DEPOSIT,), {"seconds": 0.5}),
    Fault("token_expired", "token_expired", (DEPOSIT, REPORT, SEARCH)),
    # Four times: the technical account itself is refused.
    _status("http_401", 401, DEPOSIT, SEARCH, times=4),
    _status("http_403", 403, DEPOSIT, REPORT, SEARCH),
    _status("http_413", 413, DEPOSIT),
    _status("http_429", 429, DEPOSIT, SEARCH, DIRECTORY),
    _status("http_429_retry_after", 429, DEPOSIT, headers={"Retry-After": "1800"}),
    _status("retry_after_for_ever", 429, DEPOSIT, headers={"Retry-After": "9" * 9}),
    _status("redirection", 302, DEPOSIT, REPORT, headers={"Location": "/maintenance"}),
    _status("http_422", 422, DEPOSIT),
    _status("valid_keys_refused", 400, TOKEN),
    _status("fresh_token_refused", 401, DEPOSIT, SEARCH, times=2),
    _status("code_401_inside", 200, DEPOSIT, SEARCH, body=_UNAUTHORISED),
    _status("flux_not_found", 200, REPORT, body=_UNKNOWN_FLUX, times=3),
    _status("search_forbidden", 403, SEARCH, times=2),
    _status("services_429", 429, SERVICES, SERVICE),
    _status("engagement_service_down", 503, ENGAGEMENT, times=2),
    _status("engagement_service_refused", 403, ENGAGEMENT),
    Fault("unreadable_row", "unreadable_row", (SEARCH, HISTORY, REPORT)),
    _status("http_500", 500, *_ALL),
    _status("http_502_html", 502, *_ALL, body="<html><h1>Bad Gateway</h1></html>"),
    _status("http_503_bare", 503, DEPOSIT, *_READS, bare=True),
    Fault("http_504_after", "status_after", (DEPOSIT,), {"code": 504}),
    Fault("truncated_json", "truncated_json", (DEPOSIT, *_READS)),
    Fault("truncated_body", "truncated_json", (DEPOSIT, *_READS), {"lying": True}),
    Fault("wrong_types", "wrong_types", (DEPOSIT, *_READS, TOKEN)),
    Fault("unknown_flux_state", "unknown_flux_state", (REPORT,)),
    Fault("duplicate_page", "duplicate_page", (SEARCH,), times=3),
    Fault("pages_shift_back", "shifting_pages", (SEARCH,), {"by": -1}, 3),
    Fault("pages_shift_on", "shifting_pages", (SEARCH,), {"by": 1}, 3),
    Fault("clock_ahead", "clock_skew", (DEPOSIT, SEARCH), {"seconds": HOUR}),
    Fault("clock_behind", "clock_skew", (DEPOSIT, SEARCH), {"seconds": -HOUR}),
    Fault("flux_incident", "incident", (DEPOSIT,)),
    Fault(
        "flux_internal_error", "incident", (DEPOSIT,), {"state": "IN_ERREUR_INTERNE"}
    ),
    Fault("partial_integration", "partial", (DEPOSIT,), {"every": 2}),
    Fault("late_integration", "late", (DEPOSIT,), {"seconds": 3 * HOUR}),
)

# What strikes our own side (blows.py).
BLOWS = ("kill", "database_cut", "serialization_failure", "full_disk", "outage")
# How the platform always is, and what the shop has there (shop.py).
COMPANIES, SERVICES_303 = "two_companies_one_siren", "hundreds_of_services"
# Each connection and body of these wants invoices enough of its own.
MANY, WANT_MANY = 60, (COMPANIES, SERVICES_303)
MANNERS = (
    "empty_search_as_a_code",
    "sparse_echoes",
    "token_hiccups",
    "duplicates_in_other_words",
    "last_years_numbers",
    "two_journals_one_number",
    COMPANIES,
    SERVICES_303,
)
# What the bodies say, in whatever order (shop.py).
NEWS = ("news", "repeated_news", "late_news", "backdated_news", "unknown_state")


@dataclass(frozen=True)
class Wave:
    """What happens between two leaps of time.

    :ivar invoices: how many are sent
    :ivar credit_notes: how many of these are credit notes
    :ivar rules: the simulator's, with the name each is counted as
    :ivar blows: (seconds after the start, kind), in order
    :ivar slow_platform: it takes hours to integrate, and answers are lost: what is sent
        again is refused as a duplicate
    :ivar news: kinds of news the bodies send at the end
    :ivar leap: minutes that pass after it
    """

    invoices: int
    credit_notes: int
    rules: list[tuple[str, dict]]
    blows: list[tuple[float, str]]
    slow_platform: bool
    news: list[str]
    leap: int


@dataclass(frozen=True)
class Schedule:
    """A whole campaign.

    :ivar rng: what is still to be drawn while it runs, such as whom a blow strikes
    """

    seed: int
    batch_size: int
    page_max: int
    waves: list[Wave]
    rng: random.Random


def draw(seed: int, invoices: int, kinds: tuple = FAULTS) -> Schedule:
    """Draw a campaign: every kind of fault at least once, in a drawn order."""
    rng = random.Random(seed)
    count = max(8, min(16, invoices // 15))
    faults = _shuffled(rng, kinds, max(len(kinds), invoices // 4))
    blows = _shuffled(rng, BLOWS, 3 * count)
    slow = rng.randrange(1, count - 2)
    waves = []
    for rank in range(count):
        size = invoices * (rank + 1) // count - invoices * rank // count
        waves.append(
            Wave(
                invoices=size,
                credit_notes=size // 4,
                rules=[_rule(rng, fault) for fault in faults[rank::count]],
                blows=sorted(
                    (rng.uniform(0, 1.2), blow) for blow in blows[rank::count]
                ),
                slow_platform=rank == slow,
                news=rng.sample(NEWS, 2),
                leap=rng.choice((20, 70, 130, 260)),
            )
        )
    batch = max(1, rng.randint(1, 3) * invoices // (count * 6))
    return Schedule(seed, batch, rng.randint(2, 5), waves, rng)


def _shuffled(rng: random.Random, kinds: tuple, count: int) -> list:
    """``count`` of these kinds, each as often as the others, in a drawn order."""
    drawn = [kinds[rank % len(kinds)] for rank in range(count)]
    rng.shuffle(drawn)
    return drawn


def _rule(rng: random.Random, fault: Fault) -> tuple[str, dict]:
    path = rng.choice(fault.paths)
    after = rng.randint(0, 1) if path == DEPOSIT else rng.randint(0, 3)
    return fault.name, fault.rule(path, after)
