"""Structures and services, as the platform's API shapes them."""

import base64
import io
import zipfile
from xml.etree import ElementTree

import pytest
from simulator_kit import SUPPLIER


def find(platform, siret):
    answer = platform.post(
        "structures/v1/rechercher",
        structure={"identifiantStructure": siret, "typeIdentifiantStructure": "SIRET"},
    )
    return answer.get("listeStructures") or []


def consult(platform, siret):
    (row,) = find(platform, siret)
    return platform.post(
        "structures/v1/consulter", idStructureCPP=row["idStructureCPP"]
    )


@pytest.mark.parametrize(
    ("siret", "service", "engagement", "either", "unpaid"),
    [
        ("12345678200051", False, False, False, False),
        ("12345678200036", False, True, False, False),
        ("12345678200028", True, False, False, False),
        ("12345678200044", True, True, False, False),
        ("22760540900019", False, True, False, False),
        ("22100005200011", True, True, False, False),
        ("21590350100017", False, False, True, False),
        ("21690123100011", False, False, False, True),
    ],
)
def test_obligations(platform, siret, service, engagement, either, unpaid):
    flags = consult(platform, siret)["parametres"]
    assert flags["codeServiceDoitEtreRenseigne"] is service
    assert flags["numeroEJDoitEtreRenseigne"] is engagement
    assert flags["gestionNumeroEJOuCodeService"] is either
    assert flags["statutMiseEnPaiementNestPasRemonte"] is unpaid


def test_unknown_siret_is_an_empty_list(platform):
    assert find(platform, "99999999900000") == []


def test_inactive_is_asked_and_answered_in_two_spellings(platform):
    (row,) = find(platform, "21350238800019")
    assert row["statut"] == "INACTIVE"
    answer = platform.post(
        "structures/v1/rechercher", structure={"statutStructure": "INACTIF"}
    )
    assert answer["listeStructures"] == [row]


def test_ids_lie_on_both_sides_of_32_bits(platform):
    answer = platform.post(
        "structures/v1/rechercher", parametres={"nbResultatsParPage": 100}
    )
    beyond = {row["idStructureCPP"] >= 2**31 for row in answer["listeStructures"]}
    assert beyond == {True, False}


def test_services_of_the_state_fill_two_pages(platform):
    state = consult(platform, "11000201100044")["informationGenerales"]
    pages = [
        platform.post(
            "structures/v1/rechercher/services",
            idStructure=state["idStructureCPP"],
            parametresRechercherServicesStructure={
                "pageResultatDemandee": page,
                "triColonne": "CodeService",
                "triSens": "Ascendant",
            },
        )
        for page in (1, 2)
    ]
    assert [page["parametresRetour"]["pages"] for page in pages] == [2, 2]
    codes = [s["codeService"] for page in pages for s in page["listeServices"]]
    assert len(codes) == len(set(codes)) == 13
    assert codes == sorted(codes)
    assert "SFACETAT" in codes


def test_a_service_may_require_the_engagement(platform):
    structure = consult(platform, "22100005200011")["informationGenerales"]
    services = platform.post(
        "structures/v1/rechercher/services", idStructure=structure["idStructureCPP"]
    )["listeServices"]
    required = {
        s["codeService"]: platform.post(
            "structures/v1/consulter/service",
            idStructure=structure["idStructureCPP"],
            idService=s["idService"],
        )["parametres"]["numeroEngagement"]
        for s in services
    }
    assert required["DIR-CULTURE"] is True
    assert required["MEDIATHEQUE"] is False
    assert [s["codeService"] for s in services if not s["estActif"]] == ["ARCHIVES-OLD"]


def test_password_expiry_is_shown_for_ones_own_structure_only(platform):
    mine = consult(platform, SUPPLIER)["informationGenerales"]
    assert mine["dateExpirationMotPasseCompteTech"].startswith("2030-12-31T00:00")
    other = consult(platform, "12345678200051")["informationGenerales"]
    assert "dateExpirationMotPasseCompteTech" not in other


def test_unknown_ids_are_business_errors(platform):
    answer = platform.post("structures/v1/consulter", idStructureCPP=1)
    assert answer["codeRetour"] == 20001
    (row,) = find(platform, "12345678200028")
    answer = platform.post(
        "structures/v1/consulter/service",
        idStructure=row["idStructureCPP"],
        idService=1,
    )
    assert answer["codeRetour"] == 20002


def test_admin_adds_changes_and_removes(platform, admin):
    siret = "21000000000013"
    admin.structure(siret, name="TESTVILLE", services=[{"code": "A1"}])
    assert consult(platform, siret)["codeRetour"] == 0
    admin.structure(siret, engagement_required=True)
    assert consult(platform, siret)["parametres"]["numeroEJDoitEtreRenseigne"] is True
    admin.service(siret, "A1", active=False)
    (row,) = find(platform, siret)
    services = "structures/v1/rechercher/services"
    identifier = row["idStructureCPP"]
    (service,) = platform.post(services, idStructure=identifier)["listeServices"]
    assert service["estActif"] is False
    admin.remove_service(siret, "A1")
    assert not platform.post(services, idStructure=identifier).get("listeServices")
    admin.remove_structure(siret)
    assert find(platform, siret) == []


def test_directory_file(platform):
    answer = platform.post("transverses/v1/telecharger/annuaire/destinataire")
    content = base64.b64decode(answer["fichierResultat"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        document = ElementTree.fromstring(archive.read("FAR0037.xml"))
    rows = {
        one.findtext("{*}Identifiant"): one for one in document.iterfind("{*}Structure")
    }
    assert rows["12345678200028"].findtext("{*}GestionService") == "true"
    paid = "{*}GestionStatutMiseEnPaiement"
    assert rows["21690123100011"].findtext(paid) == "false"
    assert SUPPLIER not in rows
    codes = [one.text for one in rows["11000201100044"].iterfind(".//{*}Code")]
    assert "SFACETAT" in codes


def test_own_structures_and_attachments_of_the_account(platform):
    (own,) = platform.post("transverses/v1/recuperer/structures/actives/fournisseur")[
        "listeStructures"
    ]
    (attached,) = platform.post("utilisateurs/v1/monCompte/recuperer/rattachements")[
        "listeStructureRattachement"
    ]
    assert own["identifiant"] == attached["identifiantStructure"] == SUPPLIER
    assert own["idStructureCPP"] == attached["idStructure"]
