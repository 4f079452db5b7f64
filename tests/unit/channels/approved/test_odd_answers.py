"""Answers in shapes of a platform's own: read where they are plain, else told."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from approved_kit import PROFILES, send
from cdar_messages import message, reference

from chorus.channels.approved import Access, Approved, MemoryStore
from chorus.channels.approved.flow import Flow, read
from chorus.errors import Denied, Doubtful, Refused, Unreachable

FLOWS, TOKEN, SEARCH = "pa/flow/v1/flows$", "pa/oauth/token", "flows/search"
ROW = {"flowId": "f", "updatedAt": "2026-11-23T09:00:00Z", "flowDirection": "In"}
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
WHERE = {"updatedAfter": "2026-11-01T00:00:00Z"}


# --- one flow ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-23T09:00:00Z",
        "2026-11-23T09:00:00",
        "2026-11-23T09:00:00.000000",
        "2026-11-23t09:00:00z",
        "2026-11-23 09:00:00+00",
        "2026-11-23T10:00:00+01:00[Europe/Paris]",
        "2026-11-23T05:00:00.0000000-04:00",
        "2026-11-23T05:00:00-0400",
        " 2026-11-23T09:00:00Z ",
        1795424400,
        1795424400000,
        1795424400.0,
        "1795424400",
        "1795424400000",
    ],
    ids=str,
)
def test_the_moment_of_a_flow_in_every_shape(told):
    row = json.loads(json.dumps({**ROW, "updatedAt": told}))
    assert read(row).updated_at == NINE


@pytest.mark.parametrize("told", ["hier", "", None, [], {}, True, 0, -1, "9999-12-31"])
def test_what_is_no_moment_is_not_guessed(told):
    with pytest.raises(ValueError, match="updatedAt"):
        read({**ROW, "updatedAt": told})
    assert read({**ROW, "updatedAt": told, "submittedAt": ROW["updatedAt"]})


@pytest.mark.parametrize("told", ["x", "sha256-" + "a" * 44, 7, None, "a" * 63])
def test_a_fingerprint_in_another_form_is_none(told):
    """It would be compared, differ, and the invoice be sent again."""
    assert read({**ROW, "sha256": told}).sha256 == ""
    assert read({**ROW, "sha256": "AB" * 32}).sha256 == "ab" * 32


@pytest.mark.parametrize(
    ("details", "known"),
    [
        ([{"reasonCode": "AlreadyExistingFlow"}], True),
        ([{"reasonCode": "Other", "reasonMessage": "Flux déjà reçu"}], True),
        ({"reasonCode": "DOUBLON"}, True),
        ({"1": {"reasonCode": "DOUBLON"}}, True),
        (["Ce document existe déjà"], True),
        ([{"item": "doublon.xml", "reasonMessage": "Schéma invalide"}], False),
        ([{"reasonMessage": "Engagement déjà soldé"}], False),
        (None, False),
        ("doublon", False),
    ],
)
def test_a_copys_refusal_is_known_by_code_or_words(details, known):
    acknowledgement = {"status": "ERROR", "details": details}
    assert read({**ROW, "acknowledgement": acknowledgement}).duplicate is known


# --- lists ---------------------------------------------------------------------------


def page(answer, status=200):
    """What a search makes of an answer, read as from the wire."""
    access = Access(PROFILES["standard"], "https://pa.example/v1")
    client = Approved(access, MemoryStore())
    content = json.dumps(answer).encode()
    response = SimpleNamespace(status_code=status, content=content)
    client._transport.post = lambda *_args, **_named: response
    return client._search(WHERE, 100)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"results": [ROW]}},
        {"data": {"items": []}},
        {"limit": 25, "page": {"content": [ROW]}},
        {"limit": 25, "results": {"items": [ROW]}},
        {"limit": 25, "results": {"1": ROW, "page": 2}},
        {"limit": 25, "total": 3},
        {"results": None, "flows": [ROW]},
        {"errorCode": "INTERNAL_ERROR", "errorMessage": "x"},
        {"error": "invalid_token"},
        {},
        [ROW],
        None,
        "texte",
    ],
    ids=str,
)
def test_a_list_under_another_name_is_no_empty_one(answer):
    with pytest.raises(Unreachable, match="cannot be read"):
        page(answer)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"limit": 25, "filters": {"flowDirection": ["In"]}}, 200),
        ({"results": None}, 200),
        ({"limit": 25, "results": []}, 200),
        ({"results": {}, "limit": 25}, 200),
        ({"limit": 25, "filters": {}, "total": 0, "nextCursor": None}, 200),
        ({"limit": 25, "links": [{"rel": "self", "href": "/v1"}]}, 200),
        (None, 204),
    ],
    ids=str,
)
def test_a_list_of_nothing_however_it_is_told(answer, status):
    assert len(page(answer, status)) == 0


@pytest.mark.parametrize(
    "results",
    [
        ROW,
        {**ROW, "acknowledgement": {"status": "Ok", "details": []}},
        {"0": ROW},
        {"3": ROW, "7": {**ROW, "flowId": "g"}},
    ],
    ids=str,
)
def test_rows_that_are_no_list(results):
    """PHP writes one row alone, and a list with gaps as an object."""
    told = page({"limit": 25, "results": results})
    assert {one.flow_id for one in told.flows} == {"f", "g"} - (
        set() if "3" in results else {"g"}
    )
    assert not told.asides


def test_numbers_as_texts_and_texts_as_numbers():
    told = page(
        {
            "limit": "25",
            "total": "130",
            "nextCursor": 26,
            "results": [{**ROW, "flowId": 45425, "name": 7, "trackingId": 8}],
        }
    )
    assert (told.limit, told.total, told.cursor) == (25, 130, "26")
    (flow,) = told.flows
    assert (flow.flow_id, flow.name, flow.tracking) == ("45425", "7", "8")


@pytest.mark.parametrize("odd", ["many", -1, 2.5, True, [], {}, "²", "10" * 300])
def test_what_is_no_number_counts_nothing(odd):
    told = page({"limit": odd, "total": odd, "nextCursor": [], "results": [ROW]})
    assert (told.limit, told.cursor) == (0, "")
    assert told.total is None


# --- files ---------------------------------------------------------------------------


class Files:
    """A client's transport that gives these files, or refuses."""

    def __init__(self, **files):
        self.files = files

    def get(self, _service, _path, *, absent, docType):  # noqa: N803
        found = self.files.get(docType)
        if isinstance(found, Exception):
            raise found
        return None if found is None else SimpleNamespace(content=found)


