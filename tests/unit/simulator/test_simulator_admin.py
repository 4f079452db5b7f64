"""The admin addresses: clock, plans, truth, and what they refuse."""

import contextlib
import hashlib
import threading
import time

import pytest
import requests
from simulator_kit import cii, facturx

from simulator.client import AdminError


def test_clock_stands_still_then_moves(admin):
    before = admin.clock()
    time.sleep(0.02)
    assert admin.clock() == before
    assert admin.advance(days=1)["timestamp"] == before["timestamp"] + 86400
    assert admin.set_clock("2026-07-01 09:00")["now"].endswith("09:00:00.000+02:00")
    moving = admin.freeze(False)
    assert moving["frozen"] is False
    time.sleep(0.02)
    assert admin.clock()["timestamp"] > moving["timestamp"]


def test_settings_are_named_and_typed(admin):
    assert admin.settings(page_default=5)["page_default"] == 5
    with pytest.raises(AdminError, match="unknown setting"):
        admin.settings(page_defualt=5)
    with pytest.raises(AdminError, match="true or false"):
        admin.settings(record="no")


def test_reset_forgets_everything(admin, deposited):
    deposited(cii("A"))
    admin.fault("status")
    admin.reset(integrated_after=60)
    ledger = admin.ledger()
    assert ledger["fluxes"] == ledger["invoices"] == []
    assert admin.faults()["waiting"] == []
    assert admin.settings()["integrated_after"] == 60


def test_a_file_uploaded_on_the_site_is_a_flux_of_its_structure(admin):
    document = facturx(cii("UP/1"))
    number = admin.upload("33254021516357", "facture.pdf", document)["flux"]
    assert number.startswith("CPP0011117")
    assert admin.flux_file(number) == document
    admin.advance(10)
    assert admin.invoice("UP/1")["flux"] == number
    with pytest.raises(AdminError):
        admin.upload("00000000000000", "facture.pdf", document)


def test_plan_follows_virtual_time(platform, admin, deposited):
    admin.plan(
        [
            {"status": "SUSPENDUE", "after": 3600, "reason": "LIVR_INCOMP"},
            {"status": "MANDATEE", "on": "COMPLETEE", "after": 60},
            {"status": "MISE_EN_PAIEMENT", "on": "MANDATEE", "after": 86400},
        ],
        engagement="EJ-*",
        kind="FACTURE",
    )
    deposited(cii("PLANNED", engagement="EJ-1"), cii("PLAIN", engagement="OTHER"))

    def state(number):
        return platform.search(numeroFacture=number)[0]["statut"]

    assert state("PLANNED") == "MISE_A_DISPOSITION"
    admin.advance(hours=1)
    assert state("PLANNED") == "SUSPENDUE"
    admin.advance(days=3)
    assert state("PLANNED") == "SUSPENDUE"
    (row,) = platform.search(numeroFacture="PLANNED")
    platform.post(
        "factures/v1/completer", identifiantFactureCPP=row["identifiantFactureCPP"]
    )
    admin.advance(days=2)
    assert state("PLANNED") == "MISE_EN_PAIEMENT"
    assert state("PLAIN") == "MISE_A_DISPOSITION"
    statuses = [entry["status"] for entry in admin.invoice("PLANNED")["history"]]
    assert statuses == [
        "DEPOSEE",
        "MISE_A_DISPOSITION",
        "SUSPENDUE",
        "COMPLETEE",
        "MANDATEE",
        "MISE_EN_PAIEMENT",
    ]


def test_plan_with_an_unknown_field_is_refused(admin):
    with pytest.raises(AdminError, match="unknown fields"):
        admin.plan([{"status": "SUSPENDUE"}], numero="A")
    with pytest.raises(AdminError, match="without a status"):
        admin.plan([{"after": 60}], number="A")


def test_ledger_is_the_truth(platform, admin, deposited):
    good = cii("GOOD")
    flux = deposited(good, cii("BAD", payment_means=None))
    ledger = admin.ledger()
    (deposit,) = ledger["fluxes"]
    content = admin.flux_file(flux)
    assert deposit["sha256"] == hashlib.sha256(content).hexdigest()
    assert deposit["files"] == ["facture_0.xml", "facture_1.xml"]
    assert deposit["state"] == "IN_INTEGRE_PARTIEL"
    (invoice,) = ledger["invoices"]
    assert invoice["number"] == "GOOD"
    assert invoice["total_ttc"] == "105.50"
    assert invoice["status"] == "MISE_A_DISPOSITION"
    (rejected,) = ledger["rejected"]
    assert (rejected["number"], rejected["flux"]) == ("BAD", flux)
    assert ledger["counts"]["/cpro/factures/v1/deposer/flux"] == 1


def test_status_of_an_unknown_or_ambiguous_invoice_is_refused(admin, deposited):
    with pytest.raises(AdminError, match="0 invoices"):
        admin.status("NOBODY", "SUSPENDUE")
    deposited(cii("TWIN"))
    deposited(cii("TWIN", issue_date="20250101", type_code="381"))
    with pytest.raises(AdminError, match="2 invoices"):
        admin.status("TWIN", "SUSPENDUE")
    admin.status("TWIN", "REJETEE", kind="AVOIR")
    assert admin.invoice("TWIN", kind="AVOIR")["status"] == "REJETEE"
    assert admin.invoice("TWIN", kind="FACTURE")["status"] == "MISE_A_DISPOSITION"


def test_many_statuses_at_once(admin, deposited):
    deposited(cii("A"), cii("B"))
    changes = [{"number": n, "status": "MANDATEE"} for n in "AB"]
    assert admin.statuses(changes) == {"changed": 2}
    assert admin.invoice("B")["status"] == "MANDATEE"


def test_calls_are_counted_and_exchanges_recorded_without_secrets(platform, admin):
    platform.search()
    assert admin.exchanges() == []
    admin.settings(record=True)
    platform.connect()
    platform.search(numeroFacture="A")
    exchange = admin.exchanges()[-1]
    assert exchange["request"] == {"numeroFacture": "A"}
    assert exchange["response"]["codeRetour"] == 0
    assert "secret" not in str(admin.exchanges())
    assert admin.calls()["counts"]["/cpro/factures/v1/rechercher/fournisseur"] == 2
    admin.clear_calls()
    assert admin.calls()["calls"] == []


def test_outage_refuses_connections_then_ends(platform, admin):
    health_check = f"{platform.url}/cpro/transverses/v1/health-check"
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(platform.headers)
        assert session.get(health_check, timeout=5).ok
        admin.outage(0.3)
        with pytest.raises(requests.ConnectionError, match="[Rr]efused"):
            session.get(health_check, timeout=5)
        assert admin.health()["status"] == "ok"
        assert session.get(health_check, timeout=5).ok


def test_the_admin_lives_through_outages(platform, admin):
    before = admin.clock()["timestamp"]
    admin.fault("refuse", match="health", times=4, seconds=0.05)
    done = threading.Event()

    def cause_outages():
        while admin.faults()["waiting"]:
            with contextlib.suppress(OSError):
                platform.send("/cpro/transverses/v1/health-check", None)
        done.set()

    threading.Thread(target=cause_outages, daemon=True).start()
    advances = 0
    while not done.is_set() and advances < 10_000:
        admin.advance(1)
        advances += 1
    assert done.wait(10)
    assert admin.clock()["timestamp"] - before == advances


def test_unknown_address_and_mistakes_are_told(admin):
    with pytest.raises(AdminError, match="unknown kind"):
        admin.fault("earthquake")
    with pytest.raises(AdminError, match="unknown field"):
        admin.structure("12345678200051", colour="blue")
