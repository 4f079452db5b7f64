"""Claire at her screen: warned, stopped, corrected, sent, followed."""

import re
import time

import pytest

from bookshop_tool import workspace

if not workspace.chromium():
    pytest.skip("chromium is not installed", allow_module_level=True)

SIRET = "22100005200011"
# A word of the platform's API: nobody should read one.
RAW_CODE = re.compile(r"\b(?:[A-Z]{2,}_)+[A-Z]{2,}\b|\b[a-z]+(?:_[a-z]+)+\b")


@pytest.fixture(scope="module")
def shop(screens):
    return screens.shop


@pytest.fixture(scope="module")
def record(screens):
    """The database's numbers of what the pages show."""
    return screens.record


@pytest.fixture(scope="module")
def claire(screens):
    return screens.session(screens.url)


@pytest.fixture(autouse=True)
def no_complaint(claire):
    """The browser's console stays clean."""
    claire.complaints.clear()
    yield
    assert claire.complaints == []


def test_from_a_wrong_draft_to_the_platform(shop, claire, record):
    invoice = record["draft"]
    claire.open("account.move", invoice)
    problems = claire.field("l10n_fr_chorus_problems")
    assert problems.locator("li").count() >= 2

    claire.press("action_post")
    refusal = claire.dialog()
    assert refusal.inner_text().count("\n") >= 2
    claire.close_dialog()
    assert state_of(shop, invoice) == "draft"

    claire.tab("l10n_fr_chorus")
    claire.fill("buyer_reference", "MEDIATHEQUE")
    claire.fill("purchase_order_reference", "10-CULT-4490")
    problems.wait_for(state="hidden")
    claire.press("action_post")
    claire.page.wait_for_selector("button[name='action_l10n_fr_chorus_send']:visible")
    assert state_of(shop, invoice) == "posted"

    claire.press("action_l10n_fr_chorus_send")
    claire.page.wait_for_selector(".o_notification")
    claire.page.wait_for_selector(
        "button[name='action_l10n_fr_chorus_send']:visible", state="detached"
    )
    line = claire.page.locator(".o_chorus_timeline")
    # The platform tells where an invoice is: asked late, it no longer says "Déposée".
    arrived = line.locator(".o_chorus_done", has_text="Remise à la plateforme")
    for _visit in range(10):
        shop.call("work", rounds=3, pause=2)
        claire.open("account.move", invoice)
        claire.tab("l10n_fr_chorus")
        line.wait_for()
        if arrived.count():
            break
    assert arrived.count(), line.inner_text()
    shown = claire.field("l10n_fr_chorus_state").inner_text()
    # In words, not in the platform's codes.
    assert shown
    assert "_" not in shown
    assert shown in line.locator("[aria-current='step']").inner_text()
    strip = claire.page.locator(".o_chorus_stepper [aria-current='step']")
    assert shown in strip.inner_text()
    assert line.locator(".o_chorus_next .badge").count() >= 2
    assert claire.field("l10n_fr_chorus_flux_number").inner_text().startswith("CPP")
    assert claire.page.locator("button[name='button_draft']:visible").count() == 0


def test_the_send_dialog_tells_what_is_wrong(claire, record):
    claire.open("account.move", record["posted"])
    claire.press("action_invoice_sent")
    dialog = claire.dialog()
    dialog.locator(".alert").first.wait_for()
    assert dialog.locator(".alert-danger").count() >= 2
    assert "SIRET" not in dialog.locator(".alert-danger").first.inner_text()
    claire.close_dialog()


def test_the_customer_is_verified_in_the_directory(shop, claire, record):
    shop.sql("UPDATE l10n_fr_chorus_structure SET checked_at = '2026-01-01'")
    claire.open("res.partner", record["partner_aube"])
    claire.tab("accounting")
    assert claire.field("l10n_fr_chorus_structure_id").inner_text()
    assert claire.field("l10n_fr_chorus_service_required").locator(":checked").count()
    assert "MEDIATHEQUE" in claire.field("l10n_fr_chorus_service_ids").inner_text()
    old = claire.field("l10n_fr_chorus_checked_at").inner_text()
    claire.press("action_l10n_fr_chorus_refresh")
    checked_at = "SELECT count(*) FROM l10n_fr_chorus_structure WHERE checked_at > "
    deadline = time.monotonic() + 30
    while shop.sql(f"{checked_at} '2026-01-02'").strip() != "1":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    claire.open("res.partner", record["partner_aube"])
    claire.tab("accounting")
    assert claire.field("l10n_fr_chorus_checked_at").inner_text() != old


