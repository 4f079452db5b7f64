"""PISTE: the token, and what each wrong header gets."""

import base64
import json

import pytest
from simulator_kit import LOGIN, SUPPLIER, Platform

SEARCH = "/cpro/structures/v1/rechercher"


def test_token(platform):
    status, answer = platform.connect()
    assert status == 200
    assert len(answer["access_token"]) == 54
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3600


def test_unknown_client_and_wrong_secret_get_the_same_answer(platform):
    unknown = platform.connect(client_id="nobody")
    wrong = platform.connect(client_secret="wrong")
    assert unknown == wrong
    assert unknown[0] == 400
    assert unknown[1]["error"] == "invalid_client"


def test_missing_or_expired_token_is_an_empty_401(platform, admin):
    admin.expire_tokens()
    status, headers, body = platform.send(SEARCH, b"{}")
    assert (status, body) == (401, b"")
    assert headers["WWW-Authenticate"] == 'Bearer realm="PISTE"'
    status, headers, _body = platform.send("/cpro/factures/v1/consulter/cr", b"{}")
    assert headers["WWW-Authenticate"] == 'Bearer realm="DefaultRealm"'


def test_token_life_follows_the_setting(platform, admin):
    admin.settings(expires_in=0)
    platform.connect()
    assert platform.send(SEARCH, b"{}")[0] == 401


@pytest.mark.parametrize(
    "account",
    [
        "not base64!",
        base64.b64encode(b"no colon").decode(),
        base64.b64encode(f"{LOGIN}:wrong".encode()).decode(),
    ],
)
def test_wrong_technical_account_is_401(platform, account):
    platform.headers["cpro-account"] = account
    assert platform.send(SEARCH, b"{}")[0] == 401


def test_expired_password_is_401(platform, admin):
    assert platform.send(SEARCH, b"{}")[0] == 200
    admin.account(LOGIN, "password", [SUPPLIER], password_expires="2020-01-01")
    assert platform.send(SEARCH, b"{}")[0] == 401


def test_routes_that_do_not_exist_are_403(platform):
    status, headers, body = platform.send("/cpro/transverses/v1/consulter/cr", b"{}")
    assert (status, json.loads(body)) == (403, {})
    assert headers["x-correlationid"]
    assert platform.send(SEARCH, None, method="GET")[0] == 403


def test_other_content_type_is_415(platform):
    platform.headers["Content-Type"] = "text/plain"
    assert platform.send(SEARCH, b"{}")[0] == 415


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"structure": []}',
        b'{"structure": {"statutStructure": "ACTIVE"}}',
        b'{"parametres": {"pageResultatDemandee": "one"}}',
        b'{"parametres": {"pageResultatDemandee": -1}}',
    ],
)
def test_malformed_request_is_400(platform, body):
    status, _headers, answer = platform.send(SEARCH, body)
    assert status == 400
    assert set(json.loads(answer)) == {"codeRetour", "libelle"}


def test_too_large_a_body_is_413(platform, admin):
    admin.settings(max_body_bytes=100)
    assert platform.send(SEARCH, b"{}" + b" " * 100)[0] == 413


def test_health_check(platform):
    status, _headers, body = platform.send("/cpro/transverses/v1/health-check", None)
    assert status == 200
    assert json.loads(body)["statusCodeValue"] == 200
    stranger = Platform(platform.url)
    assert stranger.send("/cpro/transverses/v1/health-check", None)[0] == 401
