"""The line of an invoice's life: past, present and what may follow (R16)."""

from datetime import UTC, datetime, timedelta

import pytest

from chorus.invoice import CREDIT_NOTE, INVOICE
from chorus.lifecycle.actions import tone
from chorus.lifecycle.order import CURRENT, DONE, NEXT, Moment, timeline
from chorus.lifecycle.states import STATES, without_code

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(days=10)


def moments(*states):
    """One a day, from noon of the first."""
    return [
        Moment(state, NOON + timedelta(days=day), word=state)
        for day, state in enumerate(states)
    ]


def shown(steps):
    return [(step.state, step.position) for step in steps]


def test_nothing_happened_nothing_is_shown():
    assert timeline([], NOW) == []


def test_what_passed_where_it_stands_and_what_may_follow():
    steps = timeline(moments("requested", "DEPOSEE", "EN_COURS_ACHEMINEMENT"), NOW)
    assert shown(steps) == [
        ("requested", DONE),
        ("DEPOSEE", DONE),
        ("EN_COURS_ACHEMINEMENT", CURRENT),
        ("MISE_A_DISPOSITION", NEXT),
    ]
    assert [step.lasted for step in steps] == [
        timedelta(days=1),
        timedelta(days=1),
        timedelta(days=8),
        None,
    ]


def test_an_end_lasts_no_longer():
    *_done, last = timeline(moments("MANDATEE", "MISE_EN_PAIEMENT"), NOW)
    assert (last.position, last.lasted) == (CURRENT, None)


def test_a_rejected_credit_note_is_at_its_end():
    """R23: nothing is expected of anybody, nothing follows."""
    [done, last] = timeline(moments("MISE_A_DISPOSITION", "REJETEE"), NOW, CREDIT_NOTE)
    assert (done.position, last.position, last.lasted) == (DONE, CURRENT, None)


def test_a_state_told_twice_is_one_step():
    first = Moment("DEPOSEE", NOON, source="portal")
    again = Moment("DEPOSEE", NOON + timedelta(hours=2), reason="read", source="search")
    [step, *_may] = timeline([first, again], NOW)
    assert (step.since, step.reason, step.source) == (NOON, "read", "search")


def test_two_unknown_words_are_two_steps():
    line = [Moment("unknown", NOON, "VISA"), Moment("unknown", NOON, "CONTRESEING")]
    assert [step.word for step in timeline(line, NOW)] == ["VISA", "CONTRESEING"]


def test_a_clock_ahead_of_ours_never_makes_time_run_backwards():
    line = [Moment("deposited", NOON), Moment("DEPOSEE", NOON - timedelta(minutes=3))]
    steps = timeline(line, NOON - timedelta(minutes=5))
    assert [step.lasted for step in steps[:2]] == [timedelta(), timedelta()]


@pytest.mark.parametrize("code", STATES)
def test_red_is_for_those_that_need_a_person(code):
    red = tone(code, INVOICE) == "danger"
    assert red is (STATES[code].needs_person and code != "to_deposit")
    assert tone(code, INVOICE, answered=True) != "danger"


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        ("", ""),
        ("Livraison incomplète", "Livraison incomplète"),
        ("EJ_ERR - engagement inconnu", "engagement inconnu"),
        ("Wrong service (SE_ERR - closed)", "Wrong service (closed)"),
        ("Wrong service (SE_ERR)", "Wrong service"),
        ("N° EJ-76-2026 : voir le FOURNISSEUR", "N° EJ-76-2026 : voir le FOURNISSEUR"),
    ],
)
def test_people_read_no_code(reason, read):
    assert without_code(reason) == read
