"""Search, history and the supplier's acts."""

import base64
import io
import zipfile

import pytest
from simulator_kit import SUPPLIER, Platform, archive, cii, facturx

from simulator.api_search import COLUMNS

SEARCH = "factures/v1/rechercher/fournisseur"


@pytest.fixture
def many(deposited):
    """Twenty-five invoices in one flux."""
    return deposited(*(cii(f"FAC-{n:02d}") for n in range(25)))


def identifier(platform, number):
    (row,) = platform.search(numeroFacture=number)
    return row["identifiantFactureCPP"]


def test_search_gives_ten_results_unless_asked(platform, many):
    answer = platform.post(SEARCH)
    assert len(answer["listeFactures"]) == 10
    assert answer["parametresRetour"] == {
        "pageCourante": 1,
        "pages": 3,
        "nbResultatsParPage": 10,
        "total": 25,
    }


def test_pages_hold_each_invoice_once(platform, admin, many):
    admin.settings(page_max=7)
    numbers = []
    for page in range(1, 5):
        answer = platform.post(
            SEARCH,
            rechercheFactureParFournisseur={
                "pageResultatDemandee": page,
                "nbResultatsParPage": 100,
            },
        )
        assert answer["parametresRetour"]["pages"] == 4
        numbers += [row["numeroFacture"] for row in answer["listeFactures"]]
    assert len(numbers) == len(set(numbers)) == 25


def test_page_beyond_the_last_is_empty(platform, many):
    wrapper = {"pageResultatDemandee": 9}
    answer = platform.post(SEARCH, rechercheFactureParFournisseur=wrapper)
    assert not answer.get("listeFactures")
    assert answer["parametresRetour"]["total"] == 25


@pytest.mark.parametrize("way", ["Ascendant", "Descendant"])
def test_search_is_sorted_when_asked(platform, many, way):
    wrapper = {"triColonne": "NumeroFacture", "triSens": way, "nbResultatsParPage": 50}
    rows = platform.search(rechercheFactureParFournisseur=wrapper)
    numbers = [row["numeroFacture"] for row in rows]
    assert numbers == sorted(numbers, reverse=way == "Descendant")


def test_every_column_offered_sorts(platform, deposited):
    deposited(cii("A"), cii("B", ht=None, ttc=None, due="1.00", tax=None))
    deposited(cii("C", type_code="381", market="M", engagement="E", origin="A"))
    for column in COLUMNS:
        wrapper = {"triColonne": column, "triSens": "Descendant"}
        rows = platform.search(rechercheFactureParFournisseur=wrapper)
        assert {row["numeroFacture"] for row in rows} == {"A", "C"}


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"numeroFacture": "B"}, ["B"]),
        ({"numeroFacture": "b"}, []),
        ({"typeFacture": "AVOIR"}, ["B"]),
        ({"typeFacture": "FACTURE"}, ["A", "C"]),
        ({"statutCourant": ["MISE_A_DISPOSITION"]}, ["B", "C"]),
        ({"statutCourant": ["SUSPENDUE", "MANDATEE"]}, ["A"]),
        ({"numeroBonCommande": "EJ1"}, ["C"]),
        ({"numeroMarche": "M1"}, ["A"]),
        ({"numeroFactureOrigine": "A"}, ["B"]),
        ({"cadreFacturation": "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE"}, ["C"]),
        ({"periodeDateFactureDu": "2026-11-02"}, ["B", "C"]),
        ({"periodeDateFactureAu": "2026-11-02T00:00:00.000+01:00"}, ["A", "B"]),
        ({"montantTTCMin": 105.5, "montantTTCMax": 106}, ["A", "B"]),
        ({"rejetTraite": True}, []),
        ({"periodeDateDepotDu": "2026-11-24"}, []),
        ({"periodeDateDepotAu": "2026-11-23", "typeFacture": "AVOIR"}, ["B"]),
        ({"periodeDateHeureEtatCourantDu": "2026-11-23 12:00"}, ["A"]),
        ({"periodeDateHeureEtatCourantAu": "2026-11-23 11:59"}, ["B", "C"]),
    ],
)
def test_filters(platform, admin, filters, numbers):
    admin.set_clock("2026-11-23 10:00")
    platform.deposit(
        archive(
            cii("A", market="M1", issue_date="20261101"),
            cii("B", type_code="381", origin="A", issue_date="20261102"),
            cii(
                "C",
                cadre="A2",
                engagement="EJ1",
                issue_date="20261103",
                ht="200.00",
                tax="11.00",
                ttc="211.00",
                due="0.00",
            ),
        )
    )
    admin.set_clock("2026-11-23 12:00")
    admin.status("A", "SUSPENDUE", reason="LIVR_INCOMP")
    found = sorted(row["numeroFacture"] for row in platform.search(**filters))
    assert found == numbers


