"""A platform that renames a field: never silence, never a second sending."""

import hashlib
from datetime import timedelta

import pytest
from approved_kit import document

from chorus.errors import Doubtful, Unreachable

ALL_NAMES = {"name": "n", "sha256": "hash", "trackingId": "t"}


def find(client):
    return client.find(
        tracking="t-1",
        name="INV-1.xml",
        content_sha256=hashlib.sha256(document()).hexdigest(),
        since=client._moment() - timedelta(minutes=5),
    )


def sent(connect, code, renamed):
    """A client of a platform that has our flow, and has renamed fields since."""
    client = connect(code)
    client.deposit(document(), "INV-1.xml", "CII", "t-1")
    return connect(code, {"renamed": renamed})


def test_a_deposit_without_its_identifier_is_a_doubt(connect, admin):
    client = connect("standard", {"renamed": {"flowId": "id"}})
    with pytest.raises(Doubtful, match="flowId"):
        client.deposit(document(), "INV-1.xml", "CII", "t-1")


@pytest.mark.parametrize("name", ["results", "flowId"])
@pytest.mark.parametrize("code", ["standard", "superpdp", "hubtimize"])
def test_what_cannot_be_read_is_no_absence(code, name, connect, admin):
    client = sent(connect, code, {name: "other"})
    with pytest.raises((Doubtful, Unreachable), match="cannot be read"):
        find(client)


@pytest.mark.parametrize("renamed", [{"trackingId": "t"}, {"name": "n"}, ALL_NAMES])
@pytest.mark.parametrize("code", ["standard", "superpdp", "hubtimize"])
def test_what_is_left_finds_the_flow(code, renamed, connect, admin):
    """By identifier, by name, by fingerprint, at last by the file itself."""
    assert find(sent(connect, code, renamed)).flow_id == "i_45425"


def test_a_control_without_its_word_is_told(connect, admin):
    client = connect("standard")
    flow_id = client.deposit(document(), "INV-1.xml", "CII", "t-1").flux_number
    client = connect("standard", {"renamed": {"acknowledgement": "ack"}})
    with pytest.raises(Unreachable, match="acknowledgement"):
        client.report(flow_id)


def test_news_under_another_name_is_told(connect, admin):
    client = connect("standard", {"renamed": {"results": "flows"}})
    with pytest.raises(Unreachable, match="results"):
        list(client.incoming(client._moment() - timedelta(hours=1)))


def test_an_answer_without_any_list_is_an_empty_one(connect, admin):
    client = connect("standard")
    admin.fault("status", "search", code=200, body='{"limit": 25, "filters": {}}')
    assert list(client.incoming(client._moment())) == [([], [])]
