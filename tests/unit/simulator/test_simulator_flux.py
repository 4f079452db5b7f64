"""Deposit, passage through the platform, and integration."""

import base64
import io
import zipfile

import pytest
from simulator_kit import SUPPLIER, archive, cii, facturx

TRANSIENT = [
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP",
    "IN_TRAITE_SE_CPP",
    "IN_EN_COURS_TRAITEMENT_CPP",
]


def reasons(platform, deposited, *documents):
    """The messages of the one rejected document, or of the flux."""
    report = platform.report(deposited(*documents))
    (row,) = report["listeErreurDP"]
    return row["libelleErreurDP"]


def test_deposit_answers_a_flux_number_only(platform):
    answer = platform.post(
        "factures/v1/deposer/flux",
        fichierFlux=base64.b64encode(cii()).decode(),
        nomFichier="facture.xml",
        syntaxeFlux="IN_DP_E2_CII_FACTURX",
        avecSignature=False,
    )
    assert set(answer) == {
        "codeRetour",
        "libelle",
        "numeroFluxDepot",
        "dateDepot",
        "syntaxeFlux",
    }
    assert answer["libelle"] == "GCU_MSG_01_000"
    assert answer["numeroFluxDepot"].startswith("CPP0011117")
    assert len(answer["numeroFluxDepot"]) == 25


def test_flux_passes_through_transient_states(platform, admin):
    admin.settings(
        found_after=10, processing_after=20, integrated_after=40, available_after=50
    )
    flux = platform.deposit(facturx(cii()))
    assert platform.report(flux)["codeRetour"] == 20001
    seen = []
    for _step in range(4):
        admin.advance(10)
        seen.append(platform.report(flux)["etatCourantDepotFlux"])
        assert bool(platform.search()) == (seen[-1] == "IN_INTEGRE")
    assert seen == [*TRANSIENT, "IN_INTEGRE"]
    (row,) = platform.search(numeroFluxDepot=flux)
    assert row["statut"] == "DEPOSEE"
    admin.advance(10)
    (row,) = platform.search(numeroFluxDepot=flux)
    assert row["statut"] == "MISE_A_DISPOSITION"


def test_report_says_its_dates_and_interface(platform, admin):
    admin.set_clock("2026-11-23T10:00:00+01:00")
    flux = platform.deposit(cii())
    admin.advance(10)
    report = platform.report(flux)
    assert report["codeInterfaceDepotFlux"] == "FSO1117A"
    assert report["dateDepotFlux"] == "2026-11-23T10:00:00.000+01:00"
    assert report["dateHeureEtatCourantFlux"] == "2026-11-23T10:00:02.000+01:00"
    assert "numeroFluxDepot" not in report
    short = platform.post("transverses/v1/consulterCR", numeroFluxDepot=flux)
    assert short["numeroFluxDepot"] == flux
    assert base64.b64decode(short["fichierCR"]).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"number": "FACTURE/2026/11/00001"}, "ne doit pas depasser 20 caracteres"),
        ({"number": "FAC-2026#1"}, "caracteres non autorises"),
        ({"number": ""}, "est obligatoire"),
        ({"supplier": "332540215"}, "doit comporter 14 chiffres"),
        ({"supplier": "53213549200028"}, "n'est pas reference dans notre systeme."),
        ({"recipient": "123456782"}, "doit comporter 14 chiffres"),
        ({"recipient": "99999999900000"}, "n'est pas reference dans notre systeme."),
        ({"recipient": "21350238800019"}, "n'est pas active"),
        ({"recipient": SUPPLIER}, "n'est pas une structure publique"),
        ({"recipient": "12345678200028"}, "BuyerReference.value) est obligatoire"),
        ({"recipient": "12345678200036"}, "IssuerAssignedID.value) est obligatoire"),
        ({"recipient": "21590350100017"}, "service ou l'engagement"),
        (
            {"recipient": "21590350100017", "service": "ECOLES"},
            "IssuerAssignedID.value) est obligatoire",
        ),
        ({"service": "NOWHERE"}, "NOWHERE n'est pas reference"),
        (
            {
                "recipient": "22100005200011",
                "service": "ARCHIVES-OLD",
                "engagement": "1",
            },
            "n'est pas actif",
        ),
        (
            {
                "recipient": "22760540900019",
                "service": "FACTURES_PUBLIQUES",
                "engagement": "1",
            },
            "reserve aux factures entre entites publiques",
        ),
        ({"cadre": "B1"}, "cadre de facturation B1"),
        ({"cadre": "A26"}, "cadre de facturation A26"),
        ({"type_code": "389"}, "type de facture 389"),
        ({"payment_means": None}, "TypeCode.value est obligatoire."),
        ({"payment_means": "57"}, "57 n'est pas autorise"),
        ({"ttc": "105.40"}, "n'est pas la somme"),
        ({"due": None}, "sont obligatoires"),
        ({"type_code": "381", "ht": "-100.00", "ttc": "-94.50"}, "positifs"),
    ],
)
def test_rejected_at_integration(platform, deposited, change, text):
    number = change.pop("number", "FAC/2026/0001")
    flux = deposited(cii(number, **change))
    report = platform.report(flux)
    assert report["etatCourantDepotFlux"] == "IN_REJETE"
    (row,) = report["listeErreurDP"]
    assert text in row["libelleErreurDP"]
    assert row["numeroDP"] == number
    assert platform.search() == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"cadre": None},
        {"cadre": "A2"},
        {"number": "AB 12-3+4_5/67890123"},
        {"type_code": "381", "payment_means": None},
        {"recipient": "12345678200028", "service": "SERVICE_DEST_SERV_OBL"},
        {"recipient": "12345678200036", "engagement": "EJ1"},
        {"recipient": "21590350100017", "service": "BIBLIO"},
        {"recipient": "21590350100017", "engagement": "EJ1"},
        {
            "recipient": "22100005200011",
            "service": "MEDIATHEQUE",
            "engagement": "EJ1",
        },
        {"ht": "-100.00", "tax": "-5.50", "ttc": "-105.50", "due": "-105.50"},
    ],
)
def test_integrated(platform, deposited, change):
    number = change.pop("number", "FAC/2026/0001")
    report = platform.report(deposited(cii(number, **change)))
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE"
    assert not report.get("listeErreurDP")


