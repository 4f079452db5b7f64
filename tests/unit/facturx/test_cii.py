"""The Factur-X XML: valid, with the invoice's own amounts, in Chorus Pro's words."""

import base64
import io
import random
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

import factories
from chorus.facturx import cii, schemas
from chorus.invoice import Attachment

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": (
        "urn:un:unece:uncefact:data:standard:"
        "ReusableAggregateBusinessInformationEntity:100"
    ),
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
AGREEMENT = "//ram:ApplicableHeaderTradeAgreement/"
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement/"
TOTALS = SETTLEMENT + "ram:SpecifiedTradeSettlementHeaderMonetarySummation/"
LINE = "//ram:IncludedSupplyChainTradeLineItem"

slow_example = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


FIGURES = "//*[contains(local-name(), 'Amount') or contains(local-name(), 'Quantity')]"


def texts(xml: bytes, path: str) -> list[str]:
    """What an independent reader finds at this XPath."""
    found = etree.fromstring(xml).xpath(path, namespaces=NAMESPACES)
    return [item if isinstance(item, str) else item.text for item in found]


def amounts(xml: bytes, path: str) -> list[Decimal]:
    return [Decimal(text) for text in texts(xml, path)]


# --- any valid invoice ---------------------------------------------------------------


@settings(slow_example, max_examples=100)
@given(factories.invoices())
def test_any_invoice_is_valid_and_keeps_its_amounts(invoice):
    xml = cii.write(invoice)

    assert schemas.xsd_problems(xml) == []
    assert amounts(xml, LINE + "//ram:LineTotalAmount") == [
        line.total for line in invoice.lines
    ]
    assert amounts(xml, SETTLEMENT + "ram:ApplicableTradeTax/ram:BasisAmount") == [
        tax.base for tax in invoice.taxes
    ]
    assert amounts(xml, SETTLEMENT + "ram:ApplicableTradeTax/ram:CalculatedAmount") == [
        tax.amount for tax in invoice.taxes
    ]
    assert amounts(xml, TOTALS + "ram:TaxBasisTotalAmount") == [invoice.untaxed]
    assert amounts(xml, TOTALS + "ram:TaxTotalAmount") == [invoice.tax]
    assert amounts(xml, TOTALS + "ram:GrandTotalAmount") == [invoice.total]
    assert sum(amounts(xml, TOTALS + "ram:TotalPrepaidAmount")) == invoice.paid
    assert sum(amounts(xml, TOTALS + "ram:RoundingAmount")) == invoice.rounding
    assert amounts(xml, TOTALS + "ram:DuePayableAmount") == [invoice.due]
    assert not [one for one in texts(xml, FIGURES) if "E" in one]


@settings(slow_example, max_examples=60)
@given(factories.invoices(max_lines=10))
def test_price_and_quantity_lead_back_to_each_line_total(invoice):
    for item in etree.fromstring(cii.write(invoice)).iterfind(
        ".//ram:IncludedSupplyChainTradeLineItem", NAMESPACES
    ):

        def value(path, item=item):
            return Decimal(item.findtext(".//ram:" + path, "1", NAMESPACES))

        price = value("NetPriceProductTradePrice/ram:ChargeAmount")
        assert price >= 0
        total = price / value("BasisQuantity") * value("BilledQuantity")
        assert factories.cents(total) == value("LineTotalAmount")


