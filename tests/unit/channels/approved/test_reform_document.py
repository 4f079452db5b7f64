"""The reform's documents: CII, UBL and Factur-X of the same invoice, held against the
Schematrons that a platform runs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import factories
from chorus.channels.approved import ubl
from chorus.facturx import cii, schemas
from chorus.facturx.archive import MEDIA_TYPES
from chorus.facturx.dialect import (
    EXTENDED_CTC_FR,
    FACTURX_EXTENDED,
    Reform,
    electronic_address,
    reform_frame,
)
from chorus.invoice import CREDIT_NOTE, Attachment, Preceding

needs_saxon = pytest.mark.skipif(
    not schemas.schematron_available(), reason="saxonche is absent"
)
REFORM = Reform(EXTENDED_CTC_FR)
PDF = Attachment("facture.pdf", b"%PDF-1.7")
RAM = "{*}"


def as_cii(invoice, dialect=REFORM, files=()):
    return cii.write_reform(invoice, PDF, files, dialect), schemas.CII_CTC_FR


def as_ubl(invoice, dialect=REFORM, files=()):
    credit = invoice.kind == CREDIT_NOTE
    book = schemas.UBL_CREDIT_NOTE if credit else schemas.UBL_INVOICE
    return ubl.write(invoice, PDF, files, dialect), book


def as_facturx(invoice, dialect=None, files=()):
    return cii.write(invoice, (), Reform(FACTURX_EXTENDED)), schemas.FACTURX_EXTENDED


WRITERS = pytest.mark.parametrize("write", [as_cii, as_ubl, as_facturx])


def problems(written) -> list[str]:
    xml, book = written
    return schemas.xsd_problems(xml, book) or schemas.schematron_problems(xml, book)


def values(xml: bytes, path: str) -> list[str]:
    return [one.text for one in etree.fromstring(xml).iterfind(path)]


def paid(**changes):
    values = {"paid": factories.invoice().total, "paid_on": date(2026, 11, 20)}
    return factories.invoice(frame="A2", **values | changes)


CASES = {
    "plain": factories.invoice(),
    "everything": factories.invoice(
        market="M-2026-1",
        delivery=factories.buyer(),
        bic="BNPAFRPP",
        payment_terms="30 jours fin de mois",
        note="Merci de votre commande",
        service_name="Achats",
    ),
    "delivered to nobody": factories.invoice(delivery=factories.buyer(name="")),
    "no references": factories.invoice(service="", engagement=""),
    "credit note": factories.credit_note(),
    "already paid": paid(),
    "after a deposit": factories.invoice(paid=Decimal(5), after_deposit=True),
    "deposit": factories.invoice(is_deposit=True),
    "credit note of a deposit": factories.credit_note(is_deposit=True),
    "paid deposit": paid(is_deposit=True),
    "paid in cash, rounded": paid(
        paid=factories.invoice().total + Decimal("0.02"), rounding=Decimal("0.02")
    ),
    "free, and paid": paid(lines=(factories.line(discount="100"),), paid=Decimal(0)),
    "to another country": factories.invoice(
        (factories.line(category="K", rate=Decimal(0)),),
        buyer=factories.buyer(vat="BE0428759497"),
    ),
    "two deposits": factories.invoice(
        after_deposit=True,
        deposits=(
            Preceding("INV/2026/00007", date(2026, 3, 1)),
            Preceding("INV/2026/00009", date(2026, 4, 1)),
        ),
    ),
    "from the till": factories.invoice(reported=True),
    "services": factories.invoice((factories.line(is_service=True),)),
    "both": factories.invoice((factories.line(is_service=True), factories.line())),
    "prices": factories.invoice(
        (
            factories.line("3.3175", "2000"),
            factories.line("10", "-1"),
            factories.line("5", "1", "100"),
        )
    ),
    "nothing off nothing": factories.invoice(
        (factories.line(), factories.line("-5", "1", "100"))
    ),
    "exempt": factories.invoice(
        (factories.line(category="E", rate=Decimal(0)), factories.line())
    ),
    "on payment": factories.invoice(vat_on_payment=True),
    "franchise": factories.franchise_invoice(),
    "deposits": factories.invoice(
        deposits=(Preceding("INV/2026/00007", date(2026, 3, 1)),)
    ),
    "dollars": factories.invoice(currency="USD", tax_in_euros=Decimal("4.71")),
    "overseas": factories.invoice((factories.line(rate=Decimal("8.5")),)),
}


@needs_saxon
@WRITERS
@pytest.mark.parametrize("invoice", CASES.values(), ids=CASES)
def test_no_schematron_finds_anything(write, invoice):
    assert problems(write(invoice)) == []


@WRITERS
def test_a_deposit_has_its_own_type(write):
    """BR-FR-04: 386, and 503 for its credit note; its balance is an ordinary one."""
    kinds = {
        "386": factories.invoice(is_deposit=True),
        "503": factories.credit_note(is_deposit=True),
        "380": CASES["two deposits"],
        "381": factories.credit_note(),
    }
    for kind, invoice in kinds.items():
        xml, _book = write(invoice)
        root = etree.fromstring(xml)
        names = (
            "InvoiceTypeCode",
            "CreditNoteTypeCode",
            "ExchangedDocument/{*}TypeCode",
        )
        [found] = [one for name in names for one in root.iterfind(RAM + name)]
        assert found.text == kind


def test_directly_a_deposit_is_an_ordinary_invoice():
    """Chorus Pro's own channel takes 380 and 381 alone."""
    for kind, made in (("380", factories.invoice), ("381", factories.credit_note)):
        xml = cii.write(made(is_deposit=True))
        assert values(xml, "{*}ExchangedDocument/{*}TypeCode") == [kind]


