/** What became of an order, in words. Pure. */
import { exactOrZero, formatExact } from "../../shared/exact_decimal.js";
import { decimalsOfStep } from "../../shared/format.js";
import { statusText } from "../../shared/trading/order_text.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */
/** @typedef {"sent" | "resting" | "filled" | "ended"} State */

const WORDS = /** @type {const} */ ({
  buy: { does: "buys", done: "Bought", doing: "Buying", bound: "or lower", reaches: "has risen to" },
  sell: { does: "sells", done: "Sold", doing: "Selling", bound: "or higher", reaches: "has fallen to" },
});

/**
 * @param {Order} order
 * @param {SymbolInfo} info of its symbol
 * @returns {{state: State, text: string}}
 */
export function outcomeOf(order, info) {
  if (order.status === "filled") return { state: "filled", text: `${filledText(order, info)}.` };
  if (order.status === "rejected" || order.status === "cancelled") return { state: "ended", text: endedText(order, info) };
  if (order.status === "partially_filled") return { state: "resting", text: `${filledText(order, info)} so far; the rest waits.` };
  if (order.type === "market") return { state: "sent", text: `${WORDS[order.side].doing} at the market…` };
  return { state: "resting", text: restingText(order, info) };
}

/** @param {Order} order @param {SymbolInfo} info */
function endedText(order, info) {
  const [first, ...rest] = statusText(order);
  const isPart = exactOrZero(order.filled).isPositive;
  return isPart ? `${filledText(order, info)}; the rest was ${first.toLowerCase()}${rest.join("")}.` : `${statusText(order)}.`;
}

/** @param {Order} order @param {SymbolInfo} info */
function filledText(order, info) {
  const [filled, wanted] = [exactOrZero(order.filled), exactOrZero(order.quantity)];
  const isPart = filled.compare(wanted) < 0;
  const quantity = isPart ? `${formatExact(filled)} of ${formatExact(wanted)}` : formatExact(filled);
  return `${WORDS[order.side].done} ${quantity} ${info.base} at ${priceText(order.averagePrice, info)}`;
}

/** @param {Order} order @param {SymbolInfo} info */
function restingText(order, info) {
  const { does, bound, reaches } = WORDS[order.side];
  const what = `${does} ${formatExact(exactOrZero(order.quantity))} ${info.base}`;
  const at = order.price === null ? "at the market" : `at ${priceText(order.price, info)} ${bound}`;
  if (order.stopPrice === null) return `Resting: ${what} ${at}.`;
  return `Waiting: ${what} ${at} once ${order.price === null ? "it" : "the market"} ${reaches} ${priceText(order.stopPrice, info)}.`;
}

/** @param {unknown} price @param {SymbolInfo} info an average may have many digits: two more than a price are told */
function priceText(price, { tickSize }) {
  const decimals = decimalsOfStep(tickSize);
  return formatExact(exactOrZero(price), decimals, decimals + 2);
}