def test_from_a_typed_siret_to_an_invoice_checked_green(shop, claire, record):
    shop.platform.service(SIRET, "MEDIATHEQUE", name="Médiathèque", active=True)
    claire.open("res.partner", "new")
    claire.page.locator("input[data-value='company']").check()
    claire.choose("country_id", "France")
    # France has its own field for it: what is typed in the other before is lost.
    claire.page.locator("label:visible", has_text=re.compile("^Siret")).wait_for()
    claire.fill("company_registry", "221 000 052 00011")
    claire.tab("accounting")
    panel = claire.field("l10n_fr_chorus_structure_id")
    panel.filter(has_text=SIRET).wait_for()
    assert claire.field("l10n_fr_chorus_service_required").locator(":checked").count()
    assert "MEDIATHEQUE" in claire.field("l10n_fr_chorus_service_ids").inner_text()
    assert claire.field("l10n_fr_chorus_age").inner_text()
    assert claire.field("name").locator("input, textarea").first.input_value()
    claire.save()
    claire.page.wait_for_url(re.compile(r"/\d+$"))
    customer = int(claire.page.url.rsplit("/", 1)[-1])

    line = {"product_id": record["product_book_01"], "quantity": 1}
    values = {"move_type": "out_invoice", "partner_id": customer}
    values["invoice_line_ids"] = [[0, 0, line]]
    [invoice] = claire.call("account.move", "create", [values])
    claire.open("account.move", invoice)
    problems = claire.field("l10n_fr_chorus_problems")
    assert problems.locator("li").count() >= 2
    claire.tab("l10n_fr_chorus")
    claire.choose("l10n_fr_chorus_service_id", "MEDIATHEQUE")
    claire.fill("purchase_order_reference", "10-CULT-4491")
    problems.wait_for(state="hidden")
    claire.page.wait_for_selector("[name='l10n_fr_chorus_nothing_to_settle']:visible")
    reference = claire.field("buyer_reference").locator("input").input_value()
    assert reference == "MEDIATHEQUE"
    claire.save()


def test_a_directory_out_of_reach_says_so(shop, claire, record):
    shop.platform.fault("status", match="structures", times=None, code=503)
    claire.open("res.partner", record["partner_lyon"])
    claire.tab("accounting")
    claire.press("action_l10n_fr_chorus_refresh")
    assert len(claire.dialog().locator(".modal-body").inner_text()) > 20
    claire.close_dialog()
    shop.platform.clear_faults()


def answer(claire, number):
    """Answer a refusal from the list of invoices."""
    claire.page.locator(".o_data_row", has_text=number).locator("td").nth(1).click()
    told = claire.page.locator(".alert-danger:visible")
    told.wait_for()
    strip = claire.page.locator(".o_chorus_stepper [aria-current='step']")
    assert "Rejetée" in strip.inner_text()
    assert "Numéro d'engagement" in told.inner_text()
    assert "engagement inconnu" in told.inner_text()
    assert not RAW_CODE.search(told.inner_text())
    assert "avoir total" in told.inner_text()
    claire.press("action_l10n_fr_chorus_correct")
    dialog = claire.dialog()
    assert "guide des libraires" not in dialog.inner_text()
    assert "guide des libraires" in dialog.locator("details").text_content()
    sending = claire.field("l10n_fr_chorus_send").locator("input")
    assert sending.is_checked()
    dialog.locator("button[name='action_l10n_fr_chorus_correct']").click()
    claire.field("l10n_fr_chorus_replaces_id").wait_for()


