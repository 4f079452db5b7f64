"""The same shop sending by an approved platform, and what breaks there."""

from collections import Counter
from dataclasses import dataclass, field

from .schedule import HOUR, SLOW, Fault
from .shop import MODULE, Shop

DEPOSIT = "pa/flow/v1/flows$"
SEARCH = "pa/flow/v1/flows/search"
ONE = "pa/flow/v1/flows/[^s]"
TOKEN = "pa/oauth/token"
DIRECTORY = "pa/directory/v1"
_READS = (SEARCH, ONE)
_ALL = (DEPOSIT, SEARCH, ONE, TOKEN, DIRECTORY)


@dataclass(frozen=True)
class Manner:
    """A way of the platform's that lasts until the next wave.

    :ivar values: manners of the simulated platform (its README)
    """

    name: str
    values: dict = field(default_factory=dict)
    paths: tuple[str, ...] = ("",)

    def rule(self, _path: str, _after: int) -> dict:
        """What `ApprovedShop.break_with` takes."""
        return {"manners": self.values}


def _status(name: str, code: int, *paths: str, times: int = 1, **args) -> Fault:
    return Fault(name, "status", paths, {"code": code, **args}, times)


FAULTS = (
    Fault("connection_refused", "refuse", _ALL, {"seconds": 0.4}),
    Fault("reset_before_read", "reset_before_read", _ALL),
    Fault("reset_after_read", "reset_after_read", _ALL),
    Fault("lost_answer", "lost_answer", (DEPOSIT,)),
    Fault("slow_answer", "slow", (DEPOSIT, SEARCH, TOKEN), {"seconds": SLOW}),
    Fault("slow_then_lost", "slow_then_lost", (DEPOSIT,), {"seconds": 0.5}),
    _status("http_401", 401, DEPOSIT, SEARCH),
    _status("http_401_lasting", 401, DEPOSIT, SEARCH, times=2),
    _status("http_403", 403, DEPOSIT, SEARCH),
    _status("http_413", 413, DEPOSIT),
    _status("http_422_string", 422, DEPOSIT, body='"refus"'),
    _status("http_429", 429, DEPOSIT, SEARCH, DIRECTORY),
    _status("http_429_retry_after", 429, DEPOSIT, headers={"Retry-After": "1800"}),
    _status(
        "http_429_for_a_second",
        429,
        *(SEARCH, ONE, TOKEN, DIRECTORY),
        headers={"Retry-After": "1"},
    ),
    _status("http_500", 500, *_ALL),
    _status("http_502_html", 502, *_ALL, body="<html><h1>Bad Gateway</h1></html>"),
    _status("http_503_bare", 503, DEPOSIT, *_READS, bare=True),
    Fault("http_503_after", "status_after", (DEPOSIT,), {"code": 503}),
    Fault("http_429_after", "status_after", (DEPOSIT,), {"code": 429}),
    Fault("truncated_json", "truncated_json", (DEPOSIT, SEARCH)),
    Fault("truncated_body", "truncated_json", (DEPOSIT, SEARCH), {"lying": True}),
    Fault("wrong_types", "wrong_types", (DEPOSIT, SEARCH, TOKEN)),
    Fault("clock_ahead", "clock_skew", (DEPOSIT, SEARCH), {"seconds": HOUR}),
    Fault("clock_behind", "clock_skew", (DEPOSIT, SEARCH), {"seconds": -HOUR}),
    Manner("tracking_dropped", {"keeps_tracking": False}),
    Manner("search_blind", {"blind": 600}),
    Manner("equal_moments", {"grain": 1}),
    Manner("limit_capped_25", {"page_cap": 25}),
    Manner("limit_capped_50", {"page_cap": 50}),
    Manner("cursor_repeated", {"cursor": "repeated"}),
    Manner("cursor_stale", {"cursor": "stale"}),
    Manner("cursor_by_moment", {"cursor": "moment", "grain": 1, "page_cap": 50}),
    Manner("newest_first", {"order": "newest"}),
    Manner("no_order", {"order": "mixed"}),
    Manner("unknown_flow_type", {"odd": {"flowType": "Autre"}}),
    Manner("empty_flow_type", {"odd": {"flowType": ""}}),
    Manner("unknown_ack", {"odd": {"ackStatus": "Perhaps"}}),
    Manner("original_absent", {"original_of_status": False}),
    Manner("statuses_late", {"shuffle": 1800}),
    Manner("statuses_twice", {"twice": True}),
    Manner("strays", {"strays": True}),
    Manner("copies_handed_over", {"doubles": True}),
    Manner("hostile_xml", {"hostile": True}),
    Manner("renamed_list", {"renamed": {"results": "flows"}}),
    Manner("renamed_identifier", {"renamed": {"flowId": "id"}}),
    Manner("renamed_control", {"renamed": {"acknowledgement": "ack"}}),
    Manner("written_in_java", {"tongue": "java"}),
    Manner("written_in_php", {"tongue": "php"}),
    Manner("written_in_dotnet", {"tongue": "dotnet", "order": "newest"}),
    Manner("no_directory", {"directory": False}),
    Manner("platform_clock_ahead", {"skew": HOUR}),
)


