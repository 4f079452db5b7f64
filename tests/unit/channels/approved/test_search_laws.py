"""Whatever a platform makes of pages, each flow is given once (§6 of its ways)."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chorus.channels.approved.flow import Aside, Flow
from chorus.channels.approved.search import CAPS, Page, Period, Search
from chorus.errors import ChorusError, Refused, Unreachable

START = datetime(2026, 11, 1, tzinfo=UTC)
PERIOD = Period(START - timedelta(hours=1), START + timedelta(days=2))
ASKED = 100


@dataclass
class Ways:
    """What a platform makes of a search.

    :ivar cap: rows of a page at most
    :ivar order: of the rows: "oldest", "newest", or "mixed"
    :ivar cursor: "none", "good", "stale", "by moment"; "repeated": to the same page;
        "loop": from the last page to the first; "endless": from there to nothing, for
        ever; "gaps": to nothing now and then
    :ivar total: "none", "true", of the "page", of "all" that it has, or "most" of them
    :ivar heeds_end: `updatedBefore` counts
    :ivar inclusive: both bounds belong to the period
    :ivar coarse: bounds are cut down to a second
    :ivar heeds_limit: at most as many rows come as were asked for
    :ivar overlap: rows of a page that were on the one before
    """

    cap: int = 100
    order: str = "oldest"
    cursor: str = "none"
    total: str = "none"
    heeds_end: bool = True
    inclusive: bool = False
    coarse: bool = False
    heeds_limit: bool = True
    overlap: int = 0

    @property
    def shows_its_cuts(self):
        """A page cut in no order shows only by its size, or a total, or a cursor."""
        sized = self.cap in CAPS or self.cap >= ASKED
        return self.order != "mixed" or sized or self.total == "true"


class Platform:
    """A platform with flows at these seconds, and ways of its own."""

    def __init__(self, seconds, ways):
        moments = [START + timedelta(seconds=one) for one in seconds]
        self.flows = [Flow(str(n), moment) for n, moment in enumerate(moments)]
        self.ways = ways
        self.calls = 0

    def ask(self, period, cursor, limit):
        self.calls += 1
        ways = self.ways
        found = [one for one in self.flows if self._is_within(one.updated_at, period)]
        if ways.order == "mixed":
            found.sort(key=lambda one: int(one.flow_id) * 7919 % 1009)
        else:
            newest = ways.order == "newest"
            found.sort(key=lambda one: one.updated_at, reverse=newest)
        if cursor and ways.cursor == "stale":
            raise Refused("cursor")
        limit = min(limit, ways.cap) if ways.heeds_limit else ways.cap
        if ways.cursor == "by moment":
            return self._after_moment(found, cursor, limit)
        return self._from_row(found, cursor, limit)

    def _is_within(self, moment, period):
        start, end = period.start, period.end
        if self.ways.coarse:
            start, end = (one.replace(microsecond=0) for one in (start, end))
        if not self.ways.heeds_end:
            end = datetime.max.replace(tzinfo=UTC)
        if self.ways.inclusive:
            return start <= moment <= end
        return start < moment < end

    def _from_row(self, found, cursor, limit):
        kind = self.ways.cursor
        start = int(cursor or 0) if kind != "none" else 0
        if kind == "gaps" and start % 2:
            # Nothing on this page, and more to come.
            return Page((), cursor=f"{start - 1}", total=self._total(found, ()))
        rows = tuple(found[max(0, start - self.ways.overlap) : start + limit])
        after = start + limit
        more = after < len(found)
        cursors = {
            "none": "",
            "repeated": f"{start}" if more else "",
            "loop": f"{after}" if more else "0",
            "endless": f"{after}",
            "gaps": f"{after + 1 - after % 2}" if more else "",
        }
        cursor = cursors.get(kind, f"{after}" if more else "")
        return Page(rows, cursor=cursor, total=self._total(found, rows))

    def _after_moment(self, found, cursor, limit):
        """Its cursor is the last moment shown: what else bears it is passed over."""
        later = self.ways.order == "oldest"
        if cursor:
            told = datetime.fromisoformat(cursor)
            found = [
                one
                for one in found
                if (one.updated_at > told if later else one.updated_at < told)
            ]
        page = tuple(found[:limit])
        more = len(found) > limit
        total = self._total(found, page)
        return Page(page, cursor=f"{page[-1].updated_at}" if more else "", total=total)

    def _total(self, found, rows):
        totals = {
            "true": len(found),
            "page": len(rows),
            "all": len(self.flows) + 5,
            "most": len(found) * 2 // 3,
        }
        return totals.get(self.ways.total)


def read(platform, paging):
    """All flows that one search gives, and whether it said that some are missing."""
    search = Search(platform.ask, paging, ASKED, lambda: Unreachable("too many"))
    given_once = []
    try:
        for flows, _asides in search.pages(PERIOD):
            given_once += [one.flow_id for one in flows]
    except ChorusError:
        return given_once, True
    return given_once, False


WAYS = st.builds(
    Ways,
    cap=st.sampled_from([7, 10, 25, 30, 50, 100, 10_000]),
    order=st.sampled_from(["oldest", "newest", "mixed"]),
    cursor=st.sampled_from(
        [
            *("none", "good", "repeated", "stale", "by moment"),
            *("loop", "endless", "gaps"),
        ]
    ),
    total=st.sampled_from(["none", "true", "page", "all", "most"]),
    heeds_end=st.booleans(),
    inclusive=st.booleans(),
    coarse=st.booleans(),
    heeds_limit=st.booleans(),
    overlap=st.sampled_from([0, 0, 2]),
)
# A whole number of seconds, or thousandths of one.
SECONDS = (
    st.lists(st.integers(0, 40), max_size=160)
    | st.lists(st.integers(0, 4000).map(lambda one: one / 1000), max_size=160)
    | st.lists(st.integers(0, 12).map(lambda one: one / 1000), max_size=160)
    | st.integers(1, 9).map(lambda many: [one // many for one in range(160)])
    | st.integers(1, 130).map(lambda apart: [one * 10 * apart for one in range(120)])
)


def is_crowded(seconds, ways):
    """Whether as many flows as a page has share what a bound tells apart."""
    limit = min(ways.cap, ASKED) if ways.heeds_limit else ways.cap
    at = Counter(int(one) if ways.coarse else round(one * 1000) for one in seconds)
    # From a bound of its own on, an inclusive one shows its neighbours each time.
    blurred = ways.coarse or (ways.inclusive and not ways.heeds_end)
    shared = range(-2, 3) if blurred else (0,)
    return any(sum(at[one + far] for far in shared) >= limit for one in at)


@settings(deadline=None)
@given(seconds=SECONDS, ways=WAYS, paging=st.sampled_from(["cursor", "date", "total"]))
@example([one // 40 for one in range(160)], Ways(heeds_limit=False, cap=9999), "date")
@example([*range(160)], Ways(cap=7, total="most", heeds_end=False), "cursor")
@example([*range(160)], Ways(cap=30, total="page"), "total")
@example([one // 4 for one in range(160)], Ways(7, coarse=True, inclusive=True), "date")
@example([one // 2 for one in range(160)], Ways(25, cursor="gaps"), "cursor")
@example([one // 2 for one in range(9)], Ways(25, cursor="endless"), "cursor")
@example([one // 2 for one in range(9)], Ways(25, cursor="loop", total="all"), "cursor")
@example([one // 2 for one in range(160)], Ways(25, "oldest", "by moment"), "date")
@example([one // 20 / 1000 for one in range(160)], Ways(25), "date")
@example([one // 20 / 1000 for one in range(160)], Ways(25, inclusive=True), "date")
def test_each_flow_is_given_once_or_the_rest_is_told(seconds, ways, paging):
    """Many flows in one second: what lies beyond a page's size is said, not lost."""
    assume(ways.shows_its_cuts)
    # Nothing of what is older could ever be asked for.
    assume(ways.heeds_end or ways.order == "oldest")
    assume(ways.cursor != "by moment" or ways.order != "mixed")
    # A page of a size that nobody knows, which ends in a moment that no bound divides.
    hopeless = ways.cap not in (*CAPS, 10_000) and ways.total != "true"
    assume(not (hopeless and is_crowded(seconds, ways)))
    platform = Platform(seconds, ways)

    found, told = read(platform, paging)

    assert len(found) == len(set(found))
    if told:
        assert is_crowded(seconds, ways)
    else:
        assert set(found) == {one.flow_id for one in platform.flows}


