"""One who clicks on everything, and complains of what a bookseller would not forgive.

A crawler opens every menu, view, record, tab, fold, link, button and dialog of the
module, as one person in one language. After each click the page is looked at: an
address that is not there, an error no rule of ours wrote, the console, English or a
code in a page in French, a text too pale to read, a part out of sight.
"""

from collections import Counter
from pathlib import Path

from playwright.sync_api import Error

from e2e import page_checks

MODULE = "l10n_fr_chorus_bookshop"
APP = f"{MODULE}.menu_root"
SCRIPT = Path(__file__).with_suffix(".js")
#: Where records of Odoo's own models are looked at.
PLACES = {
    "account.move": "account.action_move_out_invoice",
    "res.partner": "account.res_partner_action_customer",
    "sale.order": "sale.action_orders",
}
# Its columns are named as an operator's files name them.
PROFILE = "l10n_fr_chorus.profile"
# Odoo's own buttons that lead through our rules.
OURS = {"action_post", "action_invoice_sent", "action_reverse", "action_confirm"}
# Leaves Odoo, or would end the demonstration for those who come after.
LEFT = {"action_end_training", "action_train", "action_production", "action_channel"}
# What asks a server that is no part of the stage.
OUTSIDE = {("l10n_fr_chorus.directory_source", "action_download")}
# What the browser says by itself, of no page of ours.
HARMLESS = ("websocket", "WebSocket", "bus_listener", "preload", "Permissions policy")


