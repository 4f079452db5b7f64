"""Snippets of orders: what is proposed, and what traps propose nothing (R45)."""

# ruff: noqa: ISC004 - snippets of several rows
import pytest

from chorus import orders, siret
from chorus.orders.page import FORM, page

OURS = {"990123457"}
COMMUNE, REGION = "21990010700018", "23990001200018"
EPCI, EPCI_2 = "24990002800013", "24990002800021"


def read(text, *, subject="", form=()):
    pages = [page(text.splitlines(), 1)]
    if subject:
        pages = list(orders.mail_pages(subject, text))
    if form:
        pages.append(page(form, 1, FORM))
    return orders.settle(orders.read(pages), {}, OURS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "BON DE COMMANDE N° 2026-00417 du 03/02/2026\nEngagement n° 26D001532\n"
            "Code service Chorus : CULT-MED\nSIRET 219 900 107 00018\n"
            "Titulaire : LIBRAIRIE X, SIRET 990 123 457 00014",
            {
                "order": "2026-00417",
                "date": "2026-02-03",
                "engagement": "26D001532",
                "service": "CULT-MED",
                "siret": COMMUNE,
            },
        ),
        (
            "Référence à rappeler impérativement sur Chorus Pro : CU26-00981",
            {"engagement": "CU26-00981"},
        ),
        (
            "Commande n° 4500123458 (numéro à saisir dans « n° d'engagement »)\n"
            "Siret 19990101800010",
            {
                "order": "4500123458",
                "engagement": "4500123458",
                "siret": "19990101800010",
            },
        ),
        (
            "N° EJ : 1400123459\nService exécutant FAC0000075\nSiret 119 900 017 00011",
            {
                "engagement": "1400123459",
                "service": "FAC0000075",
                "siret": "11990001700011",
            },
        ),
        ("BON DE COMMANDE\n1400123459\nPréfecture de Haute-Lisse", {}),
        (
            "N° commande    Engagement    Date\n"
            "BC-118         E26-77        04/03/2026",
            {"order": "BC-118", "engagement": "E26-77", "date": "2026-03-04"},
        ),
        ("Titulaire SIRET 99012345700014\nAcheteur TVA FR35219900107", {}),
        (
            "À facturer : 249 900 028 00013\n"
            "À livrer : Médiathèque, siret 249 900 028 00021",
            {"siret": EPCI, "place": "Médiathèque"},
        ),
        (
            "Accord-cadre 2026/F/012/L03, lot 3 littérature jeunesse",
            {"market": "2026/F/012/L03", "lot": "3"},
        ),
        ("Marchén°2026/F/012/L03", {"market": "2026/F/012/L03"}),
        ("Livres, place du Marché, lot de 30", {}),
        ("Tél. 05 99 00 12 34 poste 0003", {}),
        ("0599001234 0599001000", {}),
        ("Commande 20260312000009", {"order": "20260312000009"}),
        ("9782999900110 6", {}),
        ("SlRET : 2I9 900 1O7 OOO18", {"siret": COMMUNE}),
        ("N° engagement :\nCode service :\nDate : 05/05/2026", {"date": "2026-05-05"}),
        (
            "Commande 26HX004512 UF 3410 Marché M25-0031 Livrer : Magasin central, "
            "quai 2\nFINESS 990000012",
            {
                "order": "26HX004512",
                "market": "M25-0031",
                "place": "Magasin central, quai 2",
            },
        ),
        (
            "Lycée des Tilleuls UAI 0990202Z\nBC 2026-000128\nSiret 199 902 024 00017",
            {"order": "2026-000128", "siret": "19990202400017"},
        ),
        (
            "Édité le 12/03/2026, commande du 10 mars 2026, "
            "livraison avant le 30/04/2026",
            {"date": "2026-03-10"},
        ),
        ("BC 77 annule et remplace le BC 71", {"order": "77"}),
        ("L'acte d'engagement est joint, sans engagement de notre part", {}),
    ],
)
def test_seed(text, expected):
    reading = read(text)
    got = reading.values()
    assert got == expected, reading.candidates


