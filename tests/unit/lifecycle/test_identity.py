"""Two invoices that share a number are two invoices (R41)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.answers import News
from chorus.lifecycle.identity import Identity, Ours, owner, same_place

SHOP, BRANCH, OTHER = "88888888000018", "88888888000026", "33254021516357"
BODY, TOWN = "12345678200051", "21590350100017"

THIS_YEAR = Ours(
    key="this year's",
    number="F-82",
    invoice_date=date(2026, 11, 18),
    kind="380",
    seller_siret=SHOP,
    buyer_sirets=(BODY,),
    total=Decimal("105.50"),
)
LAST_YEAR = replace(THIS_YEAR, key="last year's", invoice_date=date(2025, 3, 2))


def news(**values):
    """What the platform says of `THIS_YEAR`, all echoes there."""
    return News(
        **{
            "number": "F-82",
            "kind": "380",
            "seller_siret": SHOP,
            "buyer_siret": BODY,
            "platform_id": "8420532",
            "state": "MANDATEE",
            "occurred_at": datetime(2026, 11, 20, tzinfo=UTC),
            "invoice_date": "2026-11-18",
            "total": "105.50",
            **values,
        }
    )


def test_the_key_is_year_siren_number():
    assert Identity.of(date(2026, 1, 1), SHOP, "F-82") == (2026, "888888880", "F-82")
    assert Identity.of(date(2026, 12, 31), BRANCH, "F-82") == Identity.of(
        date(2026, 1, 1), "888 888 880", "F-82 "
    )
    assert Identity.of(date(2025, 12, 31), SHOP, "F-82") != Identity.of(
        date(2026, 1, 1), SHOP, "F-82"
    )


def test_each_year_has_its_own_news():
    """A2: 2025's invoice is paid, not this year's of the same number."""
    both = [THIS_YEAR, LAST_YEAR]
    assert owner(news(), both) is THIS_YEAR
    assert owner(news(invoice_date="2025-03-02"), both) is LAST_YEAR
    assert owner(news(invoice_date="2025-03-02"), [THIS_YEAR]) is None


def test_the_platforms_identifier_decides_alone():
    borne = replace(LAST_YEAR, platform_id="8420532")
    assert owner(news(), [THIS_YEAR, borne]) is borne
    assert owner(news(), [replace(THIS_YEAR, platform_id="1")]) is None
    changed = news(number="OTHER", total="1", invoice_date="2020-01-01")
    assert owner(changed, [borne]) is borne


@pytest.mark.parametrize(
    "absent",
    ["kind", "seller_siret", "buyer_siret", "platform_id", "invoice_date", "total"],
)
def test_what_is_absent_contradicts_nothing(absent):
    assert owner(news(**{absent: ""}), [THIS_YEAR]) is THIS_YEAR


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "381"},
        {"seller_siret": OTHER},
        {"seller_siret": BRANCH},
        {"seller_siret": OTHER[:9]},
        {"buyer_siret": TOWN},
        {"invoice_date": "2026-11-01"},
        {"total": "105.51"},
        {"number": "F-8"},
    ],
)
def test_what_is_there_and_differs_contradicts(told):
    assert owner(news(**told), [THIS_YEAR]) is None


@pytest.mark.parametrize(
    "told",
    [
        {"seller_siret": SHOP[:9]},
        {"buyer_siret": BODY[:9]},
        {"invoice_date": "2026-11-17"},
        {"total": "105.5"},
        {"total": "-105.5"},
        {"total": "unreadable"},
        {"kind": "386"},
        {"flux_number": "CPP1"},
    ],
)
def test_other_ways_to_say_the_same(told):
    ours = replace(THIS_YEAR, flux_number="CPP2")
    assert owner(news(**told), [ours]) is ours


def test_two_that_fit_are_told_apart_by_their_deposit_or_not_at_all():
    first = replace(THIS_YEAR, key=1, flux_number="CPP1")
    second = replace(THIS_YEAR, key=2, flux_number="CPP2")
    assert owner(news(), [first, second]) is None
    assert owner(news(flux_number="CPP2"), [first, second]) is second


def test_a_siret_is_one_place():
    assert not same_place(SHOP, BRANCH)
    assert same_place(SHOP, "888 888 880 00018")


echoes = st.sampled_from(["kind", "seller_siret", "buyer_siret", "total"])


@given(
    years=st.lists(st.integers(2020, 2030), min_size=2, max_size=5, unique=True),
    absent=st.sets(echoes),
    data=st.data(),
)
def test_a_dated_word_is_of_its_year_whatever_else_is_missing(years, absent, data):
    candidates = [
        replace(THIS_YEAR, key=year, invoice_date=date(year, 6, 1)) for year in years
    ]
    year = data.draw(st.sampled_from(years))
    told = news(invoice_date=f"{year}-06-01", **dict.fromkeys(absent, ""))
    assert owner(told, candidates).key == year
