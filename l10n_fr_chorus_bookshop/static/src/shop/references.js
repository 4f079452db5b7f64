import { Interaction } from "@web/public/interaction";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const ROUTE = "/l10n_fr_chorus/checkout";

/** Two fields at the e-shop's payment, for public bodies alone (R47). */
export class ChorusReferences extends Interaction {
    static selector = "#payment_method, #shop_checkout";

    async willStart() {
        this.asked = await this.waitFor(rpc(ROUTE, {}));
    }

    start() {
        if (this.asked.public && !document.querySelector(".l10n_fr_chorus_references")) {
            this.insert(this.fields(), this.el, "beforebegin");
            this.say();
        }
    }

    fields() {
        const box = document.createElement("fieldset");
        box.className = "l10n_fr_chorus_references border rounded p-3 mb-3";
        box.append(this.element("legend", { className: "h5" }, _t("Your Chorus Pro references")));
        box.append(this.element("p", {}, _t("A public body is invoiced on Chorus Pro. Find these on your purchase order.")));
        const list = this.element("datalist", { id: "l10n_fr_chorus_services" });
        for (const [code, name] of this.asked.services) {
            list.append(this.element("option", { value: code }, name));
        }
        this.service = this.input("service", _t("Service code"), box);
        this.service.setAttribute("list", list.id);
        this.engagement = this.input("engagement", _t("Engagement number"), box);
        this.problems = this.element("div", { className: "text-danger", role: "status" });
        box.append(list, this.problems);
        return box;
    }

    input(name, words, box) {
        const id = `l10n_fr_chorus_${name}`;
        const input = this.element("input", { id, className: "form-control mb-2", maxLength: 100 });
        input.value = this.asked[name];
        box.append(this.element("label", { htmlFor: id, className: "form-label" }, words), input);
        this.addListener(input, "change", () => this.give());
        return input;
    }

    element(tag, values, words = "") {
        const element = Object.assign(document.createElement(tag), values);
        element.append(words);
        return element;
    }

    async give() {
        const given = { service: this.service.value, engagement: this.engagement.value };
        this.asked = await this.waitFor(rpc(ROUTE, given));
        this.say();
    }

    say() {
        this.problems.replaceChildren(
            ...(this.asked.problems || []).map((one) => this.element("div", {}, one))
        );
    }
}

registry.category("public.interactions").add("l10n_fr_chorus_bookshop.references", ChorusReferences);
