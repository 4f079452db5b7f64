/* What the crawler does in a page: click, wait until all has come, look. */
(() => {
    const FRAME = 15;
    const PATIENCE = 60000;
    const DIALOG = ".modal.o_technical_modal, .o_dialog .modal";
    let pending = 0;
    const opened = [];

    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...words) {
        pending++;
        this.addEventListener("loadend", () => pending--);
        return send.apply(this, words);
    };
    const ask = window.fetch;
    window.fetch = (...words) => {
        pending++;
        return ask(...words).finally(() => pending--);
    };
    window.open = (url) => {
        opened.push(String(url));
        return null;
    };

    // What moves is looked at where it ends.
    const still = "* { animation: none !important; transition: none !important; }";
    document.addEventListener("DOMContentLoaded", () => {
        const style = document.head.appendChild(document.createElement("style"));
        style.textContent = still;
    });

    const pause = (time) => new Promise((done) => setTimeout(done, time));
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const isVisible = (one) => one.checkVisibility() && one.getClientRects().length;
    const all = (selector, within = document) =>
        [...within.querySelectorAll(selector)].filter(isVisible);
    const last = (selector) => all(selector).at(-1);
    const words = (one) => (one?.innerText || "").trim();
    const env = () => odoo.__WOWL_DEBUG__.root.env;
    const scope = () =>
        last(DIALOG) ||
        document.querySelector(".o_action_manager") ||
        document.querySelector("main, #wrap") ||
        document.body;

    function isAtWork() {
        const owl = window.odoo?.loader?.modules.get("@odoo/owl");
        const tasks = owl ? [...owl.App.apps].map((app) => app.scheduler.tasks.size) : [];
        return (
            pending > 0 || tasks.some(Boolean) || document.querySelector(".o_blockUI")
        );
    }

    /** Wait until nothing is asked of the server, and nothing is to be drawn. */
    async function settle() {
        const deadline = Date.now() + PATIENCE;
        for (let quiet = 0; quiet < 3; quiet++) {
            await frame();
            await pause(FRAME);
            if (isAtWork()) {
                quiet = -1;
            }
            if (Date.now() > deadline) {
                throw new Error("the page never comes to rest");
            }
        }
    }

    // ---- CONTRAST ----------------------------------------------------------------

    const colour = (text) => {
        const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
        return text.startsWith("color(srgb")
            ? { r: r * 255, g: g * 255, b: b * 255, a }
            : { r, g, b, a };
    };
    const over = (top, under) =>
        Object.fromEntries(
            ["r", "g", "b"]
                .map((one) => [one, top[one] * top.a + under[one] * (1 - top.a)])
                .concat([["a", 1]])
        );
    const light = ({ r, g, b }) => {
        const [x, y, z] = [r, g, b].map((one) => {
            const part = one / 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };

    /** The ratio of WCAG 2.1 between a text and what is behind it. */
    function contrast(one) {
        const layers = [];
        let opacity = 1;
        for (let here = one; here; here = here.parentElement) {
            const style = getComputedStyle(here);
            if (style.backgroundImage !== "none") {
                return 21;
            }
            layers.push(colour(style.backgroundColor));
            opacity *= Number(style.opacity);
        }
        const white = { r: 255, g: 255, b: 255, a: 1 };
        const behind = layers.reverse().reduce((under, top) => over(top, under), white);
        const ink = colour(getComputedStyle(one).color);
        const front = over({ ...ink, a: ink.a * opacity }, behind);
        const [dark, bright] = [light(front), light(behind)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    }

    function pale(isOurPage) {
        const found = new Set();
        const dialog = last(DIALOG);
        const isOurs = isOurPage && (!dialog || dialog.querySelector(".o_l10n_fr_chorus"));
        const walker = document.createTreeWalker(scope(), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const one = walker.currentNode.parentElement;
            const text = walker.currentNode.textContent.trim();
            const ours = isOurs
                ? !one.closest(".o_control_panel, .o-mail-Chatter, .o_cp_buttons")
                : one.closest("[class*=chorus], [name*=chorus]");
            const off = one.closest(
                ":disabled, .disabled, .o_view_nocontent, .o_view_sample_data, .o_pivot"
            );
            if (!text || !ours || off || !isVisible(one)) {
                continue;
            }
            const style = getComputedStyle(one);
            if (one.closest(".opacity-0")) {
                continue;
            }
            const size = parseFloat(style.fontSize);
            const large = size >= 24 || (size >= 18.6 && Number(style.fontWeight) >= 700);
            const ratio = contrast(one);
            if (ratio < (large ? 3 : 4.5)) {
                found.add(`${one.className || one.tagName} (${ratio.toFixed(2)})`);
            }
        }
        return [...found];
    }

    // ---- WHAT IS SEEN ------------------------------------------------------------

    function wide() {
        const parts = all(".o_content, .o_list_renderer, .o_form_sheet_bg, .modal-body");
        return [document.documentElement, ...parts]
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .filter((one) => !one.querySelector(".o_kanban_grouped"))
            .map((one) => `${one.className || one.tagName}: ${one.scrollWidth} px`);
    }

    function place() {
        const here = env().services.action.currentController;
        const view = here?.view?.type || "";
        return {
            model: here?.action.res_model || here?.action.tag || "",
            view,
            record: view === "form" ? here.currentState?.resId || 0 : 0,
        };
    }

    function see() {
        const inside = document.querySelector(".o_web_client");
        const dialog = last(DIALOG);
        const here = inside ? place() : { model: "", view: "", record: 0 };
        const toasts = all(".o_notification").map((one) => {
            const said = words(one);
            one.querySelector(".o_notification_close")?.click();
            return said;
        });
        const holders = all("[placeholder]").map((one) => one.placeholder);
        const hints = all("[title]", scope() || document).map((one) => one.title);
        const odoos = all(".o_button_upload_bill").map(words);
        const lines = document.body.innerText.split("\n");
        const ours = lines.filter((line) => !odoos.includes(line.trim()));
        return {
            ...here,
            text: [...ours, ...holders, ...hints].join("\n"),
            wide: wide(),
            pale: pale(
                inside
                    ? here.model.startsWith("l10n_fr_chorus") || !here.view
                    : location.pathname.startsWith("/chorus")
            ),
            dialog: dialog && {
                title: words(dialog.querySelector(".modal-title")),
                text: words(dialog.querySelector(".modal-body")),
                error: Boolean(dialog.querySelector(".o_error_dialog")),
                ours: Boolean(dialog.querySelector(".o_l10n_fr_chorus")),
            },
            toasts,
            opened: opened.splice(0),
            links: all("a[href^='/']", scope() || document).map((one) =>
                one.getAttribute("href")
            ),
        };
    }

    // ---- WHAT MAY BE CLICKED -----------------------------------------------------

    const KINDS = {
        view: () => all(".o_switch_view:not(.active)"),
        tab: () => all(".o_notebook_headers .nav-link", scope()),
        fold: () => all("details > summary", scope()),
        group: () => all(".o_group_header").slice(0, 1),
        row: () => all(".o_data_row").slice(0, 1).map((one) => one.querySelector(
            ".o_data_cell:not(.o_list_record_selector):not(.o_list_button)" +
            ":not(.o_handle_cell):not(.o_boolean_toggle_cell)")),
        card: () => all(".o_kanban_record:not(.o_kanban_ghost)").slice(0, 1),
        tick: () => all(".o_data_row .o_list_record_selector input").slice(0, 1),
        figure: () => all("[data-card], .o_l10n_fr_chorus_dashboard :is(button, a)"),
        button: () => all("button[name], a[name][type]", scope()).filter(
            (one) => !one.closest(".o_cp_action_menus, .o-mail-Chatter, .modal-footer")
                && !one.matches(":disabled, .o_switch_view, .nav-link")),
        foot: () => all(".modal-footer button:not(:disabled)", scope()).filter(
            (one) => one.matches("[name], .btn-primary")),
        cog: () => all(".o_cp_action_menus button").filter((one) =>
            one.querySelector(".fa-cog")),
        do: () => all(".o-dropdown--menu .o-dropdown-item"),
    };
    const named = (one) => ({
        name: one.getAttribute("name") || one.dataset.card || one.dataset.menuXmlid || "",
        text: words(one).split("\n")[0],
    });

    /** What of a kind may be clicked on now: names and words. */
    const offered = (kind) => KINDS[kind]().filter(Boolean).map(named);

    /** Click on the first of a kind with this name and these words, then look. */
    async function press(kind, wanted) {
        const found = KINDS[kind]()
            .filter(Boolean)
            .find((one) => {
                const is = named(one);
                return is.name === wanted.name && is.text === wanted.text;
            });
        if (!found) {
            return null;
        }
        found.click();
        await settle();
        return see();
    }

    /** Close all dialogs and menus without doing what they propose. */
    async function close() {
        for (let round = 0; round < 5 && last(DIALOG); round++) {
            const cross = last(DIALOG).querySelector(".btn-close");
            (cross || last(`${DIALOG} .modal-footer button`)).click();
            await settle();
        }
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    }

    // ---- WHERE TO GO -------------------------------------------------------------

    /** The leaves of an application's menu: their identifiers, sections and names. */
    function menus(app) {
        const service = env().services.menu;
        const root = service.getApps().find((one) => one.xmlid === app);
        if (!root) {
            return [];
        }
        const leaves = (node, section) =>
            node.childrenTree.length
                ? node.childrenTree.flatMap((one) => leaves(one, section || one))
                : [{ id: node.id, xmlid: node.xmlid, name: node.name, section: section?.xmlid }];
        return leaves(service.getMenuAsTree(root.id));
    }

    /** Choose a menu as a person does, or when the bar hides it by its service. */
    async function choose(menu) {
        const service = env().services.menu;
        const bar = (id) => all(`.o_menu_sections [data-menu-xmlid='${id}']`)[0];
        const section = bar(menu.section) || bar(menu.xmlid);
        const isOpen = service.getCurrentApp()?.xmlid.startsWith(menu.xmlid.split(".")[0]);
        if (!section || !isOpen) {
            service.selectMenu(menu.id);
        } else {
            section.click();
            await settle();
            last(`.o-dropdown--menu [data-menu-xmlid='${menu.xmlid}']`)?.click();
        }
        await settle();
        return see();
    }

    /** Open an action, or one of its records. */
    async function open(action, record) {
        const options = { clearBreadcrumbs: true };
        if (record) {
            Object.assign(options, { viewType: "form", props: { resId: record } });
        }
        // Not waited for: what fails is told in a dialog, as to a person.
        env().services.action.doAction(action, options);
        await settle();
        return see();
    }

    Object.assign(window, {
        crawl: { settle, see, offered, press, close, menus, choose, open },
    });
})();
