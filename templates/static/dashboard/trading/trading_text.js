/** What one owns and has open, in words and figures. Pure. */
import { ExactDecimal, formatExact } from "../../shared/exact_decimal.js";
import { NOTHING, direction, formatPercent, formatQuantity } from "../../shared/format.js";
import { gainMoneyText, gainText, moneyText } from "../../shared/money.js";
import { msOf } from "../../shared/moments.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";

/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../../types/trading.js").Portfolio} Portfolio */
/** @typedef {import("../../../types/trading.js").OwnTradingState} OwnTradingState */

/** What is shown in which tab: in the singular, and what to do where there is none. */
export const TABS = {
  positions: { noun: "position", empty: "You hold nothing yet. Buy with the order ticket, or start a grid." },
  orders: { noun: "open order", empty: "No open orders. Place one with the order ticket: it waits here until it is filled or cancelled." },
  fills: { noun: "fill", empty: "Nothing was executed yet. Place an order: what is bought and sold shows here at once." },
  balances: { noun: "balance", empty: "This account is empty. Choose another, or ask whoever runs this server to reset it." },
};

const SIGNED_OUT = "Sign in to trade with play money at live prices. What you hold and have open is shown here, to you alone.";
/** What something is worth is shown with so many decimals at least. */
const LEAST_DECIMALS = 2;
/** What is below it, of a product with a mean price, is cut off. */
const SMALLEST = new ExactDecimal(1n, 8);
const ASSETS = new Intl.ListFormat("en-GB");

/**
 * @param {keyof typeof TABS} tab
 * @param {{state: OwnTradingState, problem: string, shown: number, all: number, symbol: string}} there `shown` of `all`: the
 *   rest is of other markets than `symbol`
 * @returns {string} in place of rows, or above them; empty: there is nothing to say
 */
export function noteOf(tab, { state, problem, shown, all, symbol }) {
  if (state === "signed_out") return SIGNED_OUT;
  if (state === "refused") return `${problem}.${all ? " What is shown may be old." : ""}`;
  if (shown) return "";
  if (state === "loading") return "Loading…";
  if (!all) return TABS[tab].empty;
  return `Nothing on ${symbol}. There ${all === 1 ? "is" : "are"} ${formatQuantity(all, TABS[tab].noun)} on other markets.`;
}

/** @param {unknown} value @param {number} [least] decimals that are shown at least @returns {string} with all its digits */
export function exactText(value, least = 0) {
  const exact = value === null || value === undefined ? null : ExactDecimal.of(value);
  return exact ? formatExact(exact, least) : NOTHING;
}

/** @param {unknown} price @param {unknown} amount @returns {string} what that is worth, in quote */
export function worthText(price, amount) {
  const [one, other] = [ExactDecimal.of(price), ExactDecimal.of(amount)];
  return one && other ? formatExact(one.times(other).downTo(SMALLEST), LEAST_DECIMALS) : NOTHING;
}

/** @param {number} free @param {number} locked */
export function totalText(free, locked) {
  const [one, other] = [ExactDecimal.of(free), ExactDecimal.of(locked)];
  return one && other ? formatExact(one.plus(other)) : NOTHING;
}

/**
 * @param {Position} position
 * @param {string} quote asset
 * @returns {{amount: string, percent: string, direction: string}} each with its sign; nothing while no price is known
 */
export function gainOf({ unrealizedPnl: gain, averagePrice, price, quantity }, quote) {
  if (gain === null || price === null) return { amount: NOTHING, percent: NOTHING, direction: "flat" };
  const change = averagePrice ? (price / averagePrice - 1) * 100 * Math.sign(quantity) : NaN;
  return { amount: gainText(gain, quote), percent: formatPercent(change), direction: direction(gain) };
}

/** @param {import("@tidewire/client/protocol").Time} moment @returns {string} as 11-23 18:04:05, in the page's zone */
export function timeText(moment) {
  return Number.isFinite(msOf(moment)) ? shownZone().textAt(msOf(moment)).slice(5, 19).replace("T", " ") : NOTHING;
}

/**
 * @param {Portfolio} portfolio
 * @returns {{name: string, value: string, direction: string}[]} what all of it is worth: in its quote asset, or without a
 *   unit where it is a sum of several (`unitsNoteOf`)
 */
export function factsOf(portfolio) {
  const [quote = "", ...others] = quotesOf(portfolio);
  const unit = others.length ? "" : quote;
  const gain = (/** @type {string} */ name, /** @type {number} */ value) => {
    return { name, value: gainMoneyText(value, unit), direction: direction(value) };
  };
  const equity = { name: "Equity", value: moneyText(portfolio.equity, unit), direction: "flat" };
  return [equity, gain("Unrealised", portfolio.unrealizedPnl), gain("Realised", portfolio.realizedPnl)];
}

/** @param {Portfolio | null} portfolio @returns {string} of what its sums are, where they have no unit of their own */
export function unitsNoteOf(portfolio) {
  const quotes = portfolio ? quotesOf(portfolio) : [];
  return quotes.length > 1 ? `${ASSETS.format(quotes)} count as equal` : "";
}

/** @param {Portfolio} portfolio @returns {string[]} none of a gateway of the version before, which doesn't tell them */
function quotesOf({ quoteAssets }) {
  return quoteAssets ?? [];
}
