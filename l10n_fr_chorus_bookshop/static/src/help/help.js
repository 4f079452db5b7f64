import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

const MODULE = "l10n_fr_chorus_bookshop";

/** What the screen is for, then whom to ask. */
export class HelpDialog extends Component {
    static template = `${MODULE}.HelpDialog`;
    static components = { Dialog };
    static props = ["close", "title", "help"];

    setup() {
        this.action = useService("action");
    }

    async openContacts() {
        await this.action.doAction(`${MODULE}.contact_action`);
        this.props.close();
    }
}

/**
 * The help of a screen at any time: Odoo itself shows it only on an empty list (R38).
 */
export class HelpMenu extends Component {
    static template = `${MODULE}.HelpMenu`;
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
    }

    open() {
        const { display_name: title, help } = this.action.currentController.action;
        this.dialog.add(HelpDialog, { title, help });
    }
}

registry.category("cogMenu").add("l10n-fr-chorus-help", {
    Component: HelpMenu,
    groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
    isDisplayed: ({ config }) => Boolean(config.actionXmlId?.startsWith(`${MODULE}.`)),
});
