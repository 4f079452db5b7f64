"""Every fault strikes once, where it must, and the ledger tells the truth after it."""

import base64
import json
import time

import pytest
import requests
from simulator_kit import LOGIN, archive, cii

DEPOSIT = "deposer/flux"
SEARCH = "rechercher/fournisseur"


@pytest.fixture
def session(platform):
    """A keep-alive client, as the module's: connections are used again."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(platform.headers)
        session.base = platform.url
        yield session


def search(session, **body):
    url = f"{session.base}/cpro/factures/v1/rechercher/fournisseur"
    return session.post(url, json=body, timeout=2)


def deposit(session, content, timeout=2):
    body = {
        "fichierFlux": base64.b64encode(content).decode(),
        "nomFichier": "facture.xml",
        "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
        "avecSignature": False,
    }
    url = f"{session.base}/cpro/factures/v1/deposer/flux"
    return session.post(url, json=body, timeout=timeout)


@pytest.mark.parametrize(
    ("kind", "processed"),
    [
        ("reset_before_read", 0),
        ("reset_after_read", 0),
        ("lost_answer", 1),
        ("slow_then_lost", 1),
    ],
)
def test_broken_connections(session, admin, kind, processed):
    admin.fault(kind, match=DEPOSIT, seconds=0.1)
    with pytest.raises(requests.ConnectionError):
        deposit(session, cii())
    admin.advance(10)
    assert len(admin.ledger()["invoices"]) == processed
    assert admin.faults()["fired"] == [
        {"kind": kind, "path": "/cpro/factures/v1/deposer/flux"}
    ]
    assert search(session).ok


def test_refused_connections(session, admin):
    admin.fault("refuse", match=SEARCH, seconds=0.5)
    seen = set()
    deadline = time.monotonic() + 10
    while "200" not in seen and time.monotonic() < deadline:
        try:
            seen.add(str(search(session).status_code))
        except requests.ConnectionError as error:
            seen.add("refused" if "refused" in str(error).lower() else "broken")
        time.sleep(0.02)
    assert seen == {"broken", "refused", "200"}


def test_slow_answer_is_processed(session, admin):
    admin.fault("slow", match=DEPOSIT, seconds=0.3)
    with pytest.raises(requests.ReadTimeout):
        deposit(session, cii(), timeout=0.1)
    deadline = time.monotonic() + 10
    while not admin.ledger()["fluxes"] and time.monotonic() < deadline:
        time.sleep(0.05)
    admin.advance(10)
    assert len(admin.ledger()["invoices"]) == 1


def test_one_slow_call_does_not_hold_the_others(session, admin):
    admin.fault("slow", match=SEARCH, seconds=5)
    started = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        session.post(
            f"{session.base}/cpro/factures/v1/rechercher/fournisseur",
            json={},
            timeout=0.05,
        )
    assert search(session).ok
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("args", "status", "body", "headers"),
    [
        ({"code": 401}, 401, "", {"WWW-Authenticate": 'Bearer realm="PISTE"'}),
        ({"code": 403}, 403, "{}", {}),
        ({"code": 413}, 413, "<html>", {"Content-Type": "text/html"}),
        ({"code": 429}, 429, "", {"Retry-After": None}),
        (
            {"code": 429, "headers": {"Retry-After": "7"}},
            429,
            "",
            {"Retry-After": "7"},
        ),
        ({"code": 500}, 500, "{", {}),
        ({"code": 502}, 502, "<html>", {"Content-Type": "text/html"}),
        ({"code": 503, "body": "", "headers": {}}, 503, "", {"Content-Type": None}),
        ({"code": 503, "bare": True}, 503, "", {"Content-Type": None, "Date": None}),
    ],
)
def test_http_statuses(session, admin, args, status, body, headers):
    admin.fault("status", match=SEARCH, **args)
    answer = search(session)
    assert answer.status_code == status
    assert answer.text.startswith(body)
    assert bool(answer.text) == bool(body)
    for name, value in headers.items():
        assert answer.headers.get(name) == value
    assert search(session).ok


def test_status_after_the_deposit_was_accepted(session, admin):
    admin.fault("status_after", match=DEPOSIT, code=502)
    answer = deposit(session, cii())
    assert (answer.status_code, answer.text[:6]) == (502, "<html>")
    admin.advance(10)
    assert len(admin.ledger()["invoices"]) == 1


def test_schedule_of_faults(session, admin):
    rules = [
        {"kind": "status", "match": SEARCH, "args": {"code": c}} for c in (500, 403)
    ]
    admin.add_faults(rules)
    assert [search(session).status_code for _ in range(3)] == [500, 403, 200]


def test_token_expired_is_cured_by_a_new_token(session, platform, admin):
    admin.fault("token_expired", match=SEARCH)
    assert search(session).status_code == 401
    assert search(session).status_code == 401
    platform.connect()
    session.headers.update(platform.headers)
    assert search(session).ok


def test_truncated_json(session, admin):
    admin.fault("truncated_json", match=SEARCH)
    with pytest.raises(json.JSONDecodeError):
        json.loads(search(session).text)
    admin.fault("truncated_json", match=SEARCH, lying=True)
    with pytest.raises(requests.RequestException):
        search(session)


def test_wrong_types(session, admin):
    admin.fault("wrong_types", match=SEARCH)
    answer = search(session).json()
    assert not isinstance(answer["codeRetour"], int)
    assert not isinstance(answer["libelle"], str)
    admin.fault("wrong_types", match=SEARCH, codeRetour=None)
    assert search(session).json()["codeRetour"] is None


def test_unknown_words(platform, admin, deposited):
    flux = deposited(cii("A"))
    admin.fault("unknown_flux_state", match="consulterCR", state="IN_NOUVEAU")
    assert platform.report(flux)["etatCourantDepotFlux"] == "IN_NOUVEAU"
    assert platform.report(flux)["etatCourantDepotFlux"] == "IN_INTEGRE"
    admin.fault("unknown_status", match=SEARCH, status="STATUT_NEUF")
    assert platform.search()[0]["statut"] == "STATUT_NEUF"
    admin.fault("unknown_status", match="historique")
    entries = platform.history("A")["historiquesDesStatuts"]["histoStatut"]
    assert {entry["histoStatutCode"] for entry in entries} == {"STATUT_INCONNU"}
    assert admin.invoice("A")["status"] == "MISE_A_DISPOSITION"


@pytest.mark.parametrize(
    ("kind", "args", "missed", "repeated"),
    [
        ("duplicate_page", {}, 5, 5),
        ("shifting_pages", {}, 1, 1),
        ("shifting_pages", {"by": 2}, 2, 0),
    ],
)
def test_pages_that_move(platform, admin, deposited, kind, args, missed, repeated):
    deposited(*(cii(f"FAC-{n}") for n in range(10)))
    admin.fault(kind, match=SEARCH, times=2, **args)
    numbers = []
    for page in (1, 2):
        wrapper = {"pageResultatDemandee": page, "nbResultatsParPage": 5}
        rows = platform.search(rechercheFactureParFournisseur=wrapper)
        numbers += [row["numeroFacture"] for row in rows]
    assert 10 - len(set(numbers)) == missed
    assert len(numbers) - len(set(numbers)) == repeated


def test_clock_skew_shows_in_dates_and_header(session, platform, admin):
    admin.set_clock("2026-11-23 10:00")
    admin.fault("clock_skew", match=DEPOSIT, seconds=86400)
    flux = deposit(session, cii()).json()["numeroFluxDepot"]
    admin.advance(86400 + 10)
    dated = platform.report(flux)["dateDepotFlux"]
    assert dated == "2026-11-24T10:00:00.000+01:00"
    assert admin.clock()["now"].startswith("2026-11-24T10:00:10")
    # The ledger, by which a campaign judges, knows better.
    [known] = admin.ledger()["fluxes"]
    assert known["taken_at"].startswith("2026-11-23T10:00:0")


def test_incident_partial_and_late_fluxes(platform, admin):
    admin.fault("incident", match=DEPOSIT)
    admin.fault("partial", match=DEPOSIT, every=2, message="Rejet decide.")
    admin.fault("late", match=DEPOSIT, seconds=3600)
    fluxes = [
        platform.deposit(archive(*(cii(f"{name}-{n}") for n in range(3))))
        for name in ("INCIDENT", "PARTIAL", "LATE")
    ]
    admin.advance(10)
    incident, partial, late = map(platform.report, fluxes)
    assert incident["etatCourantDepotFlux"] == "IN_INCIDENTE"
    assert partial["etatCourantDepotFlux"] == "IN_INTEGRE_PARTIEL"
    rejected = [row["numeroDP"] for row in partial["listeErreurDP"]]
    assert rejected == ["PARTIAL-0", "PARTIAL-2"]
    assert late["etatCourantDepotFlux"] not in ("IN_INTEGRE", "IN_REJETE")
    admin.advance(3600)
    assert platform.report(fluxes[2])["etatCourantDepotFlux"] == "IN_INTEGRE"
    assert len(admin.ledger()["invoices"]) == 4


def test_rules_wait_match_and_run_out(session, admin):
    admin.fault("status", match=SEARCH, after=1, times=2, code=500)
    admin.fault("status", match="nowhere", times=None, code=500)
    codes = [search(session).status_code for _ in range(4)]
    assert codes == [200, 500, 500, 200]
    assert len(admin.faults()["fired"]) == 2
    assert [rule["match"] for rule in admin.faults()["waiting"]] == ["nowhere"]
    admin.clear_faults()
    assert admin.faults()["waiting"] == []


def test_the_journal_tells_what_suffered(session, admin):
    admin.fault("lost_answer", match=SEARCH)
    with pytest.raises(requests.ConnectionError):
        search(session)
    call = admin.calls()["calls"][-1]
    assert (call["fault"], call["status"]) == ("lost_answer", 200)
    assert LOGIN not in str(admin.calls())


def test_latency_is_added_to_answers(session, admin):
    admin.settings(latency=0.15)
    started = time.monotonic()
    assert search(session).ok
    assert time.monotonic() - started >= 0.15
