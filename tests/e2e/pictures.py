"""The pictures of the documentation and of our screens: one line for each.

A picture goes from its name to the steps that bring the page there. To add one, add its
line; shown by a page of `static/description`, it is also copied there.
"""

from collections.abc import Callable
from dataclasses import dataclass

MODULE = "l10n_fr_chorus_bookshop"
DIALOG = ".modal-content"
STRIP = "div[name='l10n_fr_chorus_strip']:not(.o_field_widget)"
FORM = ".o_form_view .o_form_sheet_bg, .o_form_view .o_form_nosheet"
KANBAN = ".o_kanban_record"
# On a telephone Odoo shows cards where it can.
ROWS = f".o_list_view :is(.o_data_row, .o_group_header), {KANBAN}:not(.o_kanban_ghost)"
# A list, with rows or without.
ANY = ".o_list_view .o_list_renderer, .o_view_nocontent, .o_kanban_renderer"


@dataclass(frozen=True)
class Picture:
    """One picture.

    :param reach: what brings a person to the page, given the person and the records
    :param part: selector of what is photographed; the page without it
    :param once: it cannot be reached again, and is only made narrower for a telephone
    """

    name: str
    reach: Callable
    part: str = ""
    once: bool = False


# ---- WAYS TO REACH A PAGE -----------------------------------------------------------


def form(model: str, record: str, tab: str = "", then: str = "") -> Callable:
    """A record's form, turned to a page, then a button pressed that opens a dialog."""

    def reach(person, records):
        person.open(model, records[record])
        if tab:
            person.tab(tab)
        if then:
            person.press(then)
            person.dialog()

    return reach


def action(name: str, shows: str = ROWS):
    """What an action of ours opens, once it shows something."""

    def reach(person, _records):
        place = name if "." in name else f"{MODULE}.{name}"
        person.page.goto(f"{person.url}/odoo/action-{place}")
        person.page.wait_for_selector(shows)

    return reach


def invoice(record: str, then: str = "") -> Callable:
    """An invoice turned to its Chorus Pro page."""
    return form("account.move", record, "l10n_fr_chorus", then)


def pressed(first: Callable, name: str, shows: str) -> Callable:
    """What a button of another page leads to."""

    def reach(person, records):
        first(person, records)
        person.page.locator(f"button[name='{name}']:visible").last.click()
        person.page.wait_for_selector(shows)

    return reach


def round_of_the_portal(person, records):
    """The first invoice of those to upload."""
    person.open("account.move", records["by_hand"])
    person.press("action_l10n_fr_chorus_deposit")
    person.dialog().locator("[name='progress']").wait_for()


def bulk(person, records):
    """What became of several invoices, sent together from their list."""
    action("account.action_move_out_invoice")(person, records)
    person.only("Chorus\u00a0: à envoyer")
    person.page.locator(".o_data_row", has_text="Lyon").nth(1).wait_for()
    person.page.locator("thead .o_list_record_selector input").check()
    person.do("Envoyer à Chorus Pro")
    person.dialog()


def page(path: str, shows: str) -> Callable:
    """A page of the site."""

    def reach(person, records):
        person.page.goto(person.url + path.format(**records))
        person.page.wait_for_selector(shows)

    return reach


def seen_as(name: str, view: str, shows: str) -> Callable:
    """What an action of ours opens, seen in another way than it opens in."""

    def reach(person, records):
        action(name, ".o_switch_view")(person, records)
        person.page.locator(f".o_switch_view.o_{view}").click()
        person.page.wait_for_selector(shows)

    return reach


def first_row(name: str) -> Callable:
    """The first record of a list of ours."""

    def reach(person, records):
        action(name)(person, records)
        row = person.page.locator(".o_data_row").first
        row.locator(".o_data_cell:not(.o_list_button)").first.click()
        person.page.wait_for_selector(FORM)

    return reach


def group(code: str) -> Callable:
    """The list that a group of the front page opens."""

    def reach(person, records):
        action("dashboard_action", ".o_l10n_fr_chorus_dashboard")(person, records)
        person.page.click(f"[data-task='{code}'] .o_l10n_fr_chorus_all")
        person.page.wait_for_selector(ROWS)

    return reach


def settings(person, _records):
    """The part of the settings that is ours."""
    action("account.action_account_config", ".o_setting_container")(person, _records)
    person.field("l10n_fr_chorus_environment").scroll_into_view_if_needed()


# ---- PICTURES -----------------------------------------------------------------------

