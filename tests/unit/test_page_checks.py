"""The eyes of `setup/bookshop screenshots`."""

import pytest

from e2e.page_checks import (
    banned_words,
    catalogue,
    codes_in,
    english_in,
    raw_codes_in,
    sayings,
    words_in,
)

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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Motif : EJ_ERR", ["EJ_ERR"]),
        ("REJETEE le 28/11/2026 à 10:12", ["REJETEE"]),
        ("le 2026-11-28 09:12:33 UTC", ["2026-11-28 09:12:33", "UTC"]),
        ("OdooBot (__system__)", ["__system__"]),
        ("Rejetée, code service SFACETAT, 28 nov. 2026 10:12, 2026-12-31", []),
    ],
)
def test_what_is_written_for_machines_is_seen(text, found):
    assert codes_in(text) == found


def test_the_glossary_says_which_words_a_page_never_shows():
    banned = banned_words()
    assert words_in("Deux flux, un duplicata et des FLUX EDIFACT", banned) == [
        *("duplicata", "edifact", "flux")
    ]
    assert words_in("Un dépôt influx, la copie, le fichier EDI", banned) == []


def test_our_own_sentences_are_known_from_others():
    ours = sayings(
        {"%(invoice)s is not confirmed.": "%(invoice)s n'est pas confirmée."}
    )
    assert ours("FAC/2026/1 n'est pas\nconfirmée.")
    assert not ours("Désolé, vous n'êtes pas autorisé à accéder à ce document.")


def test_the_catalogue_has_what_is_translated():
    terms = catalogue()
    assert terms["Send to Chorus Pro"] == "Envoyer à Chorus Pro"
    assert "Chorus Pro" not in terms
