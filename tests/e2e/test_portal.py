"""R11: Claire at her screen, with a pile to deposit on the portal."""

import hashlib
from pathlib import Path

import pytest

from bookshop_tool import web, workspace
from e2e.stage import open_shop

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

from e2e.browser import open_browser

MODULE = "l10n_fr_chorus_bookshop"


@pytest.fixture(scope="module")
def shop():
    with open_shop("e2e_portal", pages=True) as shop:
        yield shop


@pytest.fixture(scope="module")
def pile(shop):
    """Three invoices that wait for a person."""
    return shop.call("pile", count=3)


@pytest.fixture(scope="module")
def claire(shop, pile):
    with (
        workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
        open_browser() as session,
    ):
        web.warm_up(odoo.url)
        claire = session(odoo.url)
        claire.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield claire


def choose(claire, *menus):
    """Choose in the menu of the Chorus Pro application."""
    claire.open_list(f"{MODULE}.account_move_action_followed")
    for menu in menus:
        claire.page.locator(f"[data-menu-xmlid='{MODULE}.{menu}']:visible").click()


def turn_to(claire, rank):
    """The dialog, once it shows the invoice of this rank."""
    claire.page.locator(
        ".modal-dialog:visible [name='progress']", has_text=f"{rank} sur 3"
    ).wait_for()
    return claire.dialog()


def stored(shop, invoice):
    """State and portal's number of an invoice's sending, as stored."""
    return shop.sql(
        "SELECT s.state, s.deposit_number FROM l10n_fr_chorus_submission s "
        f"WHERE s.move_id = {invoice}"
    ).split()


def test_the_round_of_a_pile(shop, claire, pile):
    choose(claire, "menu_portal", "menu_portal_deposit")
    first, second, third = sorted(pile)
    dialog = turn_to(claire, 1)

    # Each value has its copy button.
    row = dialog.locator(".o_data_row", has_text="SIRET")
    row.locator(".o_btn_char_copy").click()
    copied = claire.page.evaluate("navigator.clipboard.readText()")
    siret = f"SELECT buyer_siret FROM l10n_fr_chorus_original WHERE move_id = {first}"
    assert copied == shop.sql(siret).strip()
    assert dialog.locator(".o_data_row", has_text="TVA à").count() >= 1

    # What is uploaded is the very original that is kept.
    with claire.page.expect_download() as download:
        dialog.locator("[name='document'] a").click()
    content = Path(download.value.path()).read_bytes()
    kept = f"SELECT sha256 FROM l10n_fr_chorus_original WHERE move_id = {first}"
    assert hashlib.sha256(content).hexdigest() == shop.sql(kept).strip()

    claire.fill("number", "CPP0011117000000000425895")
    claire.press("action_record")
    turn_to(claire, 2)
    assert stored(shop, first) == ["DEPOSEE|CPP0011117000000000425895"]

    claire.press("action_next")
    turn_to(claire, 3)
    claire.press("action_previous")
    turn_to(claire, 2)
    claire.fill("problem", "Service inactif")
    claire.press("action_refused")
    turn_to(claire, 3)
    assert stored(shop, second) == ["not_integrated|"]

    claire.press("action_record")
    claire.page.wait_for_selector(".o_notification")
    claire.page.wait_for_selector(".modal-dialog", state="detached")
    assert stored(shop, third) == ["DEPOSEE|"]
    assert claire.complaints == []


def test_a_state_read_on_the_portal_is_noted(shop, claire, pile):
    deposited = min(pile)
    claire.open("account.move", deposited)
    claire.tab("l10n_fr_chorus")
    claire.press("action_l10n_fr_chorus_note")
    dialog = claire.dialog()
    dialog.locator("[name='state'] input").click()
    claire.page.locator(".o_select_menu_item:visible", has_text="Mandatée").click()
    dialog.locator("button[name='action_confirm']").click()
    claire.page.wait_for_selector(".o_notification")
    assert stored(shop, deposited)[0].startswith("MANDATEE")
    assert claire.complaints == []