def test_a_state_engagement_without_a_label_is_offered():
    [one] = read("BON DE COMMANDE\n1400123459\nPréfecture").of("engagement")
    assert (one.value, one.why) == ("1400123459", ("without a label",))


def test_the_place_of_delivery_has_its_own_siret():
    reading = read(
        "À facturer : 249 900 028 00013\n"
        "À livrer : Médiathèque, siret 249 900 028 00021"
    )
    assert [one.value for one in reading.of("siret")] == [EPCI, EPCI_2]


def test_a_form_field_says_what_the_page_only_asks():
    reading = read("N° d'engagement", form=["ej : 1400123459"])
    assert reading.values() == {"engagement": "1400123459"}


def test_a_mail_in_one_sentence():
    reading = read(
        "Bonjour,\nmerci de déposer : siret 23990001200018, service DLCC, "
        "EJ 23R-2026-1187 (devis D-1042 du 05/01/2026)\nCordialement",
        subject="Commande de livres",
    )
    assert reading.values() == {
        "siret": REGION,
        "service": "DLCC",
        "engagement": "23R-2026-1187",
    }
    assert not reading.of("order") and not reading.of("date")


def test_the_quoted_message_comes_second():
    reading = read(
        "Voici l'EJ 1400123459\n> Le 12/11/2025 vous écriviez : EJ 1400123442",
        subject="RE: commande",
    )
    assert [one.value for one in reading.of("engagement")] == [
        "1400123459",
        "1400123442",
    ]
    assert reading.values()["engagement"] == "1400123459"


def test_the_replaced_order_is_noted():
    values = [
        one.value for one in read("BC 77 annule et remplace le BC 71").of("order")
    ]
    assert values == ["77", "71"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "978-2-9999-0012-7 Titre A 2 ex. 15,90\n2-9999-0018-X Titre B qté 3",
            {"9782999900127": 2, "9782999900189": 3},
        ),
        (
            "Coffret 9782999900134 (t. 1 : 9782999900141, t. 2 : 9782999900158) 1",
            {"9782999900134": 1},
        ),
        ("9782999900110 6", {"9782999900110": 6}),
        ("3769999900018 jeu 1\nTOTAL 12 titres 15 ex.", {"3769999900018": 1}),
    ],
)
def test_books(text, expected):
    reading = read(text)
    assert {book.ean: book.quantity for book in reading.books} == expected


def test_what_is_no_book_and_the_total():
    reading = read("3769999900018 jeu 1\nTOTAL 12 titres 15 ex.")
    assert not reading.books[0].is_book
    assert reading.announced == 15


def test_figures_lost_in_a_spreadsheet():
    reading = orders.read_file(b"9,783E+12;2\n9782999900111;1\n", "liste.csv")
    assert [one.printed for one in reading.unreadable] == ["9,783E+12", "9782999900111"]
    assert not reading.books


def test_other_isbns_are_noted():
    [book] = read(
        "Coffret 9782999900134 (t. 1 : 9782999900141, t. 2 : 9782999900158) 1"
    ).books
    assert "9782999900141, 9782999900158" in str(book.notes[0])


def test_a_wrong_key_is_kept_only_when_told():
    text = "SIRET 219 900 107 00019"
    assert not read(text).of("siret")
    told = orders.read([page([text], 1)], lambda digits: len(digits) == 14)
    assert told.values() == {"siret": "21990010700019"}
    assert not siret.is_valid("21990010700019")


def test_a_service_is_spelt_as_the_directory_does():
    found = orders.read([page([f"SIRET {COMMUNE}", "Code service : Cult-Med1"], 1)])
    told = orders.settle(found, {COMMUNE: ["CULT-MED1", "FIN"]})
    assert told.values() == {"siret": COMMUNE, "service": "CULT-MED1"}
    told = orders.settle(found, {COMMUNE: ["FIN"]})
    assert told.values() == {"siret": COMMUNE}
