"""R32: Claire's dashboard in French; every card opens the list that it counts."""

import pytest

from bookshop_tool import web, workspace
from e2e.stage import open_shop

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

from e2e.browser import open_browser

ACTION = "action-l10n_fr_chorus_bookshop.dashboard_action"
CARDS = ("to_send", "waiting", "to_correct", "forgotten", "late", "ordered")
AGES = ("expected_30", "expected_60", "expected_90", "expected_more")
# Words of the source that a French page may not show.
ENGLISH = ("To send", "Waiting", "Forgotten", "Late", "days", "Expected", "Where")


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


def count(claire, code):
    return int(card(claire, code).locator(".fs-1").inner_text())


def test_each_card_opens_its_list(claire):
    open_dashboard(claire)
    counts = {code: count(claire, code) for code in (*CARDS, *AGES)}
    assert counts["to_send"] == 1
    assert counts["waiting"] == 1
    assert counts["to_correct"] == 1
    assert counts["ordered"] == 1
    assert counts["expected_30"] == 2
    assert counts["late"] == counts["forgotten"] == 0
    for code, expected in counts.items():
        title = card(claire, code).locator(".fw-bold").inner_text()
        card(claire, code).click()
        claire.page.wait_for_selector(".o_list_renderer")
        assert claire.page.locator(".o_breadcrumb").inner_text().count(title)
        # An empty list shows an example, greyed out.
        example = claire.page.locator(".o_view_sample_data").count()
        rows = 0 if example else claire.page.locator(".o_data_row").count()
        assert rows == expected, code
        claire.page.go_back()
        claire.page.wait_for_selector(".o_l10n_fr_chorus_card")
    assert claire.complaints == []


def test_it_is_french_drawn_and_fits(claire):
    claire.page.set_viewport_size({"width": 1280, "height": 900})
    open_dashboard(claire)
    claire.page.wait_for_selector(".o_l10n_fr_chorus_graph canvas")
    assert claire.page.locator(".o_l10n_fr_chorus_graph canvas").count() == 3
    text = claire.page.locator(".o_l10n_fr_chorus_dashboard").inner_text()
    assert "À corriger" in text
    assert [word for word in ENGLISH if word in text] == []
    for width in (1280, 390):
        claire.page.set_viewport_size({"width": width, "height": 900})
        claire.page.wait_for_timeout(1000)  # the graphs are drawn again
        board = ".o_l10n_fr_chorus_dashboard .o_content, .o_l10n_fr_chorus_dashboard"
        overflow = claire.page.locator(board).evaluate_all(
            "found => found.map(one => one.scrollWidth - one.clientWidth)"
        )
        assert max(overflow) <= 0, f"a horizontal scroll at {width} px"
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