@needs_saxon
@pytest.mark.parametrize("write", [as_cii, as_ubl])
def test_with_files_and_the_public_mark(write):
    slip = replace(factories.attachment(), kind="BON_LIVRAISON")
    written = write(
        factories.invoice(),
        Reform(EXTENDED_CTC_FR, marked=True),
        [slip, factories.attachment("plan.pdf")],
    )

    assert problems(written) == []
    for word in (b"LISIBLE", b"BON_LIVRAISON", b"DOCUMENT_ANNEXE", b"B2G"):
        assert written[0].count(word) == 1


@needs_saxon
@WRITERS
def test_the_schematrons_are_really_run(write):
    """A number with a space passes on the direct road, and fails BR-FR-02 here."""
    assert any("BR-FR-02" in one for one in problems(write(CASES["plain"]))) is False
    spaced = replace(CASES["plain"], number="INV 2026 1")
    assert any("BR-FR-02" in one for one in problems(write(spaced)))


@needs_saxon
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lines=st.lists(
        st.builds(
            factories.line_with_tax_included,
            price=st.decimals("0.01", "999", places=2),
            quantity=st.integers(1, 300).map(str),
            discount=st.sampled_from(["0", "5", "9", "33"]),
            rate=st.sampled_from(["5.5", "20", "2.1"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_books_pass_in_both_syntaxes(lines):
    invoice = factories.invoice(tuple(lines))

    assert problems(as_cii(invoice)) == []
    assert problems(as_ubl(invoice)) == []


@needs_saxon
@pytest.mark.parametrize(
    "typed",
    ["#PMT#40 €", "Lot #123#", "#BAR#B2C", "Tél. 12#456#78 #PMD", "##AAB##"],
)
def test_what_a_person_writes_is_no_subject_code(typed):
    """In UBL a code stands inside its note, and all notes are read as one text."""
    invoice = factories.invoice(note=typed, early_discount=f"PMT#{typed}")
    assert problems(as_ubl(invoice)) == []


def test_a_number_sign_stays_where_it_is_no_code():
    xml, _book = as_ubl(factories.invoice(note="Commande #7, salle #B12 au fond"))
    assert "Commande #7, salle #B12 au fond" in values(xml, f"{RAM}Note")


@needs_saxon
@pytest.mark.parametrize("write", [as_cii, as_ubl])
def test_files_are_announced_as_what_their_names_say(write):
    """What Odoo guesses from the content is not always in the list (BT-125-1)."""
    files = [
        Attachment(f"BON.{end.upper()}", b"a;b", "application/octet-stream")
        for end in MEDIA_TYPES
    ]
    assert problems(write(factories.invoice(), files=files)) == []


def test_both_parties_by_siren_siret_and_address():
    xml, _book = as_cii(factories.invoice())
    seller, buyer = (f".//{RAM}{name}TradeParty" for name in ("Seller", "Buyer"))
    assert values(xml, f"{seller}/{RAM}SpecifiedLegalOrganization/{RAM}ID") == [
        "332540215"
    ]
    assert values(xml, f"{seller}/{RAM}GlobalID") == [factories.SELLER_SIRET]
    assert values(xml, f"{buyer}/{RAM}GlobalID") == [
        factories.BUYER_SIRET,
        "SERVICE-ACHATS",
    ]
    assert values(xml, f"{buyer}//{RAM}URIID") == [
        "227605409_22760540900019_SERVICE-ACHATS"
    ]
    assert values(xml, f".//{RAM}BuyerReference") == ["SERVICE-ACHATS"]


def test_a_given_electronic_address_is_kept():
    seller = factories.seller(address_id="332540215_LIVRES")
    xml, _book = as_ubl(factories.invoice(seller=seller))

    endpoints = values(xml, f".//{RAM}EndpointID")

    assert endpoints[0] == "332540215_LIVRES"


def test_an_address_never_holds_what_it_cannot():
    assert electronic_address("22760540900019", "A/B") == "227605409_22760540900019"
    assert electronic_address("22760540900019") == "227605409_22760540900019"


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("plain", "B1"),
        ("already paid", "B2"),
        ("after a deposit", "B4"),
        ("from the till", "B7"),
        ("services", "S1"),
        ("both", "M1"),
        ("credit note", "B1"),
    ],
)
def test_frame_says_what_is_sold_and_how_far_it_is_paid(name, frame):
    assert reform_frame(CASES[name]) == frame


def test_paid_invoice_was_due_on_the_day_it_was_paid():
    xml, _book = as_cii(paid())

    assert values(xml, f".//{RAM}DueDateDateTime/{RAM}DateTimeString") == ["20261120"]


def test_discount_for_early_payment_is_the_mention_itself():
    terms = "Escompte de 2 % pour paiement sous 8 jours"
    xml, _book = as_cii(factories.invoice(payment_terms=terms))

    notes = {
        note.findtext(f"{RAM}SubjectCode"): note.findtext(f"{RAM}Content")
        for note in etree.fromstring(xml).iterfind(f".//{RAM}IncludedNote")
    }
    assert notes["AAB"] == terms
    assert {"PMT", "PMD"} < set(notes)


def test_the_other_road_keeps_its_own_words():
    """One neutral invoice, two vocabularies: neither leaks into the other."""
    xml = cii.write(factories.invoice())

    assert b"extended-ctc-fr" not in xml
    assert b'GlobalID schemeID="0009"' not in xml
    assert values(xml, f".//{RAM}SpecifiedLegalOrganization/{RAM}ID") == [
        factories.SELLER_SIRET,
        factories.BUYER_SIRET,
    ]