def test_a_refused_invoice_is_credited_and_made_again(shop, claire, record):
    """R18, R21: the screen says what happened, why, and does the rest."""
    refused = record["refused"]
    claire.open_list("account.action_move_out_invoice")
    with claire.clicks(at_most=3):
        answer(claire, name_of(shop, refused))
    assert "engagement" in claire.field("l10n_fr_chorus_fault_text").inner_text()
    claire.tab("l10n_fr_chorus")
    number = claire.field("purchase_order_reference")
    assert "text-danger" in number.get_attribute("class")
    claire.fill("purchase_order_reference", "EJ-76-2026-0151")
    claire.field("l10n_fr_chorus_fault_text").wait_for(state="hidden")
    query = "SELECT state FROM account_move WHERE reversed_entry_id = "
    assert shop.sql(f"{query}{refused}").strip() == "posted"
    claire.open("account.move", refused)
    # It is answered; Odoo first shows what it remembers of the page.
    claire.page.locator(".alert-danger:visible").wait_for(state="hidden")
    claire.tab("l10n_fr_chorus")
    assert "RFAC" in claire.field("l10n_fr_chorus_credit_ids").inner_text()


def test_two_leave_from_the_list_and_the_third_is_to_correct(shop, claire):
    """R12: two leave; the third, which another system confirmed, is to correct."""
    claire.open_list("account.action_move_out_invoice")
    claire.only("Chorus\u00a0: à corriger")
    claire.page.locator(".o_data_row", has_text="Aube").first.wait_for()
    claire.open_list("account.action_move_out_invoice")
    claire.only("Chorus\u00a0: à envoyer")
    claire.page.locator(".o_data_row").nth(2).wait_for(state="detached")
    assert claire.page.locator(".o_data_row", has_text="Lyon").count() == 2
    claire.page.locator("thead .o_list_record_selector input").check()
    claire.do("Envoyer à Chorus Pro")
    told = claire.dialog()
    assert told.locator("li .fa-check").count() == 2
    assert told.locator("li a").all_inner_texts() != ["", ""]
    claire.close_dialog()
    query = (
        "SELECT count(*) FROM l10n_fr_chorus_submission "
        "JOIN account_move move ON move.id = move_id "
        "WHERE l10n_fr_chorus_submission.state = 'requested' "
        "AND move_type = 'out_invoice'"
    )
    assert shop.sql(query).strip() == "2"


def test_a_quotation_says_what_to_ask_the_customer_for(claire):
    """R8: while it is typed, and without stopping it; a reader is asked nothing."""
    claire.open("sale.order", "new")
    references = claire.page.locator("[name='l10n_fr_chorus_engagement']:visible")
    assert references.count() == 0
    claire.choose("partner_id", "Département de l'Aube")
    missing = claire.field("l10n_fr_chorus_missing")
    missing.wait_for()
    assert missing.inner_text() == "le code service, le numéro d'engagement"
    claire.choose("l10n_fr_chorus_service_id", "MEDIATHEQUE")
    claire.fill("l10n_fr_chorus_engagement", "10-CULT-4492")
    missing.wait_for(state="hidden")
    claire.page.keyboard.press("Alt+j")


def test_the_life_cycle_is_read_with_the_keyboard(claire, record):
    claire.open("account.move", record["refused"])
    claire.tab("l10n_fr_chorus")
    step = claire.field("l10n_fr_chorus_timeline").locator("details").first
    assert step.get_attribute("open") is None
    step.locator("summary").focus()
    claire.page.keyboard.press("Enter")
    assert step.get_attribute("open") is not None
    assert step.locator("p").first.is_visible()


def test_what_was_sent_is_listed_by_state(claire):
    claire.open_list("l10n_fr_chorus_bookshop.account_move_action_followed")
    state = claire.page.locator(".o_data_row td[name='l10n_fr_chorus_state']").first
    state.wait_for()
    assert state.inner_text()
    claire.page.click(".o_switch_view.o_kanban")
    columns = claire.page.locator(".o_kanban_group")
    columns.first.wait_for()
    assert columns.count() == 5
    under_way = columns.filter(has_text="En cours")
    assert under_way.locator(".o_kanban_record .badge").count()


# ---- THE FIVE JOBS, IN CLICKS --------------------------------------------------------