def test_recipient_filters(platform, deposited):
    deposited(
        cii("A"),
        cii("B", recipient="21590350100017", service="BIBLIO"),
        cii("C", recipient="21590350100017", engagement="EJ1"),
    )
    (row,) = platform.search(numeroFacture="B")
    criterion = {"idDestinataire": row["idDestinataire"]}
    assert len(platform.search(listeDestinataire=[criterion])) == 2
    criterion["listeIdServiceExecutant"] = [row["idServiceExecutant"]]
    assert platform.search(listeDestinataire=[criterion]) == [row]
    criterion["listeIdServiceExecutant"] = []
    assert len(platform.search(listeDestinataire=[{"idDestinataire": 1}])) == 0


def test_a_search_row(platform, admin):
    admin.set_clock("2026-11-23 10:00")
    flux = platform.deposit(cii("A", market="M1"))
    admin.advance(60)
    (row,) = platform.search(recupererTaille=True)
    assert row["dateDepot"] == "2026-11-23"
    assert row["dateFacture"] == "2026-11-18"
    assert row["dateHeureEtatCourant"] == "2026-11-23T10:00:03.000+01:00"
    assert row["numeroFluxDepot"] == flux
    assert (row["montantHT"], row["montantTTC"]) == (100.0, 105.5)
    assert row["codeFournisseur"] == SUPPLIER
    assert row["numeroMarche"] == "M1"
    assert row["taille"] > 0


def test_ids_cross_32_bits(platform, many):
    rows = platform.search(rechercheFactureParFournisseur={"nbResultatsParPage": 50})
    beyond = {row["identifiantFactureCPP"] >= 2**31 for row in rows}
    assert beyond == {True, False}


def test_another_account_sees_nothing(platform, admin, deposited):
    flux = deposited(cii("MINE"))
    mine = identifier(platform, "MINE")
    admin.structure("21000000000013", public=False)
    admin.account("OTHER", "password", ["21000000000013"])
    other = Platform(platform.url, "OTHER")
    other.connect()
    assert other.search() == []
    assert other.report(flux)["codeRetour"] == 20001
    answer = other.post("factures/v1/consulter/historique", idFacture=mine)
    assert (answer["codeRetour"], answer["libelle"]) == (20001, "GDP_MSG_11.005")


def test_deposit_for_another_supplier_is_rejected(platform, admin, deposited):
    admin.structure("21000000000013", public=False)
    report = platform.report(deposited(cii(supplier="21000000000013")))
    assert "n'est pas habilite" in report["listeErreurDP"][0]["libelleErreurDP"]


def test_history_tells_every_status_with_its_reason(platform, admin, deposited):
    admin.set_clock("2026-11-23 10:00")
    deposited(cii("A"))
    admin.status("A", "SUSPENDUE", date="2026-11-24 14:05", reason="LIVR_INCOMP")
    admin.status("A", "SUSPENDUE", date="2026-11-25 14:05")
    admin.status("A", "UN_CODE_INCONNU", date="2026-11-20 08:00")
    history = platform.history("A")
    assert history["statutCourantCode"] == "SUSPENDUE"
    entries = history["historiquesDesStatuts"]["histoStatut"]
    dates = {
        (entry["histoStatutCode"], entry["histoStatutDatePassage"]) for entry in entries
    }
    assert dates == {
        ("DEPOSEE", "2026-11-23 10:00"),
        ("MISE_A_DISPOSITION", "2026-11-23 10:00"),
        ("SUSPENDUE", "2026-11-24 14:05"),
        ("SUSPENDUE", "2026-11-25 14:05"),
        ("UN_CODE_INCONNU", "2026-11-20 08:00"),
    }
    comments = [entry.get("histoStatutCommentaire") for entry in entries]
    assert sorted(map(str, comments)) == ["LIVR_INCOMP", "None", "None", "None", "None"]


