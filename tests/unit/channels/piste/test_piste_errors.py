"""What each failure of PISTE and Chorus Pro becomes, and that no secret gets out."""

import base64
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from piste_server import Reply, ok, settings

from chorus.channels.piste import MemoryStore, Piste, Token
from chorus.channels.token import MARGIN
from chorus.errors import ChorusError, Denied, Doubtful, Refused, Unreachable

NOW = 1_800_000_000.0
SINCE = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
LOGIN, PASSWORD = "TECH_1_33254021516357@cpro.fr", "p4ssword-of-tech"
SECRET = "s3cret-of-piste"
FILE = b"%PDF-CONTENT-OF-THE-FILE"
HIDDEN = [SECRET, PASSWORD, "token-1", "CONTENT-OF-THE-FILE"]
HIDDEN += [
    base64.b64encode(text).decode() for text in (f"{LOGIN}:{PASSWORD}".encode(), FILE)
]
HTML = b"<html><body>Maintenance</body></html>"


@pytest.fixture
def piste(server):
    options = {"now": lambda: NOW, "sleep": server.pauses.append}
    with Piste(settings(server.url), MemoryStore(), **options) as client:
        yield client


def deposit(client):
    return client.deposit(FILE, "f.pdf", "IN_DP_E2_CII_FACTURX")


def read(client):
    return client.find_invoices(flux_number="CPP1")


def failure_of(action, client) -> ChorusError:
    with pytest.raises(ChorusError) as caught:
        action(client)
    return caught.value


# A 401 of the gateway, told inside an answer that succeeded.
REFUSED_INSIDE = Reply(200, {"codeRetour": "401", "libelle": "Non autorise"})
UNCERTAIN = {
    "500": Reply(500),
    "502 HTML": Reply(502, HTML, {"Content-Type": "text/html"}),
    "503 wait": Reply(503, HTML, {"Retry-After": "30"}),
    "503 bare": Reply(raw=b"HTTP/1.1 503 Service Unavailable\r\n\r\n"),
    "504": Reply(504),
    "418": Reply(418),
    "202": Reply(202),
    "reset": Reply(reset=True),
    "closed": Reply(raw=b""),
    "not HTTP": Reply(raw=b"SSH-2.0-OpenSSH\r\n"),
    "truncated": Reply(
        raw=b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"codeRetour": 0,'
    ),
    "empty": Reply(200),
    "HTML with 200": Reply(200, HTML),
    "not an object": Reply(200, [1]),
    "too deep": Reply(200, b'{"a":' + b"[" * 100_000),
    "no codeRetour": Reply(200, {"libelle": "?"}),
    "500 inside a 200": Reply(200, {"codeRetour": 500, "libelle": "Erreur interne"}),
    "503 inside a 200": Reply(200, {"codeRetour": "503", "libelle": "Maintenance"}),
    "codeRetour of another type": Reply(200, {"codeRetour": "zero"}),
    "true is not a code": Reply(200, {"codeRetour": True}),
}


@pytest.mark.parametrize("reply", UNCERTAIN.values(), ids=UNCERTAIN)
def test_a_deposit_without_a_clear_answer_is_doubtful(server, piste, reply):
    server.script(reply)
    assert type(failure_of(deposit, piste)) is Doubtful
    assert len(server.calls) == 1, "never sent twice"


@pytest.mark.parametrize("reply", UNCERTAIN.values(), ids=UNCERTAIN)
def test_a_reading_without_a_clear_answer_is_for_later(server, piste, reply):
    server.script(reply)
    assert type(failure_of(read, piste)) is Unreachable


def test_a_deposit_whose_answer_is_too_late_is_doubtful(server):
    server.script(Reply(delay=0.3))
    with Piste(settings(server.url, read_timeout=0.05), MemoryStore()) as client:
        failure = failure_of(deposit, client)
    assert type(failure) is Doubtful
    assert failure.code == "ReadTimeout"


@pytest.mark.parametrize("missing", [{}, {"numeroFluxDepot": None}])
def test_a_deposit_without_flux_number_is_doubtful(server, piste, missing):
    server.script(ok(dateDepot="2026-11-23", **missing))
    failure = failure_of(deposit, piste)
    assert type(failure) is Doubtful
    assert failure.code == "unexpected"


def test_an_unreadable_date_does_not_lose_the_flux_number(server, piste):
    server.script(ok(numeroFluxDepot="CPP1", dateDepot=["?"]))
    assert deposit(piste).flux_number == "CPP1"


