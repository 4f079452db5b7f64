import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";

/** What became of several documents: a line and a link for each. */
export class ChorusToldDialog extends Component {
    static template = "l10n_fr_chorus_bookshop.Told";
    static components = { Dialog };
    static props = { title: String, rows: Array, open: Function, close: Function };

    open(row) {
        this.props.close();
        this.props.open(row);
    }
}

registry.category("actions").add("l10n_fr_chorus_told", (env, { params }) => {
    const { doAction } = env.services.action;
    let opened = false;
    const open = (row) => {
        opened = true;
        doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.id,
            views: [[false, "form"]],
        });
    };
    const { title, rows, next } = params;
    env.services.dialog.add(
        ChorusToldDialog,
        { title, rows, open },
        { onClose: () => opened || doAction(next) }
    );
});
