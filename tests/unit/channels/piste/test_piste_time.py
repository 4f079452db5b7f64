"""Moments of the platform."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus import platform_time
from chorus.platform_time import PARIS, day, for_request, parse

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECONDS = st.integers(86_400_000, 4_102_444_800_000)
MOMENTS = MILLISECONDS.map(lambda count: EPOCH + timedelta(milliseconds=count))


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026-11-18", utc(2026, 11, 17, 23), "day"),
        ("2026-11-18 09:31", utc(2026, 11, 18, 8, 31), "minute"),
        ("2026-07-18 09:31", utc(2026, 7, 18, 7, 31), "minute"),
        ("2017-05-17T10:57:33.000+02:00", utc(2017, 5, 17, 8, 57, 33), "second"),
        ("2017-05-17T10:57:33.250+0200", utc(2017, 5, 17, 8, 57, 33, 250000), "second"),
        ("2026-11-18T09:31:05Z", utc(2026, 11, 18, 9, 31, 5), "second"),
        ("2026-11-18 09:31:05", utc(2026, 11, 18, 8, 31, 5), "second"),
        (1763454660000, utc(2025, 11, 18, 8, 31), "second"),
    ],
)
def test_each_format_of_the_platform(text, at, precision):
    assert parse(text) == (at, precision)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-10-25 02:30", utc(2026, 10, 25, 0, 30)),  # told twice: the first
        ("2026-10-25 03:00", utc(2026, 10, 25, 2, 0)),
        ("2026-03-29 02:30", utc(2026, 3, 29, 1, 30)),  # skipped
        ("2026-03-29 03:30", utc(2026, 3, 29, 1, 30)),
    ],
)
def test_changes_of_the_clock_are_resolved_the_same_way_every_time(text, at):
    assert parse(text).at == at


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1.5, "", "18/11/2026", "2026-13-01", "2026-02-30 10:00",
        "2026-11-18 25:00", "0001-01-01", "9999-12-31T23:59:59-12:00", 10**30, {},
        "2026-11-18T09:31:00+99:99", "２０２６-11-18",
    ],
)  # fmt: skip
def test_anything_else_is_not_a_moment(value):
    with pytest.raises(ValueError, match="."):
        parse(value)
    assert day(value) == ""


@given(MOMENTS)
def test_what_a_request_says_reads_back(moment):
    assert parse(for_request(moment)) == (moment, "second")


def test_a_request_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        for_request(datetime.fromisoformat("2026-11-18T09:31:00"))


@given(MILLISECONDS)
def test_epoch_milliseconds_read_back(count):
    assert parse(count) == (EPOCH + timedelta(milliseconds=count), "second")


@given(MOMENTS)
def test_legal_time_to_the_minute_is_right_but_in_the_repeated_hour(moment):
    local = moment.astimezone(PARIS)
    read = parse(local.strftime("%Y-%m-%d %H:%M")).at
    minute = moment.replace(second=0, microsecond=0)
    assert read == minute - timedelta(hours=local.fold)


@given(MOMENTS)
def test_a_day_is_the_french_one(moment):
    assert day(for_request(moment)) == moment.astimezone(PARIS).date().isoformat()


@given(st.text() | st.integers() | st.floats() | st.none())
def test_nothing_else_than_value_error_comes_out(value):
    try:
        assert parse(value).at.tzinfo is timezone.utc
    except ValueError:
        assert platform_time.day(value) == ""
