"""The pictures of the documentation and of our screens: one line for each.

A picture goes from its name to the steps that bring the page there. To add one, add its
line; shown by a page of `static/description`, it is also copied there.
"""

from collections.abc import Callable
from dataclasses import dataclass

MODULE = "l10n_fr_chorus_bookshop"
DIALOG = ".modal-content"


@dataclass(frozen=True)
class Picture:
    """One picture.

    :param reach: what brings a person to the page, given the person and the records
    :param part: selector of what is photographed; the page without it
    """

    name: str
    reach: Callable
    part: str = ""


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


def action(name: str, shows: str = ".o_list_view :is(.o_data_row, .o_group_header)"):
    """What an action of ours opens, once it shows something."""

    def reach(person, _records):
        place = name if "." in name else f"{MODULE}.{name}"
        person.page.goto(f"{person.url}/odoo/action-{place}")
        person.page.wait_for_selector(shows)

    return reach


def invoice(record: str, then: str = "") -> Callable:
    """An invoice turned to its Chorus Pro page."""
    return form("account.move", record, "l10n_fr_chorus", then)


def pressed(name: str, shows: str) -> Callable:
    """A button of the page where the picture before was taken."""

    def reach(person, _records):
        person.page.locator(f"button[name='{name}']:visible").last.click()
        person.page.wait_for_selector(shows)

    return reach


def round_of_the_portal(person, records):
    """The first invoice of those to upload."""
    person.open("account.move", records["by_hand"])
    person.press("action_l10n_fr_chorus_deposit")
    person.dialog().locator("[name='progress']").wait_for()


def kanban(name: str) -> Callable:
    """What an action of ours opens, seen in columns."""

    def reach(person, records):
        action(name)(person, records)
        person.page.locator(".o_switch_view.o_kanban").click()
        person.page.wait_for_selector(".o_kanban_record")

    return reach


def group(code: str) -> Callable:
    """The list that a group of the front page opens."""

    def reach(person, records):
        action("dashboard_action", ".o_l10n_fr_chorus_dashboard")(person, records)
        person.page.click(f"[data-task='{code}'] .o_l10n_fr_chorus_all")
        person.page.wait_for_selector(".o_data_row")

    return reach


def settings(person, _records):
    """The part of the settings that is ours."""
    action("account.action_account_config", ".o_setting_container")(person, _records)
    person.field("l10n_fr_chorus_environment").scroll_into_view_if_needed()


# ---- PICTURES -----------------------------------------------------------------------

AUDIT = "action_l10n_fr_chorus_audit_trail"
CORRECT = "action_l10n_fr_chorus_correct"
OF_CLAIRE = (
    Picture("dashboard", action("dashboard_action", ".o_l10n_fr_chorus_dashboard")),
    Picture("invoice-draft", form("account.move", "draft")),
    Picture(
        "invoice-confirm-refused",
        form("account.move", "draft", then="action_post"),
        DIALOG,
    ),
    Picture("invoice-paid", invoice("paid")),
    Picture("audit-trail", pressed(AUDIT, "[name='l10n_fr_chorus_trail_html']")),
    Picture("invoice-suspended", invoice("suspended")),
    Picture("invoice-posted-wrong", invoice("wrong")),
    Picture("invoice-waiting", form("account.move", "waiting")),
    Picture("send-dialog", invoice("wrong", "action_invoice_sent"), DIALOG),
    Picture("invoice-list", action("account.action_move_out_invoice")),
    Picture("invoice-kanban", kanban("account_move_action_followed")),
    Picture("invoice-refused", invoice("refused")),
    Picture("credit-dialog", invoice("refused", CORRECT), DIALOG),
    Picture("invoice-again", pressed(CORRECT, "[name='l10n_fr_chorus_replaces_id']")),
    Picture("invoice-credited", form("account.move", "refused")),
    Picture(
        "complete-dialog",
        invoice("suspended", "action_l10n_fr_chorus_complete"),
        DIALOG,
    ),
    Picture("refusals", action("refusal_action", ".o_pivot")),
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
    Picture("forgotten", action("account_move_action_forgotten")),
    Picture("to-correct", group("credit")),
    Picture("late-list", action("account_move_action_late")),
    Picture("late-invoice", invoice("late")),
    Picture("reminder", invoice("late", "action_l10n_fr_chorus_remind"), DIALOG),
    Picture("portal-round", round_of_the_portal, DIALOG),
)
OF_THE_MANAGER = (
    Picture("set-up-guide", action("action_guide", ".o_form_view")),
    Picture("training", action("action_training", ".o_form_view")),
    Picture("connection-list", action("connection_action")),
    Picture("settings", settings),
)
