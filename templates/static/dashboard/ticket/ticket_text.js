/** What the order ticket says beside what is typed. Pure. */
import { formatExact } from "../../shared/exact_decimal.js";
import { decimalsOfStep } from "../../shared/format.js";
import { isTakenAtOnce, isTriggered, opposite } from "./order_estimate.js";
import { numberOf, takes } from "./order_values.js";

/** @typedef {import("./order_values.js").OrderValues} OrderValues */
/** @typedef {import("./order_estimate.js").Quote} Quote */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

export const UNANSWERED = "Nobody answered: the order may have been placed. Send it again as it is, and it is placed once at the most.";
export const CHANGED_SINCE = "Nobody answered to the order before: it may have been placed. Look at your open orders.";

/** What may be ordered, where that isn't everything. */
const LEVELS = {
  active: "",
  reduce_only: "The kill switch lets only orders pass that make a position smaller.",
  halted: "The kill switch is on: nothing can be ordered.",
};

/** @param {import("../../../types/trading.js").TradingLevel | undefined} level undefined: not known */
export function levelText(level) {
  return level ? LEVELS[level] : "";
}

/** How the sentences end by which the limits of the account refuse. */
const LIMIT = /\((?:ORDER_SIZE|POSITION_SIZE|OPEN_ORDERS|PRICE_COLLAR|ORDER_RATE|DAILY_LOSS)\)$/;

/** @param {{message: string}} refusal whether it is a limit of the account, which its owner may look at */
export function isLimit({ message }) {
  return LIMIT.test(message);
}

/** @param {{message: string}[]} refusals @returns {string} what would refuse the order, in the server's words; empty: nothing */
export function refusedText(refusals) {
  return refusals.length ? `Would be refused now: ${refusals.map(({ message }) => message).join(". ")}.` : "";
}

/** @param {OrderValues} values @param {Quote} quote @param {SymbolInfo} info @param {string} rule @returns {string} what a price leads to, else which ones there are */
export function priceHint(values, quote, info, rule) {
  const best = opposite(values, quote);
  if (!takes(values, "price") || values.kind !== "limit" || !best || !isTakenAtOnce(values, quote)) return rule;
  if (values.isPostOnly) return "The market takes it at once: post only refuses that.";
  return `Executed at once, at ${formatExact(best, decimalsOfStep(info.tickSize))} or ${values.side === "buy" ? "more" : "less"}, not beyond your price.`;
}

/** @param {OrderValues} values @param {Quote} quote @param {string} rule */
export function stopHint(values, quote, rule) {
  if (isTriggered(values, quote)) return `Must be ${values.side === "buy" ? "above" : "below"} the market: it would trigger at once, and is refused.`;
  const reached = values.side === "buy" ? "Waits until the market has risen to it" : "Waits until the market has fallen to it";
  if (!numberOf(values.stopPrice)) return rule;
  return takes(values, "price") ? `${reached}.` : `${reached}. ${rule}.`;
}

/**
 * @param {OrderValues} values
 * @param {{base: string, quote: string}} assets
 * @param {{isSignedIn: boolean, isSending: boolean, isUnanswered: boolean}} state
 * @returns {string} what the button does
 */
export function sendText(values, { base }, { isSignedIn, isSending, isUnanswered }) {
  const verb = values.side === "buy" ? "Buy" : "Sell";
  if (!isSignedIn) return `Sign in to ${verb.toLowerCase()}`;
  if (isSending) return "Sending…";
  return isUnanswered ? "Send again" : `${verb} ${base}`;
}