def statuses_of(**files):
    access = Access(PROFILES["standard"], "https://pa.example/v1")
    client = Approved(access, MemoryStore())
    client._transport.get = Files(**files).get
    found, asides = client.read(Flow("f", NINE + timedelta(hours=9)))
    return [one.code for one in found], [one.text for one in asides]


@pytest.mark.parametrize(
    "original",
    [
        None,
        b"",
        b"%PDF-1.7",
        b'{"status": 203}',
        b"<ApplicationResponse/>",
        Refused("no", code="400"),
        Unreachable("no", code="500"),
    ],
    ids=str,
)
def test_an_original_in_a_form_of_its_own_hides_no_converted_one(original):
    assert statuses_of(Original=original, Converted=message(reference())) == (
        ["203"],
        [],
    )


def test_a_flow_without_any_file_to_read_is_told():
    assert statuses_of(Original=b"%PDF-1.7", Converted=None) == ([], ["%PDF-1.7"])
    with pytest.raises(Unreachable, match="no file"):
        statuses_of(Original=None, Converted=b"")
    with pytest.raises(Refused):
        statuses_of(Original=Refused("no"), Converted=None)
    with pytest.raises(Unreachable):
        statuses_of(Original=Unreachable("no", code="500"), Converted=None)
    with pytest.raises(Unreachable):
        busy = Unreachable("no", code="503")
        statuses_of(Original=busy, Converted=message(reference()))


@pytest.mark.parametrize("code", [204, 404, 410])
def test_a_flow_that_is_no_longer_kept_is_none(code, connect, admin):
    client = connect("standard")
    _content, deposit = send(client)
    admin.fault("status", "pa/flow/v1/flows/[^s]", code=code, times=2)
    assert client.metadata(deposit.flux_number) is None
    assert client.original(deposit.flux_number) is None


# --- tokens --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lasts", ["absent", None, 0, -1, "", "3600", "3600.0", "1h", 1e400, 10**400, [], {}]
)
def test_however_long_a_token_lasts_it_serves(lasts, connect, admin):
    admin.approved()
    client = connect("standard")
    transport = client._transport
    told = {"access_token": "t-1", "expires_in": lasts, "token_type": "mac"}
    if lasts == "absent":
        del told["expires_in"]
    content = json.dumps(told).encode()
    response = SimpleNamespace(status_code=200, content=content)
    transport._exchange = lambda *_args, **_named: response
    token = transport._new_token()
    assert token.value == "t-1"
    assert token.expires_at > client._now()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, '{"error": "invalid_client", "error_description": "non"}'),
        (200, '{"errorCode": "UNAUTHORIZED", "errorMessage": "non"}'),
        (413, "{}"),
        (415, "{}"),
        (422, '{"detail": [{"msg": "client_id"}]}'),
        (501, "{}"),
    ],
)
def test_a_token_that_is_refused_is_no_invoices_fault(code, body, connect, admin):
    client = connect("standard")
    admin.fault("status", TOKEN, code=code, body=body)
    with pytest.raises(Denied, match="client ID or secret"):
        send(client)


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_a_token_service_that_is_busy_is_waited_for(code, connect, admin):
    client = connect("standard")
    admin.fault("status", TOKEN, code=code)
    with pytest.raises(Unreachable):
        send(client)


