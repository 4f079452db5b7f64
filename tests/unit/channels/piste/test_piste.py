"""The services of Chorus Pro: what is asked, and how answers are typed."""

import base64
from datetime import datetime, timezone

import pytest
from piste_server import Reply, ok, page

from chorus.channels.answers import (
    INTEGRATED,
    PARTLY,
    PENDING,
    REJECTED,
    Deposit,
    News,
    Rejection,
    Unread,
)
from chorus.errors import Refused, Unreachable
from chorus.lifecycle.identity import Identity

SIRET = "12345678200028"
SHOP = "33254021516357"
BIG_ID = 9_007_199_254_740_993  # neither 32 bits nor a float
SINCE = datetime(2026, 11, 18, 8, 0, tzinfo=timezone.utc)
UNTIL = datetime(2026, 11, 18, 9, 0, tzinfo=timezone.utc)


def invoice(number="F1", **fields):
    return {
        "identifiantFactureCPP": BIG_ID,
        "numeroFacture": number,
        "typeFacture": "FACTURE",
        "statut": "MISE_A_DISPOSITION",
        "numeroFluxDepot": "CPP1",
        "dateFacture": "2026-11-18",
        "dateHeureEtatCourant": "2026-11-18T09:31:05.250+01:00",
        "codeFournisseur": SHOP,
        "codeDestinataire": SIRET,
        "montantTTC": 105.50,
        "commentaireEtatCourant": None,
        **fields,
    }


def body_of(server, position=-1):
    return server.calls[position].body


def paths(server):
    return [call.path for call in server.calls]


class TestDeposit:
    def test_request_and_answer(self, server, piste):
        server.script(
            ok(numeroFluxDepot="CPP0011117000000000425903", dateDepot="2026-11-23")
        )
        answer = piste.deposit(b"%PDF\xff", "f.pdf", "IN_DP_E2_CII_FACTURX")
        assert answer == Deposit("CPP0011117000000000425903", "2026-11-23")
        assert paths(server) == ["/cpro/factures/v1/deposer/flux"]
        assert body_of(server) == {
            "fichierFlux": base64.b64encode(b"%PDF\xff").decode(),
            "nomFichier": "f.pdf",
            "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
            "avecSignature": False,
        }

    def test_a_big_file_goes_whole(self, server, piste):
        content = bytes(range(256)) * 8192
        server.script(ok(numeroFluxDepot="CPP1"))
        piste.deposit(content, "lot.tar.gz", "IN_DP_E2_CII_FACTURX")
        assert base64.b64decode(body_of(server)["fichierFlux"]) == content


