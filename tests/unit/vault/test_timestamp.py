"""R25: an authority certifies the vault's head, and nobody else is believed."""

from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chorus.errors import ChorusError, Denied, Refused, Unreachable
from chorus.vault import timestamp
from chorus.vault.verify import UNREADABLE, stamped
from simulator.authority import Authority, is_possible

HEAD = b"0" * 64 + b'{"seq":1}'
DIGEST = sha256(HEAD).hexdigest()
HERE = ("127.0.0.1",)
# PKIStatusInfo alone: rejection, with "closed" as its text (RFC 3161, 2.4.2).
REJECTED = bytes.fromhex("300f300d020102300806" + "06636c6f736564").replace(
    b"\x30\x08\x06\x06", b"\x30\x08\x0c\x06"
)

pytestmark = pytest.mark.skipif(
    not (is_possible() and timestamp.is_installed()),
    reason="OpenSSL's program or rfc3161-client is absent",
)


@pytest.fixture(scope="module")
def running():
    with Authority() as one:
        yield one


@pytest.fixture
def authority(running):
    running.says = None
    return running


@pytest.fixture(scope="module")
def answer(running):
    running.says = None
    return timestamp.ask(running.url, HEAD, HERE).content


def test_the_token_bears_the_head_itself_and_openssl_confirms(authority):
    stamp = timestamp.ask(authority.url, HEAD, HERE)
    digest, moment = stamped(stamp.content)
    assert digest == DIGEST
    assert moment == f"{stamp.stamped_at:%Y-%m-%d %H:%M:%S} UTC"
    assert authority.confirms(stamp.content, DIGEST)
    assert not authority.confirms(stamp.content, sha256(b"other").hexdigest())


def test_a_stamp_of_something_else_is_refused(authority):
    authority.says = (200, {}, timestamp.ask(authority.url, b"other", HERE).content)
    with pytest.raises(Unreachable):
        timestamp.ask(authority.url, HEAD, HERE)


def test_a_stamp_that_answers_another_request_is_refused(authority, answer):
    """An old one, of the same head: it says nothing of now."""
    authority.says = (200, {}, answer)
    with pytest.raises(Unreachable):
        timestamp.ask(authority.url, HEAD, HERE)


def test_a_clock_that_is_wrong_is_told(authority, monkeypatch):
    monkeypatch.setattr(timestamp, "_APART", -timestamp._APART)
    with pytest.raises(Unreachable, match="a clock is wrong"):
        timestamp.ask(authority.url, HEAD, HERE)


def test_a_refusal_is_told_in_the_authoritys_words(authority):
    authority.says = (200, {}, REJECTED)
    with pytest.raises(Refused, match="closed"):
        timestamp.ask(authority.url, HEAD, HERE)


@pytest.mark.parametrize(
    "said",
    [
        (503, {}, b""),
        (200, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b"\x30\x80" * 9000),
        (200, {}, b"0" * (timestamp.MOST + 1)),
        (307, {"Location": "https://127.0.0.1/"}, b""),
        (302, {"Location": "http://10.0.0.1/tsr"}, b""),
    ],
    ids=["503", "nothing", "page", "nested", "long", "sent on", "sent inside"],
)
def test_what_is_no_time_stamp(authority, said):
    authority.says = said
    with pytest.raises(Unreachable):
        timestamp.ask(authority.url, HEAD, HERE)


def test_our_own_network_is_asked_only_if_the_server_names_it(authority):
    before = authority.asked
    with pytest.raises(Denied):
        timestamp.ask(authority.url, HEAD)
    assert authority.asked == before


@pytest.mark.parametrize(
    "url",
    [
        "http://tsa.example/",
        "ftp://tsa.example/",
        "tsa",
        "",
        "https://a:b@tsa.example/",
    ],
)
def test_what_is_no_address_of_an_authority(url):
    with pytest.raises(Denied):
        timestamp.ask(url, HEAD)


def test_without_the_library_it_is_said(monkeypatch):
    monkeypatch.setattr(timestamp, "find_spec", lambda _name: None)
    with pytest.raises(Denied, match="rfc3161-client"):
        timestamp.ask("https://tsa.example/", HEAD)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_answer_is_never_a_stamp_of_something_else(answer, data):
    """Its readers raise what they promise, or read what was signed."""
    at = data.draw(st.integers(0, len(answer) - 1))
    byte = data.draw(st.integers(0, 255))
    damaged = answer[:at] + bytes([byte]) + answer[at + 1 :]
    try:
        digest, _moment = stamped(damaged[: data.draw(st.integers(at, len(answer)))])
    except UNREADABLE:
        return
    assert len(digest) == 64


@given(st.binary(max_size=200))
@example(b"\x30\x84\xff\xff\xff\xff")
@example(b"\x30")
def test_nonsense_is_unreadable(content):
    with pytest.raises(UNREADABLE):
        stamped(content)


def test_every_answer_of_the_library_is_typed(answer):
    class Request:
        nonce = 1

    for cut in range(0, len(answer), 7):
        with pytest.raises(ChorusError):
            timestamp.read(answer[:cut], Request(), DIGEST)