def test_equal_moments_across_the_edge_of_a_page():
    """A hundred and forty flows in forty-seven moments: none falls between two."""
    seconds = [rank // 3 for rank in range(140)]
    for cap in (10, 25, 50, 100):
        for paging in ("cursor", "date", "total"):
            for cursor in ("none", "good", "by moment"):
                platform = Platform(seconds, Ways(cap=cap, cursor=cursor))
                found, told = read(platform, paging)
                assert (len(found), told) == (140, False)


def test_more_than_a_platform_gives_at_once_and_a_crowded_moment():
    """It takes its own total as a limit, up to a size: each part is read at once."""
    seconds = [*range(900), *([450] * 300), *range(900, 1800)]
    platform = Platform(seconds, Ways(cap=1000, total="true"))
    found, told = read(platform, "total")
    assert not told
    assert sorted(found, key=int) == [one.flow_id for one in platform.flows]
    assert platform.calls < 40


def test_flows_that_move_while_they_are_read_are_not_missed():
    """Each is controlled meanwhile, and dated anew: told once, and nothing is wrong."""
    platform = Platform([*range(200)], Ways(25))
    ask, calls = platform.ask, []

    def moving(period, cursor, limit):
        page = ask(period, cursor, limit)
        calls.append(page)
        for rank in range(len(calls) * 9, len(calls) * 9 + 9):
            moved = rank * 37 % len(platform.flows)
            now = START + timedelta(hours=1, seconds=rank)
            platform.flows[moved] = replace(platform.flows[moved], updated_at=now)
        return page

    platform.ask = moving
    found, told = read(platform, "date")
    assert (len(found), len(set(found)), told) == (200, 200, False)


def test_a_flow_that_comes_while_two_others_are_read_tells_of_no_cut():
    platform = Platform([7, 7], Ways())
    ask = platform.ask

    def coming(period, cursor, limit):
        if platform.calls == 1:
            later = START + timedelta(seconds=8)
            platform.flows.append(Flow("new", later))
        return ask(period, cursor, limit)

    platform.ask = coming
    assert read(platform, "date") == (["0", "1", "new"], False)


@pytest.mark.parametrize("readable", [0, 1, 100])
def test_rows_that_cannot_be_read_count_as_rows(readable):
    """A page of them is full too: what follows it is asked for, or told."""
    rows = tuple(Flow(f"{n}", START + timedelta(days=9)) for n in range(readable))
    asides = tuple(Aside("", f"{n}", "updatedAt") for n in range(100 - readable))
    search = Search(
        lambda _period, _cursor, _limit: Page(rows, asides),
        *("date", ASKED),
        lambda: Unreachable("too many"),
    )
    with pytest.raises(Unreachable):
        list(search.pages(PERIOD))