@pytest.mark.parametrize("action", [deposit, read])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(302, Unreachable), (400, Refused), (403, Denied), (404, Denied), (413, Refused),
     (415, Refused), (422, Refused), (429, Unreachable)],
)  # fmt: skip
def test_some_statuses_are_certain(server, piste, action, status, kind):
    server.script(Reply(status, HTML, {"x-correlationid": "abc-1"}))
    failure = failure_of(action, piste)
    assert type(failure) is kind
    assert (failure.code, failure.correlation_id) == (str(status), "abc-1")


@pytest.mark.parametrize("action", [deposit, read])
def test_a_business_refusal_carries_its_code_and_label(server, piste, action):
    refusal = {"codeRetour": 20001, "libelle": "GDP_MSG_11.022"}
    server.script(Reply(200, refusal, {"x-correlationid": "abc-2"}))
    failure = failure_of(action, piste)
    assert type(failure) is Refused
    assert failure.code == "20001"
    assert failure.reasons == ("GDP_MSG_11.022",)
    assert failure.correlation_id == "abc-2"


@pytest.mark.parametrize("action", [deposit, read])
@pytest.mark.parametrize(
    "answer",
    [
        {"codeRetour": "20001", "libelle": "GDP_MSG_11.022"},
        {"codeRetour": 20001.0, "libelle": "GDP_MSG_11.022"},
        {"retourFonctionnel": 20001, "libelleRetourFonctionnel": "GDP_MSG_11.022"},
        {"retourFonctionnel": {"codeRetour": 20001, "libelle": "GDP_MSG_11.022"}},
    ],
)
def test_a_refusal_is_one_however_it_is_written(server, piste, action, answer):
    """A14."""
    server.script(Reply(200, answer))
    failure = failure_of(action, piste)
    assert (type(failure), failure.code) == (Refused, "20001")
    assert failure.reasons == ("GDP_MSG_11.022",)


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("code", [0, "0", 0.0, "0.0", None])
def test_a_success_is_one_however_it_is_written(server, piste, status, code):
    """A14."""
    answer = {"codeRetour": code, "libelle": "X", "numeroFluxDepot": "CPP1"}
    server.script(Reply(status, answer))
    assert deposit(piste).flux_number == "CPP1"


NOTHING = [
    {"codeRetour": 20000, "libelle": "TRA_MSG_00.015 - La recherche n'a retourné "
     "aucun résultat"},
    {"codeRetour": "20000", "libelle": "TRA_MSG_00.015"},
    {"codeRetour": 20000},
    {"codeRetour": 20003, "libelle": "GST_MSG_01.009 Aucune structure trouvee"},
    {"codeRetour": 20001, "libelle": "Pas de resultat"},
]  # fmt: skip
SEARCHES = {
    "invoices": read,
    "structure": lambda piste: piste.find_structure("1" * 14) or [],
    "engagement": lambda piste: piste.knows_engagement("7", "1") or [],
    "news": lambda piste: list(piste.news(SINCE, SINCE)),
}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("answer", NOTHING)
def test_nothing_found_is_an_answer(server, piste, search, answer):
    """A4: the platform tells it as an error."""
    server.script(Reply(200, answer))
    assert SEARCHES[search](piste) == []


@pytest.mark.parametrize("answer", NOTHING)
def test_nothing_found_is_a_refusal_of_what_is_no_search(server, piste, answer):
    """`completer` uses 20000 for a payment request that does not exist."""
    server.script(Reply(200, answer))
    with pytest.raises(Refused):
        piste.complete("1", [], "")


@pytest.mark.parametrize(
    "label",
    ["GDP_MSG_11.005 Utilisateur non habilite", "Aucun droit d'acces a cet espace"],
)
def test_a_search_may_be_refused(server, piste, label):
    server.script(Reply(200, {"codeRetour": 20001, "libelle": label}))
    assert type(failure_of(read, piste)) is Refused


def test_a_badly_formed_request_gives_the_platforms_label(server, piste):
    server.script(Reply(400, {"codeRetour": 1, "libelle": "syntaxeFlux inconnue"}))
    assert failure_of(deposit, piste).reasons == ("syntaxeFlux inconnue",)


@pytest.mark.parametrize("action", [deposit, read])
def test_a_closed_port_is_certain(action):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    tokens = MemoryStore()
    tokens.save(Token("token", NOW + 60))
    with Piste(settings(url), tokens, now=lambda: NOW) as client:
        assert type(failure_of(action, client)) is Unreachable


