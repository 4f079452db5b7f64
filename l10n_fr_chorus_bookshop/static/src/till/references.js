import { Component, useState, xml } from "@odoo/owl";

import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** What a public body must say before its ticket is paid and invoiced (R47). */
export class ReferencesPopup extends Component {
    static template = xml`
        <Dialog title="title" size="'md'">
            <div class="l10n_fr_chorus_references">
                <p><t t-out="lead"/></p>
                <ul t-if="props.asked.problems.length" class="text-danger">
                    <li t-foreach="props.asked.problems" t-as="one" t-key="one"><t t-out="one"/></li>
                </ul>
                <label class="form-label" for="l10n_fr_chorus_service"><t t-out="words.service"/></label>
                <input id="l10n_fr_chorus_service" class="form-control form-control-lg mb-3"
                       list="l10n_fr_chorus_services" t-model="state.service"/>
                <datalist id="l10n_fr_chorus_services">
                    <option t-foreach="props.asked.services" t-as="one" t-key="one[0]" t-att-value="one[0]"><t t-out="one[1]"/></option>
                </datalist>
                <label class="form-label" for="l10n_fr_chorus_engagement"><t t-out="words.engagement"/></label>
                <input id="l10n_fr_chorus_engagement" class="form-control form-control-lg mb-3" t-model="state.engagement"/>
                <label class="form-label" for="l10n_fr_chorus_market"><t t-out="words.market"/></label>
                <input id="l10n_fr_chorus_market" class="form-control form-control-lg" t-model="state.market"/>
            </div>
            <t t-set-slot="footer">
                <button class="btn btn-primary btn-lg" t-on-click="() => this.answer('give')"><t t-out="words.give"/></button>
                <button class="btn btn-secondary btn-lg" t-on-click="() => this.answer('later')"><t t-out="words.later"/></button>
                <button class="btn btn-secondary btn-lg" t-on-click="() => this.answer('ticket')"><t t-out="words.ticket"/></button>
            </t>
        </Dialog>`;
    static components = { Dialog };
    static props = { asked: Object, getPayload: Function, close: Function };

    setup() {
        const { service, engagement, market } = this.props.asked;
        this.state = useState({ service, engagement, market });
        this.title = _t("Chorus Pro: the customer's references");
        this.lead = _t("Ask %s before payment: its invoice is refused without them.", this.props.asked.customer);
        this.words = {
            service: _t("Service code"),
            engagement: _t("Engagement number"),
            market: _t("Market number"),
            give: _t("Confirm"),
            later: _t("Invoice, to correct later"),
            ticket: _t("No invoice now"),
        };
    }

    answer(choice) {
        this.props.getPayload({ choice, references: { ...this.state } });
        this.props.close();
    }
}

/** One question at a time: what was just answered is on its way to the server. */
const asking = new WeakMap();
function askReferences(pos, order) {
    const previous = asking.get(order) || Promise.resolve();
    const current = previous.catch(() => {}).then(() => ask(pos, order));
    asking.set(order, current);
    return current;
}

/** Ask until the rules are content, or a person decides otherwise. */
async function ask(pos, order) {
    const partner = order.getPartner();
    if (!order.isToInvoice() || !partner || order.isRefund) {
        return true;
    }
    if (order.uiState.chorusLater === partner.id) {
        return true;
    }
    const tell = (references) =>
        pos.data.call("l10n_fr_chorus.ticket", "l10n_fr_chorus_ask", [
            order.uuid,
            partner.id,
            references,
        ]);
    let asked = await tell(null);
    while (asked.asked) {
        const said = await makeAwaitable(pos.dialog, ReferencesPopup, { asked });
        if (!said) {
            return false;
        }
        if (said.choice === "ticket") {
            order.setToInvoice(false);
            return true;
        }
        asked = await tell(said.references);
        if (said.choice === "later") {
            order.uiState.chorusLater = partner.id;
            return true;
        }
    }
    return true;
}

patch(OrderPaymentValidation.prototype, {
    async isOrderValid() {
        return (await super.isOrderValid(...arguments)) && (await askReferences(this.pos, this.order));
    },
});

patch(PaymentScreen.prototype, {
    onMounted() {
        super.onMounted(...arguments);
        // Asked to be invoiced with its customer, before this screen.
        askReferences(this.pos, this.currentOrder);
    },

    async toggleIsToInvoice() {
        await super.toggleIsToInvoice(...arguments);
        await askReferences(this.pos, this.currentOrder);
    },
});
