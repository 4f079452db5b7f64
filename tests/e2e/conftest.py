"""One shop, one server and one browser for all who look at the same screens."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bookshop_tool import web, workspace
from e2e.stage import Shop, open_shop

AUBE = {"customer": "partner_aube"}
REFERENCES = {
    "buyer_reference": "MEDIATHEQUE",
    "purchase_order_reference": "10-CULT-4471",
}
WRONG_ENGAGEMENT = {"purchase_order_reference": "EJ-76-2026-0115"}
# The files whose tests look at `screens`.
LOOKING = ("test_browser.py", "test_crawl.py")
KNOWN = ["partner_aube", "partner_rennes", "partner_lyon", "product_book_01"]


@dataclass
class Screens:
    """A shop with an invoice in every condition, and its pages.

    :param record: the database's numbers of what the pages show
    :param session: what signs somebody in, at a page of their own
    """

    shop: Shop
    url: str
    session: Any
    record: dict = field(default_factory=dict)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Where two processes share the files, one of them has all that look at `screens`.

    Each would make a shop, a server and a browser of its own otherwise.
    """
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "screens" if file.endswith(LOOKING) else file

    return Together(config, log)


@pytest.fixture(scope="session")
def screens():
    from e2e.browser import open_browser

    with open_shop("e2e_screens", pages=True) as shop:
        record = prepare(shop)
        with (
            workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
            open_browser() as session,
        ):
            web.warm_up(odoo.url)
            yield Screens(shop, odoo.url, session, record)


def prepare(shop):
    """Sell, send, be refused: return the database's numbers of what came of it."""
    wrong_sale = {"customer": "partner_seine_maritime", **WRONG_ENGAGEMENT}
    (
        _connected,
        [draft],
        [posted],
        _unsent,
        [refused],
        [suspended],
        [paid],
        [waiting],
        known,
        order,
        rennes_order,
        people,
        _worked,
    ) = shop.calls(
        ("connect", {"url": shop.platform.url}),
        ("draft", AUBE),
        ("post_unattended", AUBE),
        ("post_unattended", {"count": 2}),
        ("send", {"count": 1, **wrong_sale}),
        ("send", {"count": 1, "books": 3, **AUBE, **REFERENCES}),
        ("send", {"count": 1, "books": 4, **AUBE, **REFERENCES}),
        ("send", {"count": 1, "customer": "partner_rennes"}),
        ("ids", {"names": KNOWN}),
        ("order", AUBE),
        ("order", {"customer": "partner_rennes"}),
        ("people", AUBE),
        ("work", {"rounds": 3, "pause": 2}),
    )
    reason = "EJ_ERR - engagement inconnu"
    shop.platform.status(refused["number"], "REJETEE", reason=reason)
    shop.platform.status(suspended["number"], "SUSPENDUE", reason="LIVR_INCOMP")
    shop.platform.status(paid["number"], "MISE_EN_PAIEMENT")
    _worked, vault = shop.calls(("work", {}), ("open_vault", {"move": paid["id"]}))
    return {
        **known,
        **vault,
        **people,
        "draft": draft,
        "posted": posted,
        "refused": refused["id"],
        "suspended": suspended["id"],
        "paid": paid["id"],
        "waiting": waiting["id"],
        "order": order,
        "rennes_order": rennes_order,
    }
