"""R1: SIRET numbers, their key, La Poste, the qualification platform's numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus import siret

GOOD = ("22760540900019", "22100005200011", "73282932000074", "11000201100044")
LA_POSTE = ("35600000000048", "35600000049837")
QUALIFICATION = "33254021516357"


@pytest.mark.parametrize("number", (*GOOD, *LA_POSTE))
def test_right_key(number):
    assert siret.check(number) == siret.OK
    assert siret.is_valid(number)


@pytest.mark.parametrize("number", (QUALIFICATION, "22760540900018", "35600000049838"))
def test_wrong_key_is_told_apart_and_tolerated_on_demand(number):
    assert siret.check(number) == siret.KEY
    assert not siret.is_valid(number)
    assert siret.is_valid(number, any_key=True)


@pytest.mark.parametrize(
    "text", ("", " ", "2276054090001", "227605409000190", "2276054090001A", "SIRET")
)
def test_wrong_form_is_never_tolerated(text):
    assert siret.check(text) == siret.FORMAT
    assert not siret.is_valid(text, any_key=True)


@pytest.mark.parametrize(
    "typed",
    (" 227 605 409 00019 ", "227.605.409.00019", "227\u00a0605\u202f409\t00019\n"),
)
def test_spaces_and_dots_are_cleaned(typed):
    assert siret.clean(typed) == "22760540900019"
    assert siret.check(typed) == siret.OK


def test_siren_is_the_legal_entity():
    assert siret.siren("227 605 409 00019") == "227605409"


@given(st.text())
def test_any_text_gets_a_verdict(text):
    assert siret.check(text) in (siret.OK, siret.FORMAT, siret.KEY)


@given(st.sampled_from(GOOD), st.integers(0, 13), st.integers(1, 9))
def test_one_mistyped_digit_is_found(number, place, shift):
    digit = str((int(number[place]) + shift) % 10)
    assert siret.check(number[:place] + digit + number[place + 1 :]) == siret.KEY
