"""Who may wake us: the platform alone, and only lately."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.approved.webhook import is_signed
from chorus.errors import Refused

KEY, NOW = base64.b64encode(bytes(range(32))).decode(), 1_800_000_000.0
BODY, MOMENT = b'{"flowId": "i_1"}', "1800000000"


def sign(form, body=BODY, moment=MOMENT, key=KEY):
    message = body + b"@" + moment.encode()
    digest = hashlib.sha256(message)
    forms = {
        "text": message,
        "raw": digest.digest(),
        "hex": digest.hexdigest().encode(),
    }
    made = hmac.new(base64.b64decode(key), forms[form], hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


@pytest.mark.parametrize("form", ["text", "raw", "hex"])
def test_the_three_readings_of_the_standard(form):
    assert is_signed(BODY, MOMENT, sign(form), KEY, NOW)


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.rstrip("="),
        lambda text: text.translate(str.maketrans("+/", "-_")),
        lambda text: f" {text}\n",
    ],
)
def test_base64_in_either_alphabet(spell):
    key = base64.b64encode(bytes([251, 255] * 32)).decode()
    for rank in range(9):
        body = BODY + bytes([rank])
        signature = spell(sign("text", body=body, key=key))
        assert is_signed(body, MOMENT, signature, spell(key), NOW)
        assert not is_signed(BODY, MOMENT, signature, spell(key), NOW)


@pytest.mark.parametrize(
    ("body", "moment", "signature", "key"),
    [
        (BODY + b" ", MOMENT, sign("text"), KEY),
        (BODY, "1800000001", sign("text"), KEY),
        (BODY, MOMENT, sign("text"), base64.b64encode(b"another").decode()),
        (BODY, MOMENT, "", KEY),
        (BODY, MOMENT, "é!", KEY),
        (BODY, "", sign("text"), KEY),
        (BODY, "-1", sign("text"), KEY),
        (BODY, "١٨", sign("text"), KEY),
        (BODY, MOMENT, sign("text"), ""),
        (BODY, MOMENT, sign("text"), "é"),
    ],
)
def test_whatever_else_is_not_the_platform(body, moment, signature, key):
    assert not is_signed(body, moment, signature, key, NOW)


@pytest.mark.parametrize(("late", "taken"), [(0, True), (300, True), (301, False)])
def test_a_call_played_again_later_is_refused(late, taken):
    assert is_signed(BODY, MOMENT, sign("hex"), KEY, NOW + late) is taken
    assert is_signed(BODY, MOMENT, sign("hex"), KEY, NOW - late) is taken


@given(st.binary(max_size=50), st.text(max_size=30), st.text(max_size=60))
def test_no_call_raises(body, moment, signature):
    assert not is_signed(body, moment, signature, KEY, NOW)


def test_a_subscription_is_made_and_ended(connect, simulator, admin):
    client = connect("standard")
    identifier, key = client.subscribe("https://shop.example/hook")
    hooks = simulator.platform.approved.webhooks
    assert hooks[identifier]["callbackUrl"] == "https://shop.example/hook"
    assert len(base64.b64decode(key)) == 32
    client.unsubscribe(identifier)
    client.unsubscribe(identifier)
    assert not hooks


@pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
def test_subscriptions_of_before_are_not_offered(version, connect):
    with pytest.raises(Refused, match="does not offer"):
        connect("standard", version=version).subscribe("https://shop.example/hook")


def test_a_platform_without_subscriptions_says_so(connect, simulator, admin):
    client = connect("superpdp")
    with pytest.raises(Refused):
        client.subscribe("https://shop.example/hook")
