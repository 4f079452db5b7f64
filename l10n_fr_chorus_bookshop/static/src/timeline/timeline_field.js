import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useNews } from "../news/news";

import { Component } from "@odoo/owl";

/** The life cycle of an invoice; every word comes from the server, in its language. */
export class ChorusTimelineField extends Component {
    static template = "l10n_fr_chorus_bookshop.TimelineField";
    static props = { ...standardFieldProps };

    get reached() {
        return this.steps.filter((step) => step.position !== "next");
    }

    get following() {
        return this.steps.filter((step) => step.position === "next");
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }
}

registry.category("fields").add("l10n_fr_chorus_timeline", {
    component: ChorusTimelineField,
    supportedTypes: ["json"],
});

/** The same in one line, for the top of the page, which it reads again upon news. */
export class ChorusStepperField extends ChorusTimelineField {
    static template = "l10n_fr_chorus_bookshop.StepperField";

    setup() {
        super.setup();
        useNews(
            () => (this.id ? [`l10n_fr_chorus.invoice_${this.id}`] : []),
            (payload) => payload.id === this.id,
            async () => {
                // What a person is typing is not thrown away.
                if (!(await this.props.record.isDirty())) {
                    await this.props.record.load();
                }
            }
        );
    }

    get id() {
        return this.props.record.resId;
    }
}

registry.category("fields").add("l10n_fr_chorus_stepper", {
    component: ChorusStepperField,
    supportedTypes: ["json"],
});
