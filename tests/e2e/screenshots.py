"""Pictures for the documentation: `setup/bookshop screenshots [folder]`.

A shop of its own is opened, a few invoices are sent, and each page is photographed as
Claire, or as the manager for the settings.
"""

import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bookshop_tool import web, workspace
from bookshop_tool.paths import RUNTIME
from e2e.browser import open_browser
from e2e.stage import open_shop

CUSTOMERS = ["partner_aube", "partner_lyon", "partner_rennes", "partner_lille"]
REFERENCES = {
    "buyer_reference": "MEDIATHEQUE",
    "purchase_order_reference": "10-CULT-4471",
}


class Album:
    """Where the pictures go."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, person, name, *, whole=True):
        """Photograph the page a person sees, once it has settled."""
        page = person.page
        page.wait_for_timeout(1500)  # the bus never lets the network rest
        path = self.folder / f"{name}.png"
        page.screenshot(path=path, full_page=whole)
        print(path, flush=True)


def prepare(shop):
    """Invoices in every condition; returns what the pictures need."""
    shop.call("connect", url=shop.platform.url)
    sent = shop.call("send", count=2, customer="partner_aube", **REFERENCES)
    shop.call("send", count=1, customer="partner_lyon")
    shop.call("send", count=1, customer="partner_rennes")
    shop.call("work")
    time.sleep(4)  # the platform integrates three seconds after the deposit
    shop.platform.status(sent[0]["number"], "SERVICE_FAIT")
    shop.platform.status(sent[0]["number"], "MISE_EN_PAIEMENT")
    shop.platform.status(sent[1]["number"], "SUSPENDUE", reason="LIVR_INCOMP")
    shop.call("work", rounds=2)
    return {
        "paid": sent[0]["id"],
        "suspended": sent[1]["id"],
        "draft": shop.call("draft", customer="partner_aube")[0],
        "wrong": shop.call("post_unattended", customer="partner_aube")[0],
        "order": shop.call("order", customer="partner_aube"),
        **shop.call("ids", names=CUSTOMERS),
    }


def photograph_invoices(album, claire, records):
    """The invoice, from the wrong draft to the payment; the list; the Send dialog."""
    claire.open("account.move", records["draft"])
    album.take(claire, "invoice-draft-banner")
    claire.press("action_post")
    claire.dialog()
    album.take(claire, "invoice-confirm-refused", whole=False)
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
    album.take(claire, "send-dialog", whole=False)
    claire.open_list("account.action_move_out_invoice_type")
    album.take(claire, "invoice-list")


def photograph_others(album, claire, records):
    """Customer and order."""
    for name in ("partner_aube", "partner_rennes"):
        claire.open("res.partner", records[name])
        claire.tab("accounting")
        album.take(claire, f"customer-{name.removeprefix('partner_')}")
    claire.open("sale.order", records["order"])
    claire.tab("other_information")
    album.take(claire, "sale-order")


def photograph_settings(album, admin, company):
    """What a manager sets up, seen in the bookshop's company."""
    admin.page.context.add_cookies(
        [{"name": "cids", "value": str(company), "url": admin.url}]
    )
    admin.open_list("l10n_fr_chorus_bookshop.connection_action")
    album.take(admin, "connection-list")
    admin.page.locator(".o_data_row .o_data_cell").first.click()
    admin.page.wait_for_selector(".o_form_view")
    album.take(admin, "connection")
    admin.page.goto(f"{admin.url}/odoo/action-account.action_account_config")
    block = admin.page.locator("#l10n_fr_chorus, [name='l10n_fr_chorus']").first
    block.scroll_into_view_if_needed()
    album.take(admin, "settings", whole=False)


def main():
    """Take every picture."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else RUNTIME / "screenshots"
    album = Album(folder)
    with open_shop("screenshots") as shop:
        records = prepare(shop)
        company = shop.call("ids", names=["company_bookshop"])["company_bookshop"]
        with (
            workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
            open_browser() as session,
        ):
            web.warm_up(odoo.url)
            claire = session(odoo.url)
            photograph_invoices(album, claire, records)
            photograph_others(album, claire, records)
            photograph_settings(album, session(odoo.url, "admin"), company)


if __name__ == "__main__":
    main()
