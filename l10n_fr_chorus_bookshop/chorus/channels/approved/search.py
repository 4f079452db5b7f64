"""Every flow of a period, whatever a platform makes of pages.

The standard has cursors since 1.3.0; live platforms ignore them, cap a page without
saying so, give a total of their own, or put many flows into one instant. Nothing is
believed but what can be counted: a page that may be full is read again in two halves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from ...errors import ChorusError, Refused
from .flow import Aside, Flow

#: sizes at which platforms are known to cap a page
CAPS = (25, 50, 100)
#: what a flow's moment is told apart by
_STEP = timedelta(milliseconds=1)
# How far a platform's rounding may put a flow out of a period.
_SLACK = timedelta(seconds=2)
_MOST_CALLS = 2000


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to a search.

    :ivar cursor: where the next page starts, "" after the last one
    :ivar total: of all pages, None when it is not told
    :ivar limit: what the platform says it gives at most, 0 when it does not
    """

    flows: tuple[Flow, ...]
    asides: tuple[Aside, ...] = ()
    cursor: str = ""
    total: int | None = None
    limit: int = 0

    def __len__(self):
        return len(self.flows) + len(self.asides)


@dataclass(frozen=True, slots=True)
class Period:
    """Flows updated after `start` and before `end`, both aware."""

    start: datetime
    end: datetime

    def halves(self) -> tuple["Period", "Period"] | None:
        """Two periods that share an instant, so that none falls between them.

        The standard's `updatedAfter` is strict: each half begins a step earlier.
        """
        if self.end - self.start <= 4 * _STEP:
            return None
        middle = self.start + (self.end - self.start) / 2
        return (
            replace(self, end=middle + _STEP),
            replace(self, start=middle - _STEP),
        )


class Search:
    """One search for flows, page by page.

    :param ask: asks for one page: a period, a cursor ("" for none), a limit; any
        `ChorusError` goes through
    :param paging: what is tried first, see `profile.PAGINGS`
    :param limit: results asked per page
    """

    def __init__(
        self,
        ask: Callable[[Period, str, int], Page],
        paging: str,
        limit: int,
        too_many: Callable[[], ChorusError],
    ):
        self._ask = ask
        self._paging = paging
        self._limit = limit
        self._too_many = too_many
        self._seen: set[str] = set()
        self._calls = 0
        # The size of a page that was seen to hide something.
        self._cap = limit

    def pages(self, period: Period) -> Iterator[tuple[list[Flow], list[Aside]]]:
        """Yield what is new on each page, as soon as it is read.

        :raise Unreachable: the platform keeps the rest out of reach
        """
        page = self._read(period, "")
        yield self._new(page)
        if self._paging == "cursor" and page.cursor:
            whole = yield from self._by_cursor(period, page)
            if whole:
                return
            # It said that there is more: so many is all that it gives.
            self._cap = min(self._cap, max(1, len(page)))
        elif not self._may_hide_more(page):
            hidden = yield from self._look_behind(period, page)
            if not hidden:
                return
        if self._paging == "total" and page.total and page.total > len(page):
            page = self._read(period, "", page.total)
            yield self._new(page)
            if page.total is not None and page.total <= len(page):
                return
        yield from self._in_halves(period)

    def _by_cursor(self, period: Period, page: Page):
        """Follow the cursors; tell whether they led to the end.

        One that comes back, or that the platform no longer knows, leads nowhere.
        """
        known: set[str] = set()
        edges: list[datetime] = []
        while page.cursor and page.cursor not in known:
            known.add(page.cursor)
            edges += [one.updated_at for one in page.flows[-1:]]
            try:
                page = self._read(period, page.cursor)
            except Refused:
                return False
            yield self._new(page)
        if page.cursor:
            return False
        yield from self._on_edges(period, edges)
        return True

    def _on_edges(self, period: Period, edges: list[datetime]):
        """Read the moments again at which a page ended.

        A cursor that is but a moment passes over what else bears it. Where that is
        more than a page, such a cursor leads past it, to nothing.
        """
        out_of_reach = False
        for edge in dict.fromkeys(edges):
            moment = replace(period, start=edge - _STEP, end=edge + _STEP)
            page = self._read(moment, "")
            yield self._new(page)
            if page.cursor:
                page = self._read(moment, page.cursor)
                yield self._new(page)
                out_of_reach = out_of_reach or not page
        if out_of_reach:
            raise self._too_many()

    def _look_behind(self, period: Period, page: Page):
        """Read again around a page that looks whole.

        A platform that cuts its pages at a size of its own shows there what it hid.

        :return: whether it did
        """
        if len(page.flows) < 2 or page.total is not None:
            return False
        hidden = False
        for part in _around(period, [one.updated_at for one in page.flows]):
            flows, asides = self._new(self._read(part, ""))
            yield flows, asides
            hidden = hidden or bool(flows)
        if hidden:
            self._cap = len(page)
        return hidden

    def _in_halves(self, period: Period):
        """Read a period in two parts, each again in two while it may hide more.

        What cannot be reached is told once the rest has been read.
        """
        out_of_reach = False
        parts = list(period.halves() or ())
        if not parts:
            raise self._too_many()
        while parts:
            half = parts.pop()
            page = self._read(half, "")
            yield self._new(page)
            if not self._may_hide_more(page):
                continue
            narrower = half.halves()
            # Rounding explains a little, but nothing beyond an instant.
            end = half.end + _SLACK if narrower else half.end
            if any(one.updated_at > end for one in page.flows):
                # The end of the period is not heeded.
                yield from self._by_steps(period)
                return
            parts.extend(narrower or ())
            out_of_reach = out_of_reach or narrower is None
        if out_of_reach:
            raise self._too_many()

    def _by_steps(self, period: Period):
        """Read on from the last moment of each page, that moment included."""
        while True:
            page = self._read(period, "")
            flows, asides = self._new(page)
            yield flows, asides
            if not self._may_hide_more(page):
                return
            last = max(one.updated_at for one in page.flows) - _STEP
            if last <= period.start:
                raise self._too_many()
            period = replace(period, start=last)

    def _may_hide_more(self, page: Page) -> bool:
        if page.total is not None and page.total > len(page):
            return True
        full = page.limit and len(page) >= page.limit
        return full or len(page) >= self._cap or len(page) in CAPS

    def _read(self, period: Period, cursor: str, limit: int = 0) -> Page:
        self._calls += 1
        if self._calls > _MOST_CALLS:
            raise self._too_many()
        return self._ask(period, cursor, limit or self._limit)

    def _new(self, page: Page) -> tuple[list[Flow], list[Aside]]:
        """Rows not seen before, oldest first."""
        flows = {one.flow_id: one for one in page.flows}
        fresh = [one for name, one in flows.items() if name not in self._seen]
        self._seen.update(flows)
        fresh.sort(key=lambda one: (one.updated_at, one.flow_id))
        return fresh, list(page.asides)


def _around(period: Period, moments: list[datetime]) -> list[Period]:
    """Where a cut page would go on: after its newest flow, before its oldest.

    One in no order is cut anywhere: both of its halves.
    """
    after = replace(period, start=max(moments) - _STEP)
    before = replace(period, end=min(moments) + _STEP)
    ordered = [after] if moments == sorted(moments) else []
    ordered += [before] if moments == sorted(moments, reverse=True) else []
    if ordered:
        return ordered
    middle = sorted(moments)[len(moments) // 2]
    return [replace(period, end=middle + _STEP), replace(period, start=middle - _STEP)]


def stamp(moment: datetime) -> str:
    """Write an aware moment as the standard's `date-time`, UTC, to the millisecond."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
