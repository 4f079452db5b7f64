"""What the Factur-X says of VAT, deposits and currencies: the norm's own fields."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

import factories
from chorus import vat
from chorus.facturx import cii, schemas
from chorus.invoice import Preceding

needs_saxon = pytest.mark.skipif(
    not schemas.schematron_available(), reason="saxonche is absent"
)


def values_at(xml: bytes, path: str) -> list[str]:
    return [one.text for one in etree.fromstring(xml).iterfind(path)]


def test_franchise_says_its_own_tax_number():
    """B5: no VAT number, BT-32 instead, and why there is no VAT (CGI, 293 B)."""
    invoice = factories.franchise_invoice()
    xml = cii.write(invoice)
    numbers = etree.fromstring(xml).findall(".//{*}SpecifiedTaxRegistration/{*}ID")
    assert [(one.get("schemeID"), one.text) for one in numbers] == [
        ("FC", factories.SELLER_SIRET[:9])
    ]
    [row] = etree.fromstring(xml).findall(".//{*}ExemptionReason")
    assert "293 B" in row.text
    assert values_at(xml, ".//{*}ExemptionReasonCode") == [vat.FRANCHISE]


def test_seller_keeps_its_vat_number_beside_a_row_outside_vat():
    """B4: the check refuses that mixture; the document still names the seller."""
    lines = (factories.line(), factories.line(category="O", rate=Decimal(0)))
    xml = cii.write(factories.invoice(lines))
    assert b'schemeID="VA"' in xml
    alone = cii.write(factories.invoice(lines[1:]))
    assert b'schemeID="VA"' not in alone


def test_each_row_says_when_its_vat_is_due():
    """B17: goods on debits beside services on receipts."""
    lines = (factories.line(), factories.line(rate=Decimal(20)))
    invoice = factories.invoice(lines, vat_on_payment=True)
    goods, services = invoice.taxes
    rows = (replace(goods, on_payment=False), replace(services, on_payment=True))
    xml = cii.write(replace(invoice, taxes=rows))
    assert values_at(xml, ".//{*}DueDateTypeCode") == ["5", "72"]


def test_vat_in_euros_of_an_invoice_in_another_currency():
    """B15: BT-6 and BT-111."""
    invoice = factories.invoice(currency="USD", tax_in_euros=Decimal("1.23"))
    root = etree.fromstring(cii.write(invoice))
    totals = root.findall(".//{*}TaxTotalAmount")
    assert [(one.get("currencyID"), one.text) for one in totals] == [
        ("USD", f"{invoice.tax}"),
        ("EUR", "1.23"),
    ]
    assert [one.text for one in root.iterfind(".//{*}TaxCurrencyCode")] == ["EUR"]


def test_deposits_deducted_are_named():
    """F7: EN 16931 BG-3."""
    deposit = Preceding("INV/2026/00007", date(2026, 3, 1))
    xml = cii.write(factories.invoice(deposits=(deposit,)))
    path = ".//{*}InvoiceReferencedDocument/{*}IssuerAssignedID"
    assert values_at(xml, path) == ["INV/2026/00007"]
    assert b"20260301" in xml


@needs_saxon
@pytest.mark.parametrize(
    "invoice",
    [
        factories.franchise_invoice(),
        factories.invoice(currency="USD", tax_in_euros=Decimal("1.23")),
        factories.invoice(currency="XPF", tax_in_euros=Decimal("1.23")),
        factories.invoice(
            deposits=(Preceding("F-1", date(2026, 3, 1)), Preceding("F-2"))
        ),
    ],
    ids=["franchise", "dollars", "francs", "deposits"],
)
def test_the_schematron_takes_them(invoice):
    xml = cii.write(invoice)
    assert schemas.xsd_problems(xml) == schemas.schematron_problems(xml) == []
