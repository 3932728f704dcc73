/** What differs between a live run and a backtest, in plain words. Pure. */
import { NOTHING, capitalized, formatCount, formatMilliseconds, formatNumber, formatQuantity, formatSigned } from "../../shared/format.js";
import { gainText, moneyDecimals, moneyText } from "../../shared/money.js";
import { momentText, spanText } from "../../shared/moments.js";
import { sureText } from "../../shared/trading/instances/event_text.js";
import { text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/strategies.js").Comparison} Comparison */
/** @typedef {import("../../../types/strategies.js").ComparedOrder} ComparedOrder */
/** @typedef {import("../../../types/strategies.js").ComparedSignal} ComparedSignal */
/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */
/** @typedef {{time: number, kinds: string[], what: string, live: string, backtest: string, why: string}} DifferenceRow */

/** @type {Record<string, string>} */
const KINDS = {
  only_live: "only live",
  only_backtest: "only in the backtest",
  other_time: "other time",
  other_price: "other price",
  other_quantity: "other quantity",
  other_outcome: "other outcome",
  other_reason: "other reason",
};
/** @type {Record<string, string>} */
const CAUSES = {
  not_asked: "The live run wasn't asked then: it was paused, or candles were late or missing.",
  held_back: "A limit, a pause or the kill switch held the live order back.",
  settings: "Their settings differ.",
  earlier_difference: "It follows from a difference before it: they held other amounts.",
  order_book: "Live it took from the order book of that moment; the backtest takes the next candle's open, with slippage.",
  resting_order: "Live it was met by single trades, after what stood before it; the backtest knows the candle alone.",
  unknown: "What is stored doesn't tell why.",
};
/** @type {[keyof import("../../../types/strategies.js").RunTotals, string, number?][]} name, words, decimals; without: an amount */
const TOTALS = [
  ["realised", "Realised, net of fees"],
  ["fees", "Fees"],
  ["turnover", "Turnover"],
  ["orders", "Orders", 0],
  ["executed_orders", "Orders that were executed", 0],
  ["fills", "Executions", 0],
  ["signals", "Signals", 0],
];

/** @param {Backtest} backtest @param {string | null} origin the id of that which the strategy was started from */
export function choiceText({ id, start, end, state }, origin) {
  const what = id === origin ? "The backtest that it was started from" : "Its own hours";
  const stands = state === "completed" ? "" : ` (${state})`;
  return `${what}: ${spanText(start, end)}${stands}`;
}

/** @param {Comparison} compared @param {{quote: string, decimals: number}} market `decimals` of prices @returns {DifferenceRow[]} by time */
export function differenceRows({ orders, signals }, { quote, decimals }) {
  const rows = [
    ...signals.map((one) => rowOf(one, signalWhat(one.live ?? one.backtest), signalText, (signal) => signal.time, quote)),
    ...orders.map((one) => rowOf(one, orderWhat(one.live ?? one.backtest), (order) => orderText(order, decimals), (order) => order.placed_at, quote)),
  ];
  return rows.sort((one, other) => one.time - other.time);
}

/** @param {Comparison} compared @param {string} quote @returns {{name: string, live: string, backtest: string, difference: string}[]} */
export function totalRows({ lines, live_totals: live, backtest_totals: tested }, quote) {
  const ends = [lines.live, lines.backtest].map(({ equity }) => equity.at(-1) ?? NaN);
  const ofMoney = moneyDecimals(quote);
  const rows = TOTALS.map(([name, words, decimals = ofMoney]) => numberRow(words, live[name], tested[name], decimals));
  return [numberRow("Equity at the end", ends[0], ends[1], ofMoney), ...rows];
}

/** @param {Comparison} compared @param {string} quote @returns {string[]} sentences: what was compared, and what to know of it */
export function comparisonSentences(compared, quote) {
  const { start, end, order_count: orders, signal_count: signals, same_orders: same, same_signals: sameSignals, price_gain: gain, delay } = compared;
  const differ = orders + signals;
  return [
    `${spanText(start, end)}. ${differ ? `${formatQuantity(orders, "order")} and ${formatQuantity(signals, "signal")} differ` : "No order and no signal differs"}; ${formatQuantity(same, "order")} and ${formatQuantity(sameSignals, "signal")} are the same.`,
    ...(isWorth(gain, quote) ? [`The live prices were ${gain > 0 ? "better" : "worse"} than the backtest's by ${moneyText(Math.abs(gain), quote)} in all.`] : []),
    ...(delay ? [`Live orders at the market were executed ${formatMilliseconds(delay.median)} after their candle's close (median; at most ${formatMilliseconds(delay.longest)}); the backtest executes them at once.`] : []),
    ...notAskedSentences(compared),
    ...compared.settings.map(({ name, live, backtest }) => `${settingName(name)}: ${live || "none"} live, ${backtest || "none"} in the backtest.`),
    ...(compared.signals_start > start || compared.signals_end < end ? [`Signals are kept, and compared, of ${spanText(compared.signals_start, compared.signals_end)} only.`] : []),
  ];
}

/** @param {Comparison} compared @returns {string} */
export function differenceNote({ orders, signals, order_count: orderCount, signal_count: signalCount }) {
  const [told, all] = [orders.length + signals.length, orderCount + signalCount];
  if (!all) return "Nothing differs, order by order.";
  return told < all ? `The first ${formatCount(told)} of ${formatCount(all)} differences: later ones mostly follow from these.` : "";
}

/** @param {Comparison} compared */
function notAskedSentences({ not_asked: spans, not_asked_count: count }) {
  const told = spans.slice(0, 3).map(({ start, end, is_missing: isMissing }) => `${isMissing ? "candles were missing" : "it was paused or late"} ${spanText(start, end)}`);
  if (!told.length) return [];
  const more = count > told.length ? `, and ${formatQuantity(count - told.length, "more time")}` : "";
  return [`The live run decided nothing at times: ${told.join("; ")}${more}.`];
}

/**
 * @template One
 * @param {import("../../../types/strategies.js").Difference<One>} difference
 * @param {string} what
 * @param {(one: One) => string} textOf
 * @param {(one: One) => number} timeOf ms
 * @param {string} quote
 * @returns {DifferenceRow}
 */
function rowOf({ time, kinds, cause, live, backtest, gain }, what, textOf, timeOf, quote) {
  const words = kinds.map((kind) => KINDS[kind] ?? kind.replaceAll("_", " "));
  const worth = isWorth(gain, quote) ? ` Worth ${gainText(gain, quote)}.` : "";
  const isOtherTime = kinds.includes("other_time");
  const said = (/** @type {One | null} */ one) => (one ? [isOtherTime ? `${decidedText(timeOf(one))}:` : "", textOf(one)].filter(Boolean).join(" ") : NOTHING);
  return {
    ...{ time, kinds, what: `${what}: ${words.join(", ")}` },
    ...{ live: said(live), backtest: said(backtest) },
    why: `${CAUSES[cause] ?? CAUSES.unknown}${worth}`,
  };
}

/** @param {ComparedOrder | null} order */
function orderWhat(order) {
  return order ? capitalized(`${order.type.replaceAll("_", " ")} ${order.side}`) : "Order";
}

/** @param {ComparedSignal | null} signal */
function signalWhat(signal) {
  return signal ? `Signal ${signal.action}` : "Signal";
}

/** @param {ComparedOrder} order @param {number} decimals of prices */
function orderText({ state, filled, quantity, quote_amount: amount, price, average_price: average, reason }, decimals) {
  const wanted = quantity ?? amount;
  const asked = [wanted === null ? "" : text(wanted), price === null ? "" : `at ${formatNumber(price, decimals)}`].filter(Boolean).join(" ");
  const done = average === null ? `${state.replaceAll("_", " ")}: ${asked}` : `${text(filled)} at ${formatNumber(average, decimals)}`;
  return [done, reason].filter(Boolean).join(": ");
}

/** @param {ComparedSignal} signal */
function signalText({ confidence, reason }) {
  return [sureText(confidence), reason].filter(Boolean).join(": ");
}

/** @param {number} time ms; a backtest decides in the last one of its candle @returns {string} to the second */
function decidedText(time) {
  return momentText(time + 1 - ((time + 1) % 1000));
}

/** @param {number | null | undefined} gain @param {string} quote @returns {boolean} whether its decimals show it */
function isWorth(gain, quote) {
  return /[1-9]/.test(gainText(gain, quote));
}

/** @param {string} name such as `params.fast` */
function settingName(name) {
  return capitalized(name.replace(/^params\./, "").replaceAll("_", " "));
}

/** @param {string} name @param {number} live @param {number} backtest @param {number} decimals */
function numberRow(name, live, backtest, decimals) {
  const [one, other] = [live, backtest].map((value) => formatNumber(value, decimals));
  return { name, live: one, backtest: other, difference: formatSigned(live - backtest, decimals) };
}
