"""Rows of what live platforms do that no other test here plays.

The others: tokens, further header, processing rule, `flowInfo`, pages, equal moments,
files of a status, and `trackingId` are in test_approved_platforms.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from approved_kit import ARRIVED, PROFILES, heard, send

from chorus.channels.approved.flow import Flow, read
from chorus.errors import Refused

SUPERPDP = "https://api.superpdp.tech"
ESALINK = "https://hubtimize.fr/api/orchestrator/v1"
ESALINK_TEST = "https://ppd.hubtimize.fr/api/orchestrator/v1"
#: profile -> flow, directory and token service; the same for tests
ADDRESSES = {
    "standard": (("", "", ""), ("", "", "")),
    "superpdp": (
        (
            f"{SUPERPDP}/afnor-flow/v1",
            f"{SUPERPDP}/afnor-directory/v1",
            f"{SUPERPDP}/oauth2/token",
        ),
    )
    * 2,
    "hubtimize": (
        (ESALINK, ESALINK, f"{ESALINK}/oauth2/token"),
        (ESALINK_TEST, ESALINK_TEST, f"{ESALINK_TEST}/oauth2/token"),
    ),
}


@pytest.fixture
def asked(monkeypatch):
    """A function: the bodies of all searches that a client makes from now on."""

    def watch(client):
        bodies, post = [], client._transport.post

        def seen(service, path, body, **options):
            bodies.append(body)
            return post(service, path, body, **options)

        monkeypatch.setattr(client._transport, "post", seen)
        return bodies

    return watch


@pytest.mark.parametrize("code", ADDRESSES)
def test_addresses_of_a_platform_and_of_its_tests(code):
    """SUPER PDP has one host for both, and the account decides; Hubtimize has two."""
    one = PROFILES[code]
    production = (one.flow_url, one.directory_url, one.token_url)
    tests = (one.test_flow_url, one.test_directory_url, one.test_token_url)
    assert (production, tests) == ADDRESSES[code]


def test_a_platform_with_a_fixed_key_and_no_directory(connect, simulator, admin):
    """PDPlibre: a key as bearer, `flowInfo` as a plain field; its directory unknown."""
    simulator.platform.approved.tokens.add("fixed-key")
    access = {"client_secret": "fixed-key", "directory_url": "", "token_url": ""}
    changes = {"token_style": "static", "flow_info_type": "", "sends_rule": False}
    client = connect("standard", access=access, **changes)
    assert client.test().directory is False
    send(client)
    admin.advance(10)
    assert heard(client) == (ARRIVED, [])


@pytest.mark.parametrize("code", PROFILES)
def test_no_search_filters_by_type(code, connect, simulator, admin, asked):
    """SUPER PDP answers 400 to a filter on StateCustomerInvoiceLC: none is sent."""
    client = connect(code)
    bodies = asked(client)
    send(client)
    admin.advance(10)
    heard(client)
    names = {name for body in bodies for name in body["where"]}
    assert names == {"updatedAfter", "updatedBefore", "flowDirection"}
    assert not {"offset", "page"} & {name for body in bodies for name in body}


@pytest.mark.parametrize(
    ("values", "news"),
    [
        ({"type": "CustomerInvoiceLC", "syntax": "CDAR"}, True),
        ({"type": "StateCustomerInvoiceLC", "syntax": "CDAR"}, True),
        ({"type": "", "syntax": "CDAR"}, True),
        ({"type": "Undefined", "syntax": ""}, True),
        ({"type": "", "syntax": "CDV"}, True),
        ({"type": "", "syntax": "FACTUR-X"}, False),
        ({"type": "SupplierInvoice", "syntax": "CII"}, False),
        ({"type": "SupplierInvoiceLC", "syntax": "CDAR"}, False),
        ({"type": "StateSupplierInvoice", "syntax": "UBL"}, False),
        ({"type": "StateTransactionReport", "syntax": "FRR"}, False),
        ({"type": "", "syntax": "Factur-X"}, False),
        ({"type": "CustomerInvoiceLC", "syntax": "CDAR", "direction": "Out"}, False),
    ],
    ids=str,
)
def test_purchases_and_reports_are_never_fetched(values, news):
    """The `Converted` of a supplier's invoice may be absent: nobody asks for it."""
    assert Flow("f", None, **values).is_news is news