class TestReport:
    @pytest.mark.parametrize(
        ("state", "outcome", "resend"),
        [
            ("IN_RECU", PENDING, False),
            ("IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP", PENDING, False),
            ("IN_EN_ATTENTE_RETRAITEMENT_CPP", PENDING, False),
            ("IN_XYZ", PENDING, False),
            (None, PENDING, False),
            ("IN_INTEGRE", INTEGRATED, False),
            ("IN_INTEGRE_PARTIEL", PARTLY, False),
            ("IN_REJETE", REJECTED, False),
            ("QP_IRRECEVABLE", REJECTED, False),
            ("IN_INCIDENTE", REJECTED, True),
            ("IN_ERREUR_INTERNE", REJECTED, True),
        ],
    )
    def test_states_of_a_flux(self, server, piste, state, outcome, resend):
        server.script(ok(etatCourantDepotFlux=state, listeErreurDP=[]))
        report = piste.report("CPP1")
        assert (report.outcome, report.state) == (outcome, state or "")
        assert report.resend is resend
        assert body_of(server) == {"numeroFluxDepot": "CPP1"}

    def test_a_flux_not_found_yet_is_pending(self, server, piste):
        label = "POQ_MSG_01.003 - Flux introuvable."
        server.script(Reply(body={"codeRetour": 20001, "libelle": label}))
        assert piste.report("CPP1").outcome == PENDING

    def test_the_same_code_with_another_label_is_a_refusal(self, server, piste):
        server.script(Reply(body={"codeRetour": 20001, "libelle": "GDP_MSG_11.005"}))
        with pytest.raises(Refused):
            piste.report("CPP1")

    def test_reasons_of_the_whole_flux(self, server, piste):
        errors = [
            {
                "natureErreur": "X",
                "codeErreur": "ERR_XSD_001",
                "libelleErreur": "cvc-1",
            },
            {"libelleErreur": "Fichier vide"},
        ]
        server.script(ok(etatCourantDepotFlux="IN_REJETE", listeErreurTechnique=errors))
        assert piste.report("CPP1").reasons == ("ERR_XSD_001: cvc-1", "Fichier vide")

    @pytest.mark.parametrize("shape", [lambda error: [error], lambda error: error])
    def test_rejections_as_a_list_or_as_one_object(self, server, piste, shape):
        error = {
            "identifiantFournisseur": SHOP,
            "identifiantDestinataire": SIRET,
            "numeroDP": "INV/2026/00012",
            "libelleErreurDP": "TypeCode obligatoire.|  L'engagement manque|",
        }
        server.script(
            ok(etatCourantDepotFlux="IN_INTEGRE_PARTIEL", listeErreurDP=shape(error))
        )
        reasons = ("TypeCode obligatoire.", "L'engagement manque")
        assert piste.report("CPP1").rejections == (
            Rejection("INV/2026/00012", SHOP, SIRET, reasons),
        )

    @pytest.mark.parametrize(
        ("rows", "text"),
        [("text", '"text"'), ([1], "1"), ([{"numeroDP": ["F1"]}], "F1")],
    )
    def test_a_verdict_is_told_whatever_its_reasons_look_like(
        self, server, piste, rows, text
    ):
        """A5, A7: nothing but the state of the flux is needed."""
        server.script(ok(etatCourantDepotFlux="IN_REJETE", listeErreurDP=rows))
        report = piste.report("CPP1")
        assert report.outcome == REJECTED
        [rejection] = report.rejections
        assert text in rejection.reasons[0]

    def test_a_rejection_without_its_number_keeps_its_reason(self, server, piste):
        error = {"numeroDP": None, "identifiantFournisseur": SHOP[:9]}
        rows = [{**error, "libelleErreurDP": "Rejet."}]
        server.script(ok(etatCourantDepotFlux="IN_INTEGRE_PARTIEL", listeErreurDP=rows))
        assert piste.report("CPP1").rejections == (
            Rejection("", SHOP[:9], "", ("Rejet.",)),
        )