@pytest.mark.parametrize("action", [deposit, read])
def test_a_failed_tls_handshake_is_certain(server, action):
    tokens = MemoryStore()
    tokens.save(Token("token", NOW + 60))
    spoken_in_clear = server.url.replace("http:", "https:")
    with Piste(settings(spoken_in_clear), tokens, now=lambda: NOW) as client:
        assert type(failure_of(action, client)) is Unreachable
    assert not server.asked


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), (formatdate(NOW + 90, usegmt=True), 90.0),
     (formatdate(NOW - 90, usegmt=True), 0.0), ("soon", None), ("-1", None),
     (None, None), ("999999999", 3600.0), ("9" * 30, 3600.0),
     (formatdate(NOW + 9e8, usegmt=True), 3600.0)],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_asked_for_is_read(server, piste, status, header, seconds):
    headers = {} if header is None else {"Retry-After": header}
    server.script(Reply(status, None, headers))
    assert failure_of(read, piste).retry_after == seconds


def test_case_10_503_without_headers(server, piste):
    server.script(Reply(raw=b"HTTP/1.1 503 Service Unavailable\r\n\r\n"))
    failure = failure_of(read, piste)
    assert type(failure) is Unreachable
    assert (failure.code, failure.retry_after) == ("503", None)


class TestToken:
    def test_it_is_asked_for_once_and_reused(self, server, piste):
        server.script(ok(), ok())
        read(piste)
        read(piste)
        assert server.tokens_given == 1
        first = server.asked[0]
        assert first.body == {
            "grant_type": "client_credentials",
            "client_id": "app",
            "client_secret": SECRET,
            "scope": "openid",
        }
        assert first.headers["Content-Type"] == "application/x-www-form-urlencoded"

    def test_headers_of_a_call(self, server, piste):
        server.script(ok())
        read(piste)
        headers = server.calls[0].headers
        assert headers["Authorization"] == "Bearer token-1"
        account = base64.b64decode(headers["cpro-account"]).decode()
        assert account == f"{LOGIN}:{PASSWORD}"
        assert headers["Content-Type"] == "application/json;charset=utf-8"
        assert headers["Accept"] == "application/json;charset=utf-8"

    def test_workers_share_it(self, server):
        shared = MemoryStore()
        server.script(ok(), ok())
        for _worker in range(2):
            with Piste(settings(server.url), shared) as client:
                read(client)
        assert server.tokens_given == 1

    def test_threads_ask_for_it_once(self, server):
        shared = MemoryStore()
        body = {"access_token": "slow", "expires_in": 3600}
        server.token_replies += [Reply(body=body, delay=0.2)] * 3
        server.script(ok(), ok(), ok())

        def one_thread(_number):
            with Piste(settings(server.url), shared) as client:
                read(client)

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(one_thread, range(3)))
        assert len(server.asked) - len(server.calls) == 1

    @pytest.mark.parametrize(
        ("lifetime", "reused"), [(3600, 3600 - MARGIN), (100, 50), (0, 0)]
    )
    def test_it_is_dropped_a_little_before_its_end(self, server, lifetime, reused):
        tokens = MemoryStore()
        body = {"access_token": "short", "expires_in": lifetime}
        server.token_replies.append(Reply(body=body))
        server.script(ok())
        with Piste(settings(server.url), tokens, now=lambda: NOW) as client:
            read(client)
        assert tokens.load() == Token("short", NOW + reused)

    def test_case_11_token_expiring_mid_run(self, server, piste):
        server.script(ok(), Reply(401), ok(numeroFluxDepot="CPP1"))
        read(piste)
        assert deposit(piste).flux_number == "CPP1"
        used = [call.headers["Authorization"] for call in server.calls]
        assert used == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
        assert server.calls[2].body == server.calls[1].body

    def test_case_11_token_expired_by_the_clock(self, server):
        clock = [NOW]
        server.script(ok(), ok(), ok())
        with Piste(settings(server.url), MemoryStore(), now=lambda: clock[0]) as client:
            for _call in range(3):
                read(client)
                clock[0] += 3600
        assert server.tokens_given == 3

    def test_another_workers_newer_token_is_taken(self, server):
        tokens = MemoryStore()
        tokens.save(Token("old", NOW + 60))

        def revoke(_asked):
            tokens.save(Token("newer", NOW + 60))
            return Reply(401)

        server.script(revoke, ok())
        with Piste(settings(server.url), tokens, now=lambda: NOW) as client:
            read(client)
        assert server.calls[1].headers["Authorization"] == "Bearer newer"
        assert server.tokens_given == 0

    @pytest.mark.parametrize("action", [deposit, read])
    @pytest.mark.parametrize("refusal", [Reply(401), REFUSED_INSIDE])
    def test_a_401_that_lasts_is_a_denial(self, server, piste, action, refusal):
        """A10: PISTE refused a token 35 ms old, then took the next one."""
        server.script(*[refusal] * 4)
        assert type(failure_of(action, piste)) is Denied
        assert len(server.calls) == 4
        assert server.pauses == [0.0, 2.0, 4.0]

    @pytest.mark.parametrize("refusal", [Reply(401), REFUSED_INSIDE])
    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_a_401_that_passes_is_no_denial(self, server, piste, refusal, times):
        server.script(*[refusal] * times, ok())
        assert read(piste) == []

    @pytest.mark.parametrize("times", [1, 2])
    def test_a_valid_pair_refused_once_is_asked_again(self, server, piste, times):
        """A10: about one time in ten, in one client's notes."""
        hiccup = Reply(400, {"error": "invalid_client"})
        server.token_replies += [hiccup] * times
        server.script(ok())
        assert read(piste) == []
        assert server.pauses == [2.0, 4.0][:times]

    @pytest.mark.parametrize("lifetime", [3600.0, "3600", "3600.0", 3600])
    def test_its_life_is_read_however_it_is_written(self, server, piste, lifetime):
        """A14."""
        body = {"access_token": "long", "expires_in": lifetime}
        server.token_replies.append(Reply(200, body))
        server.script(ok(), ok())
        read(piste)
        read(piste)
        assert len(server.asked) == 3

    @pytest.mark.parametrize(
        ("reply", "kind", "code"),
        [
            (Reply(400, {"error": "invalid_client"}), Denied, "invalid_client"),
            (Reply(400, HTML), Denied, "400"),
            (Reply(401), Denied, "401"),
            (Reply(404), Denied, "404"),
            (Reply(429), Unreachable, "429"),
            (Reply(503, HTML), Unreachable, "503"),
            (Reply(reset=True), Unreachable, "ConnectionError"),
            (Reply(200, HTML), Unreachable, "unexpected"),
            (Reply(200, {}), Unreachable, "unexpected"),
            (Reply(200, {"access_token": "a b€"}), Unreachable, "unexpected"),
            (Reply(200, {"access_token": "a\nb"}), Unreachable, "unexpected"),
            (
                Reply(200, {"access_token": "a", "expires_in": -3}),
                Unreachable,
                "unexpected",
            ),
        ],
    )
    def test_without_it_nothing_is_deposited(self, server, piste, reply, kind, code):
        server.token_replies += [reply] * 3
        failure = failure_of(deposit, piste)
        assert (type(failure), failure.code) == (kind, code)
        assert not server.calls


