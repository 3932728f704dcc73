/**
 * Whether the prices on the page may be old: there is no connection, its feed is in doubt, or the exchange is silent.
 * `data-prices` of the body says `old` then, by which they turn grey.
 */
import { setData } from "../../shared/painting.js";

/** What connection_status.js and exchange_status.js tell on the body. */
const CAUSES = ["data-connection", "data-feed", "data-exchange"];
const SILENT_EXCHANGE = new Set(["stale", "reconnecting", "connecting", "down"]);

/** @param {{connection?: string, feed?: string, exchange?: string}} state */
export function mayBeOld({ connection, feed, exchange = "" }) {
  return connection !== "live" || Boolean(feed) || SILENT_EXCHANGE.has(exchange);
}

/** Judge from now on. */
export function watchPriceDoubt() {
  watch(CAUSES, () => setData(document.body, "prices", mayBeOld(document.body.dataset) ? "old" : "new"));
}

export function pricesMayBeOld() {
  return document.body.dataset.prices === "old";
}

/** @param {() => void} changed told whenever prices have come into doubt, or out of it */
export function onPriceDoubt(changed) {
  watch(["data-prices"], changed);
}

/** @param {string[]} attributeFilter of the body @param {() => void} changed */
function watch(attributeFilter, changed) {
  new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter });
}
