"""From the customer's order to the bank: read, sold at the till, paid by a transfer."""

import pytest

from bookshop_tool import web, workspace
from e2e.stage import open_shop
from orders_corpus.form import Form, build

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

from e2e.browser import open_browser

AUBE = "22100005200011"
ORDER = Form(
    "bon-de-commande",
    f"""
    DÉPARTEMENT DE L'AUBE               Bon de commande n° 2026-00417 du 03/02/2026
    SIRET {AUBE}                        N° d'engagement : 26D001532
    Code service : MEDIATHEQUE

    ISBN              Titre             Quantité
    9782999900370     Madame Bovary     3
    """,
)


@pytest.fixture(scope="module")
def shop():
    with open_shop("e2e_orders", pages=True) as shop:
        shop.install("pos_sale")
        yield shop


@pytest.fixture(scope="module")
def record(shop):
    """The database's numbers of what the pages show."""
    quotation, posted, till = shop.calls(
        ("order", {"customer": "partner_aube"}),
        ("post_unattended", {"count": 3}),
        ("open_till", {}),
    )
    label = shop.call("transfer", invoices=posted)
    return {"order": quotation, "posted": posted, "till": till, "label": label}


@pytest.fixture(scope="module")
def claire(shop, record):
    with (
        workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
        open_browser() as session,
    ):
        web.warm_up(odoo.url)
        yield session(odoo.url)


@pytest.fixture(autouse=True)
def no_complaint(claire):
    """The browser's console stays clean."""
    claire.complaints.clear()
    yield
    assert claire.complaints == []


def test_an_order_form_dropped_on_a_quotation(shop, claire, record):
    claire.open("sale.order", record["order"])
    with claire.page.expect_file_chooser() as chooser:
        claire.page.locator(".o-mail-Chatter-attachFiles").click()
    chooser.value.set_files(
        {
            "name": ORDER.filename,
            "mimeType": "application/pdf",
            "buffer": build(ORDER),
        }
    )
    # Read at once: the quotation says so above everything.
    claire.page.locator(".alert [name='action_l10n_fr_chorus_read_order']").click()
    dialog = claire.dialog()
    rows = dialog.locator(".o_field_widget[name='value_ids'] .o_data_row")
    value = claire.page.locator("[name='shown']", has_text="26D001532")
    row = rows.filter(has=value).first
    row.locator("[name='keep'] input:checked").wait_for(state="attached")
    assert "N° d'engagement : 26D001532" in row.inner_text()
    dialog.locator("button[name='action_keep']").click()
    claire.page.wait_for_selector(".modal-dialog", state="detached")
    engagement = claire.field("l10n_fr_chorus_engagement").locator("input")
    claire.page.wait_for_function(
        "box => box.value === '26D001532'", arg=engagement.element_handle()
    )
    query = (
        "SELECT l10n_fr_chorus_service_code, client_order_ref FROM sale_order "
        f"WHERE id = {record['order']}"
    )
    assert shop.sql(query).strip() == "MEDIATHEQUE|2026-00417"


def test_a_transfer_that_pays_three_invoices(shop, claire, record):
    claire.open_list("l10n_fr_chorus_bookshop.bank_line_action")
    row = claire.page.locator(".o_data_row", has_text="VIR SGC AUBREMONT")
    assert "FAC/" in row.locator("[name='l10n_fr_chorus_hint']").inner_text()
    row.locator("button[name='action_l10n_fr_chorus_candidates']").click()
    why = claire.dialog().locator(".o_data_row [name='why']").first.inner_text()
    assert "FAC/" in why
    claire.close_dialog()
    claire.tick("VIR SGC AUBREMONT")
    claire.press("action_l10n_fr_chorus_register")
    row.wait_for(state="detached")
    numbers = ", ".join(map(str, record["posted"]))
    paid = f"SELECT DISTINCT payment_state FROM account_move WHERE id IN ({numbers})"
    assert shop.sql(paid).strip() == "paid"


def test_a_till_sale_to_a_public_body(shop, claire, record):
    page = claire.page
    page.goto(f"{claire.url}/pos/ui/{record['till']}")
    page.locator(".open-register-btn").click()
    page.locator(".product", has_text="Madame Bovary").first.click()
    page.locator(".set-partner").first.click()
    page.locator(".modal-header input").first.fill("Aube")
    page.locator(".partner-line", has_text="Aube").first.click()
    page.locator(".pay-order-button").first.click()
    # Asked before payment, by the rules of its invoice.
    asked = page.locator(".l10n_fr_chorus_references")
    asked.locator("li").first.wait_for()
    assert asked.locator("li").count() == 2
    page.fill("#l10n_fr_chorus_service", "AILLEURS")
    page.fill("#l10n_fr_chorus_engagement", "10-TILL-1")
    page.locator(".modal-footer .btn-primary").click()
    asked.locator("li", has_text="AILLEURS").first.wait_for()
    page.fill("#l10n_fr_chorus_service", "MEDIATHEQUE")
    page.locator(".modal-footer .btn-primary").click()
    asked.wait_for(state="detached")
    page.locator(".button.next.validation:visible, .next:visible").first.click()
    # The invoice is printed first, which a busy machine takes long for.
    page.wait_for_selector(".receipt-screen", timeout=180_000)
    made = (
        "SELECT state, buyer_reference FROM account_move "
        "WHERE purchase_order_reference = '10-TILL-1'"
    )
    assert shop.sql(made).strip() == "posted|MEDIATHEQUE"


def test_tickets_invoiced_without_a_screen(shop, record):
    """From the back office, together, from an order, given back: never a wrong one."""
    said = shop.call("tickets", till=record["till"])
    assert "A: service MEDIATHEQUE, engagement 10-A" in said["refused"]
    assert "B: service MEDIATHEQUE, engagement 10-B" in said["refused"]
    assert said["together"]["engagement"] == "10-A"
    assert said["together"]["trail"] == ["A", "C"]
    # The sale stands; what is missing is on the list, with the ticket.
    silent = said["silent"]
    assert (silent["engagement"], silent["ticket"]) == ("", "SILENT")
    assert silent["stage"] == "to_correct"
    assert said["asked"] == said["settled"]["engagement"] == "10-SALE"
    assert len(said["settled"]["trail"]) > 1, "the order is told beside the ticket"
    assert said["refund"]["engagement"] == "10-A"
