"""The judge is judged: the Swagger refuses what it must and tolerates the rest."""

import pytest

import swagger

pytestmark = pytest.mark.skipif(
    not swagger.available(), reason="the Swagger files are not beside the repository"
)


def test_a_right_request_has_no_problem():
    body = {"structure": {"identifiantStructure": "12345678200051"}}
    assert swagger.problems("structures", "/v1/rechercher", "request", body) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"structure": {"siret": "12345678200051"}}, "siret"),
        ({"structure": {"identifiantStructure": 12345678200051}}, "identifiant"),
        ({"structure": {"statutStructure": "ACTIVE"}}, "ACTIVE"),
        ({"parametres": []}, "parametres"),
    ],
)
def test_a_wrong_request_is_told(body, word):
    (problem,) = swagger.problems("structures", "/v1/rechercher", "request", body)
    assert word in problem


def test_an_answer_without_its_return_code_is_told():
    (problem,) = swagger.problems(
        "factures", "/cpro/factures/v1/deposer/flux", "response", {"libelle": "x"}
    )
    assert "codeRetour" in problem


def test_null_and_mixed_dates_are_tolerated():
    answer = {
        "codeRetour": 0,
        "libelle": "TRA_MSG_00.000",
        "parametresRetour": None,
        "listeFactures": [{"dateFacture": "2026-11-18", "numeroMarche": None}],
    }
    path = "/v1/rechercher/fournisseur"
    assert swagger.problems("factures", path, "response", answer) == []


def test_unknown_path_and_status_are_told():
    assert swagger.problems("factures", "/v1/consulter/cr", "request", {})
    assert swagger.problems("factures", "/v1/recycler", "response", {}, status=418)
    assert swagger.problems("factures", "/v1/recycler", "response", None, 401) == []
