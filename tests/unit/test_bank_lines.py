"""Which invoices a bank line pays: samples of labels, traps and laws (R46)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus import payment
from chorus.payment import Due, Line, candidates
from chorus.payment.line import holds, plain
from chorus.payment.match import MOST_CANDIDATES, subsets
from orders_corpus import BANK_HELD_OUT, BANK_TUNED, bank

TOWN, OTHER, SCHOOL, UNIVERSITY = (
    "21990010700018", "21990011500011", "19990202400017", "19990101800010"
)  # fmt: skip
TODAY = date(2026, 11, 27)


def due(key, number, amount, *, on=date(2026, 10, 1), **values):
    return Due(key, number, Decimal(amount), on, **values)


def line(label, amount, **values):
    return Line((label,), Decimal(amount), values.pop("on", TODAY), **values)


def keys(found):
    return [one.keys for one in found]


def said(one):
    return " ".join(map(str, one.reasons))


def test_two_invoices_of_one_mandate():
    dues = [
        due(1, "F2026-00042", "100.10", siret=TOWN),
        due(2, "F2026-00051", "50.05", siret=TOWN),
        due(3, "F2026-0004", "150.15", siret=TOWN),
    ]
    label = (
        "VIR SEPA RECU /DE SGC AUBREMONT /MOTIF MDT 1532 BORD 72 EX 2026 F2026-00042 "
        "F2026-00051 /REF NOTPROVIDED"
    )
    first = candidates(line(label, "150.15"), dues)[0]
    assert first.keys == (1, 2) and first.certain
    assert "F2026-00042" in said(first) and "F2026-00051" in said(first)


def test_the_payment_request_of_a_state_body():
    dues = [
        due(1, "FAC/1", "70", payment="8100012345"),
        due(2, "FAC/2", "70", payment="8100012346"),
    ]
    [one] = candidates(line("VIR DRFIP ILE DE FRANCE DP 8100012345", "70"), dues)
    assert one.keys == (1,) and one.kind == "request" and one.certain


def test_the_only_sum_of_a_known_payer():
    dues = [
        due(1, "A-1", "100.00", siret=TOWN),
        due(2, "A-2", "112.35", siret=TOWN),
        due(3, "A-3", "200.00", siret=TOWN),
        due(4, "A-4", "37.20", siret=TOWN, on=date(2026, 12, 1)),
    ]
    label = "VIR TRESORERIE AUBREMONT MUNICIPAL"
    [one] = candidates(line(label, "412.35"), dues, {TOWN})
    assert one.keys == (1, 2, 3) and one.kind == "sum"
    assert not one.certain


def test_two_sums_are_both_shown():
    dues = [
        due(key, f"A-{key}", amount, siret=TOWN)
        for key, amount in enumerate(("100", "200", "300"), 1)
    ]
    found = candidates(line("SGC AUBREMONT", "300"), dues, {TOWN})
    assert sorted(keys(found)) == [(1, 2), (3,)]
    assert all("a person decides" in said(one) for one in found)


@pytest.mark.parametrize(
    "label", ["MOTIF FAC202600042", "FAC 2026 00042", "FAC-2026/00042"]
)
def test_a_number_without_its_separators(label):
    dues = [due(1, "FAC/2026/00042", "10"), due(2, "FAC/2026/0004", "10")]
    assert keys(candidates(line(label, "10"), dues)) == [(1,)]


def test_the_order_a_university_quotes():
    dues = [
        due(1, "F/1", "80", siret=UNIVERSITY, references=("4500123458",)),
        due(2, "F/2", "80", siret=UNIVERSITY, references=("4500123459",)),
    ]
    [one] = candidates(line("UNIV BASSE LANDE CDE 4500123458", "80"), dues)
    assert one.keys == (1,) and one.kind == "order"


def test_an_invoice_less_its_credit_note():
    dues = [
        due(1, "F/1", "1280.05", siret=TOWN),
        due(2, "A/1", "-40.00", siret=TOWN),
    ]
    found = candidates(line("SGC AUBREMONT", "1240.05"), dues, {TOWN})
    assert keys(found) == [(1, 2)]


@pytest.mark.parametrize(
    "label",
    [
        "VIR DRFIP GRAND EST ET DEPT - MENSUALISE 0 M0 REMB. EXCD. IMPOT",
        "VIREMENT EN VOTRE FAVEUR DGFIP FINANCES PUBLIQUES 1P06700 REMB IMPOT",
        "VIR DRFIP SUBVENTION 2026",
    ],
)
def test_taxes_and_aid_pay_no_invoice(label):
    dues = [due(1, "F/1", "70", siret=TOWN)]
    assert not candidates(line(label, "70"), dues, {TOWN})


def test_the_school_by_its_order_not_by_the_accountants_name():
    dues = [
        due(1, "F/1", "60", siret=SCHOOL, references=("2026-000128",)),
        due(2, "F/2", "60", siret=OTHER, references=("2026-000129",)),
    ]
    label = "AGENT COMPTABLE LYC TILLEULS CLG DU PONT 2026-000128"
    assert keys(candidates(line(label, "60"), dues))[0] == (1,)


def test_one_mandate_number_of_two_towns_fills_nothing():
    ordered = date(2026, 11, 20)
    dues = [
        due(1, "F/1", "60", siret=TOWN, payment="1532", ordered_on=ordered),
        due(2, "F/2", "60", siret=OTHER, payment="1532", ordered_on=ordered),
    ]
    found = candidates(line("SGC AUBREMONT MANDAT 1532 EX 2026", "60"), dues)
    assert sorted(keys(found)) == [(1,), (2,)]
    assert not any(one.certain for one in found)
    assert all("a person decides" in said(one) for one in found)


def test_a_mandate_of_another_year_is_not_this_one():
    dues = [
        due(1, "F/1", "60", siret=TOWN, payment="1532", ordered_on=date(2025, 11, 20)),
        due(2, "F/2", "60", siret=TOWN, payment="1532", ordered_on=date(2026, 11, 20)),
    ]
    found = candidates(line("SGC MANDAT 1532 EX 2026", "60"), dues)
    assert keys(found)[0] == (2,)


def test_a_mandate_of_long_ago_is_not_certain_without_its_year():
    old = due(1, "F/1", "60", siret=TOWN, payment="1532", ordered_on=date(2026, 1, 20))
    [one] = candidates(line("SGC MANDAT 1532", "60"), [old])
    assert one.keys == (1,) and not one.certain
    assert "comes back each year" in said(one)
    [one] = candidates(line("SGC MANDAT 1532 EX 2026", "60"), [old])
    assert one.certain


def test_the_recovery_fee_is_said():
    dues = [due(1, "F/1", "60", siret=TOWN)]
    account = "FR7610071990000000100000144"
    [one] = candidates(line("VIREMENT", "100", account=account), dues)
    assert one.keys == (1,) and one.rest == 40
    assert not one.certain
    assert "recovery fee" in said(one)


def test_an_amount_alone_says_nothing():
    dues = [due(1, "F/1", "60", siret=TOWN)]
    assert not candidates(line("VIR DUPONT LIVRES", "60"), dues)


def test_a_line_pays_nothing_of_tomorrow():
    dues = [due(1, "FAC/2026/00042", "60", on=date(2026, 11, 28))]
    assert not candidates(line("FAC/2026/00042", "60"), dues)


def test_a_short_number_needs_its_word():
    dues = [due(1, "42", "60", siret=TOWN)]
    assert not candidates(line("REF 42", "60"), dues)
    assert keys(candidates(line("FACTURE 42", "60"), dues)) == [(1,)]


def test_a_named_invoice_that_the_line_does_not_fully_pay():
    dues = [due(1, "FAC/2026/00042", "60", siret=TOWN)]
    [one] = candidates(line("FAC/2026/00042", "50"), dues)
    assert one.rest == -10 and not one.certain
    assert "10.00 euros more than the line pays" in said(one)


def test_the_delay_is_said():
    dues = [
        due(1, "F/1", "60", siret=TOWN, ordered_on=date(2026, 11, 20)),
        due(2, "F/2", "60", siret=TOWN, ordered_on=date(2026, 2, 2)),
    ]
    [one] = candidates(line("SGC", "60"), dues, {TOWN})
    assert one.keys == (1,)
    assert "7 days after" in said(one)


@pytest.mark.parametrize("case", BANK_TUNED, ids=lambda case: case.name)
def test_every_line_is_matched_as_it_should(case):
    assert bank.verdict(case, payment) in ("right", "absent"), bank.proposed(
        case, payment
    )


def test_lines_nobody_tuned_on():
    found = bank.score(BANK_HELD_OUT, payment)
    assert found["wrong"] <= 1
    assert found["recall"] >= 0.9


# --- laws -----------------------------------------------------------------------------

amounts = st.decimals(-50, 400, places=2).filter(bool)
several = st.lists(amounts, min_size=1, max_size=14).map(
    lambda found: [
        due(key, f"FAC/2026/{key:05}", amount, siret=TOWN)
        for key, amount in enumerate(found, 1)
    ]
)


@given(several, st.decimals(1, 900, places=2))
def test_every_sum_makes_its_amount(dues, amount):
    of = {one.key: one.amount for one in dues}
    for found in subsets(amount, dues):
        assert sum(of[key] for key in found) == amount


@given(several, st.text(max_size=60), st.decimals(1, 900, places=2))
def test_certain_is_alone_and_to_the_cent(dues, label, amount):
    found = candidates(line(f"SGC {label}", amount), dues, {TOWN})
    assert len(found) <= MOST_CANDIDATES
    assert len(set(keys(found))) == len(found)
    certain = [one for one in found if one.certain]
    assert len(certain) <= 1
    assert all(not one.rest and one.kind != "sum" for one in certain)
    assert all(one.reasons for one in found)


@given(st.integers(1, 99999), st.integers(1, 99999), st.sampled_from(("", " ", "-")))
def test_a_number_is_held_by_itself_only(number, other, mark):
    text = plain(f"MOTIF FAC{mark}2026{mark}{number:05} FIN")
    assert holds(text, f"FAC/2026/{number:05}")
    assert holds(text, f"FAC/2026/{other:05}") == (number == other)


@given(st.text("0123456789 /-", max_size=40), several, st.decimals(1, 400, places=2))
def test_figures_of_nobody_pay_nothing(figures, dues, amount):
    assert not candidates(line(f"VIR SEPA {figures}", amount), dues)
