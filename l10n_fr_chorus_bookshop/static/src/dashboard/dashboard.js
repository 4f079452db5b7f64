import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { View } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// Cards on which someone must act as soon as they count anything.
const ALERTS = ["to_correct", "forgotten", "late"];
const GRAPHS = {
    volume: {
        model: "l10n_fr_chorus.submission",
        domain: [["sent_at", ">=", "=1d -11m"]],
        groupby: ["sent_at:month", "channel"],
    },
    states: {
        model: "account.move",
        domain: [["l10n_fr_chorus_submission_id", "!=", false]],
        groupby: ["l10n_fr_chorus_state"],
    },
    refusals: {
        model: "l10n_fr_chorus.refusal",
        domain: [],
        groupby: ["reason_code"],
    },
};

/**
 * One glance for the day. Figures, words and lists are the server's; the graphs are
 * Odoo's own views, so that each of their bars opens what it counts.
 */
export class ChorusDashboard extends Component {
    static template = "l10n_fr_chorus_bookshop.Dashboard";
    static components = { Layout, View };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ figures: {} });
        onWillStart(async () => {
            this.state.figures = await this.orm.call(
                "account.move",
                "l10n_fr_chorus_dashboard",
                []
            );
        });
    }

    isAlert(card) {
        return card.count && ALERTS.includes(card.code);
    }

    graphProps(name) {
        const { model, domain, groupby } = GRAPHS[name];
        return {
            type: "graph",
            resModel: model,
            views: [
                [false, "graph"],
                [false, "search"],
            ],
            domain,
            context: { ...user.context, graph_groupbys: groupby },
            display: { controlPanel: false },
            useSampleModel: false,
        };
    }

    async open(code) {
        this.action.doAction(
            await this.orm.call("account.move", "action_l10n_fr_chorus_card", [code])
        );
    }
}

registry.category("actions").add("l10n_fr_chorus_dashboard", ChorusDashboard);