def test_messages_are_cut_at_200_and_joined(platform, deposited):
    text = reasons(
        platform,
        deposited,
        cii("FACTURE/2026/11/00001", payment_means=None, type_code="3" * 300),
    )
    messages = text.split("|")
    assert len(messages) == 3
    assert max(map(len, messages)) == 200


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"<facture", "IRRECEVABILITE: "),
        (b"<facture/>", "facture"),
        (cii(ttc="-1 324,60"), "'-1 324,60' n'est pas une valeur valide"),
        (cii(issue_date="2026-11-18"), "AAAAMMJJ"),
        (b"%PDF-1.4 nothing", "PDF"),
        (facturx(cii(), "other.xml"), "factur-x.xml"),
        (b"\x1f\x8bnot gzip", "archive illisible"),
        (b"PK\x03\x04not zip", "archive illisible"),
        (archive(), "aucun fichier"),
        (archive(cii("GOOD"), b"<facture"), "IRRECEVABILITE"),
    ],
    ids=lambda one: one if isinstance(one, str) else "file",
)
def test_inadmissible_flux(platform, deposited, content, text):
    report = platform.report(deposited(content))
    assert report["etatCourantDepotFlux"] == "IN_REJETE"
    (error,) = report["listeErreurTechnique"]
    assert error["codeErreur"] == "ERR_XSD_001"
    assert text in error["libelleErreur"]
    assert platform.search() == []


def test_partial_integration_of_an_archive(platform, deposited):
    flux = deposited(cii("GOOD-1"), cii("BAD", payment_means=None), cii("GOOD-2"))
    report = platform.report(flux)
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE_PARTIEL"
    assert [row["numeroDP"] for row in report["listeErreurDP"]] == ["BAD"]
    numbers = {row["numeroFacture"] for row in platform.search(numeroFluxDepot=flux)}
    assert numbers == {"GOOD-1", "GOOD-2"}


def test_zip_archive(platform, deposited):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as files:
        files.writestr("one.pdf", facturx(cii("ONE")))
        files.writestr("two.xml", cii("TWO"))
    deposited(output.getvalue())
    assert {row["numeroFacture"] for row in platform.search()} == {"ONE", "TWO"}


def test_number_is_unique_by_year_and_siren(platform, admin, deposited):
    deposited(cii("SAME"))
    assert "SAME existe deja" in reasons(platform, deposited, cii("SAME"))
    twin = f"{SUPPLIER[:9]}00019"
    admin.structure(twin, public=False)
    admin.account("TWIN", "password", [SUPPLIER, twin])
    admin.settings(check_depositor=False)
    assert "existe deja" in reasons(platform, deposited, cii("SAME", supplier=twin))
    deposited(cii("SAME", issue_date="20250101"))
    assert len(platform.search(numeroFacture="SAME")) == 2


def test_number_of_a_rejected_document_may_be_used_again(platform, deposited):
    deposited(cii("AGAIN", payment_means=None))
    report = platform.report(deposited(cii("AGAIN")))
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE"


def test_number_of_an_invoice_refused_by_its_recipient_is_burnt(
    platform, admin, deposited
):
    deposited(cii("BURNT"))
    admin.status("BURNT", "REJETEE", reason="DOUBLE_FACT")
    assert "existe deja" in reasons(platform, deposited, cii("BURNT"))


def test_flux_over_the_limit_is_refused(platform, admin):
    admin.settings(max_flux_bytes=1000)
    answer = platform.post(
        "factures/v1/deposer/flux",
        fichierFlux=base64.b64encode(b" " * 1001).decode(),
        nomFichier="lot.tar.gz",
        syntaxeFlux="IN_DP_E2_CII_FACTURX",
    )
    assert (answer["codeRetour"], answer["libelle"]) == (20001, "GDP_MSG_11.022")
    assert admin.ledger()["fluxes"] == []


def test_unknown_syntax_and_wrong_base64_are_400(platform):
    for syntax, content in (
        ("IN_DP_E2_FACTURX", base64.b64encode(cii()).decode()),
        ("IN_DP_E2_CII_FACTURX", "é not base64"),
    ):
        body = (
            f'{{"fichierFlux": "{content}", "nomFichier": "f.xml", '
            f'"syntaxeFlux": "{syntax}"}}'
        )
        status, _headers, _answer = platform.send(
            "/cpro/factures/v1/deposer/flux", body.encode()
        )
        assert status == 400


def test_lists_of_a_report_are_present_absent_or_null(platform, admin, deposited):
    flux = deposited(cii())
    shapes = {str(platform.report(flux).get("listeErreurDP", "?")) for _ in range(3)}
    assert shapes == {"[]", "?", "None"}
    admin.settings(empty_lists="present")
    assert platform.report(flux)["listeErreurDP"] == []
