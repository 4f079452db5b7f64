"""The readable page: what it says is what the XML says."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pypdf import PdfReader

import factories
from chorus import mentions, typeset
from chorus.facturx.dialect import EXTENDED_CTC_FR, Reform
from chorus.invoice import DeliveryNote, Party, Preceding
from typesetting import check, packed, plain, text_of, write

DAY = date(2026, 11, 23)


# --- the page and the XML ------------------------------------------------------------


# Reading a text back takes a tenth of a second: few examples, no simpler ones.
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(factories.invoices(max_lines=8))
def test_page_holds_what_the_xml_holds(invoice):
    check(invoice)


def test_two_hundred_lines_are_all_there():
    lines = tuple(
        factories.line_with_tax_included(f"{6 + n}.90", "3", "9", name=f"Livre {n:03d}")
        for n in range(200)
    )
    invoice = factories.invoice(lines)

    check(invoice)

    text = text_of(write(invoice))
    assert all(f"Livre {n:03d}" in text for n in range(200))


def test_credit_note_names_what_it_cancels_and_asks_for_nothing():
    invoice = factories.credit_note(customer_reference="Retour")

    text = text_of(write(invoice))

    assert "AVOIR" in text
    assert "Avoir sur la facture n°\u00a0INV/2026/00001" in text
    assert "20\u00a0novembre\u00a02026" in text
    assert "Motif" in text
    assert "Net à votre crédit" in text
    assert "Net à payer" not in text
    assert "IBAN" not in text
    assert "au plus tard" not in text
    check(invoice)


def test_credit_note_bears_the_notes_that_its_data_bear():
    """The reform asks for them on each document; Chorus Pro's own data do not."""
    invoice = factories.credit_note()

    assert "intérêts moratoires" not in plain(write(invoice))
    assert "intérêts moratoires" in plain(write(invoice, reform=True))
    check(invoice, Reform(EXTENDED_CTC_FR))
    check(factories.invoice(), Reform(EXTENDED_CTC_FR))


def test_balance_names_the_deposits_it_deducts():
    deposits = (Preceding("ACC/1", date(2026, 10, 1)), Preceding("ACC/2"))
    invoice = factories.invoice(deposits=deposits, tax_in_euros=Decimal("12.34"))

    text = " ".join(text_of(write(invoice)).split())

    assert "Acompte déduit : facture n° ACC/1 du 1er octobre 2026" in text
    assert "facture n° ACC/2" in text
    assert "12,34 €" in text
    check(invoice)
    asked = " ".join(text_of(write(factories.invoice(is_deposit=True))).split())
    assert "FACTURE D'ACOMPTE" in asked


def test_an_invoice_that_names_another_is_no_credit_note():
    """A debit note, or the invoice that takes a credit note back."""
    invoice = factories.invoice(original_number="INV/2026/00003")

    text = " ".join(text_of(write(invoice)).split())

    assert "Se rapporte à la pièce n° INV/2026/00003" in text
    assert "Avoir" not in text


def test_each_mention_of_a_row_is_printed():
    line = factories.line(category="E", rate=Decimal(0))
    invoice = factories.invoice((line,))
    tax = replace(invoice.taxes[0], exemption_reason="Première mention\nSeconde")

    text = text_of(write(replace(invoice, taxes=(tax,))))

    assert "Première mention" in text.splitlines()
    assert "Seconde" in text.splitlines()


def test_references_are_named_as_a_body_knows_them():
    invoice = factories.invoice(
        market="2026-LIVRES",
        customer_reference="BC-118",
        delivery=Party("Médiathèque", address=factories.address()),
        delivery_date=date(2026, 12, 1),
        delivery_notes=(DeliveryNote("WH/OUT/00042", date(2026, 11, 20)),),
    )

    text = " ".join(text_of(write(invoice)).split())

    for words in (
        *(
            "SIRET émetteur : 332 540 215 16357",
            "SIRET destinataire : 227 605 409 00019",
        ),
        *("Code service SERVICE-ACHATS", "N° d'engagement EJ-2026-0042"),
        *("N° de marché 2026-LIVRES", "N° de bon de commande : BC-118"),
        "N° de bon de livraison : WH/OUT/00042 du 20 novembre 2026",
        "Date de livraison : 1er décembre 2026",
        "Nature de l'opération : livraison de biens",
    ):
        assert words in text


def test_absent_references_leave_nothing():
    text = text_of(write(factories.invoice(service="", engagement="")))

    for label in ("Code service", "engagement", "marché", "bon de"):
        assert label not in text


def test_long_reference_is_neither_cut_nor_spaced():
    number = "ENGAGEMENT-" + "W" * 39

    assert number in text_of(write(factories.invoice(engagement=number)))