class Crawler:
    """One person who clicks on everything.

    :param person: signed in, at a page that `SCRIPT` was given to
    :param role: who that is, in what is told
    :param terms: what the module says in English, by its French; none in English
    :param french: all that the module says
    """

    def __init__(self, person, role, terms, french):
        self.person, self.role, self.terms = person, role, terms
        self.ours = page_checks.sayings(french)
        self.said = {*french, *french.values()}
        self.banned = page_checks.banned_words() if terms else None
        self.clicked, self.found, self.reached = Counter(), {}, set()
        self.chosen = set()
        self.page = person.page
        self.page.on("console", self._hear)
        self.page.on("response", self._answered)

    # ---- WHAT IS WRONG --------------------------------------------------------

    def _hear(self, message):
        known = any(word in message.text for word in HARMLESS)
        if message.type in ("error", "warning") and not known:
            self.complain("console", message.text[:300])

    def _answered(self, response):
        if response.status >= 400 and "/websocket" not in response.url:
            self.complain("address", f"{response.status} {response.url}")

    def complain(self, kind, what):
        """Keep a fault once, with where it was first seen."""
        self.found.setdefault((kind, what), f"{self.role}, {self.where}")

    where = "at the door"

    def judge(self, seen):
        """Look at a page once it is at rest."""
        self.reached.add((seen["model"], seen["view"]))
        text = "\n".join([seen["text"], *seen["toasts"]])
        if self.terms:
            for term in page_checks.english_in(text, self.terms):
                self.complain("English", term)
            for word in page_checks.words_in(text, self.banned):
                self.complain("word", word)
        for code in page_checks.codes_in(text) if seen["model"] != PROFILE else ():
            self.complain("code", code)
        for part in seen["wide"]:
            place = f"{seen['model']} {seen['view']}"
            self.complain("wide", f"{place}: {part} at {self.width}")
        for one in seen["pale"]:
            self.complain("pale", one)
        dialog = seen["dialog"]
        if dialog and dialog["error"] and not self.ours(dialog["text"]):
            self.complain("error", f"{dialog['title']}: {dialog['text'][:300]}")
        for address in seen["opened"]:
            self.follow(address)
        for address in seen["links"]:
            self.follow(address)

    @property
    def width(self):
        """How wide the screen is, in pixels."""
        return self.page.viewport_size["width"]

    def follow(self, address):
        """Ask for an address of ours once."""
        local = address.removeprefix(self.person.url)
        if not local.startswith("/") or local.startswith(("/odoo", "/web/image")):
            return
        local = local.partition("#")[0]
        if ("followed", local) not in self.reached and "logout" not in local:
            self.reached.add(("followed", local))
            self.clicked["link"] += 1
            answer = self.page.request.get(self.person.url + local)
            if answer.status >= 400:
                self.complain("address", f"{answer.status} {local}")

    # ---- CLICKS ---------------------------------------------------------------

    def ask(self, name, *arguments):
        """Call one function of the script in the page."""
        call = f"(given) => crawl.{name}(...given)"
        return self.page.evaluate(call, list(arguments))

    def press(self, kind, one):
        """Click on one thing and judge what comes; whether it was still there."""
        before, self.where = self.where, f"{self.where} > {one['text'] or one['name']}"
        try:
            seen = self.ask("press", kind, one)
            if seen:
                self.clicked[kind] += 1
                self.judge(seen)
            return seen
        except Error as error:
            self.lost(error)
            return None
        finally:
            self.where = before

    def lost(self, error):
        """A page left for another address, or one that never came."""
        if "context was destroyed" not in str(error):
            self.complain("lost", " ".join(str(error).split())[:600])
            return
        self.page.wait_for_load_state()
        if not self.page.locator(".o_web_client").count():
            self.page.goto(f"{self.person.url}/odoo")
        self.page.wait_for_selector(".o_main_navbar")
        self.ask("settle")

    def each(self, kind, chosen=lambda _one: True):
        """Click on each thing of a kind that the page offers."""
        for one in self.ask("offered", kind):
            if chosen(one):
                self.press(kind, one)

    # ---- PLACES ---------------------------------------------------------------

    def menus(self, then=None, but=()):
        """Choose every menu of the module; on each page, do what is given.

        :param but: names of the menus that are left
        """
        for menu in self.ask("menus", APP):
            if menu["xmlid"] in but:
                continue
            self.chosen.add(menu["xmlid"])
            self.where = menu["name"]
            self.clicked["menu"] += 1
            try:
                seen = self.ask("choose", menu)
                self.judge(seen)
                if then:
                    then(seen, menu)
                self.ask("close")
            except Error as error:
                self.lost(error)

    def everything(self, seen, menu):
        """All that a menu's page leads to."""
        if seen["dialog"]:
            self.dialog(seen)
        elif seen["view"] == "form":
            self.record(seen)
        elif not seen["view"]:
            self.figures(menu)
        else:
            self.rows()
            for view in self.ask("offered", "view"):
                if self.press("view", view):
                    self.rows()

    def figures(self, menu):
        """Each figure of a page that is no view; come back each time."""
        for figure in self.ask("offered", "figure"):
            if self.act("figure", figure):
                self.ask("choose", menu)

    def rows(self):
        """The first group, record and row of a page, and what a ticked row offers."""
        self.each("group")
        for tick in self.ask("offered", "tick"):
            if self.press("tick", tick):
                for one in self.ask("offered", "button"):
                    if self.is_ours(one):
                        self.act("button", one)
                self.actions()
        for kind in ("row", "card"):
            for one in self.ask("offered", kind)[:1]:
                seen = self.press(kind, one)
                if seen and seen["dialog"]:
                    self.dialog(seen)
                elif seen and seen["view"] == "form":
                    key = ("form", seen["model"])
                    if key not in self.reached:
                        self.reached.add(key)
                        self.record(seen)
                if seen:
                    self.page.go_back()
                    self.ask("settle")

    def act(self, kind, one):
        """Press what may open a dialog, and see to it."""
        seen = self.press(kind, one)
        if seen and seen["dialog"]:
            self.dialog(seen)
        return seen

    def actions(self):
        """Our actions on what is ticked, or on the record, from the cog."""
        start = self.ask("see")
        done = set()
        while self.ask("offered", "cog"):
            [cog, *_others] = self.ask("offered", "cog")
            self.ask("press", "cog", cog)
            ours = [
                one
                for one in self.ask("offered", "do")
                if one["text"] in self.said and one["text"] not in done
            ]
            if not ours:
                break
            done.add(ours[0]["text"])
            self.act("do", ours[0])
            seen = self.ask("see")
            if any(seen[key] != start[key] for key in ("model", "view", "record")):
                self.page.go_back()
                self.ask("settle")
                for tick in self.ask("offered", "tick"):
                    self.ask("press", "tick", tick)
        self.ask("close")

    def open(self, model, record):
        """A record's form, and all it offers."""
        self.where = f"{model} {record}"
        seen = self.ask("open", PLACES[model], record)
        self.judge(seen)
        self.record(seen, again=PLACES[model])

    def is_ours(self, one, model=""):
        """Whether a button is the module's, or leads through its rules.

        :param model: of the page; by default that of the page there is
        """
        model = model or self.ask("see")["model"]
        name = one["name"]
        if name in LEFT or (model, name) in OUTSIDE:
            return False
        return "chorus" in name or name in OURS or model.startswith("l10n_fr_chorus")

    def record(self, seen, again=None):
        """Every tab, fold and button of the form that is open."""
        for tab in self.ask("offered", "tab"):
            self.press("tab", tab)
            self.each("fold")
        mine = {key: seen[key] for key in ("model", "record")}
        tried = set()
        for tab in [None, *self.ask("offered", "tab")]:
            if tab:
                self.press("tab", tab)
            for one in self.ask("offered", "button"):
                key = (one["name"], one["text"])
                if key in tried or not self.is_ours(one, mine["model"]):
                    continue
                tried.add(key)
                self.act("button", one)
                self.back(mine, again)
                if tab:
                    self.ask("press", "tab", tab)

        self.actions()
        self.back(mine, again)

    def back(self, mine, again):
        """Return to a record when a button has led elsewhere."""
        seen = self.ask("see")
        if {key: seen[key] for key in mine} == mine:
            return
        if again:
            self.ask("open", again, mine["record"])
        else:
            self.page.go_back()
            self.ask("settle")

    def dialog(self, seen):
        """All that a dialog offers, then what it proposes, then close it."""
        if not seen["dialog"]["error"]:
            self.each("tab")
            model = APP if seen["dialog"]["ours"] else ""
            for one in self.ask("offered", "foot"):
                if self.is_ours(one, model):
                    self.press("foot", one)
        self.ask("close")

    def first_record(self, _seen, _menu):
        """The first record of a menu's page, and its tabs."""
        for kind in ("card", "row"):
            for one in self.ask("offered", kind)[:1]:
                if self.press(kind, one):
                    self.each("tab")
                    return

    # ---- PAGES OF THE SITE ----------------------------------------------------

    def pages(self, start, within):
        """Every page from a first one on that links to another, and its files.

        :param within: how the addresses begin where it goes on, in one or more ways
        """
        todo, seen = [start], {start}
        while todo:
            self.where = path = todo.pop()
            self.clicked["page"] += 1
            answer = self.page.request.get(self.person.url + path)
            if answer.status >= 400:
                self.complain("address", f"{answer.status} {path}")
            elif "text/html" in answer.headers.get("content-type", ""):
                self.page.goto(self.person.url + path)
                now = self.ask("see")
                self.judge(now)
                # The same page in another order is the same page.
                links = {link for link in now["links"] if not set(link) & set("?#")}
                todo += sorted(one for one in links - seen if one.startswith(within))
                seen |= links