class TestNews:
    def test_request_and_typed_answer(self, server, piste):
        server.script(page([invoice()], 1, 3))
        [[news]] = piste.news(SINCE, UNTIL)
        assert news == News(
            number="F1",
            kind="380",
            seller_siret=SHOP,
            buyer_siret=SIRET,
            platform_id=str(BIG_ID),
            state="MISE_A_DISPOSITION",
            occurred_at=datetime(2026, 11, 18, 8, 31, 5, 250000, timezone.utc),
            precision="second",
            flux_number="CPP1",
            invoice_date="2026-11-18",
            total="105.5",
        )
        assert body_of(server) == {
            "periodeDateHeureEtatCourantDu": "2026-11-18T09:00:00.000+01:00",
            "periodeDateHeureEtatCourantAu": "2026-11-18T10:00:00.000+01:00",
            "rechercheFactureParFournisseur": {
                "pageResultatDemandee": 1,
                "nbResultatsParPage": 3,
                "triColonne": "NumeroFacture",
                "triSens": "Ascendant",
            },
        }

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"typeFacture": "AVOIR"}, {"kind": "381"}),
            ({"statut": "SERVICE-FAIT"}, {"state": "SERVICE_FAIT"}),
            ({"statut": "mise_en_paiement"}, {"state": "MISE_EN_PAIEMENT"}),
            ({"statut": "Mise à disposition"}, {"state": "MISE_A_DISPOSITION"}),
            ({"statut": "ETAT-INCONNU"}, {"state": "ETAT-INCONNU"}),
            ({"commentaireEtatCourant": "Bon manquant"}, {"reason": "Bon manquant"}),
            ({"dateFacture": 1763420400000}, {"invoice_date": "2025-11-18"}),
            ({"identifiantFactureCPP": "42"}, {"platform_id": "42"}),
            ({"identifiantFactureCPP": 0}, {"platform_id": ""}),
            ({"identifiantFactureCPP": "0"}, {"platform_id": ""}),
            ({"dateHeureEtatCourant": "2026-11-18 09:31"}, {"precision": "minute"}),
        ],
    )
    def test_variants_of_a_row(self, server, piste, fields, expected):
        server.script(page([invoice(**fields)], 1, 3))
        [[news]] = piste.news(SINCE, UNTIL)
        assert {name: getattr(news, name) for name in expected} == expected

    @pytest.mark.parametrize(
        "fields",
        [
            {"identifiantFactureCPP": "x"},
            {"numeroFacture": ["F1"]},
            {"numeroFacture": None},
            {"statut": True},
            {"statut": None},
            {"dateHeureEtatCourant": "yesterday"},
        ],
    )
    def test_an_unreadable_row_is_set_aside_alone(self, server, piste, fields):
        """A8: the others of its page count."""
        server.script(page([invoice("F1", **fields), invoice("F2")], 1, 3))
        [[first, second]] = piste.news(SINCE, UNTIL)
        assert isinstance(first, Unread)
        assert "MISE_A_DISPOSITION" in first.text or fields.get("statut", 0) != 0
        assert second.number == "F2"

    @pytest.mark.parametrize(
        "absent",
        [
            "dateHeureEtatCourant", "identifiantFactureCPP", "numeroFluxDepot",
            "codeFournisseur", "typeFacture", "dateFacture", "montantTTC",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("way", ["null", "absent", "empty"])
    def test_a_missing_echo_loses_nothing_else(self, server, piste, absent, way):
        """A5: no field of an answer is promised."""
        row = invoice()
        row[absent] = {"null": None, "empty": ""}.get(way)
        if way == "absent":
            del row[absent]
        server.script(page([row], 1, 3))
        [[news]] = piste.news(SINCE, UNTIL)
        assert (news.number, news.state) == ("F1", "MISE_A_DISPOSITION")

    def test_a_day_alone_is_no_minute(self, server, piste):
        server.script(page([invoice(dateHeureEtatCourant="2026-11-18")], 1, 3))
        [[news]] = piste.news(SINCE, UNTIL)
        assert news.precision == "day"

    def test_counts_at_the_top_of_the_answer(self, server, piste):
        """Pastell reads them there."""
        rows = [invoice(f"F{number}") for number in range(5)]
        server.script(
            ok(listeFactures=rows[:3], pages=2, total=5),
            ok(listeFactures=rows[3:], pages="2", total="5"),
        )
        found = [news for page in piste.news(SINCE, UNTIL) for news in page]
        assert len(found) == 5

    @pytest.mark.parametrize("rows", [[], None])
    def test_nothing_new(self, server, piste, rows):
        server.script(ok(listeFactures=rows))
        assert list(piste.news(SINCE, UNTIL)) == []

    def test_case_17_answer_spread_over_several_pages(self, server, piste):
        rows = [invoice(f"F{number}") for number in range(10)]

        def reply(asked):
            paging = asked.body["rechercheFactureParFournisseur"]
            return page(rows, paging["pageResultatDemandee"], 3)

        server.script(*[reply] * 4)
        pages = list(piste.news(SINCE, UNTIL))
        numbers = sorted(news.number for page_ in pages for news in page_)
        assert numbers == [f"F{number}" for number in range(10)]
        assert len(pages) == 4

    def test_case_09_http_500_in_the_middle_keeps_earlier_pages(self, server, piste):
        rows = [invoice(f"F{number}") for number in range(7)]
        server.script(page(rows, 1, 3), page(rows, 3, 3), Reply(500))
        kept = []
        with pytest.raises(Unreachable):
            for news in piste.news(SINCE, UNTIL):
                kept += news
        assert [news.number for news in kept] == ["F0", "F1", "F2", "F6"]

    def test_a_full_page_without_counts_is_not_taken_for_the_whole(self, server, piste):
        server.script(ok(listeFactures=[invoice(f"F{n}") for n in range(3)]))
        with pytest.raises(Unreachable):
            list(piste.news(SINCE, UNTIL))


def key(number):
    return Identity(2026, SHOP[:9], number)


class TestFindInvoices:
    def test_one_search_per_key_compared_exactly(self, server, piste):
        server.script(
            page([invoice("F1"), invoice("F10")], 1, 3),
            page([invoice("F2", numeroFluxDepot="CPP2"), invoice("f2")], 1, 3),
        )
        found = piste.find_invoices(identities=[key("F1"), key("F2")])
        assert [news.number for news in found] == ["F1", "F2"]
        asked = [call.body.get("numeroFacture") for call in server.calls]
        assert asked == ["F1", "F2"]

    def test_another_year_s_is_another_one(self, server, piste):
        """A3: last year's invoice proves nothing of this year's."""
        last = invoice("F1", dateFacture="2025-11-18")
        server.script(page([last, invoice("F1", identifiantFactureCPP=7)], 1, 3))
        [news] = piste.find_invoices(identities=[key("F1")])
        assert news.platform_id == "7"

    def test_another_supplier_s_is_another_one(self, server, piste):
        server.script(page([invoice("F1", codeFournisseur=SIRET)], 1, 3))
        assert piste.find_invoices(identities=[key("F1")]) == []

    @pytest.mark.parametrize(("year", "count"), [("2026", 1), ("2025", 0)])
    def test_a_row_without_its_date_is_asked_for_it(self, server, piste, year, count):
        row = invoice("F1", dateFacture=None, codeFournisseur=None)
        detail = {
            "references": {"dateFacture": f"{year}-11-18"},
            "fournisseur": {"codeFournisseur": SHOP},
        }
        server.script(page([row], 1, 3), ok(facture=detail))
        assert len(piste.find_invoices(identities=[key("F1")])) == count

    def test_a_row_that_cannot_be_read_might_be_the_one(self, server, piste):
        server.script(page([invoice("F1", statut=None)], 1, 3))
        with pytest.raises(Unreachable):
            piste.find_invoices(identities=[key("F1")])

    HIDING = [
        {"statut": None},
        {"numeroFacture": ["F1"], "statut": None},
        {"identifiantFactureCPP": "?"},
        {"dateHeureEtatCourant": "hier"},
        {"codeFournisseur": {}, "dateFacture": "18 novembre", "statut": ""},
    ]

    @pytest.mark.parametrize("fields", HIDING)
    def test_beside_last_year_s_a_row_that_cannot_be_read_hides_ours(
        self, server, piste, fields
    ):
        """A page with such a row never proves absence, whatever else is on it."""
        last = invoice("F1", dateFacture="2025-11-18", identifiantFactureCPP=7)
        server.script(page([last, invoice("F1", **fields)], 1, 3))
        [hidden] = piste.find_invoices(identities=[key("F1")])
        assert isinstance(hidden, Unread)

    @pytest.mark.parametrize("row", [None, "F1", 7, ["F1"]])
    def test_a_row_that_is_no_object_hides_ours(self, server, piste, row):
        last = invoice("F1", dateFacture="2025-11-18", identifiantFactureCPP=7)
        server.script(page([last, row], 1, 3))
        [hidden] = piste.find_invoices(identities=[key("F1")])
        assert isinstance(hidden, Unread)

    @pytest.mark.parametrize(
        "fields",
        [
            {"numeroFacture": "F10"},
            {"dateFacture": "2025-11-18"},
            {"codeFournisseur": SIRET},
        ],
    )
    def test_a_row_that_is_another_s_hides_nothing(self, server, piste, fields):
        others = [invoice("F10"), invoice("F1", statut=None, **fields)]
        server.script(page(others, 1, 3))
        assert piste.find_invoices(identities=[key("F1")]) == []

    def test_what_may_hide_ours_is_told_beside_what_may_be_ours(self, server, piste):
        server.script(page([invoice("F1"), invoice("F1", statut=None)], 1, 3))
        news, hidden = piste.find_invoices(identities=[key("F1")])
        assert (news.number, type(hidden)) == ("F1", Unread)

    @pytest.mark.parametrize("counts", [{"total": 2}, {"pages": 1, "total": "2"}])
    @pytest.mark.parametrize("rows", [[], None, [invoice("F10")]])
    def test_a_row_counted_and_not_shown_may_be_ours(self, server, piste, counts, rows):
        answer = ok(listeFactures=rows, parametresRetour=counts)
        server.script(answer, answer, answer)
        [hidden] = piste.find_invoices(identities=[key("F1")])
        assert isinstance(hidden, Unread)

    def test_a_page_served_instead_of_another_hides_its_rows(self, server, piste):
        others = [invoice(f"F1{n}") for n in range(3)]
        answer = page([*others, invoice("F1")], 1, 3)
        server.script(*[answer] * 9)
        [hidden] = piste.find_invoices(identities=[key("F1")])
        assert isinstance(hidden, Unread)

    def test_an_unreadable_row_of_a_flux_is_told_beside_the_others(self, server, piste):
        server.script(page([invoice("F1"), invoice("F2", statut=None)], 1, 3))
        news, hidden = piste.find_invoices(flux_number="CPP1")
        assert (news.number, type(hidden)) == ("F1", Unread)

    def test_all_pages_of_a_flux_compared_exactly(self, server, piste):
        rows = [invoice(f"F{n}") for n in range(5)]
        rows.append(invoice("F9", numeroFluxDepot="CPP10"))
        server.script(page(rows, 1, 3), page(rows, 2, 3))
        found = piste.find_invoices(flux_number="CPP1")
        assert sorted(news.number for news in found) == ["F0", "F1", "F2", "F3", "F4"]
        assert body_of(server)["numeroFluxDepot"] == "CPP1"

    def test_a_row_of_a_flux_may_not_say_so(self, server, piste):
        rows = [invoice("F1", numeroFluxDepot=None), invoice("F2")]
        server.script(page(rows, 1, 3))
        assert len(piste.find_invoices(flux_number="CPP1")) == 2

    def test_nothing_asked_is_no_search(self, server, piste):
        assert piste.find_invoices() == []
        assert not server.calls


def states(*rows, **counts):
    names = ("histoStatutId", "histoStatutCode", "histoStatutDatePassage")
    listed = [
        dict(zip((*names, "histoStatutCommentaire"), r, strict=False)) for r in rows
    ]
    return ok(
        numeroFacture="F1", historiquesDesStatuts={"histoStatut": listed, **counts}
    )


class TestHistory:
    def test_states_sorted_with_reasons(self, server, piste):
        server.script(
            states(
                (3, "SUSPENDUE", "2026-11-20 14:05", "joindre le bon"),
                (2, "SERVICE-FAIT", "2026-11-18 09:30"),
                (1, "DEPOSEE", "2026-11-18 09:30"),
                pagesHistoStatut=1,
                totalHistoStatut=3,
            )
        )
        history = piste.history(
            str(BIG_ID), kind="380", seller_siret=SHOP, buyer_siret=SIRET
        )
        assert [news.sequence for news in history] == [1, 2, 3]
        assert [news.state for news in history] == [
            "DEPOSEE",
            "SERVICE_FAIT",
            "SUSPENDUE",
        ]
        assert history[2] == News(
            number="F1",
            kind="380",
            seller_siret=SHOP,
            buyer_siret=SIRET,
            platform_id=str(BIG_ID),
            state="SUSPENDUE",
            occurred_at=datetime(2026, 11, 20, 13, 5, tzinfo=timezone.utc),
            precision="minute",
            sequence=3,
            reason="joindre le bon",
        )
        assert body_of(server)["idFacture"] == BIG_ID

    def test_all_pages(self, server, piste):
        counts = {"pagesHistoStatut": 2, "totalHistoStatut": 4}
        rows = [(n, f"S{n}", "2026-11-18 09:30") for n in range(1, 5)]
        server.script(states(*rows[:3], **counts), states(*rows[3:], **counts))
        assert [news.sequence for news in piste.history("7")] == [1, 2, 3, 4]
        asked = body_of(server)["paramRechercheHistoStatuts"]
        assert asked["pageResultatDemandeeListeHistoStatut"] == 2
        assert asked["nbResultatsParPageListeHistoStatut"] == 3

    def test_an_empty_history(self, server, piste):
        server.script(ok(numeroFacture="F1", historiquesDesStatuts=None))
        assert piste.history("7") == []

    @pytest.mark.parametrize(
        "row",
        [
            "bonjour",
            None,
            {"histoStatutCode": "MANDATEE"},
            {"histoStatutCode": "MANDATEE", "histoStatutDatePassage": "hier"},
            {"histoStatutCode": ["X"], "histoStatutDatePassage": "2026-11-18 09:30"},
        ],
    )
    def test_an_unreadable_state_is_set_aside_alone(self, server, piste, row):
        answer = states((1, "DEPOSEE", "2026-11-18 09:30"))
        server.script(answer)
        answer.body["historiquesDesStatuts"]["histoStatut"].insert(0, row)
        known, unread = piste.history("7")
        assert known.state == "DEPOSEE"
        assert isinstance(unread, Unread)
        assert "F1" in unread.text
        assert "7" in unread.text
