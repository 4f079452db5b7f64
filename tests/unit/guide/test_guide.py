"""R29: the guide's steps, what a channel costs in a year, when a password ends."""

from datetime import date, timedelta

import pytest

from chorus.guide import COSTS, WARNINGS, password_end, steps_of, warning, yearly

TODAY = date(2026, 11, 27)


def test_only_the_steps_of_a_channel_are_asked():
    by_hand, api, edi = map(steps_of, ("portal", "piste", "dilifac"))
    assert set(by_hand) == set(api) & set(edi) - {"connection"}
    assert {"application", "technical"} <= set(api) - set(edi)
    assert {"contract", "gln", "mailbox"} <= set(edi) - set(api)
    assert {"platform"} == set(steps_of("approved")) - set(api)


def test_the_account_comes_before_the_structure_and_production_last():
    for channel in COSTS:
        steps = steps_of(channel)
        assert steps.index("account") < steps.index("structure")
        assert steps[-2:] == ("first", "production")


@pytest.mark.parametrize(
    ("volume", "prices", "expected"),
    [
        (0, (0, 0, 8), 0),
        (300, (0, 0, 8), 800),  # 40 hours at 20 €
        (300, (30, 0, 0), 360),
        (300, (30, 0.25, 1), 535),
        (1, (0, 0.333, 0), 0.33),
    ],
)
def test_yearly_cost(volume, prices, expected):
    assert yearly(volume, *prices, hourly=20) == expected


def test_a_password_lasts_424_days():
    assert password_end(date(2026, 1, 1)) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("left", "expected"),
    [(31, 0), (30, 30), (16, 30), (15, 15), (4, 15), (3, 3), (0, 3), (-10, 3)],
)
def test_warnings_as_the_end_comes(left, expected):
    assert warning(TODAY + timedelta(days=left), TODAY) == expected


def test_a_date_nobody_knows_is_not_warned_of():
    assert warning(None, TODAY) == 0
    assert WARNINGS == (30, 15, 3)
