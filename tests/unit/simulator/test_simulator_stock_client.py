"""A stock client from PyPI, unchanged but for its addresses, against the simulator."""

import base64
import sys

import pytest
from chorusapi.client import ChorusAPI
from chorusapi.exceptions.exception import ChorusApiException
from simulator_kit import LOGIN, SUPPLIER, cii, facturx

PLAIN, STATE = "12345678200051", "11000201100044"


@pytest.fixture
def client(simulator, admin):
    """The client of `chorus_api`, which knows the true addresses only."""
    client = ChorusAPI("bookshop", "secret", LOGIN, "password")
    client.auth_url = f"{simulator.url}/api/oauth/token"
    client.api_url = simulator.url
    return client.auth()


def test_it_is_the_one_from_pypi(client):
    assert "site-packages" in sys.modules[type(client).__module__].__file__
    assert len(client.token) == 54


def test_it_finds_a_structure_and_its_services(client):
    [found] = client.rechercher_structure(STATE).liste_structures
    assert found.identifiant_structure == STATE
    services = client.rechercher_services(found.id_structure_cpp).liste_structures
    assert "SFACETAT" in {one.code_service for one in services}
    detail = client.consulter_structure(found.id_structure_cpp)
    assert detail.parametres.code_service_doit_etre_renseigne is True


@pytest.mark.parametrize(("way", "code"), [("code", 20001), ("list", 0)])
def test_it_meets_an_empty_search(client, admin, way, code):
    admin.settings(empty_search=way)
    answer = client.rechercher_structure("1" * 14)
    assert answer.code_retour == code
    assert answer.liste_structures == []


def test_it_deposits_and_follows_an_invoice(client, admin):
    content = base64.b64encode(facturx(cii("STOCK/1"))).decode()
    deposit = client.deposer_flux(content, "facture.pdf")
    assert deposit.code_retour == 0
    admin.advance(10)
    report = client.consulter_cr_detaille(deposit.numero_flux_depot)
    assert report.etat_courant_depot_flux == "IN_INTEGRE"
    assert client.consulter_cr(deposit.numero_flux_depot).code_retour == 0
    [invoice] = client.rechercher_facture(deposit.numero_flux_depot).liste_factures
    assert invoice.numero_facture == "STOCK/1"
    assert invoice.code_fournisseur == SUPPLIER
    assert invoice.code_destinataire == PLAIN


def test_it_reads_the_small_services(client):
    assert client.health_check().status_code_value == 200
    assert "EUR" in {one.code_devise for one in client.devises().liste_devises}
    assert client.annuaire_destinataire().fichier_resultat
    assert client.information_siret(SUPPLIER).siren == SUPPLIER[:9]


def test_it_is_refused_as_on_the_platform(client):
    client.client_secret = "wrong"
    client.token = None
    with pytest.raises(ChorusApiException, match="invalid_client"):
        client.auth()
