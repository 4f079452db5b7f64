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
    [
        *(("A", True), ("a", True), ("", True), (None, True), ("Active", True)),
        *(("C", False), ("F", False), ("Closed", False), ("Fermé", False)),
    ],
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


@pytest.mark.parametrize(
    ("told", "public"),
    [
        ({"facilityType": "S"}, True),
        ({"facilityType": "P"}, True),
        ({"facilityType": "S", "legalUnit": {"entityType": "Public"}}, True),
        ({"facilityType": "P", "legalUnit": {"entityType": "PUBLIC"}}, True),
        ({"facilityType": "P", "legalUnit": {"entityType": "Private"}}, False),
        ({"legalUnit": {"entityType": "PrivateVatRegistered"}}, False),
        (
            {
                "legalUnit": {"entityType": "PrivateVatRegistered"},
                "b2gAdditionalData": {"pm": True},
            },
            True,
        ),
    ],
)
def test_a_school_is_public_though_no_main_establishment(told, public):
    """`facilityType` is P for main and S for secondary: nothing of who is public."""
    found, _asked = read(siret={**SIRET, **told})
    assert found.public is public


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        *((one, True) for one in (True, 1, "1", "true", "True", "TRUE", "oui")),
        *((one, False) for one in (False, 0, "0", "false", "", None, [], "x")),
    ],
)
def test_an_obligation_however_it_is_written(told, asked):
    names = (
        "serviceCodeStatus",
        "managesLegalCommitmentCode",
        "managesLegalCommitmentOrServiceCode",
        "pmOnly",
    )
    services = [{"routingIdentifier": "S", "managesLegalCommitment": told}]
    for data in (dict.fromkeys(names, told), [dict.fromkeys(names, told)]):
        found, _asked = read(
            siret={**SIRET, "b2gAdditionalData": data}, services=services
        )
        assert [
            found.service_required,
            found.engagement_required,
            found.service_or_engagement_required,
            found.works_owner_only,
            found.services[0].engagement_required,
        ] == [asked] * 5


@pytest.mark.parametrize(
    ("told", "silent"), [(False, True), ("false", True), (0, True), (None, False)]
)
def test_a_body_that_does_not_report_payments(told, silent):
    data = {"managesPaymentStatus": told}
    found, _asked = read(siret={**SIRET, "b2gAdditionalData": data})
    assert found.payment_not_reported is silent


@pytest.mark.parametrize("told", [22100005200011, "221 000 052 00011", f" {BODY} "])
def test_a_siret_however_it_is_written(told):
    services = [{"routingIdentifier": "S", "siret": told}]
    found, _asked = read(siret={**SIRET, "siret": told}, services=services)
    assert found.siret == BODY
    assert [one.code for one in found.services] == ["S"]


def test_a_number_without_the_first_zero_of_a_siret(monkeypatch):
    monkeypatch.setattr("test_directory_disguises.BODY", "05210005200011")
    found, _asked = read(siret={**SIRET, "siret": 5210005200011}, services=[])
    assert found.siret == "05210005200011"


def test_an_address_with_its_scheme_is_the_same():
    found, _asked = read(lines=[{"addressingIdentifier": f"0225:{LINE}"}])
    assert found.addresses == (LINE,)


def test_numbers_as_texts_and_no_list():
    found, _asked = read(cap=7, total="130")
    assert len(found.services) == 130
    asked = Directory()
    asked.fields = lambda _response: {**SIRET, "results": None}
    assert directory.structure(asked, BODY).services == ()
    asked.fields = lambda _response: {**SIRET, "search": {"fields": []}}
    assert directory.structure(asked, BODY).services == ()
    asked.fields = lambda _response: {**SIRET, "items": []}
    with pytest.raises(Unreachable, match="results"):
        directory.structure(asked, BODY)


def test_one_service_and_one_line_that_are_no_list():
    """PHP writes one row alone, and a list with gaps as an object."""
    service = {"routingIdentifier": "S", "siret": BODY}
    line = {"addressingIdentifier": LINE}
    alone = Directory(services=[service], lines=[line])
    for told in ({**service, **line}, {"4": {**service, **line}}):
        alone.fields = lambda _response, told=told: {**SIRET, "results": told}
        found = directory.structure(alone, BODY)
        assert [one.code for one in found.services] == ["S"]
        assert found.addresses == (LINE,)


@pytest.mark.parametrize("total", ["uncounted", "none"])
@pytest.mark.parametrize("cap", [5, 10, 20])
def test_pages_of_any_size_where_nothing_is_counted(cap, total):
    """Nothing tells that such a page is all: what follows is asked for."""

    class Plain(Directory):
        def post(self, *args, **options):
            response = super().post(*args, **options)
            return response and SimpleNamespace(status_code=200, told=response.told)

    asked = Plain(cap=cap, total=total, services=SERVICES[:23])
    assert len(directory.structure(asked, BODY).services) == 23
    asked = Plain(total=total, services=SERVICES[:4])
    assert len(directory.structure(asked, BODY).services) == 4
    assert asked.calls == 2