def test_sections_bear_their_subtotal():
    lines = (
        factories.line("10", "2", section="Jeunesse"),
        factories.line("5", "1", section="Jeunesse"),
        factories.line("7", "1", section="Adultes", subsection="Romans"),
    )

    text = " ".join(text_of(write(factories.invoice(lines))).split())

    assert "Sous-total Jeunesse 25,00" in text
    assert "Sous-total Adultes 7,00" in text
    assert text.index("Adultes") < text.index("Romans") < text.index("Sous-total Adu")


def test_amounts_are_carried_from_page_to_page():
    lines = tuple(factories.line("10", "1") for _ in range(90))

    pages = PdfReader(io.BytesIO(write(factories.invoice(lines)))).pages

    texts = [packed(page.extract_text()) for page in pages]
    assert len(texts) > 2
    assert "Report:" not in texts[0]
    assert "Àreporter:" not in texts[-1]
    for before, after in pairwise(texts):
        carried = before.split("Àreporter:")[1].split(",")[0]
        assert f"Report:{carried}," in after


def test_copy_says_so_and_the_original_does_not():
    words = "COPIE – l'original électronique a été transmis par Chorus Pro"

    assert words in text_of(write(factories.invoice(), copy=words))
    assert "COPIE" not in text_of(write(factories.invoice()))


def test_paid_invoice_is_not_to_be_paid_again():
    plain = factories.invoice()
    invoice = factories.invoice(
        paid=plain.total, frame="A2", payment_means="48", iban="", bic=""
    )

    text = text_of(write(invoice))

    assert "Facture déjà payée, à ne pas régler" in text
    assert "Paiement par virement" not in text
    assert "Escompte pour paiement anticipé" in text
    dated = text_of(write(replace(invoice, paid_on=date(2026, 11, 1))))
    assert "Facture déjà payée le 1er novembre 2026" in " ".join(dated.split())
    assert "carte bancaire" in text
    assert "au plus tard" not in text


def test_vat_has_no_place_where_none_is_charged():
    line = factories.line(category="E", rate=Decimal(0))
    reason = "Régime particulier - Biens d'occasion (article 297 A du CGI)"
    invoice = factories.invoice((line,))
    tax = replace(invoice.taxes[0], exemption_reason=reason)

    text = text_of(write(replace(invoice, taxes=(tax,))))

    assert reason in " ".join(text.split())
    for words in ("TTC", "Total HT", "0\u00a0%"):
        assert words not in text


def test_margin_shows_no_vat_beside_lines_that_bear_some():
    """CGI, article 297 E: no VAT of a second-hand book is read, nor worked out."""
    line = factories.line("100", "1", name="Ancien", category="E", rate=Decimal(0))
    invoice = factories.invoice((factories.line(), line))
    code = "VATEX-EU-F"
    taxed, margin = invoice.taxes
    margin = replace(
        margin, exemption_code=code, exemption_reason=mentions.exemption(code, DAY)
    )
    invoice = replace(invoice, taxes=(taxed, margin))

    text = plain(write(invoice))

    assert "Régime particulier - Biens d'occasion (article 297 A du CGI)" in text
    assert "marge 100,00" in text
    for words in ("exonéré", "0 %", " 0,00"):
        assert words not in text


# --- who sells, to whom --------------------------------------------------------------


@pytest.mark.parametrize(
    ("registration", "identity"),
    [
        ("SARL au capital de 8 000 € – RCS Rouen", "Chez Léa, SARL au capital de 8"),
        ("EI – RCS Rouen 332 540 215", "Chez Léa EI – RCS Rouen 332"),
        ("Entrepreneur individuel", "Chez Léa Entrepreneur individuel – SIRET"),
        ("EIRL Chez Léa", "Chez Léa, EIRL Chez Léa – SIRET"),
        ("", "Chez Léa – SIRET"),
    ],
)
def test_who_sells_is_told_as_the_law_asks(registration, identity):
    seller = factories.seller(name="Chez Léa", gln="3025590000008")
    letterhead = typeset.Letterhead(registration=registration)

    text = plain(write(factories.invoice(seller=seller), letterhead))

    assert identity in text
    assert "Gencod 3025590000008" in text
    sole_trader = "Chez Léa E" in identity
    assert ("Émetteur Chez Léa E" in text) is sole_trader


def test_address_abroad_names_its_country():
    def told(country):
        buyer = factories.buyer(address=factories.address(country=country))
        return plain(write(factories.invoice(buyer=buyer)))

    assert "76000 Rouen Belgique" in told("BE")
    assert "76000 Rouen SIRET" in told("FR")
    assert "76000 Rouen SIRET" in told("GP")