def test_history_has_no_promised_order_unless_asked(platform, admin, deposited):
    deposited(cii("A"))
    for day in range(1, 9):
        admin.status("A", "SERVICE_FAIT", date=f"2030-01-0{day}")

    def dates(**wrapper):
        answer = platform.post(
            "factures/v1/consulter/historique",
            idFacture=identifier(platform, "A"),
            paramRechercheHistoStatuts=wrapper,
        )
        rows = answer["historiquesDesStatuts"]["histoStatut"]
        return [row["histoStatutDatePassage"] for row in rows]

    assert dates() != sorted(dates())
    assert dates() != sorted(dates(), reverse=True)
    assert dates(triSensListeHistoStatut="Ascendant") == sorted(dates())
    assert dates(triSensListeHistoStatut="Descendant") == sorted(dates(), reverse=True)
    admin.settings(seed=1)
    other = dates()
    admin.settings(seed=2)
    assert dates() != other


def test_history_has_pages(platform, admin, deposited):
    deposited(cii("A"))
    for day in range(1, 14):
        admin.status("A", "SERVICE_FAIT", date=f"2030-01-{day:02d}")
    seen = []
    for page in (1, 2):
        answer = platform.post(
            "factures/v1/consulter/historique",
            idFacture=identifier(platform, "A"),
            paramRechercheHistoStatuts={"pageResultatDemandeeListeHistoStatut": page},
        )["historiquesDesStatuts"]
        assert answer["totalHistoStatut"] == 15
        assert answer["pagesHistoStatut"] == 2
        seen += [row["histoStatutId"] for row in answer["histoStatut"]]
    assert len(set(seen)) == 15


def test_complete_a_suspended_invoice(platform, admin, deposited):
    deposited(cii("A"))
    number = identifier(platform, "A")
    complete = "factures/v1/completer"
    answer = platform.post(complete, identifiantFactureCPP=number)
    assert (answer["codeRetour"], answer["libelle"]) == (20002, "GDP_MSG_11.033")
    answer = platform.post(complete, identifiantFactureCPP=1)
    assert (answer["codeRetour"], answer["libelle"]) == (20000, "GDP_MSG_11.008")
    admin.status("A", "SUSPENDUE", reason="LIVR_INCOMP")
    added = platform.post(
        "transverses/v1/ajouter/fichier",
        pieceJointeFichier=base64.b64encode(b"%PDF").decode(),
        pieceJointeNom="bon.pdf",
        pieceJointeTypeMime="application/pdf",
        pieceJointeExtension="PDF",
    )
    assert added["pieceJointeId"] >= 2**31
    pieces = [{"pieceJointeComplementaireId": 1}]
    answer = platform.post(
        complete, identifiantFactureCPP=number, pieceJointeComplementaire=pieces
    )
    assert answer["codeRetour"] == 20003
    pieces = [{"pieceJointeComplementaireId": added["pieceJointeId"]}]
    admin.advance(60)
    answer = platform.post(
        complete,
        identifiantFactureCPP=number,
        pieceJointeComplementaire=pieces,
        commentaire="Bon de livraison joint",
    )
    assert answer["codeRetour"] == 0
    assert platform.history("A")["statutCourantCode"] == "COMPLETEE"
    assert admin.invoice("A")["attachments"] == ["bon.pdf"]
    details = platform.post(
        "factures/v1/consulter/fournisseur", identifiantFactureCPP=number
    )["facture"]
    (piece,) = details["listeDesPiecesJointes"]["pieceJointe"]
    assert piece["pieceJointeDesignation"] == "bon.pdf"


def test_attachment_limits(platform):
    def add(name, size):
        return platform.post(
            "transverses/v1/ajouter/fichier",
            pieceJointeFichier=base64.b64encode(b" " * size).decode(),
            pieceJointeNom=name,
            pieceJointeTypeMime="application/pdf",
            pieceJointeExtension="PDF",
        )

    assert add("x.pdf", 10_000_001)["codeRetour"] == 20003
    assert add("y.pdf", 1)["pieceJointeId"] < add("z.pdf", 1)["pieceJointeId"]


