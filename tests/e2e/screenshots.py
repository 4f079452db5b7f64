"""Pictures for the documentation: `setup/bookshop screenshots [folder]`.

A shop of its own is opened, a few invoices are sent, and each page is photographed as
Claire, or as the manager for the settings.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bookshop_tool import web, workspace
from bookshop_tool.paths import RUNTIME
from e2e.browser import open_browser
from e2e.stage import open_shop

RECORDS = ["partner_aube", "partner_rennes", "company_bookshop"]
# The pages scroll inside themselves: what does not fit would not be seen.
HEIGHT = 1400
REFERENCES = {
    "buyer_reference": "MEDIATHEQUE",
    "purchase_order_reference": "10-CULT-4471",
}


class Album:
    """Where the pictures go."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, person, name):
        """Photograph the page a person sees, once it has settled."""
        page = person.page
        page.wait_for_timeout(1500)  # the bus never lets the network rest
        path = self.folder / f"{name}.png"
        page.screenshot(path=path)
        print(path, flush=True)


def prepare(shop):
    """Invoices in every condition; returns what the pictures need."""
    aube, url = {"customer": "partner_aube"}, shop.platform.url
    (
        _connected,
        [paid],
        [suspended],
        [refused],
        _lyon,
        [waiting],
        [draft],
        [wrong],
        order,
        rennes_order,
        records,
    ) = shop.finish(
        shop.start(
            ("connect", {"url": url}),
            ("send", {"count": 1, **aube, **REFERENCES}),
            ("send", {"count": 1, "books": 3, **aube, **REFERENCES}),
            ("send", {"count": 1, "books": 4, **aube, **REFERENCES}),
            ("send", {"count": 1, "customer": "partner_lyon"}),
            ("send", {"count": 1, "customer": "partner_rennes"}),
            ("draft", {"books": 4, **aube}),
            ("post_unattended", {"books": 5, **aube}),
            ("order", aube),
            ("order", {"customer": "partner_rennes"}),
            ("ids", {"names": RECORDS}),
        )
    )
    shop.call("work", rounds=3, pause=2)
    shop.platform.status(paid["number"], "SERVICE_FAIT")
    shop.platform.status(paid["number"], "MISE_EN_PAIEMENT")
    shop.platform.status(suspended["number"], "SUSPENDUE", reason="LIVR_INCOMP")
    reason = "EJ_ERR - engagement juridique inconnu de nos services"
    shop.platform.status(refused["number"], "REJETEE", reason=reason)
    shop.call("work")
    return {
        **records,
        "refused": refused["id"],
        "paid": paid["id"],
        "suspended": suspended["id"],
        "draft": draft,
        "wrong": wrong,
        "order": order,
        "waiting": waiting["id"],
        "rennes_order": rennes_order,
    }


def photograph_invoices(album, claire, records):
    """The invoice, from the wrong draft to the payment; the list; the Send dialog."""
    claire.open("account.move", records["draft"])
    album.take(claire, "invoice-draft-banner")
    claire.press("action_post")
    claire.dialog()
    album.take(claire, "invoice-confirm-refused")
    claire.close_dialog()
    for name in ("paid", "suspended"):
        claire.open("account.move", records[name])
        claire.tab("l10n_fr_chorus")
        album.take(claire, f"invoice-{name}")
    claire.open("account.move", records["wrong"])
    claire.tab("l10n_fr_chorus")
    album.take(claire, "invoice-posted-wrong")
    claire.press("action_invoice_sent")
    claire.dialog().locator(".alert").first.wait_for()
    album.take(claire, "send-dialog")
    claire.open_list("account.action_move_out_invoice")
    album.take(claire, "invoice-list")


def photograph_refusal(album, claire, records):
    """The refused invoice, the dialog, the new draft, the credit note."""
    claire.open("account.move", records["refused"])
    claire.tab("l10n_fr_chorus")
    album.take(claire, "invoice-refused")
    claire.press("action_l10n_fr_chorus_correct")
    dialog = claire.dialog()
    album.take(claire, "credit-dialog")
    dialog.locator("button[name='action_l10n_fr_chorus_correct']").click()
    claire.field("l10n_fr_chorus_replaces_id").wait_for()
    claire.tab("l10n_fr_chorus")
    album.take(claire, "invoice-again")
    claire.open("account.move", records["refused"])
    album.take(claire, "invoice-credited")
    claire.open("account.move", records["suspended"])
    claire.press("action_l10n_fr_chorus_complete")
    claire.dialog()
    album.take(claire, "complete-dialog")
    claire.close_dialog()
    claire.page.goto(f"{claire.url}/odoo/action-l10n_fr_chorus_bookshop.refusal_action")
    claire.page.wait_for_selector(".o_pivot")
    album.take(claire, "refusals")


def photograph_others(album, claire, records):
    """Customer and order."""
    for name in ("partner_aube", "partner_rennes"):
        claire.open("res.partner", records[name])
        claire.tab("accounting")
        album.take(claire, f"customer-{name.removeprefix('partner_')}")
    claire.press("action_l10n_fr_chorus_questions")
    claire.dialog()
    album.take(claire, "customer-questions")
    claire.close_dialog()
    claire.press("action_l10n_fr_chorus_letter")
    claire.dialog()
    album.take(claire, "customer-letter")
    claire.close_dialog()
    claire.open("sale.order", records["order"])
    claire.tab("other_information")
    album.take(claire, "sale-order")
    claire.open("sale.order", records["rennes_order"])
    album.take(claire, "sale-order-to-settle")
    claire.open_list("l10n_fr_chorus_bookshop.account_move_action_forgotten")
    album.take(claire, "forgotten")
    claire.open("account.move", records["waiting"])
    album.take(claire, "invoice-waiting")


def photograph_settings(album, admin, records):
    """What a manager sets up, seen in the bookshop's company."""
    admin.page.context.add_cookies(
        [{"name": "cids", "value": str(records["company_bookshop"]), "url": admin.url}]
    )
    admin.open_list("l10n_fr_chorus_bookshop.connection_action")
    album.take(admin, "connection-list")
    admin.page.locator(".o_data_row .o_data_cell").first.click()
    admin.page.wait_for_selector(".o_form_view")
    album.take(admin, "connection")
    admin.page.goto(f"{admin.url}/odoo/action-account.action_account_config")
    admin.page.wait_for_selector(".o_setting_container")
    admin.field("l10n_fr_chorus_environment").scroll_into_view_if_needed()
    album.take(admin, "settings")


def main():
    """Take every picture."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else RUNTIME / "screenshots"
    album = Album(folder)
    with open_shop("screenshots") as shop:
        records = prepare(shop)
        with (
            workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
            open_browser() as session,
        ):
            web.warm_up(odoo.url)
            claire = session(odoo.url, height=HEIGHT)
            photograph_invoices(album, claire, records)
            photograph_refusal(album, claire, records)
            photograph_others(album, claire, records)
            photograph_settings(album, session(odoo.url, "admin", HEIGHT), records)


if __name__ == "__main__":
    main()