class TestSecrets:
    @pytest.mark.parametrize(
        "reply",
        [
            *UNCERTAIN.values(),
            lambda asked: Reply(403, asked.body),
            lambda asked: Reply(400, asked.body),
            Reply(429),
        ],
    )
    def test_neither_errors_nor_log_show_them(self, server, piste, caplog, reply):
        server.script(reply)
        with caplog.at_level(logging.DEBUG):
            failure = failure_of(deposit, piste)
        shown = f"{vars(failure)!r} {failure!r} {caplog.text}"
        assert not [text for text in HIDDEN if text in shown]

    def test_one_line_of_log_per_call(self, server, piste, caplog):
        server.script(Reply(503, None, {"x-correlationid": "abc-3"}))
        with caplog.at_level(logging.INFO, logger="chorus"):
            failure_of(read, piste)
        token, call = [record.getMessage() for record in caplog.records]
        assert token.startswith("Chorus Pro token: 200 in ")
        assert call.startswith("Chorus Pro factures/v1/rechercher/fournisseur: 503 in ")
        assert call.endswith(" ms, correlation abc-3")

    def test_settings_and_tokens_do_not_print_them(self):
        shown = repr(settings("https://example.org")) + repr(Token("token-1", 0))
        assert not [text for text in HIDDEN if text in shown]

    @pytest.mark.parametrize(
        "url",
        ["http://api.piste.gouv.fr", "api.piste.gouv.fr", "", "ftp://x", "http://["],
    )
    def test_a_password_never_travels_in_clear(self, url):
        with pytest.raises(Denied):
            Piste(settings("https://example.org", api_url=url), MemoryStore())
        with pytest.raises(Denied):
            Piste(settings("https://example.org", oauth_url=url), MemoryStore())

    def test_the_environment_changes_neither_trust_nor_account(
        self, server, piste, monkeypatch, tmp_path
    ):
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login someone password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        server.script(ok())
        read(piste)
        assert server.calls[0].headers["Authorization"] == "Bearer token-1"

    def test_a_redirection_is_not_followed(self, server, piste):
        server.script(Reply(307, None, {"Location": f"{server.url}/cpro/elsewhere"}))
        failure_of(read, piste)
        assert len(server.calls) == 1
