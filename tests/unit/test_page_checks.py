"""The eyes of `setup/bookshop screenshots`."""

import pytest

from e2e.page_checks import catalogue, english_in, raw_codes_in

TERMS = {
    "To correct": "À corriger",
    "%s invoices noted.": "%s factures notées.",
    "This body is not active on Chorus Pro": "Cette structure n'est pas active",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Factures\n To correct \n3", ["To correct"]),
        ("Books To correct a child", []),
        ("Oh: This body is not\nactive on Chorus Pro.", [list(TERMS)[2]]),
        ("À corriger", []),
    ],
)
def test_english_is_seen(text, found):
    assert english_in(text, TERMS) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("État : MISE_A_DISPOSITION", ["MISE_A_DISPOSITION"]),
        ("out_invoice", ["out_invoice"]),
        ("Mise à disposition, FACTURES_PUBLIQUES", []),
        ("bon_de_livraison.pdf et a_b@librairie.example", []),
    ],
)
def test_raw_codes_are_seen(text, found):
    assert raw_codes_in(text) == found


def test_the_catalogue_has_what_is_translated():
    terms = catalogue()
    assert terms["Send to Chorus Pro"] == "Envoyer à Chorus Pro"
    assert "Chorus Pro" not in terms
