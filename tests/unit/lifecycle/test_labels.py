"""R17, R37: states as people, mails and exports write them."""

import pytest

from chorus.channels.piste import _OUTCOMES
from chorus.lifecycle.labels import FLUX_LABELS, code_said, codes_in, plain
from chorus.lifecycle.states import STATES

PLATFORM = [state for state in STATES.values() if state.platform]


@pytest.mark.parametrize("state", PLATFORM, ids=lambda state: state.code)
def test_every_state_is_read_from_its_label_and_from_its_code(state):
    for text in (state.french, state.french.upper(), plain(state.french), state.code):
        assert code_said(text) == state.code
        assert codes_in(f"La facture est {text}.") == [state.code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mises à disposition", "MISE_A_DISPOSITION"),
        ("Mise à disposition du comptable", "MISE_A_DISPOSITION_COMPTABLE"),
        ("mise  a disposition", "MISE_A_DISPOSITION"),
        ("SERVICE-FAIT", "SERVICE_FAIT"),
        ("Refusée", "REJETEE"),
        ("refusées", "REJETEE"),
        ("En cours d’acheminement", "EN_COURS_ACHEMINEMENT"),
        ("", ""),
    ],
)
def test_other_spellings(text, code):
    assert code_said(text) == code


def test_unknown_words_are_kept_to_be_shown_raw():
    assert code_said("En attente de visa") == "EN_ATTENTE_DE_VISA"
    assert codes_in("La facture est en attente de visa") == []


def test_a_longer_label_is_not_also_its_beginning():
    assert codes_in("3 mises à disposition du comptable") == [
        "MISE_A_DISPOSITION_COMPTABLE"
    ]


def test_a_word_inside_another_is_no_state():
    assert codes_in("les factures surdéposées, mandatéees, rejetéex") == []


def test_several_states_come_in_their_order():
    assert codes_in("déposée puis rejetée, encore déposée") == ["DEPOSEE", "REJETEE"]


def test_every_end_of_a_flux_has_its_words():
    assert set(_OUTCOMES) <= set(FLUX_LABELS)
    assert not [label for label in FLUX_LABELS.values() if "_" in label]
