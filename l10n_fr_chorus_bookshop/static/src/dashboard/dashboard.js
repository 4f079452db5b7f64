import { Component, onWillStart, status, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useNews } from "../news/news";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * What is to do, then the figures. Words, figures, buttons and lists are the server's;
 * each of them opens what it counts.
 */
export class ChorusDashboard extends Component {
    static template = "l10n_fr_chorus_bookshop.Dashboard";
    static props = { ...standardActionServiceProps };
    static components = { Layout };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ figures: {}, isManager: false });
        const companies = user.activeCompanies.map((one) => one.id);
        useNews(
            () => companies.map((id) => `l10n_fr_chorus.company_${id}`),
            (payload) => companies.includes(payload.company),
            () => this.load()
        );
        onWillStart(async () => {
            this.state.isManager = await user.hasGroup(
                "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_manager"
            );
            await this.load();
        });
    }

    /** Look again, unless the person has left for another page. */
    async load() {
        if (status(this) === "destroyed") {
            return;
        }
        this.state.figures = await this.orm.call(
            "account.move",
            "l10n_fr_chorus_dashboard",
            []
        );
    }

    /** Nothing was ever sent and nothing waits: the guide comes first. */
    get isNew() {
        const { states, to_do } = this.state.figures;
        return !states.length && !to_do.length;
    }

    /** Cards of figures: what is to do stands above, with its rows. */
    get cards() {
        return this.state.figures.cards.filter((card) =>
            ["leaving", "waiting", "ordered"].includes(card.code)
        );
    }

    get graphs() {
        const { states, volume, refusals } = this.state.figures;
        return [
            {
                name: "states",
                bars: states.map((one) => ({ ...one, opens: `state_${one.code}` })),
            },
            {
                name: "volume",
                bars: volume.map((one) => ({
                    ...one,
                    label: `${one.shown_month} · ${one.label}`,
                    opens: `volume_${one.month}_${one.channel}`,
                })),
            },
            {
                name: "refusals",
                bars: refusals.map((one) => ({
                    ...one,
                    opens: `refusal_${one.code}`,
                })),
            },
        ].filter((graph) => graph.bars.length);
    }

    width(bars, bar) {
        const most = Math.max(...bars.map((one) => one.count));
        return `${Math.max(2, (100 * bar.count) / most)}%`;
    }

    remaining(group) {
        return group.count - group.rows.length;
    }

    /** Open what a card, a group or a bar counts. */
    async open(code) {
        this.action.doAction(
            await this.orm.call("account.move", "action_l10n_fr_chorus_card", [code])
        );
    }

    openRow(row) {
        if (row.model === "l10n_fr_chorus.to_sort") {
            return this.press({ ...row, method: "action_open" });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    /** Do what the row's button says, then look again. */
    async press(row) {
        if (!row.method) {
            return this.openRow(row);
        }
        await this.action.doActionButton({
            type: "object",
            resModel: row.model,
            resId: row.id,
            name: row.method,
            context: user.context,
            onClose: () => this.load(),
        });
    }

    openGuide() {
        this.action.doAction("l10n_fr_chorus_bookshop.action_guide");
    }
}

registry.category("actions").add("l10n_fr_chorus_dashboard", ChorusDashboard);
