"""R29: Marc begins from nothing, and ends with an invoice taken by Chorus Pro."""

import pytest

from bookshop_tool import web, workspace
from chorus.guide import STEPS
from e2e.stage import open_shop

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

from e2e.browser import open_browser

MODULE = "l10n_fr_chorus_bookshop"
# The shop as it is before anybody has set anything up.
NOTHING = """
    UPDATE res_company
       SET l10n_fr_chorus_channel = 'portal', l10n_fr_chorus_registration = NULL;
    UPDATE res_partner SET lang = 'fr_FR'
     WHERE id = (SELECT partner_id FROM res_users WHERE login = 'admin')
"""
ENGLISH = (
    *("Test the connection", "Open production", "Open the site", "It is done"),
    *("I asked for it", "steps done", "Ticked by", "It was asked for", "Who helps"),
)
REGISTRATION = "SARL au capital de 8 000 € - RCS ROUEN 888 888 880"


@pytest.fixture(scope="module")
def shop():
    with open_shop("e2e_guide", pages=True) as shop:
        shop.sql(NOTHING)
        yield shop


@pytest.fixture(scope="module")
def records(shop):
    rows = shop.sql(f"SELECT name, res_id FROM ir_model_data WHERE module = '{MODULE}'")
    return {
        name: int(number)
        for name, number in (row.split("|") for row in rows.splitlines())
    }


@pytest.fixture(scope="module")
def marc(shop, records):
    with (
        workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
        open_browser() as session,
    ):
        web.warm_up(odoo.url)
        marc = session(odoo.url, "admin")
        company = {"name": "cids", "value": str(records["company_bookshop"])}
        marc.page.context.add_cookies([{**company, "url": odoo.url}])
        yield marc


@pytest.fixture(autouse=True)
def no_complaint(marc):
    """The browser's console stays clean."""
    marc.complaints.clear()
    yield
    assert marc.complaints == []


def open_guide(marc, place="chorus-guide"):
    marc.page.goto(f"{marc.url}/odoo/{place}")
    marc.page.wait_for_selector(".o_kanban_record .fa-check-circle, .fa-circle-o")


def card(marc, title, done=None):
    """The card of a step, once it is done, or to do, if asked."""
    found = marc.page.locator(".o_kanban_record:visible", has_text=title)
    if done is not None:
        mark = "fa-check-circle" if done else "fa-circle-o"
        found = found.filter(has=marc.page.locator(f".{mark}"))
        found.wait_for()
    return found


def press(marc, title, method):
    card(marc, title).locator(f"button[name='{method}']").click()


def save_dialog(marc):
    marc.page.locator(".modal-footer .o_form_button_save:visible").click()
    marc.page.wait_for_selector(".modal-dialog", state="detached")


def check_french(marc):
    """Nothing of the guide is left in English."""
    shown = marc.page.locator(".o_content").inner_text()
    for step in STEPS.values():
        for words in (step.title, step.why, step.where, step.button):
            assert not words or words not in shown, words
    for words in ENGLISH:
        assert words not in shown, words


def test_from_nothing_to_the_first_accepted_invoice(shop, marc, records):
    open_guide(marc)
    check_french(marc)

    press(marc, "Votre librairie", "action_open")
    marc.dialog()
    marc.fill("registration", REGISTRATION)
    save_dialog(marc)
    card(marc, "Votre librairie", done=True)

    press(marc, "voie de vos factures", "action_open")
    dialog = marc.dialog()
    dialog.locator(".o_data_row", has_text="API").locator("button").click()
    marc.page.wait_for_selector(".modal-dialog", state="detached")
    open_guide(marc)
    card(marc, "voie de vos factures", done=True)

    press(marc, "Votre compte personnel", "action_tick")
    card(marc, "Votre compte personnel", done=True)
    press(marc, "Votre librairie sur Chorus Pro", "action_asked")
    card(marc, "Votre librairie sur Chorus Pro", done=False).locator(
        "text=quelques jours"
    ).last.wait_for()
    press(marc, "Votre librairie sur Chorus Pro", "action_tick")
    card(marc, "Votre librairie sur Chorus Pro", done=True)

    press(marc, "application PISTE", "action_open")
    marc.dialog()
    url, siret = shop.platform.url, "88888888000018"
    for name, value in {
        "oauth_url": f"{url}/api/oauth/token",
        "api_url": url,
        "client_id": "bookshop",
        "client_secret": "secret",
        "login": f"TECH_1_{siret}@cpro.fr",
        "password": "wrong",
    }.items():
        marc.fill(name, value)
    save_dialog(marc)
    card(marc, "application PISTE", done=True)
    card(marc, "compte technique", done=True)

    press(marc, "essai de connexion", "action_test")
    marc.page.locator(".o_notification", has_text="refuse les identifiants").wait_for()
    # What is wrong stays on the card, with whom to ask.
    refused = card(marc, "essai de connexion", done=False)
    refused.filter(has_text="communaute.chorus-pro.gouv.fr").wait_for()
    press(marc, "compte technique", "action_open")
    marc.dialog()
    marc.fill("password", "password")
    save_dialog(marc)
    press(marc, "essai de connexion", "action_test")
    card(marc, "essai de connexion", done=True)
    card(marc, "numéros de facture", done=True)

    send_first_invoice(shop, marc, records)
    open_guide(marc)
    card(marc, "première facture", done=True)
    card(marc, "Ouvrir la production", done=False).locator(
        "button[name='action_production']"
    ).wait_for()
    check_french(marc)


def send_first_invoice(shop, marc, records):
    """Make, confirm and send one, as the guide says; the platform takes it."""
    press(marc, "première facture", "action_open")
    marc.page.wait_for_selector(".o_form_view [name='partner_id']")
    line = {"product_id": records["product_book_01"], "quantity": 1}
    [invoice] = marc.call(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "company_id": records["company_bookshop"],
                "partner_id": records["partner_lyon"],
                "invoice_line_ids": [[0, 0, line]],
            }
        ],
    )
    marc.open("account.move", invoice)
    marc.press("action_post")
    marc.page.wait_for_selector("button[name='action_l10n_fr_chorus_send']:visible")
    marc.press("action_l10n_fr_chorus_send")
    marc.page.wait_for_selector(".o_notification")
    shop.call("work", rounds=3, pause=2)


def test_the_training_shows_its_exercises(marc):
    """R38: begun by a manager, its first exercises to do, in French."""
    open_guide(marc, "chorus-training")
    marc.press("action_train")
    card(marc, "Envoyer une facture", done=False)
    check_french(marc)
    marc.press("action_end_training")
    marc.page.wait_for_selector("button[name='action_train']:visible")


def test_the_help_of_a_screen_is_at_hand(marc):
    """R38: from the cog, whether the list is empty or not."""
    marc.open_list(f"{MODULE}.contact_action")
    marc.page.locator(".o_cp_action_menus button").first.click()
    marc.page.locator(".o_l10n_fr_chorus_help", has_text="Aide sur cet écran").click()
    told = marc.dialog().inner_text()
    assert "votre intégrateur" in told
    marc.close_dialog()
