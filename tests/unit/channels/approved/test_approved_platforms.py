"""What live platforms do against the standard: one test for each row that is known.

The client speaks over HTTP with a simulated platform, which holds every request and
answer against the standard's OpenAPI documents.
"""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from approved_kit import ARRIVED, PROFILES, document, heard, send
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.answers import INTEGRATED, PENDING, REJECTED
from chorus.channels.approved import profile as profiles
from chorus.channels.approved.flow import Aside
from chorus.channels.approved.search import Page, Period, Search
from chorus.errors import (
    ChorusError,
    Denied,
    Doubtful,
    Refused,
    Unreachable,
    UnreadableFile,
)

SHOP, BODY, STATE = "33254021516357", "22760540900019", "11000201100044"
FLOWS = "pa/flow/v1/flows$"
ALL = pytest.mark.parametrize("code", PROFILES)


# --- each platform, from the first word to the last ----------------------------------


@ALL
def test_the_whole_way_on_each_platform(code, connect, simulator, admin):
    """Row by row: bases, tokens, test host, type of flowInfo, rule sent or not."""
    client = connect(code)
    assert client.test(SHOP).structure.siret == SHOP
    content, deposit = send(client)

    assert client.report(deposit.flux_number).outcome == PENDING
    admin.advance(10)

    assert client.report(deposit.flux_number).outcome == INTEGRATED
    assert heard(client) == (ARRIVED, [])
    assert client.original(deposit.flux_number) == content
    assert admin.approved()["integrated"] == {"332540215 2026 INV-1": 1}


@pytest.mark.parametrize("tongue", ["java", "php", "dotnet"])
def test_the_whole_way_in_each_language(tongue, connect, simulator, admin):
    """Nulls, lists that are none, numbers as texts, moments of every length."""
    client = connect("standard", {"tongue": tongue, "page_cap": 25})
    assert client.test(SHOP).structure.siret == SHOP
    assert client.structure(BODY).engagement_required
    assert heard(client) == ([], [])
    _content, deposit = send(client)
    admin.advance(10)
    admin.approved_manners(refuses="InvalidSchema")
    _content, refused = send(client, "INV-2")
    admin.advance(10)

    assert client.report(deposit.flux_number).outcome == INTEGRATED
    assert "InvalidSchema" in str(client.report(refused.flux_number).reasons)
    found, asides = heard(client)
    assert (sorted(found), asides) == (sorted(ARRIVED), [])


@pytest.mark.parametrize("version", ["1.1.0", "1.2.0", "1.3.0"])
def test_the_three_versions_of_the_standard(version, connect, simulator, admin):
    """B2G and names are known since 1.2.0, cursors since 1.3.0, 64 characters too."""
    manners = {"version": version, "cursors": version == "1.3.0"}
    client = connect("standard", manners, version=version)
    tracking = "x" * 60
    _content, deposit = send(client, tracking=tracking)
    admin.advance(10)

    assert heard(client) == (ARRIVED, [])
    kept = admin.approved()["flows"][0]["tracking"]
    assert kept == tracking[: 64 if version == "1.3.0" else 36]
    assert client.metadata(deposit.flux_number).status == "Ok"


@pytest.mark.parametrize("style", ["body", "basic", "static"])
def test_tokens_of_every_style(style, connect, simulator, admin):
    client = connect("standard", token_style=style)
    if style == "static":
        simulator.platform.approved.tokens.add("secret")
    assert client.test().directory


def test_further_headers_go_with_every_call(connect, simulator):
    """Hubtimize: the key's header, the token's call included."""
    assert connect("hubtimize").test(SHOP).structure
    with pytest.raises(Denied, match=r"client ID or secret|access"):
        connect("hubtimize", access={"key": "wrong"}).test()