@pytest.mark.skipif(not schemas.schematron_available(), reason="saxonche is absent")
# 40 ms an example: shrinking one would take minutes.
@settings(slow_example, max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(factories.invoices(max_lines=8))
def test_any_invoice_passes_the_schematron(invoice):
    assert schemas.schematron_problems(cii.write(invoice)) == []


# --- regression cases ----------------------------------------------------------------


def test_case_18_attachments_with_pure_xml():
    pdf = Attachment("facture.pdf", b"%PDF-1.7 readable")
    files = [
        Attachment("bon de commande.pdf", b"order"),
        Attachment("liste.csv", b"isbn;titre", "text/csv"),
    ]

    xml = cii.write_with_pdf(factories.invoice(), pdf, files)

    assert schemas.xsd_problems(xml) == []
    found = {}
    for element in etree.fromstring(xml).iterfind(
        ".//ram:AttachmentBinaryObject", NAMESPACES
    ):
        content = base64.b64decode(element.text, validate=True)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = archive.namelist()
            found[element.get("filename"), name] = archive.read(name)
    assert found == {(file.name, file.name): file.content for file in (pdf, *files)}


def test_case_22_price_with_discount():
    xml = cii.write(
        factories.invoice((factories.line("20.00", "3", "5"), factories.line("7.11")))
    )

    gross = LINE + "[1]//ram:GrossPriceProductTradePrice/"
    assert amounts(xml, gross + "ram:ChargeAmount") == [Decimal(20)]
    allowance = gross + "ram:AppliedTradeAllowanceCharge/"
    assert amounts(xml, allowance + "ram:ActualAmount") == [Decimal(1)]
    assert texts(xml, allowance + "ram:ChargeIndicator/udt:Indicator") == ["false"]
    net = "//ram:NetPriceProductTradePrice/ram:ChargeAmount"
    assert amounts(xml, net) == [Decimal(19), Decimal("7.11")]
    assert texts(xml, LINE + "[2]//ram:GrossPriceProductTradePrice") == []


@pytest.mark.parametrize("means", ["", "10", "30", "48", "97"])
@pytest.mark.parametrize("make", [factories.invoice, factories.credit_note])
def test_case_23_payment_means_always(make, means):
    xml = cii.write(make(payment_means=means))

    path = SETTLEMENT + "ram:SpecifiedTradeSettlementPaymentMeans/"
    assert texts(xml, path + "ram:TypeCode") == [means or "30"]
    expected = [factories.IBAN] if means in ("", "30") else []
    assert texts(xml, path + "*/ram:IBANID") == expected


# --- Chorus Pro's vocabulary ---------------------------------------------------------


def test_references_are_where_chorus_pro_reads_them():
    invoice = factories.invoice(
        frame="A2",
        service="Svc-é",
        service_name="Achats",
        engagement="eJ/1",
        market="M1",
    )

    xml = cii.write(invoice)

    context = "//rsm:ExchangedDocumentContext/"
    business = context + "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
    assert texts(xml, business) == ["A2"]
    guideline = context + "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
    assert texts(xml, guideline) == ["urn:cen.eu:en16931:2017"]
    assert texts(xml, AGREEMENT + "ram:BuyerReference") == ["Svc-é"]
    department = "ram:BuyerTradeParty//ram:DepartmentName"
    assert texts(xml, AGREEMENT + department) == ["Achats"]
    order = "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
    assert texts(xml, AGREEMENT + order) == ["eJ/1"]
    contract = "ram:ContractReferencedDocument/ram:IssuerAssignedID"
    assert texts(xml, AGREEMENT + contract) == ["M1"]


def test_both_sides_carry_a_siret_under_scheme_0002():
    xml = cii.write(factories.invoice())

    for side, siret in (
        ("Seller", factories.SELLER_SIRET),
        ("Buyer", factories.BUYER_SIRET),
    ):
        path = f"{AGREEMENT}ram:{side}TradeParty/ram:SpecifiedLegalOrganization/ram:ID"
        assert texts(xml, path) == [siret]
        assert texts(xml, path + "/@schemeID") == ["0002"]


def test_credit_note_names_its_invoice():
    xml = cii.write(factories.credit_note())

    assert texts(xml, "//rsm:ExchangedDocument/ram:TypeCode") == ["381"]
    original = SETTLEMENT + "ram:InvoiceReferencedDocument/"
    assert texts(xml, original + "ram:IssuerAssignedID") == ["INV/2026/00001"]
    day = original + "ram:FormattedIssueDateTime/qdt:DateTimeString"
    assert texts(xml, day) == ["20261120"]


def test_credit_note_without_invoice_has_no_reference():
    xml = cii.write(factories.credit_note(original_number="", original_date=None))

    assert texts(xml, SETTLEMENT + "ram:InvoiceReferencedDocument") == []


@pytest.mark.parametrize(("on_payment", "code"), [(True, "72"), (False, "5")])
def test_vat_due_on_payment_or_on_debit(on_payment, code):
    xml = cii.write(factories.invoice(vat_on_payment=on_payment))

    path = SETTLEMENT + "ram:ApplicableTradeTax/ram:DueDateTypeCode"
    assert texts(xml, path) == [code]


def test_book_line_has_its_isbn_and_the_seller_reference():
    xml = cii.write(factories.invoice((factories.line(), factories.line(ean=""))))

    assert texts(xml, LINE + "//ram:GlobalID") == ["9782070612758"]
    assert texts(xml, LINE + "//ram:GlobalID/@schemeID") == ["0160"]
    assert texts(xml, LINE + "//ram:SellerAssignedID") == ["LPP", "LPP"]


def test_market_is_told_from_a_contract_only_outside_factur_x():
    invoice = factories.invoice(market="M1")
    path = AGREEMENT + "ram:ContractReferencedDocument/ram:ReferenceTypeCode"

    assert texts(cii.write(invoice), path) == []
    pdf = Attachment("facture.pdf", b"%PDF")
    assert texts(cii.write_with_pdf(invoice, pdf), path) == ["BC"]


# --- prices --------------------------------------------------------------------------


def test_return_has_a_negative_quantity_and_a_positive_price():
    refund = factories.line("-7.11", "2")

    xml = cii.write(factories.invoice((factories.line("50"), refund)))

    assert amounts(xml, LINE + "[2]//ram:BilledQuantity") == [Decimal(-2)]
    net = LINE + "[2]//ram:NetPriceProductTradePrice/ram:ChargeAmount"
    assert amounts(xml, net) == [Decimal("7.11")]
    assert amounts(xml, LINE + "[2]//ram:LineTotalAmount") == [Decimal("-14.22")]


def test_price_with_tax_included_gets_the_decimals_it_needs():
    # 40 × 9.48 makes 379.20: a cent-rounded price would miss the stored 379.15.
    item = factories.line_with_tax_included("10.00", "40", unit_price=Decimal("9.48"))

    xml = cii.write(factories.invoice((item,)))

    assert item.total == Decimal("379.15")
    net = "//ram:NetPriceProductTradePrice/"
    assert texts(xml, net + "ram:ChargeAmount") == ["9.4788"]
    assert texts(xml, net + "ram:BasisQuantity") == []


def test_more_decimals_are_not_a_discount():
    item = factories.line("7.119", "3", total=Decimal("21.35"))

    xml = cii.write(factories.invoice((item,)))

    net = "//ram:NetPriceProductTradePrice/ram:ChargeAmount"
    assert texts(xml, net) == ["7.117"]
    assert texts(xml, "//ram:GrossPriceProductTradePrice") == []


def test_price_is_as_short_as_the_amount_allows():
    item = factories.line_with_tax_included("10.00", "3", "9")

    xml = cii.write(factories.invoice((item,)))

    assert item.gross_price == Decimal("10.00") / Decimal("1.055")
    gross = LINE + "//ram:GrossPriceProductTradePrice/ram:ChargeAmount"
    assert texts(xml, gross) == ["9.479"]
    net = LINE + "//ram:NetPriceProductTradePrice/ram:ChargeAmount"
    assert texts(xml, net) == ["8.626"]
    assert texts(xml, LINE + "//ram:LineTotalAmount") == ["25.88"]


def test_price_typed_by_a_person_keeps_its_decimals():
    item = factories.line("7.1199", "1")

    xml = cii.write(factories.invoice((item,)))

    net = LINE + "//ram:NetPriceProductTradePrice/ram:ChargeAmount"
    assert texts(xml, net) == ["7.1199"]


def test_huge_quantity_gets_the_price_of_the_whole():
    item = factories.line("0.01", "100000", total=Decimal("333.33"))
    item = replace(item, quantity=Decimal(99991), discount=Decimal(5))

    xml = cii.write(factories.invoice((item,)))

    net = "//ram:NetPriceProductTradePrice/"
    assert texts(xml, net + "ram:ChargeAmount") == ["333.33"]
    assert texts(xml, net + "ram:BasisQuantity") == ["99991"]
    assert texts(xml, "//ram:GrossPriceProductTradePrice") == []
    assert schemas.xsd_problems(xml) == []


def test_numbers_have_no_exponent():
    item = factories.line(Decimal("1E+2"), Decimal("1E+1"))

    xml = cii.write(factories.invoice((item,)))

    assert texts(xml, "//ram:BilledQuantity") == ["10"]
    net = "//ram:NetPriceProductTradePrice/ram:ChargeAmount"
    assert texts(xml, net) == ["100"]


# --- the rest of the header ----------------------------------------------------------


@pytest.mark.skipif(not schemas.schematron_available(), reason="saxonche is absent")
@pytest.mark.parametrize("category", ["S", "Z", "E", "AE", "K", "G", "O"])
def test_every_vat_category_passes_the_schematron(category):
    rate = Decimal("5.5") if category == "S" else Decimal(0)
    item = factories.line(category=category, rate=rate)
    invoice = factories.invoice((item,), buyer=factories.buyer(vat="BE0428759497"))

    xml = cii.write(invoice)

    assert schemas.xsd_problems(xml) == []
    assert schemas.schematron_problems(xml) == []


def test_exemption_reason_is_the_invoice_s_own():
    invoice = factories.invoice((factories.line(category="E", rate=Decimal(0)),))
    path = SETTLEMENT + "ram:ApplicableTradeTax/ram:ExemptionReason"

    assert texts(cii.write(invoice), path) == [factories.NOT_APPLICABLE]
    (tax,) = invoice.taxes
    bare = replace(invoice, taxes=(replace(tax, exemption_reason=""),))
    assert texts(cii.write(bare), path) == ["Exonération de TVA"]


def test_control_characters_are_left_out():
    item = factories.line(name="Été\x00\x0b & <fin>\r\n\ufffe")
    invoice = factories.invoice((item,), note="\x01\x02", number="INV\x00/1")

    xml = cii.write(invoice)

    assert texts(xml, "//rsm:ExchangedDocument/ram:ID") == ["INV/1"]
    assert texts(xml, LINE + "//ram:Name") == ["Été & <fin>"]
    assert texts(xml, "//ram:IncludedNote") == []


def test_delivery_is_the_day_of_issue_unless_told():
    path = "//ram:ActualDeliverySupplyChainEvent//udt:DateTimeString"

    assert texts(cii.write(factories.invoice()), path) == ["20261123"]
    earlier = factories.invoice(delivery_date=date(2026, 11, 3))
    assert texts(cii.write(earlier), path) == ["20261103"]


def test_something_due_has_a_due_date_or_terms():
    terms = SETTLEMENT + "ram:SpecifiedTradePaymentTerms/"
    due = terms + "ram:DueDateDateTime/udt:DateTimeString"

    bare = cii.write(factories.invoice(due_date=None))
    assert texts(bare, due) == ["20261123"]
    with_terms = cii.write(factories.invoice(due_date=None, payment_terms="30 jours"))
    assert texts(with_terms, due) == []
    assert texts(with_terms, terms + "ram:Description") == ["30 jours"]


# --- files inside the XML ------------------------------------------------------------


def test_a_large_file_fits():
    pdf = Attachment("facture.pdf", random.Random(1).randbytes(9 << 20))

    xml = cii.write_with_pdf(factories.invoice(), pdf)

    assert schemas.xsd_problems(xml, huge=True) == []


def test_file_names_are_short_and_distinct():
    long_name = "x" * 80 + ".pdf"
    files = [Attachment(name, b"") for name in (long_name, "a/" + long_name, long_name)]

    xml = cii.write(factories.invoice(), files)

    names = texts(xml, "//ram:AttachmentBinaryObject/@filename")
    assert len({name.lower() for name in names}) == 3
    assert all(len(name) <= 50 and name.endswith(".pdf") for name in names)
    reference = AGREEMENT + "ram:AdditionalReferencedDocument/ram:IssuerAssignedID"
    assert texts(xml, reference) == names


def test_same_invoice_gives_the_same_bytes():
    files = [factories.attachment()]

    first = cii.write(factories.invoice(), files)

    assert cii.write(factories.invoice(), files) == first