AUDIT = "action_l10n_fr_chorus_audit_trail"
CORRECT = "action_l10n_fr_chorus_correct"
TRAIL = "[name='l10n_fr_chorus_trail_html']"
REPLACES = "[name='l10n_fr_chorus_replaces_id']"
READ = "action_l10n_fr_chorus_read_order"
RECYCLE = "action_l10n_fr_chorus_recycle"
FOLLOWED = "account_move_action_followed"
JOURNALS = "account.open_account_journal_dashboard_kanban"
OF_CLAIRE = (
    Picture("dashboard", action("dashboard_action", ".o_l10n_fr_chorus_dashboard")),
    Picture("invoice-draft", form("account.move", "draft")),
    Picture(
        "invoice-confirm-refused",
        form("account.move", "draft", then="action_post"),
        DIALOG,
    ),
    Picture("invoice-paid", invoice("paid")),
    Picture("audit-trail", pressed(invoice("paid"), AUDIT, TRAIL), once=True),
    Picture("invoice-suspended", invoice("suspended")),
    Picture("invoice-posted-wrong", invoice("wrong")),
    Picture("invoice-waiting", form("account.move", "waiting")),
    Picture("send-dialog", invoice("wrong", "action_invoice_sent"), DIALOG, once=True),
    Picture("invoice-list", action("account.action_move_out_invoice")),
    Picture(
        "invoice-kanban",
        seen_as("account_move_action_followed", "kanban", ".o_kanban_record"),
        once=True,
    ),
    Picture("invoice-refused", invoice("refused")),
    Picture("credit-dialog", invoice("refused", CORRECT), DIALOG),
    Picture(
        "invoice-again",
        pressed(invoice("refused", CORRECT), CORRECT, REPLACES),
        once=True,
    ),
    Picture("invoice-credited", form("account.move", "refused")),
    Picture(
        "complete-dialog",
        invoice("suspended", "action_l10n_fr_chorus_complete"),
        DIALOG,
    ),
    Picture("refusals", action("refusal_action", ".o_pivot, canvas")),
    Picture("customer", form("res.partner", "partner_aube", "accounting")),
    Picture("customer-rennes", form("res.partner", "partner_rennes", "accounting")),
    Picture(
        "customer-questions",
        form(
            "res.partner",
            "partner_rennes",
            "accounting",
            "action_l10n_fr_chorus_questions",
        ),
        DIALOG,
    ),
    Picture(
        "customer-letter",
        form(
            "res.partner",
            "partner_rennes",
            "accounting",
            "action_l10n_fr_chorus_letter",
        ),
        DIALOG,
    ),
    Picture("sale-order", form("sale.order", "order", "other_information")),
    Picture("sale-order-to-settle", form("sale.order", "rennes_order")),
    Picture("forgotten", action("account_move_action_forgotten", ANY)),
    Picture("to-correct", group("correct")),
    Picture("late-list", action("account_move_action_late")),
    Picture("late-invoice", invoice("late")),
    Picture("reminder", invoice("late", "action_l10n_fr_chorus_remind"), DIALOG),
    Picture("portal-round", round_of_the_portal, DIALOG),
    Picture("strip-to-deposit", form("account.move", "by_hand"), STRIP),
    Picture("strip-asked", form("account.move", "asked"), STRIP),
    Picture("strip-again", form("account.move", "paid"), STRIP),
    Picture("invoice-not-integrated", form("account.move", "stopped")),
    Picture("readdress-dialog", invoice("recycled", RECYCLE), DIALOG),
    Picture("chorus-list", action(FOLLOWED)),
    Picture("late", action("account_move_action_late")),
    Picture("graph", seen_as(FOLLOWED, "graph", "canvas"), once=True),
    Picture("refusals-graph", seen_as("refusal_action", "graph", "canvas"), once=True),
    Picture("volume", action("submission_action_volume", "canvas")),
    Picture("to-sort", action("to_sort_action")),
    Picture("deposits", action("transmission_action")),
    Picture("order-read", form("sale.order", "quotation")),
    Picture("order-proposals", form("sale.order", "quotation", then=READ), DIALOG),
    Picture("public-customers", action("res_partner_action_public", ANY)),
    Picture("bodies", action("structure_action", ANY)),
    Picture("originals", action("original_action")),
    Picture("original", first_row("original_action")),
    Picture("vault-sizes", action("volume_action", ANY)),
    Picture("operations", action("operation_action", ANY)),
    Picture("portal-import", action("portal_import_action", FORM)),
    Picture("portal-mails", action("mail_action", ANY)),
    Picture("contacts", action("contact_action", ANY)),
    Picture(
        "journal-card", action("account.open_account_journal_dashboard_kanban", KANBAN)
    ),
    Picture("orders", action("sale.action_orders", ANY)),
    Picture("bulk-dialog", bulk, DIALOG, once=True),
)
OF_THE_MANAGER = (
    # First a page that says which app is open: the next two are of any.
    Picture("connection-list", action("connection_action")),
    Picture("set-up-guide", action("action_guide", FORM)),
    Picture("training", action("action_training", FORM)),
    Picture("settings", settings),
    Picture("connection", first_row("connection_action")),
    Picture(
        "connection-approved",
        form("l10n_fr_chorus.connection", "approved"),
    ),
    Picture(
        "approved-platform",
        form("l10n_fr_chorus.approved_platform", "approved_platform"),
    ),
    Picture("approved-platforms", action("approved_platform_action")),
    Picture("profiles", action("profile_action")),
    Picture("profile", first_row("profile_action")),
    Picture("directory-sources", action("directory_source_action", ANY)),
    Picture("directory-import", first_row("import_action")),
    Picture("exemptions", action("exemption_action", ANY)),
    Picture("bank-lines", action("bank_line_action")),
    Picture("verifications", action("verification_action", ANY)),
    Picture("anchors", action("anchor_action", ANY)),
    Picture("inspections", action("inspection_action", ANY)),
    Picture("inspection", first_row("inspection_action")),
    Picture("inspection-grant", action("inspection_grant_action", DIALOG), DIALOG),
    Picture("takeover", action("takeover_dialog_action", DIALOG), DIALOG),
)
OF_THE_INSPECTOR = (
    Picture("inspector", page("/chorus/inspection/{inspection}", "main table")),
    Picture(
        "inspector-trail",
        page("/chorus/inspection/{inspection}/trail/{paid}", "main h3"),
    ),
    Picture(
        "inspector-verify", page("/chorus/inspection/{inspection}/verify", "main pre")
    ),
)