def test_a_processing_rule_that_is_refused_is_told(connect):
    """SUPER PDP answers 501 to a `processingRule`: the profile leaves it out.

    No invoice is at fault: each waits until the profile is corrected.
    """
    send(connect("superpdp"))
    with pytest.raises(Denied) as caught:
        send(connect("superpdp", sends_rule=True))
    assert "processingRule" in caught.value.reasons


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("application/json", "typed"),
        ("text/plain", ""),
        ("", "field"),
        ("file", "file"),
    ],
)
def test_flow_info_of_every_type(kind, wanted, connect):
    """Servers take it as a field, by its type or as a file; few take all of these."""
    client = connect("standard", {"info_part": wanted}, flow_info_type=kind)
    assert send(client)[1].flux_number


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("application/json", "file"), ("file", "field"), ("", "typed")],
)
def test_a_description_in_the_wrong_part_is_no_invoices_fault(kind, wanted, connect):
    """The platform's words name the part: each invoice waits for the profile."""
    client = connect("standard", {"info_part": wanted}, flow_info_type=kind)
    with pytest.raises(Denied) as caught:
        send(client)
    assert "flowInfo" in str(caught.value.reasons)


@ALL
def test_what_is_sent_is_what_the_profile_says(code, connect, simulator, admin):
    client = connect(code)
    send(client, tracking="t-1")
    (flow,) = simulator.platform.approved.flows.values()
    assert flow.given_rule == PROFILES[code].sends_rule
    assert flow.profile == "Extended-CTC-FR"


# --- pages ---------------------------------------------------------------------------

PAGES = {
    "standard": {},
    "no cursor": {"cursors": False},
    "cap 25": {"cursors": False, "page_cap": 25},
    "cap 50": {"cursors": False, "page_cap": 50},
    "repeated cursor": {"cursor": "repeated"},
    "stale cursor": {"cursor": "stale"},
    "cursor by moment": {"cursor": "moment", "grain": 5, "page_cap": 50},
    "newest first": {"cursors": False, "order": "newest", "page_cap": 25},
    "in no order": {"cursors": False, "order": "mixed", "page_cap": 25},
    "one instant": {"cursors": False, "grain": 5, "page_cap": 50},
    "totals": {"cursors": False, "totals": True, "page_cap": 10_000},
}


@pytest.mark.parametrize("paging", ["cursor", "date", "total"])
@pytest.mark.parametrize("manners", PAGES.values(), ids=PAGES)
def test_no_page_hides_a_flow(manners, paging, connect, simulator, admin):
    """`offset` ignored, 25 by default, capped without a word, many in one instant."""
    client = connect("standard", manners, paging=paging)
    for number in range(40):
        for code in ("202", "203", "208"):
            values = {"siren": "332540215", "issued": "2026-11-18"}
            admin.approved_message(f"F-{number}", code, **values)
        admin.advance(3)

    told, asides = heard(client)

    assert len(told) == 120
    assert len(set(told)) == 120
    assert asides == []


