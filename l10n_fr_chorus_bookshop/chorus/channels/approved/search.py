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
#: no platform gives less at once
LEAST_CAP = 5
#: what a flow's moment is told apart by
_STEP = timedelta(milliseconds=1)
# Some platforms read a period to the second: what long ones share.
_SHARED = timedelta(seconds=1)
# How far a platform's rounding may put a flow out of a period.
_SLACK = timedelta(seconds=2)
_DAY = timedelta(days=1)
_MOST_CALLS = 2000
# A cursor may lead over pages of nothing, not for ever.
_MOST_IDLE = 20
# No platform gives more at once, whatever its total.
_LONGEST_PAGE = 10_000


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
        length = self.end - self.start
        if length <= 4 * _STEP:
            return None
        step = _SHARED if length > 4 * _SHARED else _STEP
        middle = self.start + length / 2
        return (
            replace(self, end=middle + step),
            replace(self, start=middle - step),
        )

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is surely inside, however it was rounded."""
        return self.start + _SLACK < moment < self.end - _SLACK

    def around(self, moment: datetime, by: timedelta) -> "Period":
        """What is so close to a moment."""
        return replace(self, start=moment - by, end=moment + by)


class _EndIgnored(Exception):
    """A platform gives flows that are newer than what it was asked for."""


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
        self._cap = 0
        # Whether a total counts what was asked for; None before it is known.
        self._counts: bool | None = None
        # Whether it gives as many as it says there are, once asked for them.
        self._gives_total = paging == "total"
        self._later: Period | None = None

    def pages(self, period: Period) -> Iterator[tuple[list[Flow], list[Aside]]]:
        """Yield what is new on each page, as soon as it is read.

        :raise Unreachable: the platform keeps the rest out of reach
        """
        self._later = Period(period.end + _DAY, period.end + 2 * _DAY)
        page = self._read(period, "")
        yield self._new(page)
        if self._paging == "cursor" and page.cursor:
            whole = yield from self._by_cursor(period, page)
        elif self._told_whole(page):
            whole = yield from self._at_once(period, page)
        else:
            whole = False
        if not whole and not self._hides(page):
            whole = not (yield from self._look_behind(period, page))
        if whole:
            return
        yield from self._in_halves(period, page)

    def _by_cursor(self, period: Period, page: Page):
        """Follow the cursors; tell whether they led to the end.

        One that comes back, that the platform no longer knows, or that shows nothing
        new for long, leads nowhere.
        """
        known: set[str] = set()
        edges: list[datetime] = []
        idle = 0
        while page.cursor and page.cursor not in known and idle < _MOST_IDLE:
            known.add(page.cursor)
            edges += [one.updated_at for one in page.flows[-1:]]
            try:
                page = self._read(period, page.cursor)
            except Refused:
                return False
            flows, asides = self._new(page)
            yield flows, asides
            idle = 0 if flows or asides else idle + 1
        if page.cursor:
            return False
        return (yield from self._on_edges(period, edges))

    def _on_edges(self, period: Period, edges: list[datetime]):
        """Read the moments again at which a page ended; tell whether all was shown.

        A cursor that is but a moment passes over what else bears it. Where that is
        more than a page, such a cursor leads past it, to nothing.
        """
        shown = True
        for edge in dict.fromkeys(edges):
            moment = period.around(edge, _STEP)
            page = self._read(moment, "")
            if not page:
                # Read to the second, such a period holds nothing.
                moment = period.around(edge, _SHARED)
                page = self._read(moment, "")
            yield self._new(page)
            if page.cursor:
                page = self._read(moment, page.cursor)
                yield self._new(page)
                shown = shown and bool(page)
        return shown

    def _at_once(self, period: Period, page: Page):
        """Ask for as many as the platform says there are; tell whether all came."""
        shown = len(page)
        try:
            page = self._read(period, "", min(page.total, _LONGEST_PAGE))
        except Refused:
            self._gives_total = False
            return False
        yield self._new(page)
        self._gives_total = len(page) > shown
        if self._tells_more(page):
            return False
        hidden = yield from self._look_behind(period, page)
        return not hidden

    def _look_behind(self, period: Period, page: Page):
        """Read again around a page that looks whole.

        A platform that cuts its pages at a size of its own shows there what it hid.

        :return: whether it did
        """
        if len(page.flows) < 2:
            return False
        hidden = False
        for parts in _around(period, [one.updated_at for one in page.flows]):
            for part in parts:
                found = self._read(part, "")
                flows, asides = self._new(found)
                yield flows, asides
                hidden = hidden or bool(flows)
                if flows or len(found) < max(len(page), LEAST_CAP):
                    break
            self._note_cut(page, hidden)
        return hidden

    def _in_halves(self, period: Period, page: Page):
        """Read a period in two parts, each again in two while it may hide more.

        What cannot be reached is told once the rest has been read.

        :param page: what the whole period showed
        """
        try:
            reached = yield from self._halved(period, page)
        except _EndIgnored:
            yield from self._by_steps(period)
            return
        if not reached:
            raise self._too_many()

    def _halved(self, period: Period, shown: Page):
        """Read the two halves of a period; tell whether all was reached.

        The older one to its end first: a flow that is dated anew meanwhile comes later.

        :param shown: what the whole of it showed
        :raise _EndIgnored: it goes beyond its end
        """
        halves = period.halves()
        if not halves:
            if shown.cursor:
                return (yield from self._by_cursor(period, shown))
            return (yield from self._by_moments(period, shown))
        reached, read, halved = True, [], []
        for half in halves:
            page = self._read(half, "")
            flows, asides = self._new(page)
            yield flows, asides
            self._note_cut(shown, flows)
            read.append((half, page))
            # What the second one shows may tell that the first was cut.
            for part in read:
                if part in halved or not self._hides(part[1]):
                    continue
                if self._goes_beyond(*part):
                    raise _EndIgnored
                halved.append(part)
                reached = (yield from self._rest(*part)) and reached
        if lost := self._lost(shown, read):
            # Such periods show less than they hold, unless it has just moved.
            again = self._read(period, "")
            yield self._new(again)
            reached = reached and lost.isdisjoint(again.flows)
        return reached

    def _by_moments(self, period: Period, shown: Page):
        """Read each moment of a period for itself; tell whether all was reached.

        Whether its bounds belong to a period is the platform's choice: the narrowest
        one that shows anything is the moment's own.
        """
        reached, met = True, set()
        moment = period.start
        while moment < period.end + _STEP:
            before, after = moment - _STEP, moment + _STEP
            for bounds in ((moment, moment), (before, moment), (before, after)):
                page = self._read(Period(*bounds), "")
                if page:
                    break
            yield self._new(page)
            met.update(one.flow_id for one in page.flows)
            reached = reached and not self._hides(page)
            moment = after
        return reached and all(one.flow_id in met for one in shown.flows)

    def _rest(self, period: Period, page: Page):
        """Read what a page hides: at once where it is told how much, else in halves.

        A moment may hold more than a page, and a period more than is given at once.
        """
        if self._told_whole(page) and (yield from self._at_once(period, page)):
            return True
        return (yield from self._halved(period, page))

    def _told_whole(self, page: Page) -> bool:
        return self._gives_total and self._tells_more(page)

    def _goes_beyond(self, period: Period, page: Page) -> bool:
        # Rounding explains a little, but nothing beyond an instant.
        end = period.end + _SLACK if period.halves() else period.end
        return any(one.updated_at > end for one in page.flows)

    def _lost(self, shown: Page, read: list[tuple[Period, Page]]) -> set[Flow]:
        """Which flows of a period its halves should show, and do not."""
        found = {one.flow_id for _half, page in read for one in page.flows}
        whole = [half for half, page in read if not self._hides(page)]
        return {
            one
            for one in shown.flows
            if one.flow_id not in found
            and (
                len(whole) == len(read)
                or any(half.holds(one.updated_at) for half in whole)
            )
        }

    def _by_steps(self, period: Period):
        """Read on from the last moment of each page, that moment included."""
        page = Page(())
        while True:
            before, page = page, self._read(period, "")
            flows, asides = self._new(page)
            yield flows, asides
            self._note_cut(before, flows)
            if not self._hides(page):
                return
            moments = [one.updated_at for one in page.flows]
            last = max(moments, default=period.start) - _STEP
            if last <= period.start or moments != sorted(moments):
                # Cut at its older end: nothing asks for that.
                raise self._too_many()
            period = replace(period, start=last)

    def _note_cut(self, page: Page, more: object) -> None:
        """Note the size of a page that showed less than there was.

        What a shorter one than any platform's did not show has just come.
        """
        if more and len(page) >= LEAST_CAP:
            self._cap = min(self._cap or len(page), len(page))

    def _hides(self, page: Page) -> bool:
        """Whether a page may not be all: it tells, or has the size of one cut short.

        A longer page than asked for was not cut at what was asked.
        """
        cut = self._cap and len(page) >= self._cap
        full = len(page) in (self._limit, page.limit, *CAPS)
        return bool(page) and (cut or full or self._tells_more(page))

    def _tells_more(self, page: Page) -> bool:
        return bool(page) and (page.total or 0) > len(page) and self._is_count()

    def _is_count(self) -> bool:
        """Whether a total is that of the period: some count all that they have.

        Asked for what is still to come, those count it all the same.
        """
        if self._counts is None:
            try:
                told = self._read(self._later, "")
                self._counts = bool(told) or not told.total
            except Refused:
                self._counts = True
        return self._counts

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


def _around(period: Period, moments: list[datetime]) -> list[list[Period]]:
    """Where a cut page would go on: after its newest flow, before its oldest.

    One in no order is cut anywhere: both of its halves. A bound may be read to the
    second, and what it then shows be the same page: a narrower one shows what follows.
    """
    newest, oldest = max(moments), min(moments)
    after = [replace(period, start=newest + step) for step in (-_STEP, _STEP)]
    before = [replace(period, end=oldest + step) for step in (_SHARED, _STEP, -_STEP)]
    ordered = [after] if moments == sorted(moments) else []
    ordered += [before] if moments == sorted(moments, reverse=True) else []
    if ordered:
        return ordered
    middle = sorted(moments)[len(moments) // 2]
    halves = (
        replace(period, end=middle + _STEP),
        replace(period, start=middle - _STEP),
    )
    return [[half] for half in halves]


def stamp(moment: datetime) -> str:
    """Write an aware moment as the standard's `date-time`, UTC, to the millisecond."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
