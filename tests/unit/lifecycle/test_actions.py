"""The table of answers: what a person may do in each state (R18, R20 to R24)."""

import pytest

from chorus.invoice import CREDIT_NOTE, INVOICE, Invoice
from chorus.lifecycle import actions
from chorus.lifecycle.actions import (
    ACTIONS,
    ACTORS,
    ANSWERS,
    FAULTS,
    FIELD_LABELS,
    FOLLOWS,
)
from chorus.lifecycle.states import FREE, REASONS, STATES, WITHDRAW
from chorus.rules import document, files


def codes(state, kind=INVOICE):
    return [action.code for action in actions.answers(state, kind)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("not_integrated", ["send_again"]),
        ("NON_CONFORME", ["send_again"]),
        ("SUSPENDUE", ["complete", "credit"]),
        ("A_RECYCLER", ["recycle", "credit"]),
        ("REJETEE", ["credit"]),
        ("MISE_EN_PAIEMENT", ["credit"]),
        ("queued", []),
        ("doubtful", []),
        ("BROUILLON", []),
    ],
)
def test_answers(state, expected):
    assert codes(state) == expected


@pytest.mark.parametrize("state", sorted(STATES))
def test_a_credit_note_is_never_credited(state):
    """R23; fr-einvoicing issue 87: no loop."""
    assert "credit" not in codes(state, CREDIT_NOTE)


@pytest.mark.parametrize("state", sorted(STATES))
def test_the_same_number_goes_again_only_where_it_is_not_used_up(state):
    """R24: a number is credited or sent again, never both."""
    assert ("send_again" in codes(state)) == (STATES[state].draft == FREE)
    assert not {"send_again", "credit"} <= set(codes(state))
    if STATES[state].draft == WITHDRAW:
        assert codes(state) == []


def test_a_refused_credit_note_needs_nobody():
    assert actions.needs_person("REJETEE", INVOICE)
    assert not actions.needs_person("REJETEE", CREDIT_NOTE)
    assert actions.needs_person("SUSPENDUE", CREDIT_NOTE)
    assert actions.actor("REJETEE", CREDIT_NOTE) == "nobody"
    assert actions.actor("REJETEE", INVOICE) == "shop"
    assert actions.meaning("REJETEE", CREDIT_NOTE) != STATES["REJETEE"].meaning
    assert actions.meaning("REJETEE", INVOICE) == STATES["REJETEE"].meaning


def test_the_tables_speak_of_what_exists():
    assert set(ANSWERS) <= set(STATES)
    assert {code for row in ANSWERS.values() for code in row} == set(ACTIONS)
    assert set(FOLLOWS) <= set(STATES)
    assert {code for row in FOLLOWS.values() for code in row} <= set(STATES)
    assert {state.actor for state in STATES.values()} == set(ACTORS)
    assert set(FAULTS) <= set(REASONS)
    fields = {field for row in FAULTS.values() for field in row}
    assert fields == set(FIELD_LABELS)
    assert fields <= set(Invoice.__dataclass_fields__)


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("bon de livraison.pdf", 1000, []),
        ("PHOTO.JPG", files.MAX_BYTES - 1, []),
        ("photo.jpg", files.MAX_BYTES, [files.TOO_BIG]),
        ("vide.pdf", 0, [files.EMPTY]),
        ("macro.exe", 10, [files.WRONG_TYPE]),
        ("sans extension", 10, [files.WRONG_TYPE]),
        (f"{'n' * 47}.pdf", 10, [files.NAME_TOO_LONG]),
    ],
)
def test_files_that_the_platform_takes(name, size, expected):
    found = files.completing_problems([(name, size)], "")
    assert [template for template, _values in found] == expected


def test_comments_that_the_platform_takes():
    def found(comment):
        problems = files.completing_problems([], comment)
        return [template for template, _values in problems]

    assert found("Voici.") == []
    assert found(" ") == [files.NOTHING]
    assert found("x" * 2001) == [files.COMMENT_TOO_LONG]
    assert found("a\x0b") == [files.COMMENT_ILLEGAL]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("FAC/2026/00001", True),
        ("F" * 20, True),
        ("FACTURE/2026/11/00001", False),
        ("FAC.2026.1", False),
        ("", False),
    ],
)
def test_numbers_that_the_platform_takes(number, expected):
    assert document.is_conforming(number) == expected


@pytest.mark.parametrize("prefix", ["FAC", "Factures publiques", "É.°", "", "AB-1"])
def test_the_number_proposed_is_taken(prefix):
    assert document.is_conforming(document.conforming(prefix, 2026))
