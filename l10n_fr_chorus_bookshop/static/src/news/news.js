import { onWillUnmount, useEffect } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const BELL = "l10n_fr_chorus/news";
// Many invoices may move at once: the page is read again once for all.
const PAUSE = 700;

/**
 * Have a page read again when something of ours moves. The bell says which record it is
 * about and nothing more.
 *
 * @param {() => string[]} channels what to listen to now
 * @param {(payload: Object) => boolean} concerns whether a bell is for this page
 * @param {() => Promise} read reads the page again
 */
export function useNews(channels, concerns, read) {
    const bus = useService("bus_service");
    const readSoon = useDebounced(read, PAUSE);
    const hear = (payload) => concerns(payload) && readSoon();
    bus.subscribe(BELL, hear);
    onWillUnmount(() => bus.unsubscribe(BELL, hear));
    useEffect(
        (...wanted) => {
            wanted.forEach((channel) => bus.addChannel(channel));
            return () => wanted.forEach((channel) => bus.deleteChannel(channel));
        },
        () => channels()
    );
}
