"""Each label that counts, each way it stands beside its value; what snippets give."""

# ruff: noqa: E501 - lists of labels
from itertools import product

import pytest

from chorus import orders
from chorus.orders.page import page
from orders_corpus.form import OUR_SIREN, siret
from orders_corpus.snippets import SNIPPETS

TOWN = siret(21550201)
SIGNS = ("N°", "n°", "No", "N °", "Num.", "Numéro", "Nº", "#", "N°.", "Nr")


def numbered(word, article):
    """A word with each sign of a number, before it and after it."""
    yield word
    for sign in SIGNS:
        yield f"{sign} {word}"
        yield f"{sign} {article}{word}"
        yield f"{word} {sign}"


LABELS = {
    "siret": (TOWN, TOWN, (
        *numbered("SIRET", "de "), "Siret (facturation)", "SIRET de facturation",
        "Identifiant Chorus Pro", "Structure destinataire", "SIRET acheteur",
        "SIRET du destinataire", "SIRET Chorus Pro", "Siret de l'établissement",
        "SIRET DE LA STRUCTURE", "N° SIRET de la mairie", "Siret à utiliser",
        "S.I.R.E.T.", "Identifiant Chorus de la structure",
    )),
    "service": ("CULT-01", "CULT-01", (
        "Code service", "Code Service Chorus", "Service exécutant", "Code SE",
        "Service destinataire", "Service facturier", "Code service destinataire",
        "Code service exécutant", "Code du service", "Code service (Chorus)",
        "CODE SERVICE", "Service Chorus", "N° service", "N° de service",
        "Service (code)", "Code de service", "Code service à rappeler sur la facture",
    )),
    "engagement": ("26D001532", "26D001532", (
        *numbered("engagement", "d'"), *numbered("engagement juridique", "d'"),
        "EJ", "E.J.", "N° EJ", "Numéro EJ", "Bon d'engagement",
        "N° de bon d'engagement", "Réf. à rappeler", "Références à rappeler", "Réf. engagement",
        "Référence de l'engagement", "N° d'engagement Chorus", "N° Engag.", "Engagt",
        "Engagement comptable", "N° d'engagement à rappeler sur la facture",
        "N° à rappeler", "Engagement juridique (EJ)", "Engagement financier",
        "Numéro d'engagement à faire figurer sur la facture",
    )),
    "order": ("2026-00417", "2026-00417", (
        *numbered("commande", "de "), *numbered("bon de commande", "de "), "BC", "B.C.",
        "BdC", "N° BC", "N° de BDC", "N° cde", "Cde n°", "CDE", "Réf. commande",
        "Référence du bon de commande", "PO", "PO number", "N° PO", "Bon n°", "N° bon",
        "N° du bon", "N° de commande client",
    )),
    "market": ("2026-012", "2026-012", (
        *numbered("marché", "de "), *numbered("marché public", "de "), "Accord-cadre",
        "N° accord-cadre", "MAPA n°", "Marché subséquent n°", "Contrat",
        "N° de contrat", "Référence du marché", "N° du marché", "Marché à bons de commande n°",
    )),
    "date": ("12/03/2026", "2026-03-12", (
        "Date", "Date de commande", "Date cde", "Date du bon de commande",
        "Commande du", "Édité le", "Imprimé le", "Émis le", "Établi le", "Date d'émission", "Date BC",
        "Date d'édition", "Date de création", "Fait à Rouen le", "Fait le", "Le",
        "Passée le",
    )),
}  # fmt: skip
WAYS = {
    "colon": "{label} : {value}",
    "glued": "{label}:{value}",
    "blank": "{label} {value}",
    "cell": "{label}          {value}",
    "below": "Ville de Montclair\n{label}\n{value}",
    "columns": "{label:60}Montant\n{value:60}12,00",
    "beside": "Ville de Montclair          {label} : {value}",
}
# Words that title the form: what stands below them may be anything.
TITLES = ("commande", "bon de commande", "BC", "B.C.", "BdC", "CDE", "PO")


@pytest.mark.parametrize("name", LABELS)
def test_each_label_is_read_however_its_value_stands(name):
    printed, value, labels = LABELS[name]
    failed = []
    for label, way in product(dict.fromkeys(labels), WAYS):
        if way in ("below", "columns") and (label in TITLES or "PO" in label):
            continue
        rows = WAYS[way].format(label=label, value=printed).splitlines()
        if orders.read([page(rows, 1)]).values() != {name: value}:
            failed.append((way, label))
    assert failed == []


@pytest.mark.parametrize("text", [text for text, _expected in SNIPPETS])
def test_snippet(text):
    reading = orders.read([page(text.splitlines(), 1)])
    values = orders.settle(reading, {}, {OUR_SIREN}).values()
    assert values == dict(SNIPPETS)[text]


