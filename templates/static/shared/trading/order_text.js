/** Orders in words. Pure. */
import { capitalized } from "../format.js";
import { text } from "../typed_numbers.js";

/** @typedef {import("../../../types/trading.js").Order} Order */

/** @type {Record<string, string>} */
const TYPES = { market: "Market", limit: "Limit", stop: "Stop", stop_limit: "Stop limit", limit_maker: "Limit, maker only" };
/** @type {Record<string, string>} */
const STATUSES = { new: "Open", partially_filled: "Partly filled", filled: "Filled", cancelled: "Cancelled", rejected: "Rejected" };
/** @type {Record<string, string>} */
const REASONS = {
  cancel_all: "all were",
  expired: "it could not be executed at once",
  cancel_all_after: "the dead man's switch wasn't put off in time",
  kill_switch: "by the kill switch",
  account_reset: "the account began anew",
};

/** @param {string} type */
export function typeText(type) {
  return TYPES[type] ?? capitalized(type.replaceAll("_", " "));
}

/** @param {string} side */
export function sideText(side) {
  return capitalized(side);
}

/** @param {Pick<Order, "status" | "reason">} order @returns {string} such as “Cancelled: the market has moved” */
export function statusText({ status, reason }) {
  const words = STATUSES[status] ?? capitalized(status.replaceAll("_", " "));
  return reason ? `${words}: ${REASONS[reason] ?? reason}` : words;
}

/** @param {Pick<Order, "price" | "stopPrice">} order @returns {string} such as “94000”, “stop 93000, limit 92990”, “market” */
function pricesText({ price, stopPrice }) {
  if (stopPrice === null) return price === null ? "market" : text(price);
  return price === null ? `stop ${text(stopPrice)}` : `stop ${text(stopPrice)}, limit ${text(price)}`;
}

/** @param {Order} order @returns {string} such as “buy 0.001 BTCUSDT at 94000” */
export function orderText({ side, quantity, quoteQuantity, symbol, price, stopPrice }) {
  const amount = quoteQuantity === null ? `${text(quantity)} ${symbol}` : `${symbol} for ${text(quoteQuantity)}`;
  return `${side} ${amount} at ${pricesText({ price, stopPrice })}`;
}
