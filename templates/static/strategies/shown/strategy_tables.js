/** The tables of the strategy that is shown: what it has advised, and its orders, the newest first. */
import { byId } from "../../shared/elements.js";
import { formatCount, formatNumber } from "../../shared/format.js";
import { element, setText } from "../../shared/painting.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { confidenceText } from "../../shared/trading/instances/event_text.js";
import { text } from "../../shared/typed_numbers.js";

const MOST_ORDERS = 100;

/** @param {import("../../../types/instances.js").Signal[]} signals the newest first @param {number} decimals of prices */
export function showSignals(signals, decimals) {
  const rows = signals.map(({ timestamp, action, price, confidence, reason }) => {
    const numbers = [formatNumber(price, decimals), confidenceText(confidence)];
    return rowOf(timestamp, action, [...numbers.map(numberCell), element("td", { class: "reason" }, reason)]);
  });
  byId("signal-rows").replaceChildren(...rows);
  setText(byId("signal-note"), signals.length ? "" : "It has advised nothing yet.");
}

/** @param {import("../../../types/instances.js").Order[]} orders the newest first @param {number} decimals of prices */
export function showOrders(orders, decimals) {
  const rows = orders.slice(0, MOST_ORDERS).map(({ timestamp, side, price, quantity, status }) => {
    const cells = [price === null ? "market" : formatNumber(price, decimals), text(quantity)].map(numberCell);
    return rowOf(timestamp, side, [...cells, element("td", {}, status.replaceAll("_", " "))]);
  });
  byId("order-rows").replaceChildren(...rows);
  setText(byId("order-count"), orders.length ? formatCount(orders.length) : "");
  setText(byId("order-note"), orders.length ? "" : "It has ordered nothing yet.");
}

/** @param {import("@tidewire/client/protocol").Time} time @param {string} side @param {HTMLElement[]} cells */
function rowOf(time, side, cells) {
  return element("tr", {}, element("th", { scope: "row", class: "time" }, timeElement(time)), element("td", { "data-side": side }, side), ...cells);
}

/** @param {string} value */
function numberCell(value) {
  return element("td", { class: "number" }, value);
}
