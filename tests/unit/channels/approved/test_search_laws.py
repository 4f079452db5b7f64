"""Whatever a platform makes of pages, each flow is given once (§6 of its ways)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chorus.channels.approved.flow import Flow
from chorus.channels.approved.search import Page, Period, Search
from chorus.errors import ChorusError, Refused, Unreachable

START = datetime(2026, 11, 1, tzinfo=UTC)
PERIOD = Period(START - timedelta(hours=1), START + timedelta(days=2))


class Platform:
    """A platform with flows at these seconds, and ways of its own."""

    def __init__(self, seconds, cap, order, cursors, totals, heeds_end):
        moments = [START + timedelta(seconds=one) for one in seconds]
        self.flows = [Flow(str(n), moment) for n, moment in enumerate(moments)]
        self.cap, self.order, self.cursors = cap, order, cursors
        self.totals, self.heeds_end = totals, heeds_end

    def ask(self, period, cursor, limit):
        found = [
            one
            for one in self.flows
            if one.updated_at > period.start
            and (one.updated_at <= period.end or not self.heeds_end)
        ]
        found.sort(key=lambda one: one.updated_at, reverse=self.order == "newest")
        if cursor and self.cursors == "stale":
            raise Refused("cursor")
        limit = min(limit, self.cap)
        if self.cursors == "by moment":
            return self._after_moment(found, cursor, limit)
        start = int(cursor or 0) if self.cursors != "none" else 0
        after = start if self.cursors == "repeated" else start + limit
        more = self.cursors != "none" and start + limit < len(found)
        return Page(
            tuple(found[start : start + limit]),
            cursor=str(after) if more else "",
            total=len(found) if self.totals else None,
        )

    def _after_moment(self, found, cursor, limit):
        """Its cursor is the last moment shown: what else bears it is passed over."""
        later = self.order == "oldest"
        if cursor:
            told = datetime.fromisoformat(cursor)
            found = [
                one
                for one in found
                if (one.updated_at > told if later else one.updated_at < told)
            ]
        page = tuple(found[:limit])
        more = len(found) > limit
        total = len(found) if self.totals else None
        return Page(page, cursor=f"{page[-1].updated_at}" if more else "", total=total)


def read(platform, paging):
    """All flows that one search gives, and whether it said that some are missing."""
    search = Search(platform.ask, paging, 100, lambda: Unreachable("too many"))
    given_once = []
    try:
        for flows, _asides in search.pages(PERIOD):
            given_once += [one.flow_id for one in flows]
    except ChorusError:
        return given_once, True
    return given_once, False


@settings(deadline=None)
@given(
    seconds=st.lists(st.integers(0, 40), max_size=160)
    | st.integers(1, 9).map(lambda many: [one // many for one in range(160)]),
    cap=st.sampled_from([7, 10, 25, 30, 50, 100, 10_000]),
    order=st.sampled_from(["oldest", "newest"]),
    cursors=st.sampled_from(["none", "good", "repeated", "stale", "by moment"]),
    totals=st.booleans(),
    heeds_end=st.booleans(),
    paging=st.sampled_from(["cursor", "date", "total"]),
)
def test_each_flow_is_given_once_or_the_rest_is_told(
    seconds, cap, order, cursors, totals, heeds_end, paging
):
    """Many flows in one second: what lies beyond a page's size is said, not lost."""
    if order == "newest":
        heeds_end = True  # else nothing of what is older could ever be asked for
    platform = Platform(seconds, cap, order, cursors, totals, heeds_end)

    found, told = read(platform, paging)

    assert len(found) == len(set(found))
    crowded = max(map(seconds.count, seconds), default=0) >= cap
    if not told:
        missing = {one.flow_id for one in platform.flows} - set(found)
        assert not missing or crowded
    else:
        assert crowded


def test_equal_moments_across_the_edge_of_a_page():
    """A hundred and forty flows in forty-seven moments: none falls between two."""
    seconds = [rank // 3 for rank in range(140)]
    for cap in (10, 25, 50, 100):
        for paging in ("cursor", "date", "total"):
            for cursors in ("none", "good", "by moment"):
                platform = Platform(seconds, cap, "oldest", cursors, False, True)
                found, told = read(platform, paging)
                assert (len(found), told) == (140, False)