@pytest.mark.parametrize(
    "access",
    [
        {"organization": "Librairie de l’Œuvre"},
        {"organization": "a\r\nX-Other: b"},
        {"key": "key\n"},
        {"key": "clé €"},
    ],
    ids=str,
)
def test_what_no_header_can_carry_is_told_before_any_call(access, connect):
    with pytest.raises(Denied, match="cannot be sent"):
        connect("hubtimize", access=access)
    with pytest.raises(Denied, match="cannot be sent"):
        connect("standard", access={"client_secret": "a\nb"}, token_style="static")


@pytest.mark.parametrize("code", [404, 405, 501])
def test_a_platform_without_a_health_check_is_tested_by_a_search(code, connect, admin):
    client = connect("standard")
    admin.fault("status", "healthcheck", code=code)
    assert client.test().directory
    admin.fault("status", "healthcheck", code=code)
    admin.fault("status", SEARCH, code=404)
    with pytest.raises(Denied, match="addresses"):
        client.test()


@pytest.mark.parametrize(("code", "kind"), [(403, Denied), (503, Unreachable)])
def test_a_platform_that_is_not_well_fails_its_test(code, kind, connect, admin):
    client = connect("standard")
    admin.fault("status", "healthcheck", code=code)
    with pytest.raises(kind):
        client.test()


# --- what a refusal says --------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"title": "Invalid", "errors": {"name": ["The name is required."]}},
            ("name: The name is required.", "Invalid"),
        ),
        (
            {"message": "Invalid", "errors": {"name": "Trop long", "file": ["A", "B"]}},
            ("Invalid", "name: Trop long", "file: A", "file: B"),
        ),
        (
            {"detail": [{"loc": ["body", "name"], "msg": "Field required"}]},
            ("body", "name", "Field required"),
        ),
        (
            {"errors": [{"field": "name", "defaultMessage": "must not be blank"}]},
            ("name", "must not be blank"),
        ),
        (
            {"title": "No", "invalid-params": [{"name": "age", "reason": "low"}]},
            ("No", "low"),
        ),
        (
            {"violations": [{"propertyPath": "name", "message": "too long"}]},
            ("name", "too long"),
        ),
        ({"errors": {"a": {"b": {"c": ["deep"]}}}}, ()),
    ],
    ids=str,
)
def test_usual_servers_words_reach_the_shop(body, words, connect, admin):
    """ASP.NET and Laravel tell by field, in an object whose names are the fields."""
    client = connect("standard")
    admin.fault("status", FLOWS, code=422, body=json.dumps(body))
    with pytest.raises(Refused) as caught:
        send(client)
    assert caught.value.reasons == words


# --- after the file has left ----------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "body", "kind"),
    [
        (302, "", Doubtful),
        (303, "", Doubtful),
        (307, "", Denied),
        (308, "", Denied),
        (204, "", Doubtful),
        (202, "", Doubtful),
        (202, "[]", Doubtful),
        (202, '{"flow": {"flowId": "1"}}', Doubtful),
        (200, '{"errorCode": "X"}', Doubtful),
        (408, "", Doubtful),
        (400, '{"errorCode": "TOO_MANY_REQUESTS"}', Doubtful),
        (422, '{"errorCode": "resource_error"}', Doubtful),
        (400, '{"errorCode": "missing_token"}', Denied),
        (400, '{"errorCode": "Unauthorized"}', Denied),
        (422, '"Une facture portant ce numéro existe déjà"', Doubtful),
        (422, '{"errorMessage": "Engagement déjà utilisé"}', Refused),
    ],
)
def test_only_a_clear_no_is_one(code, body, kind, connect, admin):
    client = connect("standard")
    admin.fault("status", FLOWS, code=code, body=body)
    with pytest.raises(kind):
        send(client)


def test_a_secret_does_not_follow_to_another_place(connect, admin, simulator):
    """Neither a token nor a further key: the redirection is told, not taken."""
    client = connect("hubtimize")
    elsewhere = {"Location": f"{simulator.url}/elsewhere"}
    for path in (TOKEN, FLOWS, SEARCH):
        admin.fault("status", path, code=307, headers=elsewhere)
        with pytest.raises(Denied, match="addresses"):
            if path == SEARCH:
                client.outgoing(client._moment())
            else:
                send(client)
    assert not [one for one in admin.calls() if "elsewhere" in str(one)]
