"""R9: each check of lines, amounts and payment."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rules_cases import (
    BOOK,
    BOOK_VAT,
    codes,
    make_credit_note,
    make_invoice,
    make_recipient,
    with_line,
    with_tax,
)

from chorus.invoice import Line, Tax
from chorus.rules import WARNING, check

D = Decimal


# Lines and amounts


def test_a_discount_line_passes():
    """The document writes it as a negative quantity, for EN 16931 BR-27."""
    less = Line(2, "Remise", D(1), D(-10), D(-10), D("-10.00"), "S", D("5.5"))
    tax = with_tax(base=D("90.00"), amount=D("4.95"))
    amounts = {"untaxed": D("90.00"), "tax": D("4.95")}
    total = {"total": D("94.95"), "due": D("94.95")}
    invoice = make_invoice(lines=(BOOK, less), **tax, **amounts, **total)
    assert not check(invoice, make_recipient())


@pytest.mark.parametrize("ean", ["978-2070360024", "9782070360025", "2070360024", "x"])
def test_barcodes_that_are_not_ean(ean):
    (problem,) = check(make_invoice(**with_line(ean=ean)), make_recipient())
    assert (problem.code, problem.severity) == ("line_ean_invalid", WARNING)


def test_several_rates_are_told_apart():
    pen = Line(2, "Stylo", D(1), D(10), D(10), D(10), "S", D(20))
    vat = Tax("S", D("20.0"), D(10), D(2))
    amounts = {"untaxed": D(110), "tax": D("7.50"), "total": D("117.50")}
    values = {**amounts, "due": D("117.50"), "lines": (BOOK, pen)}
    assert not check(make_invoice(taxes=(BOOK_VAT, vat), **values), make_recipient())
    swapped = (BOOK_VAT, Tax("S", D("2.1"), D(10), D(2)))
    problems = check(make_invoice(taxes=swapped, **values), make_recipient())
    assert codes(problems) == [
        "vat_row_missing",
        "vat_base_mismatch",
        "vat_amount_mismatch",
    ]


def test_rounding_per_line_may_differ_by_a_cent_per_line():
    books = tuple(BOOK for _ in range(3))
    for amount, expected in (("16.53", []), ("16.54", ["vat_amount_mismatch"])):
        vat = Tax("S", D("5.5"), D("300.00"), D(amount))
        total = D(300) + D(amount)
        invoice = make_invoice(
            lines=books,
            taxes=(vat,),
            untaxed=D(300),
            tax=D(amount),
            total=total,
            due=total,
        )
        assert codes(check(invoice, make_recipient())) == expected


def test_rates_are_written_as_people_do():
    changes = with_tax(base=D("100.01"), rate=D("5.5000"))
    (problem,) = check(make_invoice(**changes), make_recipient())
    assert problem.message == (
        "The lines with VAT at 5.5 % add up to 100.00; the VAT summary says 100.01."
    )


def test_negative_total():
    line = with_line(quantity=D(-4), total=D("-100.00"))
    tax = with_tax(base=D("-100.00"), amount=D("-5.50"))
    amounts = {"untaxed": D("-100.00"), "tax": D("-5.50")}
    total = D("-105.50")
    invoice = make_invoice(**line, **tax, **amounts, total=total, due=total)
    assert codes(check(invoice, make_recipient())) == ["total_negative"]


def test_paid_and_rounding_make_what_is_due():
    """BR-CO-16: BT-115 = BT-112 - BT-113 + BT-114."""
    invoice = make_invoice(paid=D("5.00"), rounding=D("-0.50"), due=D("100.00"))
    assert not check(invoice, make_recipient())


# Payment


def test_an_invoice_already_paid_takes_a2():
    paid = {"paid": D("105.50"), "due": D(0)}
    assert not check(make_invoice(**paid, frame="A2"), make_recipient())


def test_a_credit_note_keeps_a1():
    paid = {"paid": D("105.50"), "due": D(0)}
    assert not check(make_credit_note(**paid), make_recipient())
    problems = check(make_credit_note(**paid, frame="A2"), make_recipient())
    assert codes(problems) == ["frame_unknown"]


@pytest.mark.parametrize("means", ["30", "31", "42", "58"])
def test_transfers_need_an_account(means):
    invoice = make_invoice(payment_means=means, iban="")
    assert codes(check(invoice, make_recipient())) == ["iban_missing"]


@pytest.mark.parametrize("means", ["01", "10", "20", "48", "49", "59", "97"])
def test_other_means_need_none(means):
    assert not check(make_invoice(payment_means=means, iban=""), make_recipient())


@pytest.mark.parametrize(
    ("iban", "right"),
    [
        ("FR14 2004 1010 0505 0001 3M02 606", True),
        ("BE31435411161155", True),
        ("FR1520041010050500013M02606", False),
        ("FR7720041010050500013M026", False),
        ("20041010050500013M02606", False),
    ],
)
def test_account_numbers(iban, right):
    expected = [] if right else ["iban_invalid"]
    assert codes(check(make_invoice(iban=iban), make_recipient())) == expected


# The norm's own tolerance


def one_line(untaxed, tax, currency="EUR", **row):
    total = D(untaxed) + D(tax)
    line = with_line(total=D(untaxed), rate=D(20))
    vat = with_tax(rate=D(20), base=D(untaxed), amount=D(tax), **row)
    amounts = {"untaxed": D(untaxed), "tax": D(tax), "total": total, "due": total}
    return make_invoice(**line, **vat, **amounts, currency=currency)


def test_cash_rounding_on_vat_is_named():
    """B6: 13.98 rounded to 14.00, which the norm takes."""
    invoice = one_line("69.90", "14.00", rounding=D("0.02"))
    (problem,) = check(invoice, make_recipient())
    assert (problem.code, problem.severity) == ("vat_cash_rounding", WARNING)
    assert "cash rounding" in problem.message


def test_francs_have_no_cents():
    """B15: XPF rounds VAT to the franc."""
    found = codes(check(one_line("1234", "247", "XPF"), make_recipient()))
    assert found == ["currency_foreign"]
    found = codes(check(one_line("1234", "249", "XPF"), make_recipient()))
    assert sorted(found) == ["currency_foreign", "vat_amount_mismatch"]


def test_three_decimals_are_refused():
    """B15: TND has thousandths, an invoice has cents."""
    found = codes(check(one_line("10.005", "2.001", "TND"), make_recipient()))
    assert "currency_decimals" in found
    found = codes(check(one_line("10.000", "2.000", "TND"), make_recipient()))
    assert found == ["currency_foreign"]


def test_a_franchise_needs_no_vat_number():
    """B5: exempt by article 293 B, whatever the seller lacks."""
    line = with_line(category="E", rate=D(0))
    row = with_tax(category="E", rate=D(0), amount=D(0), exemption_reason="293 B")
    seller = replace(make_invoice().seller, vat="")
    amounts = {"tax": D(0), "total": D(100), "due": D(100)}
    assert not check(
        make_invoice(**line, **row, **amounts, seller=seller), make_recipient()
    )


def test_vat_where_none_is_charged_is_refused_to_the_cent():
    """EN 16931 BR-E-09."""
    line = with_line(category="E", rate=D(0))
    row = with_tax(category="E", rate=D(0), amount=D("0.01"), exemption_reason="x")
    amounts = {"tax": D("0.01"), "total": D("100.01"), "due": D("100.01")}
    found = codes(check(make_invoice(**line, **row, **amounts), make_recipient()))
    assert found == ["vat_amount_mismatch"]