class ApprovedShop(Shop):
    """One bookshop at work with the simulated approved platform.

    :ivar profile: whose ways it has
    """

    profile = "standard"
    channel = "approved"
    manners = ("last_years_numbers", "two_journals_one_number")

    def _manners(self) -> dict:
        """Its own are faults here, and end with their wave."""
        return {}

    def _connect(self) -> None:
        """One connection for all: invoices, statuses and directory.

        No document is held against its Schematrons: the tests do, and it would take
        most of the campaign's time.
        """
        self.company.l10n_fr_chorus_full_check = False
        self.platform.approved_manners(profile=self.profile)
        url = f"{self.platform.url}/pa"
        self.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "approved",
                "environment": "qualification",
                "approved_id": self.env.ref(f"{MODULE}.approved_{self.profile}").id,
                "flow_url": f"{url}/flow/v1",
                "directory_url": f"{url}/directory/v1",
                "token_url": f"{url}/oauth/token",
                "client_id": "bookshop",
                "client_secret": "secret",
                "approved_key": "hub-key",
            }
        )

    def break_with(self, rules: list[dict]) -> None:
        """Have these things go wrong next; the manners of the wave before end."""
        self.platform.approved_manners(profile=self.profile)
        for rule in rules:
            if "manners" in rule:
                self.platform.approved_manners(**rule["manners"])
        self.platform.add_faults([rule for rule in rules if "manners" not in rule])

    def struck(self, rules: list[tuple[str, dict]]) -> Counter:
        """How often each thing went wrong; a manner lasts a whole wave."""
        calls = [(name, rule) for name, rule in rules if "manners" not in rule]
        manners = Counter(name for name, rule in rules if "manners" in rule)
        return super().struck(calls) + manners

    def ready(self) -> int:
        """How many are about to leave."""
        self.look()
        states = ("requested", "queued", "sending")
        return self.env["l10n_fr_chorus.submission"].search_count(
            [("state", "in", states)]
        )

    def slow_down(self, slow: bool) -> None:
        """Have the platform take six hours to hand over, or seconds again."""
        if not slow:
            self.platform.approved_manners(profile=self.profile)
            return
        self.platform.approved_manners(handed_after=6 * HOUR)
        self.platform.fault("lost_answer", match=DEPOSIT, times=2)

    def _news(self, kind: str, invoice: dict, now) -> list[dict]:
        """This road recycles nothing: such an invoice ends as refused."""
        return [
            {**one, "status": "REJETEE"} if one["status"] == "A_RECYCLER" else one
            for one in super()._news(kind, invoice, now)
        ]