def test_sold_and_sent_from_the_orders_in_eight_clicks(shop, claire):
    claire.open_list("sale.action_orders")
    query = "SELECT count(*) FROM l10n_fr_chorus_submission"
    before = int(shop.sql(query))
    with claire.clicks(at_most=8):
        claire.page.click(".o_list_button_add")
        claire.pick(["partner_id"], "Commune de Lyon")
        claire.page.locator(".o_field_x2many_list_row_add a").first.click()
        claire.pick(["product_template_id", "product_id"], "Madame Bovary")
        # The price has come: nothing of what is typed is under way.
        priced = claire.page.locator("[name='price_subtotal']")
        priced.filter(has_text=re.compile(r"[1-9]")).first.wait_for()
        claire.page.click("button[name='action_confirm']:visible")
        claire.page.locator("button:visible", has_text="Créer une facture").click()
        claire.dialog().locator("button[name='create_invoices']").first.click()
        claire.page.click("button[name='action_post']:visible")
        claire.page.click("button[name='action_l10n_fr_chorus_send']:visible")
        claire.page.wait_for_selector(".o_notification")
    assert int(shop.sql(query)) == before + 1


def test_what_needs_me_is_one_click_after_the_application_opens(shop, claire, record):
    number = name_of(shop, record["suspended"])
    claire.start()
    found = claire.page.get_by_text(number).first
    card = claire.page.locator("[data-card='to_correct']").first
    card.or_(found).first.wait_for()
    with claire.clicks(at_most=1):
        if not found.is_visible():
            card.click()
        found.wait_for()


def test_whether_a_customer_is_on_chorus_pro_needs_no_click(claire, record):
    claire.open("res.partner", record["partner_aube"])
    with claire.clicks(at_most=0):
        said = claire.field("l10n_fr_chorus_siret_said")
        assert "active sur Chorus Pro" in said.inner_text()


def test_whether_it_is_paid_is_two_clicks_away(shop, claire, record):
    claire.start()
    row = claire.page.locator("tr", has_text=name_of(shop, record["paid"]))
    with claire.clicks(at_most=2):
        claire.page.locator("[data-card='ordered']").first.click()
        row.get_by_text("Mise en paiement").first.wait_for()


# ---- THE SAME WITHOUT A MOUSE --------------------------------------------------------


def test_the_five_jobs_need_no_mouse(shop, claire, record):
    """Sent and answered by one key, the front page and the lists reached by Tab."""
    values = {"move_type": "out_invoice", "partner_id": record["partner_lyon"]}
    line = {"product_id": record["product_book_01"], "quantity": 1}
    values["invoice_line_ids"] = [[0, 0, line]]
    [invoice] = claire.call("account.move", "create", [values])
    claire.call("account.move", "action_post", [invoice])
    claire.open("account.move", invoice)
    send = claire.page.locator("button[name='action_l10n_fr_chorus_send']:visible")
    send.wait_for()
    with claire.clicks(at_most=0):
        claire.page.keyboard.press("Alt+e")
        claire.page.wait_for_selector(".o_notification")
        send.wait_for(state="detached")

        claire.open("account.move", record["suspended"])
        complete = claire.page.locator("button[name='action_l10n_fr_chorus_complete']")
        complete.wait_for()
        claire.page.keyboard.press("Alt+e")
        claire.dialog().locator("[name='comment']").wait_for()
        claire.page.keyboard.press("Escape")
        claire.page.wait_for_selector(".modal-dialog", state="detached")

        claire.start()
        row = claire.page.locator(".o_l10n_fr_chorus_row").first
        row.wait_for()
        number = row.locator(".o_l10n_fr_chorus_name").inner_text()
        claire.reach(row.locator("a"))
        claire.reach(row.locator("button"), at_most=1)
        claire.page.keyboard.press("Shift+Tab")
        claire.page.keyboard.press("Enter")
        claire.page.locator(".o_form_sheet", has_text=number).wait_for()

        claire.start()
        claire.reach(claire.page.locator("[data-card='ordered']"), at_most=80)
        claire.page.keyboard.press("Enter")
        paid = claire.page.locator("tr", has_text=name_of(shop, record["paid"]))
        paid.get_by_text("Mise en paiement").first.wait_for()

        claire.open("res.partner", record["partner_aube"])
        said = claire.field("l10n_fr_chorus_siret_said")
        # Heard, too, as it changes.
        assert said.locator("xpath=ancestor-or-self::*[@role='status']").count()


def name_of(shop, invoice):
    """Number of an invoice as stored."""
    return shop.sql(f"SELECT name FROM account_move WHERE id = {invoice}").strip()


def state_of(shop, invoice):
    """State of an invoice as stored."""
    return shop.sql(f"SELECT state FROM account_move WHERE id = {invoice}").strip()
