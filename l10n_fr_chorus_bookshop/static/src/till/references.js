import { Component, useState } from "@odoo/owl";

import { PosStore } from "@point_of_sale/app/services/pos_store";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";

/** What a public body must say before its ticket is paid and invoiced (R47). */
export class ReferencesPopup extends Component {
    static template = "l10n_fr_chorus_bookshop.ReferencesPopup";
    static components = { Dialog };
    static props = { asked: Object, getPayload: Function, close: Function };

    setup() {
        const { service, engagement, market } = this.props.asked;
        this.state = useState({ service, engagement, market });
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

/** A credit note says what the invoice said that it gives back. */
function givesBack(order) {
    return order.isRefund && order.lines[0]?.refunded_orderline_id?.order_id?.isToInvoice();
}

/** Ask; without the network the sale goes on, and its invoice waits to be corrected. */
async function ask(pos, order) {
    const partner = order.getPartner();
    if (!order.isToInvoice() || !partner || givesBack(order)) {
        return true;
    }
    if (order.uiState.chorusLater === partner.id) {
        return true;
    }
    try {
        return await askPartner(pos, order, partner);
    } catch (error) {
        if (!(error instanceof ConnectionLostError)) {
            throw error;
        }
        pos.notification.add(
            _t("The customer's references could not be asked: look at its invoice afterwards."),
            { type: "warning" }
        );
        return true;
    }
}

/** Ask until the rules are content, or a person decides otherwise. */
async function askPartner(pos, order, partner) {
    const settled = order.lines.map((line) => line.sale_order_origin_id?.id).filter(Boolean);
    const tell = (references) =>
        pos.data.call("l10n_fr_chorus.ticket", "l10n_fr_chorus_ask", [
            order.uuid,
            partner.id,
            references,
            [...new Set(settled)],
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

patch(PosStore.prototype, {
    async selectPartner(order = this.getOrder()) {
        // Chosen or changed once the sale is being paid.
        const partner = await super.selectPartner(...arguments);
        if (partner && order?.payment_ids.length) {
            await askReferences(this, order);
        }
        return partner;
    },
});

patch(PaymentScreen.prototype, {
    onMounted() {
        super.onMounted(...arguments);
        // Asked to be invoiced with its customer, before this screen.
        askReferences(this.pos, this.currentOrder);
    },

    async sendPaymentRequest() {
        // A card is debited before the sale is validated: asked first.
        if (await askReferences(this.pos, this.currentOrder)) {
            await super.sendPaymentRequest(...arguments);
        }
    },

    async toggleIsToInvoice() {
        await super.toggleIsToInvoice(...arguments);
        await askReferences(this.pos, this.currentOrder);
    },
});
