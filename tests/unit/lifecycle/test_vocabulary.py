"""The table of states, and the state as a function of the news (R16, R17)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.lifecycle.order import Fact, in_order, latest
from chorus.lifecycle.states import (
    FREE,
    RANK,
    REASONS,
    SENDER_OR_PLATFORM_OWES,
    STATES,
    UNKNOWN,
    reason_code,
    state_of,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
# R16, in the platform's words.
WORDS = [
    *("BROUILLON", "DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"),
    *("COMPLETEE", "SERVICE_FAIT", "MANDATEE", "MISE_A_DISPOSITION_COMPTABLE"),
    *("COMPTABILISEE", "MISE_EN_PAIEMENT", "SUSPENDUE", "A_RECYCLER", "REJETEE"),
]


@pytest.mark.parametrize("word", WORDS)
def test_each_word_of_the_platform_has_its_state(word):
    state = state_of(word)
    assert state.code == word
    assert state.label and state.french and state.meaning
    assert state.platform


@pytest.mark.parametrize("word", ["EN_ATTENTE_DE_VISA", "", "queued", "unknown"])
def test_a_word_nobody_knows_is_unknown_never_a_local_state(word):
    assert state_of(word) is UNKNOWN


def test_both_spellings_of_service_fait():
    assert state_of("SERVICE-FAIT") is state_of("SERVICE_FAIT")


def test_a_deposit_noted_by_hand_never_wins_over_the_platform():
    """Its time is the one typed, when the platform may have gone on already."""
    noted = Fact("DEPOSEE", NOON + timedelta(hours=1), "minute", noted=True)
    heard = Fact("MISE_A_DISPOSITION", NOON)
    assert latest([noted]) == noted
    assert latest([heard, noted]) == heard
    assert in_order([heard, noted]) == [noted, heard]


def test_a_state_that_may_be_sent_again_is_never_locked():
    again = {code for code, state in STATES.items() if state.send_again}
    assert again == {code for code, state in STATES.items() if state.draft == FREE}


def test_only_sender_and_platform_owe_anything():
    """R19: a body need not tell its progress."""
    assert all(STATES[code].actor != "body" for code in SENDER_OR_PLATFORM_OWES)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_reason_codes_are_found_in_free_text(code):
    assert reason_code(f"{code} - voir le bon de commande") == code


def test_no_reason_code():
    assert reason_code("Livraison INCOMPLETE du 12/05") == ""


facts = st.builds(
    Fact,
    code=st.sampled_from([*WORDS, "EN_ATTENTE_DE_VISA"]),
    occurred_at=st.integers(0, 300).map(
        lambda second: NOON + timedelta(seconds=second)
    ),
    precision=st.sampled_from(["second", "minute"]),
    sequence=st.integers(0, 5),
)


@given(st.lists(facts, min_size=1), st.randoms())
def test_the_order_of_arrival_changes_nothing(news, random):
    shuffled = random.sample(news, len(news))
    assert latest(news) == latest(shuffled)


@given(st.lists(facts, min_size=1), facts)
def test_late_news_never_wins(news, late):
    now = latest(news)
    earlier = Fact(
        late.code, now.minute - timedelta(minutes=1), late.precision, late.sequence
    )
    assert latest([*news, earlier]) == now


def test_inside_a_minute_the_platform_knows_best():
    first = Fact("MANDATEE", NOON, "minute", 3)
    then = Fact("SUSPENDUE", NOON, "minute", 4)
    assert latest([then, first]) is then


def test_inside_a_minute_without_sequence_the_seconds_decide():
    then = Fact("SUSPENDUE", NOON + timedelta(seconds=40))
    first = Fact("MANDATEE", NOON + timedelta(seconds=5))
    assert latest([then, first]) is then


def test_else_the_usual_way_decides():
    first = Fact("DEPOSEE", NOON + timedelta(seconds=40))
    then = Fact("MISE_A_DISPOSITION", NOON, "minute", 2)
    assert RANK["MISE_A_DISPOSITION"] > RANK["DEPOSEE"]
    assert latest([then, first]) is then


def test_the_history_ends_with_the_state():
    # To the second from one service, to the minute from the other.
    first = Fact("MISE_A_DISPOSITION", NOON + timedelta(seconds=40))
    then = Fact("MISE_EN_PAIEMENT", NOON, "minute", 5)
    before = Fact("DEPOSEE", NOON - timedelta(minutes=1))
    assert in_order([then, first, before]) == [before, first, then]


def test_no_news():
    assert latest([]) is None


def test_the_platform_writes_its_states_in_capitals():
    theirs = {code for code, state in STATES.items() if state.platform}
    assert theirs == {code for code in STATES if code.isupper()}
