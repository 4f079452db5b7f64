import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

/** A graph whose axes say what they show; what is counted is counted in whole numbers. */
export class ChorusGraphRenderer extends GraphRenderer {
    getScaleOptions() {
        const options = super.getScaleOptions();
        const { fields, groupBy, measure } = this.model.metaData;
        if (options.y) {
            options.y.title = { ...options.y.title, display: true };
            const [first] = groupBy;
            if (first) {
                const text = fields[first.fieldName].string;
                options.x.title = { ...options.y.title, text };
            }
            if (measure === "__count") {
                options.y.ticks.precision = 0;
                options.y.ticks.callback = (value) => this.formatValue(value);
            }
        }
        return options;
    }

    /** A legend names what it shows in full. */
    getLegendOptions() {
        const options = super.getLegendOptions();
        const { generateLabels } = options.labels;
        options.labels.generateLabels = (chart) =>
            generateLabels(chart).map((one) => ({ ...one, text: one.fullText }));
        return options;
    }
}

registry.category("views").add("l10n_fr_chorus_graph", {
    ...graphView,
    Renderer: ChorusGraphRenderer,
});
