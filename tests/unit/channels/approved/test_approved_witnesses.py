"""Other people's programs, as witnesses: what we send and simulate, they read too."""

import os
from datetime import UTC, datetime, timedelta

import pytest
import requests
from approved_kit import PROFILES, document

from chorus.channels.answers import INTEGRATED, PENDING
from chorus.channels.approved import Access, Approved, MemoryStore, statuses

REFORMOCK = os.environ.get("REFORMOCK_URL", "")


def test_pyfrctc_reads_the_flows_that_we_read(connect, simulator, admin, monkeypatch):
    """The client of Akretion, on the same platform: same flows, same statuses."""
    pyfrctc = pytest.importorskip("pyfrctc")
    from pyfrctc import pyfrctc as their

    client = connect("standard")
    client.deposit(document("INV-1"), "INV-1.xml", "CII", "t-1")
    admin.advance(10)
    ours = {
        flow.flow_id: [one.code for one in client.read(flow)[0]]
        for flows, _asides in client.incoming(client._moment() - timedelta(hours=1))
        for flow in flows
    }

    session = requests.Session()
    token = client._transport._token()
    session.headers["Authorization"] = f"Bearer {token.value}"
    session.auto_refresh_url = "here"
    # It adds the names of its one platform's services to the base.
    names = {"afnor-flow": "pa/flow", "afnor-directory": "pa/directory"}

    def named(method, url, **options):
        for theirs, here in names.items():
            url = url.replace(theirs, here)
        return requests.Session.request(session, method, url, **options)

    session.request = named
    platforms = {"superpdp": {"token_url": "here", "afnor_base_url": simulator.url}}
    monkeypatch.setattr(their, "PLATFORMS", platforms)

    found = pyfrctc.search_flows_parsed(
        session, datetime.now(UTC) - timedelta(days=1), "In", "CustomerInvoiceLC"
    )

    theirs = {
        flow["flowId"]: [
            pyfrctc.parse_cdar(pyfrctc.get_flow(session, flow["flowId"], "Original"))[
                "status_code"
            ]
        ]
        for flow in found
    }
    assert theirs == ours
    assert sorted(code for [code] in theirs.values()) == ["200", "201", "202", "203"]


@pytest.mark.skipif(not REFORMOCK, reason="REFORMOCK_URL names no reformock")
def test_reformock_takes_and_follows_our_invoice():
    """A public simulator that nobody here wrote (bedis-elacheche/reformock)."""
    access = Access(
        PROFILES["standard"],
        f"{REFORMOCK}/v1",
        token_url=f"{REFORMOCK}/oauth/token",
        client_id="test-client",
        client_secret="test-secret",
    )
    with Approved(access, MemoryStore()) as client:
        content, name = document("INV-9"), "INV-9.xml"
        deposit = client.deposit(content, name, "CII", "t-9")
        report = client.report(deposit.flux_number)
        told = [
            statuses.word(status)
            for flows, _asides in client.incoming(
                datetime.now(UTC) - timedelta(hours=1)
            )
            for flow in flows
            for status in client.read(flow)[0]
            if status.number == "INV-9"
        ]
    assert report.outcome in (PENDING, INTEGRATED)
    assert set(told) <= set(statuses.WORDS.values())