def test_recycle_keeps_the_number(platform, admin, deposited):
    deposited(cii("A"))
    number = identifier(platform, "A")
    changes = {
        "identifiantFactureCPP": number,
        "destinataire": {
            "codeDestinataire": "12345678200028",
            "codeServiceExecutant": "SERVICE_DEST_SERV_OBL",
        },
        "reference": {"numeroBonCommande": "EJ2"},
    }
    assert platform.post("factures/v1/recycler", **changes)["codeRetour"] == 20004
    admin.status("A", "A_RECYCLER", reason="SE_ERR")
    admin.settings(recycling=False)
    assert platform.post("factures/v1/recycler", **changes)["codeRetour"] == 20004
    admin.settings(recycling=True)
    admin.advance(60)
    answer = platform.post("factures/v1/recycler", **changes)
    assert answer["statutFacture"] == "DEPOSEE"
    (row,) = platform.search(numeroFacture="A")
    assert row["codeDestinataire"] == "12345678200028"
    assert row["numeroBonCommande"] == "EJ2"


def test_treated_rejection_leaves_the_inbox(platform, admin, deposited):
    deposited(cii("A"), cii("B"), cii("C"))
    admin.status("A", "REJETEE", reason="DOUBLE_FACT")
    admin.status("B", "SUSPENDUE", reason="LIVR_INCOMP")
    inbox = "factures/v1/rechercher/atraiter/fournisseur"

    def numbers(**filters):
        rows = platform.post(inbox, **filters).get("listeFactures") or []
        return sorted(row["numeroFacture"] for row in rows)

    assert numbers() == ["A", "B"]
    assert numbers(masquerRejetee=True) == ["B"]
    rows = [{"idDemandePaiement": identifier(platform, "A")}]
    answer = platform.post("factures/v1/traiterRejet", listeDemandePaiement=rows)
    assert answer["codeRetour"] == 0
    assert numbers() == ["B"]
    (row,) = platform.search(rejetTraite=True)
    assert (row["numeroFacture"], row["statut"]) == ("A", "REJETEE")
    history = platform.history("A")
    assert history["derniereAction"]["derniereActionCode"] == "TRAITEMENT_REJET"
    rows = [{"idDemandePaiement": identifier(platform, "C")}]
    answer = platform.post("factures/v1/traiterRejet", listeDemandePaiement=rows)
    assert answer["libelle"] == "GDP_MSG_11.001"


@pytest.mark.parametrize(("asked", "head"), [("PDF", b"%PDF"), ("PIVOT", b"<?xml")])
def test_download(platform, deposited, asked, head):
    deposited(facturx(cii("A")))
    answer = platform.post(
        "factures/v1/telecharger/groupe",
        listeFacture=[{"idFacture": identifier(platform, "A")}],
        format=asked,
        avecPiecesJointesComplementaires="NON",
    )
    content = base64.b64decode(answer["fichierResultat"])
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        (name,) = files.namelist()
        assert files.read(name).startswith(head)


def test_the_recipient_treats_what_it_received(platform, admin, deposited):
    deposited(cii("A"))
    number = identifier(platform, "A")
    admin.account("BODY", "password", ["12345678200051"])
    body = Platform(platform.url, "BODY")
    body.connect()
    treat = "factures/v1/traiter/recue"
    answer = body.post(treat, idFacture=number, nouveauStatut="REJETEE")
    assert answer["codeRetour"] == 20001
    admin.advance(60)
    answer = body.post(
        treat, idFacture=number, nouveauStatut="MANDATEE", numeroDPMandat="M-7"
    )
    assert answer["nouveauStatut"] == "MANDATEE"
    details = platform.post(
        "factures/v1/consulter/fournisseur", identifiantFactureCPP=number
    )["facture"]
    assert details["references"]["numeroDpMandat"] == "M-7"
    assert details["statutFacture"] == "MANDATEE"
    refused = platform.post(treat, idFacture=number, nouveauStatut="MANDATEE")
    assert refused["codeRetour"] == 20000
