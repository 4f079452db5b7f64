"""One who clicks on everything finds nothing that a bookseller would not forgive."""

import sys

import pytest

from bookshop_tool import workspace

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

from e2e import crawl

ROLES = [name for name in crawl.TOURS if name not in crawl.LONG]
#: What each has opened: the manager does not open again what the clerk has.
AFTER = {}
COUNTS = {}


@pytest.mark.parametrize("name", ROLES)
def test_everything_is_clicked_and_nothing_found(screens, name):
    options = {"but": AFTER.get("clerk", ())} if name == "manager" else {}
    one = crawl.tour(screens.session, screens.url, screens.record, name, **options)
    AFTER[name] = one.chosen
    COUNTS[name] = sum(one.clicked.values())
    sys.stdout.write(f"{name}: {COUNTS[name]} clicked, {dict(one.clicked)}\n")
    told = [f"{kind}: {what} [{at}]" for (kind, what), at in sorted(one.found.items())]
    assert told == []
    assert COUNTS[name] >= 2


def test_that_is_more_than_four_hundred_things(screens):
    if set(COUNTS) == set(ROLES):
        sys.stdout.write(f"{sum(COUNTS.values())} things clicked\n")
        assert sum(COUNTS.values()) >= 400


def test_no_page_left_an_error_in_the_log(screens):
    assert screens.shop.errors() == []
