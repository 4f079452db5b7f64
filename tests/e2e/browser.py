"""A person at a browser: Debian's chromium on Odoo's pages."""

import atexit
from contextlib import contextmanager
from functools import cache

from playwright.sync_api import Error, sync_playwright

from bookshop_tool import workspace

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Where a person finds these records; it gives the page its menu.
OPENS = "l10n_fr_chorus_bookshop.dashboard_action"
PLACES = {
    "account.move": "action-account.action_move_out_invoice",
    "res.partner": "action-account.res_partner_action_customer",
    "sale.order": "action-sale.action_orders",
}
# Each click of the mouse in a tab, from page to page.
COUNT = """
    addEventListener("click", (event) => {
        if (event.isTrusted && event.detail) {
            sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
        }
    }, true);
"""
SHOWS_FOCUS = """one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
# Half a minute is long for a page, but the machine may be busy.
PATIENCE = 60_000
# The websocket's own server is not started: the bus falls back on asking.
HARMLESS = ("websocket", "WebSocket", "bus_listener")


class Person:
    """One signed-in person; what the browser's console complains of is kept."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.complaints = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message):
        known = any(word in message.text for word in HARMLESS)
        if message.type == "error" and not known:
            self.complaints.append(message.text)

    def sign_in(self, login):
        """Sign in with the demonstration's passwords, equal to the logins."""
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("input[name='login']", login)
        self.page.fill("input[name='password']", login)
        self.page.click(".oe_login_form button[type='submit']")
        # Who has no desk is led to the pages of the site.
        self.page.wait_for_selector(".o_main_navbar, #wrapwrap.o_portal")

    def open(self, model, record):
        """Open a record's form."""
        place = PLACES.get(model, model)
        self.page.goto(f"{self.url}/odoo/{place}/{record}")
        self.page.wait_for_selector(".o_form_view .o_form_sheet")

    def choose(self, name, text):
        """Type into a field that refers to a record, and take the first offered."""
        box = self.field(name).locator("input")
        box.click()
        box.fill(text)
        offered = self.page.locator(".o-autocomplete--dropdown-item:not(.o_loading)")
        offered.filter(has_text=text).first.click()

    def pick(self, names, text):
        """Choose a record with the keyboard alone, in the first of these fields."""
        boxes = ", ".join(f"[name='{name}'] input:visible" for name in names)
        box = self.page.locator(boxes).last
        box.fill(text)
        offered = self.page.locator(".o-autocomplete--dropdown-item:not(.o_loading)")
        offered.filter(has_text=text).first.wait_for()
        box.press("Enter")
        offered.first.wait_for(state="hidden")

    def save(self):
        """Save the form by hand."""
        self.page.keyboard.press("Alt+s")
        self.page.wait_for_selector(
            ".o_form_status_indicator_buttons.invisible", state="attached"
        )

    def call(self, model, method, *args):
        """Call a method as the page itself does; return its answer."""
        body = {"model": model, "method": method, "args": args, "kwargs": {}}
        answer = self.page.request.post(
            f"{self.url}/web/dataset/call_kw",
            data={"jsonrpc": "2.0", "method": "call", "params": body},
        )
        return answer.json()["result"]

    def open_list(self, action):
        """Open the list of an action, by its external identifier."""
        self.page.goto(f"{self.url}/odoo/action-{action}")
        self.page.wait_for_selector(".o_list_view :is(.o_data_row, .o_group_header)")

    def tab(self, name):
        """Turn to a page of the form, by its technical name."""
        self.page.click(f".o_notebook_headers a[name='{name}']")
        self.page.wait_for_timeout(200)

    def field(self, name):
        """The field that shows, of those with this technical name."""
        return self.page.locator(f".o_field_widget[name='{name}']:visible").first

    def fill(self, name, text):
        """Type into a field of text."""
        box = self.field(name).locator("input, textarea").first
        box.fill(text)
        box.press("Tab")

    def press(self, name):
        """Press the button that shows, of those that call this method."""
        self.page.locator(f"button[name='{name}']:visible").first.click()

    def tick(self, text):
        """Tick the line of a list that holds this text."""
        row = self.page.locator(".o_data_row").filter(has_text=text)
        row.locator(".o_list_record_selector input").check()

    def do(self, action):
        """Choose one of the actions on what is ticked, or on the record."""
        self.page.locator(".o_cp_action_menus button:has(.fa-cog)").first.click()
        chosen = self.page.locator(".o-dropdown--menu .o-dropdown-item:visible")
        chosen.get_by_text(action, exact=True).click()

    def only(self, name):
        """Keep of a list what one of the search view's filters keeps."""
        self.page.click(".o_searchview_dropdown_toggler")
        offered = self.page.locator(".o_filter_menu .o-dropdown-item:visible")
        offered.get_by_text(name, exact=True).click()
        self.page.keyboard.press("Escape")

    @contextmanager
    def clicks(self, at_most):
        """A job that takes no more clicks than these, typing apart."""
        self.page.evaluate("sessionStorage.clicks = 0")
        yield
        done = int(self.page.evaluate("sessionStorage.clicks"))
        assert done <= at_most, f"{done} clicks"

    def reach(self, target, at_most=40):
        """Press Tab until what has the focus is the target, which then shows it.

        :param target: locator of one element
        """
        one = target.element_handle()
        for _press in range(at_most):
            self.page.keyboard.press("Tab")
            if one.evaluate("one => one === document.activeElement"):
                assert one.evaluate(SHOWS_FOCUS), "nothing shows the focus"
                return
        raise AssertionError(f"not among the first {at_most} that Tab reaches")

    def start(self):
        """Open the application of Chorus Pro, where it opens."""
        self.page.goto(f"{self.url}/odoo/action-{OPENS}")
        self.page.wait_for_selector(".o_action_manager > *")

    def resize(self, width):
        """Look at the page on a screen of this width."""
        height = self.page.viewport_size["height"]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_timeout(500)

    def overflow(self):
        """How many pixels of the page one must scroll sideways to see."""
        return self.page.evaluate(
            """Math.max(...[document.documentElement, ".o_content", ".o_form_sheet_bg"]
                .map((one) => (one.trim ? document.querySelector(one) : one))
                .map((one) => (one ? one.scrollWidth - one.clientWidth : 0)))"""
        )

    def lines(self):
        """What a form says, line by line; not what was said in its chatter."""
        said = self.page.locator(".o_form_sheet_bg").inner_text()
        return [line.strip() for line in said.splitlines() if line.strip()]

    def dialog(self):
        """The dialog that is open."""
        found = self.page.locator(".modal-dialog:visible").last
        found.wait_for()
        return found

    def close_dialog(self):
        """Close it without doing what it proposes."""
        self.page.locator(".modal-header .btn-close:visible").last.click()
        self.page.wait_for_selector(".modal-dialog", state="detached")


@cache
def _chromium():
    """The one browser of this process; each session has its own cookies."""
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(
        executable_path=str(workspace.chromium()), args=FLAGS
    )
    # Before Python ends, or its threads would wait for ever.
    atexit.register(playwright.stop)
    atexit.register(browser.close)
    return browser


@contextmanager
def open_browser():
    """People's sessions for the length of a ``with`` block."""
    browser, pages = _chromium(), []
    try:

        def session(url, login="claire", height=950, width=1500, script=None):
            page = browser.new_page(
                locale="fr-FR",
                timezone_id="Europe/Paris",
                viewport={"width": width, "height": height},
            )
            pages.append(page)
            page.add_init_script(COUNT)
            page.set_default_timeout(PATIENCE)
            if script:
                page.add_init_script(path=script)
            person = Person(page, url)
            try:
                person.sign_in(login)
            except Error:
                # Two first visits at once can collide while assets are built.
                person.complaints.clear()
                person.sign_in(login)
            return person

        yield session
    finally:
        for page in pages:
            page.close()
