"""R32: Claire's front page in French; all that counts something opens its list."""

import pytest

from bookshop_tool import web, workspace
from e2e.stage import open_shop

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

from e2e.browser import open_browser

ACTION = "action-l10n_fr_chorus_bookshop.dashboard_action"
CARDS = ("leaving", "waiting", "ordered")
AGES = ("expected_30", "expected_60", "expected_90", "expected_more")
# Words of the source that a French page may not show.
ENGLISH = (
    "Waiting",
    "Leaving",
    "days",
    "Expected",
    "Where",
    "Figures",
    "Open",
    "See the",
)


@pytest.fixture(scope="module")
def shop():
    with open_shop("e2e_dashboard", pages=True) as shop:
        yield shop


@pytest.fixture(scope="module")
def claire(shop):
    """Signed in, on a day when each card but two has something to count."""
    sold = {"customer": "partner_seine_maritime", "purchase_order_reference": "EJ-1"}
    _connected, _new, sent, _waiting, _worked = shop.calls(
        ("connect", {"url": shop.platform.url}),
        ("post_unattended", {"customer": "partner_lyon"}),
        ("send", {"count": 3, **sold}),
        ("send", {"count": 1, "customer": "partner_rennes"}),
        ("work", {"rounds": 3, "pause": 2}),
    )
    refused, paid, _available = (one["number"] for one in sent)
    shop.platform.status(refused, "REJETEE", reason="EJ_ERR - engagement inconnu")
    shop.platform.status(paid, "MISE_EN_PAIEMENT")
    shop.call("work")
    with (
        workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
        open_browser() as session,
    ):
        web.warm_up(odoo.url)
        yield session(odoo.url)


def open_dashboard(claire):
    claire.page.goto(f"{claire.url}/odoo/{ACTION}")
    claire.page.wait_for_selector(".o_l10n_fr_chorus_card")


def card(claire, code):
    return claire.page.locator(f".o_l10n_fr_chorus_card[data-card='{code}']")


def task(claire, code):
    return claire.page.locator(f".o_l10n_fr_chorus_task[data-task='{code}']")


def assert_opens(claire, button, count):
    """A click opens a list of so many rows; back to the page afterwards."""
    button.click()
    claire.page.wait_for_selector(".o_list_renderer")
    # An empty list shows an example, greyed out.
    example = claire.page.locator(".o_view_sample_data").count()
    rows = 0 if example else claire.page.locator(".o_data_row").count()
    assert rows == count
    claire.page.go_back()
    claire.page.wait_for_selector(".o_l10n_fr_chorus_card")


def test_what_is_to_do_stands_first_with_its_rows(claire):
    open_dashboard(claire)
    groups = claire.page.locator(".o_l10n_fr_chorus_task")
    codes = groups.evaluate_all("all => all.map(one => one.dataset.task)")
    assert codes == ["credit", "send"]
    for code in codes:
        rows = task(claire, code).locator(".o_l10n_fr_chorus_row")
        assert rows.count() == 1
        assert task(claire, code).locator(".badge").inner_text() == "1"
        assert "€" in rows.inner_text()
        assert_opens(claire, task(claire, code).locator(".o_l10n_fr_chorus_all"), 1)
    assert claire.complaints == []


def test_a_rows_button_answers_at_once(claire):
    open_dashboard(claire)
    task(claire, "credit").locator(".o_l10n_fr_chorus_row button").click()
    answer = claire.dialog().locator("button[name='action_l10n_fr_chorus_correct']")
    answer.wait_for()
    claire.close_dialog()
    assert claire.complaints == []


def test_each_card_and_bar_opens_its_list(claire):
    open_dashboard(claire)
    counts = {
        code: int(card(claire, code).locator(".fs-1").inner_text())
        for code in (*CARDS, *AGES)
    }
    assert counts["waiting"] == 1
    assert counts["ordered"] == 1
    assert counts["expected_30"] == 2
    for code, expected in counts.items():
        assert_opens(claire, card(claire, code), expected)
    bars = claire.page.locator(".o_l10n_fr_chorus_bar")
    assert claire.page.locator("[data-graph]").count() == 3
    for rank in range(bars.count()):
        count = bars.nth(rank).locator("span").last.inner_text()
        assert_opens(claire, bars.nth(rank), int(count))
    assert claire.complaints == []


def test_it_is_french_and_fits(claire):
    for width in (390, 1280):
        claire.page.set_viewport_size({"width": width, "height": 900})
        open_dashboard(claire)
        board = ".o_l10n_fr_chorus_dashboard .o_content, .o_l10n_fr_chorus_dashboard"
        overflow = claire.page.locator(board).evaluate_all(
            "found => found.map(one => one.scrollWidth - one.clientWidth)"
        )
        assert max(overflow) <= 0, f"a horizontal scroll at {width} px"
        cut = claire.page.locator(".o_l10n_fr_chorus_bar > span").evaluate_all(
            "found => found.filter(one => one.scrollWidth > one.clientWidth).length"
        )
        assert cut == 0, f"the label of a bar is cut at {width} px"
    text = claire.page.locator(".o_l10n_fr_chorus_dashboard").inner_text()
    assert "Répondre à un refus" in text
    assert [word for word in ENGLISH if word in text] == []
    assert claire.complaints == []


def test_the_sales_journals_card_tells_it_too(claire):
    claire.page.set_viewport_size({"width": 1500, "height": 950})
    claire.page.goto(
        f"{claire.url}/odoo/action-account.open_account_journal_dashboard_kanban"
    )
    line = claire.page.locator(
        "a[name='action_l10n_fr_chorus_card']", has_text="corriger"
    )
    line.first.click()
    claire.page.wait_for_selector(".o_list_view .o_data_row")
    assert claire.page.locator(".o_data_row").count() == 1
    assert claire.complaints == []