# ---- TOURS --------------------------------------------------------------------------

INVOICES = ("draft", "posted", "refused", "suspended", "paid", "waiting")


def as_clerk(one, record):
    """Claire: every page of hers, and an invoice in every condition."""
    one.menus(one.everything)
    for name in INVOICES:
        one.open("account.move", record[name])
    for name in ("partner_aube", "partner_rennes"):
        one.open("res.partner", record[name])
    for name in ("order", "rennes_order"):
        one.open("sale.order", record[name])


def as_manager(one, _record, but=()):
    """Marc: what only a manager sees."""
    one.menus(one.everything, but)


def as_reader(one, _record):
    """Who only looks, or has nothing yet."""
    one.menus()


def on_a_phone(one, _record):
    """Claire away from her desk."""
    one.menus(one.first_record)


def as_inspector(one, _record):
    """The inspector's own pages."""
    one.pages("/chorus/inspection", "/chorus/inspection")


def as_customer(one, _record):
    """The portal of a public customer."""
    one.pages("/my", ("/my/invoices", "/my/orders"))


DESK, PHONE = {"width": 1280}, {"width": 390, "height": 844}
# Who, in French or not, on which screen, and where they go.
# Before the manager, who ends the inspector's access as all else that has a button.
TOURS = {
    "inspector": ("ines@impots.example", True, DESK, as_inspector),
    "customer": ("paul", True, PHONE, as_customer),
    "clerk": ("claire", True, DESK, as_clerk),
    "manager": ("marc", True, DESK, as_manager),
    "auditor in English": ("adele", False, DESK, as_reader),
    "new shop": ("nora", True, DESK, as_reader),
    "clerk on a phone": ("claire", True, PHONE, on_a_phone),
    "manager on a phone": ("marc", True, PHONE, on_a_phone),
    # Last, as what they do is noted in their language.
    "clerk in English": ("emma", False, DESK, as_clerk),
    "manager in English": ("mary", False, DESK, as_manager),
    "new shop in English": ("neil", False, DESK, as_reader),
}
# What the suite has no time for: `setup/bookshop bench crawl` has.
LONG = {
    *("clerk in English", "manager in English", "new shop in English"),
    "manager on a phone",
}


def tour(session, url, record, name, **options):
    """Have one of the tours made; return the crawler."""
    login, french, screen, steps = TOURS[name]
    one = crawler(session, url, login, name, french, **screen)
    steps(one, record, **options)
    return one


def crawler(session, url, login, role, french, **options):
    """A crawler signed in as somebody.

    :param french: whether the pages are in French
    """
    person = session(url, login, script=SCRIPT, **options)
    terms = page_checks.catalogue()
    return Crawler(person, role, terms if french else {}, terms)