def test_an_end_of_period_that_is_not_heeded(simulator):
    """Some platforms know `updatedAfter` only: the last moment is read again."""
    from datetime import UTC, datetime

    from chorus.channels.approved.flow import Flow

    start = datetime(2026, 11, 1, tzinfo=UTC)
    flows = [Flow(str(n), start + timedelta(minutes=n // 4)) for n in range(400)]

    def ask(period, cursor, limit):
        found = [one for one in flows if one.updated_at > period.start]
        return Page(tuple(found[:limit]))

    period = Period(start - timedelta(hours=1), start + timedelta(days=9))
    search = Search(ask, "date", 100, lambda: Unreachable("too many"))
    read = [one for page, _asides in search.pages(period) for one in page]

    assert len(read) == 400


def test_flows_out_of_reach_are_told_after_the_others(connect, simulator, admin):
    """More flows in one instant than a page may hold: the rest is read all the same."""
    manners = {"cursors": False, "grain": 60, "page_cap": 25}
    client = connect("standard", manners, paging="date")
    values = {"siren": "332540215", "issued": "2026-11-18"}
    for number in range(60):
        admin.approved_message(f"F-{number}", "203", **values)
    admin.advance(hours=0.5)
    admin.approved_message("LATER", "203", **values)

    told = []
    with pytest.raises(Unreachable, match="one instant"):
        for flows, _asides in client.incoming(client._moment() - timedelta(hours=1)):
            told += [one.number for flow in flows for one in client.read(flow)[0]]

    assert "LATER" in told


# --- doubt ---------------------------------------------------------------------------


def find(client, content, tracking="t-INV-1", name="INV-1.xml"):
    return client.find(
        tracking=tracking,
        name=name,
        content_sha256=hashlib.sha256(content).hexdigest(),
        since=client._moment() - timedelta(minutes=5),
    )


@ALL
@pytest.mark.parametrize("kind", ["lost_answer", "status_after", "truncated_json"])
def test_a_lost_answer_is_a_doubt_that_a_search_settles(
    code, kind, connect, simulator, admin
):
    """By trackingId where it is kept, by name and sha256 where it is dropped."""
    client = connect(code)
    args = {"code": 503} if kind == "status_after" else {}
    admin.fault(kind, FLOWS, **args)
    with pytest.raises(Doubtful):
        send(client)

    found = find(client, document())

    assert found.flow_id == "i_45425"
    assert find(client, document(), tracking="t-9", name="INV-9.xml") is None
    assert find(client, document("INV-2")) is None or PROFILES[code].keeps_tracking


@pytest.mark.parametrize("kind", ["reset_after_read", "status"])
def test_what_never_arrived_is_a_doubt_too(kind, connect, simulator, admin):
    """503 and 429 after the file has left prove nothing; a search shows nothing."""
    client = connect("standard")
    for code in (429, 500, 503):
        admin.fault(kind, FLOWS, **({"code": code} if kind == "status" else {}))
        with pytest.raises(Doubtful):
            send(client)
    assert find(client, document()) is None


def test_a_refused_connection_is_no_doubt(connect):
    access = {"flow_url": "http://127.0.0.1:9/flow/v1"}
    with pytest.raises(Unreachable):
        send(connect("standard", access=access))


def test_a_blind_search_finds_it_later(connect, simulator, admin):
    client = connect("standard", {"blind": 120})
    content, _deposit = send(client)
    assert find(client, content) is None
    admin.advance(121)
    assert find(client, content).flow_id == "i_45425"


@pytest.mark.parametrize("page", ["tracking", "listing"])
def test_a_flow_that_cannot_be_read_may_be_the_one_looked_for(
    page, connect, simulator, monkeypatch
):
    """Nothing is sent again because of what a search shows illegibly."""
    client = connect("standard")
    content, deposit = send(client)
    search = client._search

    def damaged(where, limit, cursor=""):
        found = search(where, limit, cursor)
        if ("trackingId" in where) != (page == "tracking"):
            return replace(found, flows=())
        asides = tuple(Aside("", repr(one), "updatedAt") for one in found.flows)
        return replace(found, flows=(), asides=asides)

    monkeypatch.setattr(client, "_search", damaged)
    with pytest.raises(Doubtful, match="cannot be read"):
        find(client, content)
    monkeypatch.setattr(client, "_search", search)
    assert find(client, content).flow_id == deposit.flux_number


def test_a_copy_is_refused_and_the_first_one_stays(connect, simulator, admin):
    client = connect("standard")
    _content, first = send(client)
    _content, second = send(client)
    admin.advance(10)

    report = client.report(second.flux_number)

    assert report.outcome == REJECTED
    assert client.metadata(second.flux_number).duplicate
    assert client.report(first.flux_number).outcome == INTEGRATED
    assert find(client, document()).flow_id == first.flux_number
    assert admin.approved()["integrated"] == {"332540215 2026 INV-1": 1}


def test_a_refusal_that_says_duplicate_is_a_doubt(connect, simulator, admin):
    client = connect("standard")
    body = json.dumps({"errorCode": "AlreadyExistingFlow"})
    admin.fault("status", FLOWS, code=422, body=body)
    with pytest.raises(Doubtful):
        send(client)


# --- what a platform may answer ------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "body", "kind"),
    [
        (400, '{"errorCode": "PARAMS_ERROR", "errorMessage": "name"}', Denied),
        (400, '{"errorCode": "MISSING_REQUIRED_FIELD"}', Denied),
        (400, '{"errorCode": "CLIENT_NOT_CONFIGURED"}', Denied),
        (400, '{"errorCode": "InvalidSchema"}', Refused),
        (422, '{"errorCode": "PARAMS_ERROR"}', Refused),
        (400, '"un simple texte"', Refused),
        (400, "<html/>", Refused),
        (413, "", Refused),
        (422, "[1, 2]", Refused),
        (403, "{}", Denied),
        (404, "null", Denied),
        (301, "", Denied),
        (501, "{}", Denied),
        (409, "{}", Doubtful),
        (500, '{"errorCode": 7}', Doubtful),
    ],
)
def test_errors_of_every_shape(code, body, kind, connect, simulator, admin):
    client = connect("standard")
    admin.fault("status", FLOWS, code=code, body=body)
    with pytest.raises(kind) as caught:
        send(client)
    assert caught.value.who == "XP Z12-013, version 1.3.0"
    assert "%(" not in caught.value.message
    if "simple" in body:
        assert caught.value.reasons == ("un simple texte",)


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ('{"detail": [{"loc": ["name"], "msg": "trop long"}]}', ("name", "trop long")),
        (
            '{"errorCode": "X", "details": [{"message": "a"}, "b", {"message": "a"}]}',
            ("X", "a", "b"),
        ),
        ('{"error": {"code": "X", "message": "a"}}', ("X", "a")),
        ('{"errors": [{"errorMessage": "a"}]}', ("a",)),
        ('{"violations": [{"field": "name", "message": "a"}]}', ("name", "a")),
        ('{"fault": {"faultstring": "a", "detail": {"errorcode": "b"}}}', ("a",)),
        ('["a", "b"]', ("a", "b")),
        (json.dumps({"errors": ["x" * 999] * 99}), ("x" * 300,)),
        ('{"errors": ' + "[" * 40 + '"a"' + "]" * 40 + "}", ()),
    ],
)
def test_the_platforms_words_are_told_however_deep(body, reasons, connect, admin):
    client = connect("standard")
    admin.fault("status", FLOWS, code=422, body=body)
    with pytest.raises(Refused) as caught:
        send(client)
    assert caught.value.reasons == reasons


