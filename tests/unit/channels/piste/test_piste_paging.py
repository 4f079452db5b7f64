"""Laws of reading a list page by page."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.piste.http import ATTEMPTS, Page, StillGrowing, each_page


class Listing:
    """A list served in pages, changed by `before(reads)` ahead of each reading."""

    def __init__(self, rows, size, before=lambda listing, reads: None):
        self.rows, self.size, self.before = list(rows), size, before
        self.reads = 0

    def read(self, number: int) -> Page:
        self.before(self, self.reads)
        self.reads += 1
        pages = -(-len(self.rows) // self.size)
        first = (number - 1) * self.size
        return Page(self.rows[first : first + self.size], pages, len(self.rows))


@given(st.lists(st.integers(), unique=True), st.integers(1, 7))
def test_any_split_into_pages_gives_the_same_rows(rows, size):
    listing = Listing(rows, size)
    found = list(chain.from_iterable(each_page(listing.read)))
    assert sorted(found) == sorted(rows)
    assert listing.reads == max(1, -(-len(rows) // size))


@given(
    st.integers(0, 40),
    st.integers(1, 7),
    st.lists(st.lists(st.integers(0, 40), max_size=5), max_size=12),
)
def test_rows_that_leave_meanwhile_hide_no_other(count, size, leaving):
    """An invoice that changes state leaves the period that is being read."""

    def leave(listing, reads):
        gone = leaving[reads] if reads < len(leaving) else []
        listing.rows = [row for row in listing.rows if row not in gone]

    listing = Listing(range(count), size, leave)
    found = list(chain.from_iterable(each_page(listing.read)))
    assert len(found) == len(set(found))
    assert set(listing.rows) <= set(found) <= set(range(count))


@given(st.integers(0, 30), st.integers(1, 5), st.integers(0, 6), st.integers(0, 30))
def test_a_row_that_comes_meanwhile_hides_no_other(count, size, when, where):
    def come(listing, reads):
        if reads == when:
            listing.rows.insert(min(where, len(listing.rows)), "new")

    listing = Listing(range(count), size, come)
    found = list(chain.from_iterable(each_page(listing.read)))
    assert set(range(count)) <= set(found)
    assert len(found) == len(set(found))


def test_a_page_served_twice_hides_no_other():
    listing = Listing(range(7), 3)

    def read(number):
        return listing.read(1 if listing.reads == 1 else number)

    found = list(chain.from_iterable(each_page(read)))
    assert sorted(found) == list(range(7))


def test_a_count_that_never_fits_is_not_waited_for():
    reads = []

    def read(number):
        reads.append(number)
        return Page(["row", "row"], 1, 2)

    assert list(each_page(read)) == [["row"]]
    assert len(reads) == 2


def test_a_list_that_never_stops_growing_is_left_for_later():
    def grow(listing, reads):
        listing.rows.append(reads + 1000)

    listing = Listing(range(5), 2, grow)
    with pytest.raises(StillGrowing):
        list(each_page(listing.read))
    assert listing.reads > ATTEMPTS


def test_a_page_is_given_before_the_next_one_is_read():
    listing = Listing(range(6), 2)
    pages = each_page(listing.read)
    assert next(pages) == [0, 1]
    assert listing.reads == 1
    assert next(pages) == [4, 5]
    assert listing.reads == 2
