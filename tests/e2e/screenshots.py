"""Pictures for the documentation: `setup/bookshop screenshots`.

A shop of its own is opened, a few invoices are sent, and each page of `pictures.py` is
photographed as Claire, as the manager for the settings, or as the inspector, on the
screen of a desk and on a telephone's. All go to the runtime's folder; those that the
guide shows also replace the module's own, lighter. A page that shows English, a raw
code, a part out of sight or an error of the console is told, and the command fails.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Error

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "unit")]
sys.path.append(str(Path(__file__).resolve().parents[2] / "l10n_fr_chorus_bookshop"))

from bookshop_tool import web, workspace
from bookshop_tool.paths import MODULE_DIR, RUNTIME
from e2e import page_checks
from e2e.browser import open_browser
from e2e.pictures import OF_CLAIRE, OF_THE_INSPECTOR, OF_THE_MANAGER
from e2e.printed import printed
from e2e.stage import open_shop

RECORDS = ["partner_aube", "partner_rennes", "company_bookshop"]
# The pages scroll inside themselves: what does not fit would not be seen.
WIDTH, HEIGHT, PHONE = 1280, 1400, 390
# Of what one colour fills below the page, this much is left.
MARGIN = 24
COLOURS = 128
SHOWN = MODULE_DIR / "static" / "description"
REFERENCES = {
    "buyer_reference": "MEDIATHEQUE",
    "purchase_order_reference": "10-CULT-4471",
}
AUBE = "22100005200011"
CLOSING = {"buyer_reference": "COLLEGES", "purchase_order_reference": "10-COLL-0007"}


class Album:
    """Where the pictures go, and what is wrong with them."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.terms = page_checks.catalogue()
        self.faults = []
        pages = (path.read_text() for path in SHOWN.glob("*.html"))
        self.wanted = {
            name for page in pages for name in re.findall(r'src="([\w-]+)\.png"', page)
        }

    def take(self, person, picture, records):
        """Photograph the page a person sees, on both screens; judge it."""
        person.complaints.clear()
        try:
            picture.reach(person, records)
            person.page.wait_for_timeout(1500)  # the bus never lets the network rest
            self.keep(picture.name, self.shoot(person, picture, picture.name))
            person.resize(PHONE)
            if not picture.once:
                picture.reach(person, records)
                person.page.wait_for_timeout(1000)
            self.shoot(person, picture, f"{picture.name}-phone")
        except Error as error:  # a page that does not come stops no other
            self.faults.append(f"{picture.name}: {error}")
        person.resize(WIDTH)

    def shoot(self, person, picture, name):
        """Photograph a page as it is seen now; return the picture."""
        seen = person.page
        seen.mouse.move(0, 0)  # what it points at shows a tip
        if picture.part:
            seen = person.page.locator(f"{picture.part}:visible").last
        image = trimmed(Image.open(BytesIO(seen.screenshot())).convert("RGB"))
        path = self.folder / f"{name}.png"
        image.save(path)
        found = [*page_checks.faults(person.page, self.terms), *person.complaints]
        self.faults += [f"{name}: {one}" for one in found]
        print(path, *found, sep="\n    ", flush=True)
        return image

    def keep(self, name, image):
        """Put a picture that the documentation shows where it looks for it."""
        if name in self.wanted:
            light = image.quantize(COLOURS, dither=Image.Dither.NONE)
            light.save(SHOWN / f"{name}.png", optimize=True)
            self.wanted.discard(name)

    def close(self):
        """Tell what is wrong; return the exit code."""
        self.faults += [f"{name}: nobody takes it" for name in sorted(self.wanted)]
        print("\n".join(self.faults) or "all the pages are as they should be")
        return int(bool(self.faults))


def trimmed(image):
    """A picture without the empty rows at its foot."""
    blank = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    box = ImageChops.difference(image, blank).getbbox()
    foot = min(image.height, box[3] + MARGIN) if box else image.height
    return image.crop((0, 0, image.width, foot))


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
        [late, also_late],
        order,
        rennes_order,
        [_never_sent, _nor_that],
        [recycled],
        [stopped],
        outside,
        records,
        _prepared,
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
            ("send", {"count": 2, "books": 6, **aube, **REFERENCES}),
            ("order", aube),
            ("order", {"customer": "partner_rennes"}),
            ("post_unattended", {"count": 2}),
            ("send", {"count": 1, "books": 7, **aube, **REFERENCES}),
            ("send", {"count": 1, "books": 8, **aube, **CLOSING}),
            ("from_outside", aube),
            ("ids", {"names": RECORDS}),
            ("prepare", {}),
        )
    )
    # Closed between our check and the deposit.
    shop.platform.service(AUBE, CLOSING["buyer_reference"], active=False)
    shop.call("work", rounds=3, pause=2)
    shop.platform.status(paid["number"], "SERVICE_FAIT")
    shop.platform.status(paid["number"], "MISE_EN_PAIEMENT")
    shop.platform.status(suspended["number"], "SUSPENDUE", reason="LIVR_INCOMP")
    reason = "EJ_ERR - engagement juridique inconnu de nos services"
    shop.platform.status(refused["number"], "REJETEE", reason=reason)
    shop.sql(
        "UPDATE l10n_fr_chorus_submission SET payment_due = now() - interval '9 days' "
        f"WHERE number IN ('{late['number']}', '{also_late['number']}')"
    )
    shop.platform.status(recycled["number"], "A_RECYCLER", reason="DEST_ERR")
    paid_late = [late["id"], also_late["id"]]
    _worked, by_hand, vault, _transfer, [asked] = shop.finish(
        shop.start(
            ("work", {}),
            ("pile_by_hand", {"count": 2}),
            ("open_vault", {"move": paid["id"]}),
            ("transfer", {"invoices": paid_late, "claire_keeps_the_books": False}),
            ("send", {"count": 1, "books": 9, **aube, **REFERENCES}),
        )
    )
    return {
        **records,
        **vault,
        **outside,
        "asked": asked["id"],
        "recycled": recycled["id"],
        "stopped": stopped["id"],
        "by_hand": by_hand[0],
        "refused": refused["id"],
        "paid": paid["id"],
        "suspended": suspended["id"],
        "draft": draft,
        "wrong": wrong,
        "order": order,
        "waiting": waiting["id"],
        "rennes_order": rennes_order,
        "late": late["id"],
    }


def main():
    """Take every picture; return the exit code."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else RUNTIME / "screenshots"
    album = Album(folder)
    for name, image in printed().items():
        image.save(folder / f"{name}.png")
        album.keep(name, image)
    with open_shop("screenshots", pages=True) as shop:
        records = prepare(shop)
        with (
            workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
            open_browser() as session,
        ):
            web.warm_up(odoo.url)
            claire = session(odoo.url, height=HEIGHT, width=WIDTH)
            for picture in OF_CLAIRE:
                album.take(claire, picture, records)
            manager = session(odoo.url, "admin", HEIGHT, WIDTH)
            # Seen in the bookshop's company.
            company = str(records["company_bookshop"])
            manager.page.context.add_cookies(
                [{"name": "cids", "value": company, "url": manager.url}]
            )
            for picture in OF_THE_MANAGER:
                album.take(manager, picture, records)
            inspector = session(odoo.url, "ines@impots.example", HEIGHT, WIDTH)
            for picture in OF_THE_INSPECTOR:
                album.take(inspector, picture, records)
    return album.close()


if __name__ == "__main__":
    sys.exit(main())