# What stands beside a label and is no value of it: none is filled in.
OTHERS = (
    "05 99 00 12 34", "05.99.00.12.34", "0599001234", "+33 5 99 00 12 34", "120,00 €",
    "1 234,56", "1234.56 EUR", "76000 ROUEN", "2026", "à compléter", "néant", "NEANT",
    "N/A", "n.c.", "-", "....", "____", "voir annexe 2", "cf. devis 2026-12", "XXXXX",
    "XX-XXXX", "1/1", "1 / 2", "page 2", "12 %", "12%", "9h-12h", "14h30", "M. Dupont",
    "Mme DURAND", "contact@x1.fr", "www.x2.fr", "FR76 1007 1990 0000 0010 0000 144",
    "3e étage", "2e trimestre 2026", "sans objet", "OUI", "NON", "(facultatif)", "*",
    "Nom : 12", "30 jours", "45 jours fin de mois", "2 exemplaires", "12 titres",
    "9782999900073", "978-2-9999-0012-7", "FR35219900107", "le 12 mars", "en cours",
    "2025-2026", "2025/2026", "mars 2026", "Total 12",
)  # fmt: skip


@pytest.mark.parametrize(
    "label",
    ["N° d'engagement", "Bon de commande n°", "Marché n°", "Code service", "BC", "Lot",
     "Commande", "Contrat", "Réf. à rappeler", "EJ", "Date", "SIRET"],
)  # fmt: skip
def test_what_is_no_value_fills_nothing(label):
    filled = []
    for other, way in product(OTHERS, ("{0} : {1}", "{0}          {1}", "{0}\n{1}")):
        rows = way.format(label, other).splitlines()
        if orders.read([page(rows, 1)]).values():
            filled.append(rows)
    assert filled == []


FIELDS = {
    "engagement": ("N° d'engagement", "26D001532", "26D001532"),
    "order": ("Bon de commande n°", "2026-00417", "2026-00417"),
    "market": ("Marché n°", "25LIV-07", "25LIV-07"),
    "service": ("Code service", "CULT-01", "CULT-01"),
    "siret": ("SIRET", TOWN, TOWN),
    "date": ("Date", "12/03/2026", "2026-03-12"),
    "lot": ("Lot", "3", "3"),
}
# Labels of no field of ours, with their values.
STRANGERS = (
    ("Tél.", "05 99 00 12 34"), ("Code client", "4110056"), ("Devis n°", "D-2026-77"),
    ("N° TVA", "FR35219900107"), ("Compte", "60652"), ("N° facture", "F2026-001"),
    ("Fournisseur n°", "104512"), ("Date de livraison", "15/04/2026"), ("UF", "3410"),
    ("Montant", "120,00"), ("Contact", "M. Dupont 4512"), ("Objet", "Livres 2026-12"),
    ("Exercice", "2026"), ("Validité", "31/12/2026"), ("Imputation", "6065-321-CULT"),
    ("Tiers", "00451278"), ("Vos réf.", "ABC-123"), ("Bon de livraison n°", "BL-77"),
    ("Code postal", "76000"), ("Nomenclature", "22.01"), ("Dossier n°", "2026-D-9"),
    ("Chapitre", "011"), ("Délai", "15 jours"), ("Remise", "9 %"),
)  # fmt: skip


def proposed(rows):
    return orders.read([page(rows, 1)]).values()


@pytest.mark.parametrize("name", FIELDS)
def test_a_blank_label_takes_nothing_of_the_next(name):
    blank = FIELDS[name][0]
    for other, (label, printed, value) in FIELDS.items():
        if other == name:
            continue
        for rows in (
            [f"{blank} :          {label} : {printed}"],
            [f"{blank} : ........   {label} : {printed}"],
            [f"{blank} :", f"{label} : {printed}"],
            [blank, f"{label} : {printed}"],
            [f"{blank:40}{label}", f"{'':40}{printed}"],
        ):
            assert proposed(rows) == {other: value}, rows


@pytest.mark.parametrize("name", FIELDS)
def test_what_stands_beside_other_labels_is_theirs(name):
    label, printed, value = FIELDS[name]
    for stranger, words in STRANGERS:
        for rows in (
            [f"{stranger} : {words}          {label} : {printed}"],
            [f"{label} : {printed}          {stranger} : {words}"],
            [f"{stranger} : {words}", f"{label} : {printed}"],
            [f"{label:40}{stranger}", f"{printed:40}{words}"],
            [f"{stranger:40}{label}", f"{words:40}{printed}"],
            [stranger, words, label, printed],
            [label, printed, stranger, words],
        ):
            assert proposed(rows) in ({name: value}, {}), rows
        for rows in (
            [f"{label} :          {stranger} : {words}"],
            [f"{label} :", f"{stranger} : {words}"],
            [label, f"{stranger} : {words}"],
            [f"{label:40}{stranger}", f"{'':40}{words}"],
        ):
            assert proposed(rows) == {}, rows
