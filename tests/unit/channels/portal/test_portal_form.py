"""R11: what is typed on the portal, in the site's order, with the invoice's foot."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given

import factories
from chorus.channels.portal.export import form_values
from chorus.invoice import Tax


def texts(invoice):
    return {
        value.label % dict(value.values) if value.values else value.label: value.text
        for value in form_values(invoice)
    }


def test_values_of_an_invoice():
    invoice = factories.invoice(
        number="FAC/2026/00012",
        issue_date=date(2026, 11, 24),
        service="MEDIATHEQUE",
        engagement="ej-12 b",
        market="",
    )
    shown = texts(invoice)
    assert shown["Body's SIRET"] == invoice.buyer.siret
    assert shown["Service code"] == "MEDIATHEQUE"
    assert shown["Number"] == "FAC/2026/00012"
    assert shown["Date"] == "24/11/2026"
    assert shown["Type"] == "Facture"
    assert shown["Invoicing framework"] == "A1"
    # R7: byte for byte.
    assert shown["Engagement number"] == "ej-12 b"
    assert "Market number" not in shown


def test_the_foot_has_one_base_and_one_amount_for_each_rate():
    taxes = (
        Tax("S", Decimal("5.50"), Decimal("1234.50"), Decimal("67.90")),
        Tax("S", Decimal(20), Decimal(10), Decimal(2)),
    )
    shown = texts(replace(factories.invoice(), taxes=taxes))
    assert shown["Base at 5,5 %"] == "1234,50"
    assert shown["VAT at 5,5 %"] == "67,90"
    assert shown["Base at 20 %"] == "10,00"
    assert shown["VAT at 20 %"] == "2,00"


def test_a_credit_note_names_its_invoice():
    shown = texts(factories.credit_note(original_number="FAC/2026/00001"))
    assert shown["Type"] == "Avoir"
    assert shown["Number of the invoice credited"] == "FAC/2026/00001"


@given(factories.invoices(max_lines=3))
def test_the_order_is_the_sites_and_nothing_is_empty(invoice):
    values = form_values(invoice)
    assert all(value.text for value in values)
    blocks = [value.block for value in values]
    order = ["Recipient", "Invoice", "VAT by rate", "Totals"]
    assert blocks == sorted(blocks, key=order.index)
    assert {*order} - {"VAT by rate"} <= set(blocks)
