"""A directory that caps its pages, leaves fields out, or offers half of it."""

from types import SimpleNamespace

import pytest

from chorus.channels.approved import directory
from chorus.errors import Refused, Unreachable

BODY = "22100005200011"
LINE = "221000052_22100005200011"
SERVICES = [{"routingIdentifier": f"S-{rank:03}", "siret": BODY} for rank in range(130)]
SIRET = {"siret": BODY, "name": "Aube", "administrativeStatus": "A"}


class Directory:
    """Answers as the transport does.

    :ivar cap: rows of a page at most, which it does not say
    :ivar total: what it says of them: "true", "uncounted", "none", or a number
    :ivar offset: `ignore` is heeded
    :ivar missing: paths that are not offered
    """

    def __init__(self, cap=100, total="true", offset=True, missing=(), **rows):
        self.cap, self.total, self.offset, self.missing = cap, total, offset, missing
        self.found = rows.get("siret", SIRET)
        self.rows = {
            "routing-code/search": rows.get("services", SERVICES),
            "directory-line/search": rows.get("lines", []),
        }
        self.calls = 0

    def get(self, _service, _path, *, absent):
        assert absent
        return SimpleNamespace(status_code=200, told=self.found)

    def post(self, _service, path, body, *, absent):
        assert absent
        self.calls += 1
        if path in self.missing:
            raise Refused("not offered", code="501")
        rows = self.rows[path]
        start = body["ignore"] if self.offset else 0
        page = rows[start : start + min(self.cap, body["limit"])]
        if not page:
            return None
        told = {"results": page}
        if self.total != "none":
            totals = {"true": len(rows), "uncounted": -1}
            told["totalNumberOfResults"] = totals.get(self.total, self.total)
        whole = len(page) == len(rows) - start
        return SimpleNamespace(status_code=200 if whole else 206, told=told)

    def fields(self, response):
        return response.told

    def unreadable(self, name):
        return Unreachable(name)


def read(**manners):
    asked = Directory(**manners)
    return directory.structure(asked, BODY), asked


@pytest.mark.parametrize("total", ["true", "uncounted", "none", 25])
@pytest.mark.parametrize("cap", [7, 25, 50, 100])
def test_every_service_is_read_however_short_the_pages(cap, total):
    found, _asked = read(cap=cap, total=total)
    assert [one.code for one in found.services] == [
        row["routingIdentifier"] for row in SERVICES
    ]


def test_an_offset_that_is_not_heeded_ends_and_is_told():
    """The rest is out of reach: a service that is not shown is not unknown."""
    for cap in (25, 100):
        asked = Directory(cap=cap, total="true", offset=False)
        with pytest.raises(Unreachable):
            directory.structure(asked, BODY)
        assert asked.calls < 5
    found, asked = read(services=SERVICES[:9], total="uncounted", offset=False)
    assert len(found.services) == 9
    assert asked.calls < 5


@pytest.mark.parametrize(
    ("status", "active"),
    [("A", True), ("a", True), ("", True), (None, True), ("C", False), ("F", False)],
)
def test_what_is_not_said_to_be_closed_is_open(status, active):
    """Kin of a blank *StructureActive*: unknown is not inactive."""
    services = [{"routingIdentifier": "S", "administrativeStatus": status}]
    found, _asked = read(
        siret={**SIRET, "administrativeStatus": status}, services=services
    )
    assert found.active is active
    assert found.services[0].active is active


@pytest.mark.parametrize(
    ("status", "open_"),
    [
        ("Enabled", True),
        ("enabled", True),
        (None, True),
        ("Disabled", False),
        ("Upcoming", False),
    ],
)
def test_a_line_receives_unless_it_says_otherwise(status, open_):
    lines = [{"addressingIdentifier": LINE, "directoryLineStatus": status}]
    found, _asked = read(lines=lines)
    assert found.addresses == ((LINE,) if open_ else ())


def test_a_platform_that_does_not_offer_lines_says_nothing_of_them():
    found, _asked = read(missing=("directory-line/search",))
    assert found.addresses is None
    assert len(found.services) == len(SERVICES)


def test_a_platform_that_does_not_offer_services_has_no_directory():
    with pytest.raises(Refused) as caught:
        read(missing=("routing-code/search",))
    assert caught.value.code == "501"
