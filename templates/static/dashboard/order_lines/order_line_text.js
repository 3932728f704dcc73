/** The lines of orders and of the position in words. Pure. */
import { ExactDecimal, exactOrZero, formatExact } from "../../shared/exact_decimal.js";
import { NOTHING, decimalsOfStep } from "../../shared/format.js";
import { gainMoneyText, gainText } from "../../shared/money.js";
import { typeText } from "../../shared/trading/order_text.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */
/** @typedef {import("./order_move.js").OrderMove} OrderMove */

/** @type {Record<string, string>} what a line says while its order is being moved */
const DOING = { cancelling: "cancelling…", placing: "placing anew…" };

/** @type {Record<string, string>} those that wait for the market to come */
const ORDERS = { stop: "a stop order", stop_limit: "a stop order", limit_maker: "an order that is maker only" };

/** @param {Pick<Order, "quantity" | "filled">} order @returns {ExactDecimal} what of it isn't filled */
export function unfilled({ quantity, filled }) {
  return exactOrZero(quantity).minus(exactOrZero(filled));
}

/** @param {Order} order @param {ExactDecimal} [quantity] @returns {string} such as `BUY 0.01` */
export function amountText(order, quantity = unfilled(order)) {
  return `${order.side.toUpperCase()} ${formatExact(quantity)}`;
}

/** @param {Order} order @param {string} [state] of its move @returns {string} such as `BUY 0.01 limit` */
export function lineText(order, state = "") {
  return `${amountText(order)} ${DOING[state] ?? typeText(order.type).toLowerCase()}`;
}

/** @param {number | string | null} price @param {Pick<SymbolInfo, "tickSize">} info */
export function priceText(price, { tickSize }) {
  const known = ExactDecimal.of(price);
  return known ? formatExact(known, decimalsOfStep(tickSize)) : NOTHING;
}

/** @param {Position} position @param {SymbolInfo} info @returns {string} such as `Position 0.01, +12.34 USDT` */
export function positionText({ quantity, unrealizedPnl }, { quote }) {
  return `Position ${formatExact(exactOrZero(quantity))}, ${gainText(unrealizedPnl, quote)} ${quote}`;
}

/** @param {Position} position @param {number} price @param {boolean} isProfit whether it lies above the market @param {SymbolInfo} info */
export function closingText({ quantity, averagePrice }, price, isProfit, { quote }) {
  const gain = gainMoneyText((price - averagePrice) * quantity, quote);
  return `${isProfit ? "Take profit" : "Stop"}: ${gain} before fees`;
}

/**
 * @param {OrderMove} move that is asked for, and hasn't begun
 * @param {number | undefined} market the price of now; undefined: it isn't known
 * @returns {{text: string, mayGo: boolean}} what will be done; what the server would refuse in place of the order isn't to be begun
 */
export function questionOf(move, market) {
  const { order, info, from, to } = move;
  const limit = move.limit && ` (limit from ${priceText(order.price, info)} to ${priceText(move.limit, info)})`;
  const what = `Move ${amountText(order)} from ${priceText(from, info)} to ${priceText(to, info)}${limit}`;
  if (!isReached(order, Number(to), market)) return { text: `${what}?`, mayGo: true };
  if (order.type === "limit") return { text: `${what}? The market is there already: it would be executed at once.`, mayGo: true };
  return { text: `${amountText(order)} stays: the market has reached ${priceText(to, info)} already, where ${ORDERS[order.type] ?? "such an order"} is refused.`, mayGo: false };
}

/** @param {Order} order @param {number} price of its line @param {number | undefined} market */
function isReached({ side, stopPrice }, price, market) {
  if (market === undefined) return false;
  const fromAbove = (side === "buy") === (stopPrice === null);
  return fromAbove ? price >= market : price <= market;
}

/** @param {OrderMove} move that has begun @returns {string} how far it is, or what came of it */
export function moveText(move) {
  const { order, info, state, target, problem } = move;
  const at = priceText(target, info);
  const what = amountText(order, move.left);
  /** @type {Record<string, string>} */
  const texts = {
    cancelling: `Cancelling ${what} at ${priceText(move.from, info)}…`,
    placing: `It is cancelled. Placing ${what} at ${at}…`,
    moved: `${filledText(move)}${what} is at ${at} now.`,
    kept: `${what} stays where it is: ${problem}.`,
    ended: `Nothing was placed anew: ${problem}.`,
    uncertain: `Whether ${what} was cancelled isn't known: ${problem}. Nothing was placed anew.`,
    unplaced: `${filledText(move)}${what} is cancelled, and was not placed at ${at}: ${problem}.`,
    unanswered: `${filledText(move)}${what} is cancelled. Whether it was placed at ${at} isn't known: ${problem}.`,
  };
  return texts[state] ?? "";
}

/** @param {OrderMove} move @returns {string} what was filled while it was being moved; empty: nothing */
function filledText({ filled }) {
  return filled.isPositive ? `${formatExact(filled)} was filled meanwhile. ` : "";
}