def test_a_duplicate_told_in_a_list_is_a_doubt_too(connect, admin):
    client = connect("standard")
    body = json.dumps({"errors": [{"code": "AlreadyExistingFlow"}]})
    admin.fault("status", FLOWS, code=422, body=body)
    with pytest.raises(Doubtful):
        send(client)


@pytest.mark.parametrize("wait", ["30", "999999999", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_no_platform_makes_us_wait_for_years(wait, connect, simulator, admin):
    client = connect("standard")
    headers = {"Retry-After": wait}
    admin.fault("status", "search", code=429, headers=headers)
    with pytest.raises(Unreachable) as caught:
        client.test()
    assert 0 < caught.value.retry_after <= 3600


@pytest.mark.parametrize("path", ["search", "pa/oauth/token", "siret/code-insee"])
def test_a_gateway_that_asks_for_seconds_gets_them(path, connect, admin, monkeypatch):
    """A few calls a second is a usual limit: it is no outage, to rest minutes from."""
    client, slept = connect("standard"), []
    monkeypatch.setattr(client._transport, "_pause", slept.append)
    busy = {"code": 429, "headers": {"Retry-After": "2"}}
    admin.fault("status", path, **busy)
    assert client.test(SHOP).structure
    assert slept == [2.0]
    admin.fault("status", path, times=2, **busy)
    admin.expire_approved_tokens()
    with pytest.raises(Unreachable):
        client.test(SHOP)
    assert slept == [2.0, 2.0]


def test_a_file_that_was_refused_for_seconds_is_never_sent_twice(
    connect, admin, monkeypatch
):
    client = connect("standard")
    monkeypatch.setattr(client._transport, "_pause", pytest.fail)
    admin.fault("status", FLOWS, code=429, headers={"Retry-After": "1"})
    with pytest.raises(Doubtful):
        send(client)
    admin.fault("status", "search", code=503)
    with pytest.raises(Unreachable):
        client.test()


def test_a_token_that_ends_is_asked_again_once(connect, simulator, admin):
    client = connect("standard")
    client.test()
    admin.expire_approved_tokens()
    assert client.test().directory
    with pytest.raises(Denied, match="client ID or secret"):
        connect("standard", access={"client_secret": "no"}).test()


@pytest.mark.parametrize(
    "odd",
    [
        {"flowType": "NouveauType"},
        {"flowType": ""},
        {"flowType": None},
        {"ackStatus": "Perhaps"},
        {"processingRule": "Other"},
        {"name": None, "trackingId": 7},
        {"flowSyntax": ""},
    ],
    ids=str,
)
def test_words_nobody_knows_hide_nothing(odd, connect, simulator, admin):
    client = connect("standard", {"odd": odd})
    send(client)
    admin.advance(10)
    assert heard(client) == (ARRIVED, [])


def test_a_row_that_cannot_be_read_is_set_aside(connect, simulator, admin):
    client = connect("standard", {"odd": {"updatedAt": "hier", "submittedAt": 0.5}})
    send(client)
    admin.advance(10)
    told, asides = heard(client)
    assert told == []
    assert {one.reason for one in asides} == {"updatedAt"}
    assert all(isinstance(one, Aside) and one.flow_id for one in asides)


def test_another_file_is_asked_where_the_original_is_missing(connect, simulator, admin):
    """`Original` of an incoming status is sometimes absent, `Converted` exists."""
    client = connect("standard", {"original_of_status": False})
    send(client)
    admin.advance(10)
    assert heard(client) == (ARRIVED, [])
    only = connect("standard", {"original_of_status": False}, documents=("Original",))
    send(only)
    admin.advance(10)
    with pytest.raises(Unreachable, match="no file of a flow") as caught:
        heard(only)
    assert caught.value.code == "unexpected", "that flow's trouble, not the platform's"


def test_messages_that_mean_harm_stop_nothing(connect, simulator, admin):
    client = connect("standard", {"hostile": True, "twice": True})
    send(client)
    admin.advance(10)
    told, asides = heard(client)
    assert set(told) == set(ARRIVED)
    assert len(asides) == 4
    assert all("DOCTYPE" in one.reason for one in asides)


def test_a_clock_that_is_wrong_loses_nothing(connect, simulator, admin):
    client = connect("standard", {"skew": 7200})
    send(client)
    admin.advance(10)
    assert heard(client) == (ARRIVED, [])


# --- the directory -------------------------------------------------------------------


def test_obligations_services_and_lines(connect):
    found = connect("standard").structure("22100005200011")

    assert found.service_required and found.engagement_required
    assert {one.code: one.engagement_required for one in found.services}["DIR-CULTURE"]
    assert [one.code for one in found.services if not one.active] == ["ARCHIVES-OLD"]
    assert "221000052_22100005200011_MEDIATHEQUE" in found.addresses
    assert len(connect("standard").structure(STATE).services) == 13


def test_what_a_body_reports_and_where_it_is(connect):
    lyon = connect("standard").structure("21690123100011")
    assert lyon.payment_not_reported
    assert (lyon.name, lyon.zip) == ("COMMUNE DE LYON", "75001")
    rennes = connect("standard").structure("21350238800019")
    assert not rennes.active
    assert rennes.addresses == ()
    assert connect("standard").structure("99999999900019") is None


def test_a_platform_without_directory(connect):
    """501, or no address at all: the test passes and says so."""
    client = connect("standard", {"directory": False})
    assert client.test(SHOP).directory is False
    with pytest.raises(Refused):
        client.structure(BODY)
    client = connect("standard", access={"directory_url": ""})
    assert client.test(SHOP).directory is False
    with pytest.raises(Refused, match="no directory"):
        client.structure(BODY)


# --- profiles are data ---------------------------------------------------------------


@ALL
def test_a_profile_leaves_and_comes_back(code):
    profile = PROFILES[code]
    assert profiles.from_json(profile.to_json().encode()) == profile


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"code": "x"}',
        b'{"code": "x", "name": "X", "hook": "os.system"}',
        b'{"code": "x", "name": "X", "version": "9"}',
        b'{"code": "x", "name": "X", "page_size": 0}',
        b'{"code": "x", "name": "X", "page_size": "all"}',
        b'{"code": "x", "name": "X", "key_header": "a b"}',
        b'{"code": "x", "name": "X", "documents": []}',
        b'{"code": "x", "name": "X", "documents": ["Metadata"]}',
        b'{"code": "x", "name": "X", "sends_rule": 1}',
        b'{"code": 7, "name": "X"}',
        b'{"code": " ", "name": "X"}',
        b'{"code": "x", "name": "\\u0000"}',
        b'{"code": "x", "name": "\\ud800"}',
        b'{"code": "x", "name": "X", "flow_url": "http://pa.example/v1"}',
        b'{"code": "x", "name": "X", "test_token_url": "javascript:x"}',
        b'{"code": "x", "name": "X", "key_header": "Authorization"}',
        b'{"code": "x", "name": "X", "documents": [[]]}',
        b'{"code": "x", "name": "X", "page_size": true}',
        b'{"code": "x", "name": "X", "overlap": 1e400}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_profile_is_refused(content):
    with pytest.raises(UnreadableFile):
        profiles.from_json(content)


def test_a_choice_as_the_screen_and_rpc_read_it():
    """They call a plain form field "form"; an export has it empty."""
    read = {"code": "a", "name": "A", "flow_info_type": "form"}
    assert profiles.from_values(read).flow_info_type == ""


def test_a_wrong_choice_tells_the_right_ones():
    with pytest.raises(UnreadableFile) as caught:
        profiles.from_values({"code": "a", "name": "A", "paging": "pages"})
    assert caught.value.values["problem"] == "paging: cursor, total, date"


SAID = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMES = SAID.filter(str.strip).map(lambda text: text[:500])
URLS = st.sampled_from(["", "https://pa.example/v1", "http://127.0.0.1:8/a?b=c"])


@given(
    st.builds(
        profiles.Profile,
        code=NAMES.filter(str.strip),
        name=NAMES.filter(str.strip),
        **{name: URLS for name in ("flow_url", "directory_url", "test_token_url")},
        key_header=st.from_regex(r"[Xx]-[A-Za-z0-9-]{0,50}", fullmatch=True),
        **{
            name: st.sampled_from(choices)
            for name, choices in profiles._CHOICES.items()
        },
        page_size=st.integers(1, 100),
        overlap=st.integers(0, 86400),
        documents=st.lists(
            st.sampled_from(profiles.DOCUMENT_TYPES), min_size=1, unique=True
        ).map(tuple),
        sends_rule=st.booleans(),
    )
)
def test_any_profile_leaves_and_comes_back(profile):
    assert profiles.from_json(profile.to_json().encode()) == profile


@pytest.mark.parametrize(
    "lasts", [3600, "3600", 0, -1, "", "abc", None, True, 10**30, "1e999", [], {}]
)
def test_a_token_serves_however_its_life_is_told(lasts, connect, admin):
    """RFC 6749 §5.1: a number; missing, whatever the server says elsewhere."""
    client = connect("standard")
    token = client._transport._token().value
    client._transport._tokens.save(None)
    body = json.dumps(
        {"access_token": token, "token_type": "bearer", "expires_in": lasts}
    )
    admin.fault("status", "oauth/token", code=200, body=body)
    assert client.test().directory
    assert client._transport._token().expires_at < client._now() + 10**9


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (400, '{"error": "invalid_client"}'),
        (401, '{"error": "invalid_client", "error_description": "unknown"}'),
        (400, '{"error": "unauthorized_client"}'),
        (200, '{"error": "invalid_scope"}'),
        (403, "<html/>"),
    ],
)
def test_a_token_that_is_refused_is_the_accounts_trouble(code, body, connect, admin):
    """RFC 6749 §5.2."""
    client = connect("standard")
    admin.fault("status", "oauth/token", code=code, body=body)
    with pytest.raises(Denied, match="client ID or secret"):
        client.test()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, "null"),
        (200, '{"access_token": ""}'),
        (200, '{"access_token": "a b"}'),
        (500, '{"error": "server_error"}'),
        (503, ""),
        (429, ""),
        (400, '{"error": "temporarily_unavailable"}'),
        (400, '{"error": "server_error"}'),
    ],
)
def test_a_token_service_that_fails_is_asked_later(code, body, connect, admin):
    client = connect("standard")
    admin.fault("status", "oauth/token", code=code, body=body)
    with pytest.raises(Unreachable):
        client.test()


@pytest.mark.parametrize("url", ["http://pa.example/v1", "ftp://x", "no", "https:"])
def test_secrets_never_leave_in_clear(url, connect):
    with pytest.raises(Denied):
        connect("standard", access={"token_url": url})


def test_no_error_and_no_log_shows_a_secret(connect, admin, caplog):
    client = connect("standard", access={"client_secret": "tres-secret"})
    with caplog.at_level("INFO"), pytest.raises(ChorusError) as caught:
        client.test()
    assert "tres-secret" not in caplog.text + repr(caught.value) + repr(client.__dict__)