@pytest.mark.parametrize("word", ["Out", "OUT", "out"])
def test_our_own_209_is_no_news_however_its_way_is_spelt(word):
    row = {"flowId": "f", "updatedAt": "2026-11-23T10:00:00Z", "flowSyntax": "CDAR"}
    assert not read({**row, "flowDirection": word}).is_news
    assert read({**row, "flowDirection": "IN", "flowSyntax": "cdar"}).is_news


def test_an_incoming_status_may_bear_the_flow_it_answers(connect, simulator, admin):
    """Hubtimize: its `trackingId` there is a flowId of ours, and finds nothing."""
    client = connect("hubtimize")
    _content, deposit = send(client)
    admin.advance(10)
    since = client._moment() - timedelta(hours=1)
    flows = [one for page, _asides in client.incoming(since) for one in page]
    assert {one.tracking for one in flows} == {deposit.flux_number}
    assert heard(client) == (ARRIVED, [])


@pytest.mark.parametrize("number", ["i_45425", "a/b c?d=e&f", "é-%2F", "0" * 64])
def test_an_identifier_of_any_look(number, connect, simulator, admin):
    client = connect("superpdp")
    send(client)
    approved = simulator.platform.approved
    flow = approved.flows.pop("i_45425")
    flow.number, approved.flows[number] = number, flow
    assert client.metadata(number).flow_id == number
    assert client.original(number) == flow.content


def test_a_processing_rule_computed_wrong_hides_nothing(connect, simulator, admin):
    """SUPER PDP says B2BInt of a seller without a line in the directory."""
    client = connect("superpdp", {"odd": {"processingRule": "B2BInt"}})
    _content, deposit = send(client)
    (flow,) = simulator.platform.approved.flows.values()
    flow.rule = "B2BInt"
    assert client.metadata(deposit.flux_number).flow_id == deposit.flux_number
    admin.advance(10)
    assert heard(client) == (ARRIVED, [])


def test_every_call_names_itself_its_company_and_its_key(connect, monkeypatch):
    """`Request-Id` is new each time; several companies may share one account."""
    client, seen = connect("hubtimize", access={"organization": "org-1"}), []
    session = client._transport._session
    request = session.request

    def watched(method, url, **options):
        seen.append(options["headers"])
        return request(method, url, **options)

    monkeypatch.setattr(session, "request", watched)
    client.test("33254021516357")
    send(client)
    assert {one["Organization-Id"] for one in seen} == {"org-1"}
    assert {one["hubtimize-api-key"] for one in seen} == {"hub-key"}
    assert len({UUID(one["Request-Id"]) for one in seen}) == len(seen) > 5


@pytest.mark.parametrize("code", ["superpdp", "hubtimize"])
def test_a_platform_that_calls_nobody(code, connect):
    with pytest.raises(Refused, match="does not offer") as caught:
        connect(code).subscribe("https://shop.example/hook")
    assert caught.value.code == "501"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("AlreadyExistingFlow", True),
        ("ALREADY_EXISTING_FLOW", True),
        ("alreadyexistingflow", True),
        ("DUPLICATE_FLOW", True),
        ("InvalidSchema", False),
        ("", False),
    ],
)
def test_a_copys_refusal_is_known_however_it_is_spelt(code, known):
    details = {"level": "Error", "reasonCode": code}
    row = {
        "flowId": "1",
        "updatedAt": "2026-11-28T10:00:00Z",
        "acknowledgement": {"status": "Error", "details": [details]},
    }
    assert read(row).duplicate is known
