"""R9: each check of the document, one spoiled invoice per problem."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from rules_cases import (
    BOOK,
    BOOK_VAT,
    BUYER,
    SELLER,
    WRONG_KEY,
    codes,
    make_credit_note,
    make_invoice,
    make_recipient,
    with_line,
    with_tax,
)

from chorus.invoice import Address, Invoice, Party, Tax
from chorus.rules import ERROR, FIELDS, TEXTS, WARNING, Policy, check

TODAY = date(2026, 11, 23)
D = Decimal


def party(model: Party, **changes) -> Party:
    names = ("name", "siret", "vat", "address")
    return Party(**{**{name: getattr(model, name) for name in names}, **changes})


def seller(**changes) -> dict:
    return {"seller": party(SELLER, **changes)}


def buyer(**changes) -> dict:
    return {"buyer": party(BUYER, **changes)}


KOSOVO = Party("Annexe", address=Address("1 rue", "", "10000", "Pristina", "XK"))


def totals(total: str, tax: str) -> dict:
    return {"total": D(total), "due": D(total), "tax": D(tax)}


NO_ROW = {"taxes": (), **totals("100.00", "0.00")}
ACROSS = {
    **with_line(category="K", rate=D(0)),
    **with_tax(category="K", rate=D(0), amount=D(0), exemption_reason="262 ter"),
    **totals("100.00", "0.00"),
}
MIXED = {
    "lines": (BOOK, replace(BOOK, position=2, category="O", rate=D(0))),
    "taxes": (BOOK_VAT, Tax("O", D(0), D(100), D(0), "Hors champ")),
    "untaxed": D(200),
    **totals("205.50", "5.50"),
}
# B6: 320 books at one euro, six cents of VAT each.
BY_LINE = {
    "lines": tuple(replace(BOOK, position=n, total=D("1.00")) for n in range(1, 321)),
    "taxes": (Tax("S", D("5.5"), D("320.00"), D("19.20")),),
    "untaxed": D("320.00"),
    **totals("339.20", "19.20"),
}

EXEMPT = {"tax": D(0), "total": D("100.00"), "due": D("100.00")}
FOREIGN = Address("1 rue du Livre", "", "75001", "Paris", "")
NOWHERE = Address("1 rue du Livre", country="FR")

# field and spoiled invoice of each problem that depends on the invoice alone
SPOILED = {
    "number_missing": ("number", {"number": "/"}),
    "number_too_long": ("number", {"number": "FACTURE/2026/11/00001"}),
    "number_characters": ("number", {"number": "FAC-N°1"}),
    "kind_unknown": ("kind", {"kind": "389"}),
    "deposit_type": ("kind", {"is_deposit": True}),
    "original_missing": ("original_number", {"kind": "381"}),
    "original_self": (
        "original_number",
        {"kind": "381", "number": "A1", "original_number": "A1"},
    ),
    "credit_partial": (
        "original_number",
        {"kind": "381", "original_number": "A1", "partial_credit": True},
    ),
    "date_missing": ("issue_date", {"issue_date": None}),
    "date_future": ("issue_date", {"issue_date": date(2026, 11, 24)}),
    "due_date_early": ("due_date", {"due_date": date(2026, 11, 22)}),
    "due_date_missing": ("due_date", {"due_date": None}),
    "currency_missing": ("currency", {"currency": ""}),
    "currency_foreign": ("currency", {"currency": "CHF"}),
    "seller_name_missing": ("seller.name", seller(name=" ")),
    "seller_siret_missing": ("seller.siret", seller(siret="")),
    "seller_siret_format": ("seller.siret", seller(siret="732829320")),
    "seller_siret_key": ("seller.siret", seller(siret="73282932000079")),
    "seller_vat_missing": ("seller.vat", seller(vat="")),
    "seller_vat_invalid": ("seller.vat", seller(vat="FR45732829320")),
    "seller_address_incomplete": ("seller.address", seller(address=NOWHERE)),
    "seller_country_missing": ("seller.address", seller(address=FOREIGN)),
    "buyer_name_missing": ("buyer.name", buyer(name="")),
    "buyer_siret_missing": ("buyer.siret", buyer(siret="")),
    "buyer_siret_format": ("buyer.siret", buyer(siret="227605409")),
    "buyer_address_incomplete": ("buyer.address", buyer(address=NOWHERE)),
    "buyer_country_missing": ("buyer.address", buyer(address=FOREIGN)),
    "delivery_country_missing": ("delivery.address", {"delivery": Party("Annexe")}),
    "text_too_long": ("note", {"note": "n" * 1025}),
    "text_illegal": ("lines", with_line(name="Tome 1\x0bTome 2")),
    "lines_missing": ("lines", {"lines": ()}),
    "line_name_missing": ("lines", with_line(name="")),
    "line_quantity_zero": ("lines", with_line(quantity=D(0))),
    "line_ean_invalid": ("lines", with_line(ean="9782070360025")),
    "vat_category_unknown": (
        "lines",
        {**with_line(category="H"), **with_tax(category="H")},
    ),
    "vat_rate_wrong": (
        "lines",
        {**with_line(category="Z"), **with_tax(category="Z")},
    ),
    "vat_row_missing": ("taxes", {"taxes": (), "tax": D(0), **EXEMPT}),
    "vat_base_mismatch": ("taxes", with_tax(base=D("100.01"))),
    "vat_amount_mismatch": (
        "taxes",
        {
            **with_tax(amount=D("5.52")),
            "tax": D("5.52"),
            "total": D("105.52"),
            "due": D("105.52"),
        },
    ),
    "vat_reason_missing": (
        "taxes",
        {
            **with_line(category="E", rate=D(0)),
            **with_tax(category="E", rate=D(0), amount=D(0)),
            **EXEMPT,
        },
    ),
    "untaxed_mismatch": (
        "untaxed",
        {"untaxed": D("99.99"), "total": D("105.49"), "due": D("105.49")},
    ),
    "tax_mismatch": (
        "tax",
        {"tax": D("5.51"), "total": D("105.51"), "due": D("105.51")},
    ),
    "total_mismatch": ("total", {"total": D("105.51"), "due": D("105.51")}),
    "due_mismatch": ("due", {"paid": D("5.50")}),
    "currency_withdrawn": ("currency", {"currency": "HRK"}),
    "buyer_vat_missing": ("buyer.name", {**ACROSS, **buyer()}),
    "buyer_vat_invalid": ("buyer.name", buyer(vat="12345678901")),
    "country_unlisted": ("delivery.address", {"delivery": KOSOVO}),
    "vat_missing": ("lines", {**with_line(category="", rate=D(0)), **NO_ROW}),
    "vat_untold": ("lines", {**with_line(category="?", rate=D(0)), **NO_ROW}),
    "vat_rate_unknown": (
        "lines",
        {
            **with_line(rate=D(1)),
            **with_tax(rate=D(1), amount=D(1)),
            **totals("101.00", "1.00"),
        },
    ),
    "vat_not_subject_mixed": ("lines", MIXED),
    "vat_row_superfluous": (
        "taxes",
        {"taxes": (BOOK_VAT, Tax("E", D(0), D(0), D(0), "Exonération"))},
    ),
    "vat_by_line": ("taxes", BY_LINE),
    "vat_cash_rounding": (
        "taxes",
        {
            **with_tax(amount=D("5.60"), rounding=D("0.10")),
            **totals("105.60", "5.60"),
        },
    ),
    "file_too_big": ("files", {"files": (("plan.pdf", 11_500_000),)}),
    "file_empty": ("files", {"files": (("plan.pdf", 0),)}),
    "file_name_long": ("files", {"files": (("n" * 47 + ".pdf", 9),)}),
    "file_kind": ("files", {"files": (("message.eml", 9),)}),
    "files_too_big": ("files", {"files": (("a.pdf", 5_000_000),) * 2}),
    "frame_unknown": ("frame", {"frame": "S1"}),
    "frame_not_paid": ("frame", {"frame": "A2"}),
    "frame_paid": ("frame", {"paid": D("105.50"), "due": D(0)}),
    "payment_means_missing": ("payment_means", {"payment_means": ""}),
    "payment_means_unknown": ("payment_means", {"payment_means": "57"}),
    "iban_missing": ("iban", {"iban": ""}),
    "iban_invalid": ("iban", {"iban": "FR1420041010050500013M02607"}),
}
# problems that come with another one, by nature
COMPANIONS = {
    "lines_missing": ["vat_base_mismatch", "untaxed_mismatch"],
    "frame_unknown": [],
}
DIRECTORY = {
    "recipient_unverified": None,
    "recipient_unknown": make_recipient(known=False),
    "recipient_inactive": make_recipient(active=False),
    "recipient_works_only": make_recipient(works_owner_only=True),
}
ELSEWHERE = {
    "probably_public",
    "sent_by_odoo",
    "sent_elsewhere",
    "changed_since",
    "number_taken",
    "orders_disagree",
    "total_negative",
    "buyer_siret_key",
    "reference_too_long",
    "reference_invisible",
    "reference_characters",
    "currency_decimals",
    *(code for code in TEXTS if code.startswith(("service_", "engagement_"))),
    *(code for code in TEXTS if code.startswith("reform_")),
    "reference_missing",
}


def test_a_correct_invoice_has_no_problem():
    assert check(make_invoice(), make_recipient(), Policy(today=TODAY)) == []


def test_a_correct_credit_note_has_no_problem():
    assert check(make_credit_note(), make_recipient(), Policy(today=TODAY)) == []


@pytest.mark.parametrize("code", SPOILED)
def test_each_problem_is_found_alone(code):
    field, changes = SPOILED[code]
    problems = check(make_invoice(**changes), make_recipient(), Policy(today=TODAY))
    assert sorted(codes(problems)) == sorted([code, *COMPANIONS.get(code, [])])
    (found,) = (problem for problem in problems if problem.code == code)
    assert found.field == field
    assert found.severity == TEXTS[code].severity


@pytest.mark.parametrize("code", DIRECTORY)
def test_each_answer_of_the_directory(code):
    (problem,) = check(make_invoice(), DIRECTORY[code])
    assert (problem.code, problem.field) == (code, "buyer.siret")
    assert problem.severity == (WARNING if code == "recipient_unverified" else ERROR)
    assert problem.waits == (code != "recipient_works_only")


def test_every_problem_has_its_test():
    assert set(TEXTS) == {*SPOILED, *DIRECTORY, *ELSEWHERE}


def test_every_problem_in_one_go():
    lines = with_line(name="", ean="1")
    invoice = make_invoice(number="N°", iban="", currency="", kind="x", **lines)
    assert sorted(codes(check(invoice, None))) == [
        "currency_missing",
        "iban_missing",
        "kind_unknown",
        "line_ean_invalid",
        "line_name_missing",
        "number_characters",
        "recipient_unverified",
    ]


# Regression cases of the OCA modules


@pytest.mark.parametrize(
    ("name", "size", "found"),
    [
        ("plan.pdf", 9_400_000, []),
        ("plan.pdf", 9_700_000, ["files_too_big"]),
        ("plan.pdf", 10_000_000, ["file_too_big"]),
        ("n" * 46 + ".pdf", 9, []),
        ("n" * 47 + ".pdf", 9, ["file_name_long"]),
    ],
)
def test_a15_a_file_fits_with_its_invoice(name, size, found):
    """10 MB in all, and a name of 50 characters (HTTP 400 beyond)."""
    problems = check(make_invoice(files=((name, size),)), make_recipient(), Policy())
    assert codes(problems) == found


def test_case_01_inactive_structure():
    (problem,) = check(make_invoice(), make_recipient(active=False))
    assert (problem.code, problem.severity) == ("recipient_inactive", ERROR)
    assert problem.waits
    assert "Seine-Maritime" in problem.message


def test_case_02_siret_changed_after_first_lookup():
    invoice = make_invoice(**buyer(siret="22100005200011"))
    recipient = make_recipient(service_required=True)
    assert codes(check(invoice, recipient)) == ["recipient_unverified"]


def test_case_16_number_too_long():
    assert not check(make_invoice(number="x" * 20), make_recipient())
    (problem,) = check(make_invoice(number="x" * 21), make_recipient())
    assert problem.code == "number_too_long"
    assert "21" in problem.message
    assert "20" in problem.message


def test_case_23_missing_payment_means_code():
    problems = check(make_invoice(payment_means="", iban=""), make_recipient())
    assert codes(problems) == ["payment_means_missing"]
    assert not check(make_credit_note(payment_means="", iban=""), make_recipient())


# R1


@pytest.mark.parametrize(
    ("recipient", "policy", "severity"),
    [
        (make_recipient(siret=WRONG_KEY), Policy(), WARNING),
        (make_recipient(siret=WRONG_KEY, known=False), Policy(), ERROR),
        (None, Policy(), ERROR),
        (None, Policy(qualification=True), WARNING),
    ],
    ids=["directory knows", "directory ignores", "no answer", "qualification"],
)
def test_wrong_key_of_the_customer(recipient, policy, severity):
    problems = check(make_invoice(**buyer(siret=WRONG_KEY)), recipient, policy)
    found = [p.severity for p in problems if p.code == "buyer_siret_key"]
    assert found == [severity]


def test_wrong_key_of_the_shop_passes_in_qualification_only():
    invoice = make_invoice(**seller(siret=WRONG_KEY))
    for policy, severity in ((Policy(qualification=True), WARNING), (Policy(), ERROR)):
        (problem,) = check(invoice, make_recipient(), policy)
        assert (problem.code, problem.severity) == ("seller_siret_key", severity)


def test_la_poste():
    number = "35600000049837"
    invoice = make_invoice(**buyer(siret=number))
    assert not check(invoice, make_recipient(siret=number))


def test_siret_is_sent_without_spaces():
    invoice = make_invoice(**buyer(siret="227 605 409 00019"))
    assert codes(check(invoice, None)) == ["buyer_siret_format"]


# Number


@pytest.mark.parametrize("number", ["A", "INV/2026/00001", "a-b_c+d e/1"])
def test_allowed_numbers(number):
    assert not check(make_invoice(number=number), make_recipient())


def test_refused_characters_are_named_once():
    (problem,) = check(make_invoice(number="É#1.#"), make_recipient())
    assert problem.values["refused"] == "É # ."
    assert problem.message.endswith("É # .")


@pytest.mark.parametrize("number", ["", "/", " "])
def test_a_draft_has_no_number(number):
    (problem,) = check(make_invoice(number=number), make_recipient())
    assert problem.code == "number_missing"


# Dates, VAT number, texts


def test_future_date_needs_today():
    invoice = make_invoice(issue_date=date(2999, 1, 1), due_date=None, due=D(0))
    assert "date_future" not in codes(check(invoice, make_recipient()))


def test_payment_terms_stand_for_a_due_date():
    invoice = make_invoice(due_date=None, payment_terms="30 jours")
    assert not check(invoice, make_recipient())


def test_out_of_scope_needs_no_vat_number():
    line = with_line(category="O", rate=D(0))
    tax = with_tax(category="O", rate=D(0), amount=D(0), exemption_reason="Hors champ")
    invoice = make_invoice(**line, **tax, **EXEMPT, **seller(vat=""))
    assert not check(invoice, make_recipient())


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("buyer.name", buyer(name="x" * 100)),
        ("seller.name", seller(name="x" * 100)),
        ("payment_terms", {"payment_terms": "x" * 1025}),
        ("lines", with_line(name="x" * 1025)),
        ("taxes", with_tax(exemption_reason="x" * 1025)),
    ],
)
def test_long_texts_are_warned(field, changes):
    (problem,) = check(make_invoice(**changes), make_recipient())
    assert (problem.code, problem.field) == ("text_too_long", field)
    assert problem.severity == WARNING


def test_no_answer_holds_what_xml_cannot_carry():
    invoice = make_invoice(market="a\x00b\x1f")
    for problem in check(invoice, make_recipient()):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", problem.message)


# Catalogue


@pytest.mark.parametrize("field", FIELDS)
def test_fields_are_paths_of_the_neutral_invoice(field):
    kind, names = Invoice, {"seller": Party, "buyer": Party, "delivery": Party}
    for name in field.split("."):
        assert name in kind.__dataclass_fields__
        kind = names.get(name)


@pytest.mark.parametrize("code", TEXTS)
def test_sentences_are_whole(code):
    text = TEXTS[code]
    assert text.severity in (ERROR, WARNING)
    assert text.remedy.endswith(".")
    assert text.message.endswith((".", "%(refused)s"))
    used = re.findall(r"%\((\w+)\)s", text.message)
    assert set(re.findall(r"%\((\w+)\)s", text.remedy)) <= set(used)
    if not used:
        assert "%" not in text.message + text.remedy
