"""Every service offered, held on both sides against AIFE's Swagger."""

import base64

import pytest
from simulator_kit import Platform, archive, cii

import swagger
from simulator.gateway import ROUTES

pytestmark = pytest.mark.skipif(
    not swagger.available(), reason="the Swagger files are not beside the repository"
)
PAGE = {"pageResultatDemandee": 1, "nbResultatsParPage": 100}


def test_requests_and_answers_are_those_of_the_swagger(platform, admin):
    admin.settings(record=True, page_max=3)
    use_directory(platform)
    use_invoices(platform, admin)
    exchanges = admin.exchanges()
    assert swagger.check_exchanges(exchanges) == []
    judged = {f"POST {exchange['path']}" for exchange in exchanges}
    offered = {
        name
        for name in ROUTES
        if name.startswith(("POST /cpro/factures/", "POST /cpro/structures/"))
    }
    assert offered <= judged


def use_directory(platform):
    (row,) = platform.post(
        "structures/v1/rechercher",
        structure={
            "identifiantStructure": "22100005200011",
            "typeIdentifiantStructure": "SIRET",
            "statutStructure": "ACTIF",
        },
        parametres={**PAGE, "triColonne": "Statut", "triSens": "Ascendant"},
        restreindreStructuresPrivees=True,
    )["listeStructures"]
    identifier = row["idStructureCPP"]
    platform.post("structures/v1/consulter", idStructureCPP=identifier, codeLangue="fr")
    services = platform.post(
        "structures/v1/rechercher/services",
        idStructure=identifier,
        parametresRechercherServicesStructure=PAGE,
    )["listeServices"]
    for service in services:
        platform.post(
            "structures/v1/consulter/service",
            idStructure=identifier,
            idService=service["idService"],
            codeLangue="fr",
        )
    platform.post("structures/v1/consulter", idStructureCPP=1)


def use_invoices(platform, admin):
    flux = platform.deposit(
        archive(*(cii(number, market="M") for number in ("A", "B", "C", "D")))
    )
    platform.search(numeroFluxDepot=flux)
    platform.post("factures/v1/rechercher/recipiendaire")
    admin.advance(10)
    ids = {
        number: platform.search(
            numeroFacture=number,
            periodeDateDepotDu="2020-01-01",
            statutCourant=["MISE_A_DISPOSITION"],
            recupererTaille=True,
            rechercheFactureParFournisseur={**PAGE, "triColonne": "DateDepot"},
        )[0]["identifiantFactureCPP"]
        for number in "ABCD"
    }
    admin.status("A", "SUSPENDUE", reason="LIVR_INCOMP")
    admin.status("B", "REJETEE", reason="DOUBLE_FACT", author="Mairie")
    admin.status("C", "A_RECYCLER", reason="SE_ERR")
    platform.post(
        "factures/v1/rechercher/atraiter/fournisseur",
        masquerRejetee=False,
        rechercheFactureATraiterParFournisseur=PAGE,
    )
    added = platform.post(
        "transverses/v1/ajouter/fichier",
        pieceJointeFichier=base64.b64encode(b"%PDF").decode(),
        pieceJointeNom="bon.pdf",
        pieceJointeTypeMime="application/pdf",
        pieceJointeExtension="PDF",
    )
    piece = {
        "pieceJointeComplementaireId": added["pieceJointeId"],
        "pieceJointeComplementaireDesignation": "Bon de livraison",
        "pieceJointeComplementaireType": "02",
    }
    for _refused_the_second_time in range(2):
        platform.post(
            "factures/v1/completer",
            identifiantFactureCPP=ids["A"],
            pieceJointeComplementaire=[piece],
            commentaire="Voici",
        )
    treated = [{"idDemandePaiement": ids["B"]}]
    platform.post("factures/v1/traiterRejet", listeDemandePaiement=treated)
    platform.post(
        "factures/v1/recycler",
        identifiantFactureCPP=ids["C"],
        destinataire={"codeDestinataire": "12345678200051"},
        reference={"numeroBonCommande": "EJ"},
    )
    platform.post(
        "factures/v1/telecharger/groupe",
        listeFacture=[{"idFacture": ids["A"]}],
        format="PDF",
        avecPiecesJointesComplementaires="NON",
    )
    admin.account("BODY", "password", ["12345678200051"])
    body = Platform(platform.url, "BODY")
    body.connect()
    body.post(
        "factures/v1/traiter/recue", idFacture=ids["D"], nouveauStatut="SERVICE_FAIT"
    )
    for identifier in ids.values():
        platform.post(
            "factures/v1/consulter/fournisseur", identifiantFactureCPP=identifier
        )
        platform.post("factures/v1/consulter/historique", idFacture=identifier)
