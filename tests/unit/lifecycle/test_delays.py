"""R19: whose turn it is, and from when the payment delay counts."""

from datetime import date, datetime

import pytest

from chorus.lifecycle.delays import PLATFORM_OWES, RUNNING, Clock, clock, payment_due
from chorus.lifecycle.order import Fact
from chorus.lifecycle.states import STATES

utc = datetime.fromisoformat
MADE_AVAILABLE = utc("2026-10-01 09:00")


def story(*steps):
    """Facts of one invoice, as (code, day of October)."""
    return [Fact(code, utc(f"2026-10-{day:02} 09:00")) for code, day in steps]


def test_nothing_is_owed_before_it_is_available():
    assert clock([]) == Clock(None, None)
    assert clock(story(("DEPOSEE", 1), ("EN_COURS_ACHEMINEMENT", 2))) == Clock()


def test_the_delay_runs_from_the_day_it_was_made_available():
    facts = story(("DEPOSEE", 1), ("MISE_A_DISPOSITION", 2), ("SERVICE_FAIT", 9))
    day = utc("2026-10-02 09:00")
    assert clock(facts) == Clock(day, day)
    assert clock(reversed(facts)) == Clock(day, day), "news comes in any order"


def test_a_body_that_tells_more_without_the_first_step_had_it_by_then():
    assert clock(story(("MANDATEE", 5))).payable_since == utc("2026-10-05 09:00")


def test_a_completed_invoice_gets_a_new_delay():
    facts = story(("MISE_A_DISPOSITION", 1), ("SUSPENDUE", 4), ("COMPLETEE", 9))
    assert clock(facts) == Clock(MADE_AVAILABLE, utc("2026-10-09 09:00"))


def test_a_readdressed_invoice_counts_from_its_new_recipient():
    facts = story(("MISE_A_DISPOSITION", 1), ("A_RECYCLER", 3))
    assert clock(facts) == Clock(MADE_AVAILABLE, None)
    again = [*facts, *story(("MISE_A_DISPOSITION", 8))]
    assert clock(again) == Clock(MADE_AVAILABLE, utc("2026-10-08 09:00"))


def test_a_word_nobody_knows_starts_nothing():
    assert clock(story(("EN_ATTENTE_DE_VISA", 1))) == Clock()
    assert clock(story(("REJETEE", 1))) == Clock()


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        (utc("2026-10-01 09:00"), 30, date(2026, 10, 31)),
        # Past eleven in the evening of winter in UTC, it is the next day in France.
        (utc("2026-12-01 23:30"), 30, date(2027, 1, 1)),
        (utc("2026-10-01 09:00"), 50, date(2026, 11, 20)),
    ],
)
def test_the_last_day_in_time_is_a_french_one(moment, days, due):
    assert payment_due(moment, days) == due


def test_a_silent_body_owes_no_step():
    assert not set(RUNNING) & set(PLATFORM_OWES)
    assert set(PLATFORM_OWES) == {
        *("deposited", "DEPOSEE_PLATEFORME"),
        *("DEPOSEE", "EN_COURS_ACHEMINEMENT"),
    }
    # Nothing runs for the body while the shop must act, nor once payment is ordered.
    for code in RUNNING:
        assert not STATES[code].needs_person
    assert "MISE_EN_PAIEMENT" not in RUNNING
