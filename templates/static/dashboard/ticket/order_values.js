/** What is typed into the order ticket, and the order that the server is given for it. Pure. */
import { ExactDecimal } from "../../shared/exact_decimal.js";
import { numberGiven } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/trading.js").OrderType} OrderType */
/** @typedef {import("../../../types/trading.js").Side} Side */

/**
 * @typedef {object} OrderValues as they are typed
 * @property {Side} side
 * @property {"market" | "limit" | "stop" | "stop_limit"} kind
 * @property {boolean} isPostOnly of a limit order
 * @property {string} timeInForce of a limit or stop-limit order
 * @property {string} price
 * @property {string} stopPrice
 * @property {string} size of base or, of a market order, of what `sizing` says
 * @property {"quantity" | "quote_quantity"} sizing
 * @property {string} account its id; empty: the default one
 */

/**
 * Which fields an order of a kind takes, by their names in the server's refusals.
 *
 * @type {Record<string, string[]>}
 */
const FIELDS = { market: [], limit: ["price"], stop: ["stop_price"], stop_limit: ["stop_price", "price"] };

/** @param {OrderValues} values @returns {OrderType} */
export function typeOf({ kind, isPostOnly }) {
  return kind === "limit" && isPostOnly ? "limit_maker" : kind;
}

/** @param {Pick<OrderValues, "kind">} values @param {string} field `price` or `stop_price` */
export function takes({ kind }, field) {
  return FIELDS[kind].includes(field);
}

/** @param {OrderValues} values @returns {boolean} whether its size is an amount of the quote asset */
export function isForAmount({ kind, sizing }) {
  return kind === "market" && sizing === "quote_quantity";
}

/** @param {OrderValues} values whether one may be chosen */
export function hasTimeInForce({ kind, isPostOnly }) {
  return takes({ kind }, "price") && !(kind === "limit" && isPostOnly);
}

/** @param {string} typed @returns {ExactDecimal | null} null where it is no number, or isn't greater than 0 */
export function numberOf(typed) {
  const number = ExactDecimal.of(numberGiven(typed));
  return number?.isPositive ? number : null;
}

/** @param {OrderValues} values @returns {boolean} whether all is typed that an order of its kind takes */
export function isWhole(values) {
  const prices = [["price", values.price], ["stop_price", values.stopPrice]].filter(([name]) => takes(values, name));
  return [values.size, ...prices.map(([, typed]) => typed)].every((typed) => numberOf(typed) !== null);
}

/**
 * @param {OrderValues} values
 * @param {string} symbol
 * @returns {import("../../../types/trading.js").NewOrder} its numbers as texts, digit for digit
 */
export function orderGiven(values, symbol) {
  const size = isForAmount(values) ? "quote_quantity" : "quantity";
  const given = {
    ...{ symbol, side: values.side, type: typeOf(values), [size]: numberGiven(values.size) },
    price: takes(values, "price") ? numberGiven(values.price) : "",
    stop_price: takes(values, "stop_price") ? numberGiven(values.stopPrice) : "",
    time_in_force: hasTimeInForce(values) ? values.timeInForce : "",
    account: values.account,
  };
  return /** @type {any} */ (Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")));
}
