"""The real platform's ways: what clients met there and no Swagger tells."""

import itertools
import json

import pytest
from simulator_kit import SUPPLIER, cii

NOTHING = {
    "factures/v1/rechercher/fournisseur": {"numeroFacture": "NEVER/1"},
    "factures/v1/rechercher/recipiendaire": {},
    "structures/v1/rechercher": {"structure": {"identifiantStructure": "1" * 14}},
    "engagementsJuridiques/v1/rechercher": {"numeroEngagementJuridique": "1"},
    "transverses/v1/rechercher/destinataire": {"identifiant": "1" * 14},
}
REFERENCES = {
    "devises": "listeDevises",
    "tauxtva": "listeTauxTva",
    "pays": "listePays",
    "syntaxeflux": "listeSyntaxeFlux",
    "cadrefacturation": "listeCadreFacturation",
}


@pytest.mark.parametrize("service", NOTHING)
def test_nothing_found_is_an_error_code(platform, admin, service):
    admin.settings(empty_search="code")
    answer = platform.post(service, **NOTHING[service])
    assert answer["codeRetour"] >= 20000
    assert "auc" in answer["libelle"].lower()
    admin.settings(empty_search="list")
    assert platform.post(service, **NOTHING[service])["codeRetour"] == 0


def test_a_page_past_the_end_is_no_empty_search(platform, admin, deposited):
    admin.settings(empty_search="code")
    deposited(cii())
    beyond = {"pageResultatDemandee": 9, "nbResultatsParPage": 10}
    answer = platform.post(
        "factures/v1/rechercher/fournisseur", rechercheFactureParFournisseur=beyond
    )
    assert answer["codeRetour"] == 0


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("factures/v1/rechercher/fournisseur", {"siret": "1"}),
        ("structures/v1/rechercher", {"structure": {"siret": "1"}}),
        (
            "factures/v1/completer",
            {"identifiantFactureCPP": 1, "pieceJointeComplementaire": [{"nom": "x"}]},
        ),
        ("transverses/v1/consulterCRDetaille", {"numeroFlux": "1"}),
    ],
)
def test_an_undeclared_field_is_malformed(platform, service, body):
    status, _headers, answer = platform.send(
        f"/cpro/{service}", json.dumps(body).encode()
    )
    assert status == 400
    assert "Unrecognized field" in json.loads(answer)["libelle"]


def test_an_over_long_attachment_name_is_malformed(platform):
    body = {
        "pieceJointeFichier": "eA==",
        "pieceJointeNom": "x" * 47 + ".pdf",
        "pieceJointeTypeMime": "application/pdf",
        "pieceJointeExtension": "PDF",
    }
    status, _headers, _answer = platform.send(
        "/cpro/transverses/v1/ajouter/fichier", json.dumps(body).encode()
    )
    assert status == 400


def test_an_engagement_goes_from_the_state_to_the_supplier(platform, admin):
    admin.structure("11000201100044", engagements=["1300012345"])
    (own,) = platform.post("transverses/v1/recuperer/structures/actives/fournisseur")[
        "listeStructures"
    ]

    def ask(recipient):
        answer = platform.post(
            "engagementsJuridiques/v1/rechercher",
            structureReceptriceEngagementJuridique=recipient,
            numeroEngagementJuridique="1300012345",
            etatCourantEngagementJuridique="COMMANDE",
        )
        return answer.get("listeEngagementJuridique") or []

    assert len(ask(str(own["idStructureCPP"]))) == 1
    assert len(ask(None)) == 1
    assert ask("11000201100044") == []
    assert ask(SUPPLIER) == []


def test_a_structure_is_searched_by_its_name(platform):
    """A16: others try their connection with a name that nobody has."""

    def names(**asked):
        answer = platform.post("structures/v1/rechercher", structure=asked)
        return {s["designationStructure"] for s in answer.get("listeStructures") or []}

    assert names(nomStructure="This is just a test") == set()
    assert names(nomStructure="commune de lille") == {"COMMUNE DE LILLE"}
    assert names(libelleStructure="lille", adresseVille="nowhere") == set()


def test_sparse_rows_stay_as_they_were_seen(platform, admin, deposited):
    deposited(*(cii(f"S/{number}") for number in range(40)))
    page = {"nbResultatsParPage": 100, "pageResultatDemandee": 1}
    whole = platform.search(rechercheFactureParFournisseur=page)
    admin.settings(echoes="sparse")
    rows = platform.search(rechercheFactureParFournisseur=page)
    assert rows == platform.search(rechercheFactureParFournisseur=page)
    assert {row["numeroFacture"] for row in rows} == {f"S/{n}" for n in range(40)}
    for name in ("numeroFluxDepot", "typeFacture", "codeFournisseur"):
        assert any(row.get(name) is None for row in rows)
        assert all(row[name] for row in whole)
    assert {len(row.get("codeFournisseur") or "") for row in rows} == {0, 9, 14}
    # Without either, nobody could tell two invoices that share a number.
    assert all(row.get("identifiantFactureCPP") or row["dateFacture"] for row in rows)


def test_numbers_may_come_as_text(platform, admin):
    admin.settings(quoted=True)
    answer = platform.post("structures/v1/rechercher")
    assert answer["codeRetour"] == "0"
    assert answer["parametresRetour"]["total"].isdigit()
    _status, token = platform.connect()
    assert isinstance(token["expires_in"], float)


def test_a_valid_pair_is_refused_now_and_then(platform, admin):
    admin.settings(token_hiccups=0.1)
    statuses = [platform.connect()[0] for _ in range(60)]
    assert 1 <= statuses.count(400) <= 15
    assert (400, 400) not in itertools.pairwise(statuses)


def test_last_year_s_invoices_bear_this_year_s_numbers(platform, admin, deposited):
    admin.past(2025, ["F-82", "F-83"], SUPPLIER, status="MANDATEE")
    deposited(cii("F-82"))
    assert {
        (row["dateFacture"][:4], row["statut"])
        for row in platform.search(numeroFacture="F-82")
    } == {("2025", "MANDATEE"), ("2026", "MISE_A_DISPOSITION")}
    admin.status("F-82", "MISE_EN_PAIEMENT", year=2025)
    assert {
        row["dateFacture"][:4]
        for row in platform.search(statutCourant=["MISE_EN_PAIEMENT"])
    } == {"2025"}


@pytest.mark.parametrize("name", REFERENCES)
def test_the_small_services_of_other_clients(platform, name):
    answer = platform.post(f"transverses/v1/recuperer/{name}")
    assert answer["codeRetour"] == 0
    assert answer[REFERENCES[name]]


def test_one_row_of_a_page_may_be_unreadable(platform, admin, deposited):
    deposited(cii("R/1"), cii("R/2"))
    admin.fault("unreadable_row", "rechercher/fournisseur")
    first, second = platform.search()
    assert not isinstance(first["numeroFacture"], str)
    assert second["numeroFacture"] in ("R/1", "R/2")
    admin.fault("unreadable_row", "consulter/historique")
    answer = platform.post(
        "factures/v1/consulter/historique", idFacture=second["identifiantFactureCPP"]
    )
    first, *others = answer["historiquesDesStatuts"]["histoStatut"]
    assert not isinstance(first["histoStatutCode"], str)
    assert others
