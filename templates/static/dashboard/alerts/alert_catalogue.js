/** What alert rules can be made of, in the words of the wire, and what each part is called. Pure. */
import { DECLARED } from "../indicators/declared_indicators.js";
import { labelled } from "../indicators/parameter_labels.js";

/**
 * @typedef {import("../indicators/parameter_labels.js").Parameter} Parameter
 * @typedef {{key: string, label: string, parameters: Parameter[], outputs: [string, string][], onPriceScale: boolean, level?: string, bounds?: [number, number]}} Indicator `level`: at which it is usually watched; `bounds`: the least and the most that it can be
 * @typedef {"threshold" | "range" | "move"} Operands
 * @typedef {{key: string, label: string, operands: Operands}} Operator
 */

/** So many conditions a rule may have. */
export const MOST_CONDITIONS = 10;

/** @type {[string, string][]} */
export const SOURCES = [
  ["price", "Price"],
  ["ticker", "24 h ticker"],
  ["candle", "Candle"],
  ["indicator", "Indicator"],
  ["portfolio", "Your portfolio"],
  ["strategy", "A strategy's signals"],
  ["wallet", "A wallet or a transaction"],
];

/** What a signal may advise; without one of them any is meant. @type {[string, string][]} */
export const ACTIONS = [
  ["", "Anything"],
  ["buy", "Buy"],
  ["sell", "Sell"],
  ["hold", "Hold"],
];

/** By source, the values that it has; those of an indicator are its outputs. @type {Record<string, [string, string][]>} */
export const FIELDS = {
  price: [["price", "Price"]],
  ticker: [
    ["price", "Last price"],
    ["bid", "Best bid"],
    ["ask", "Best ask"],
    ["open", "Open, 24 h"],
    ["high", "High, 24 h"],
    ["low", "Low, 24 h"],
    ["change", "Change, 24 h"],
    ["change_percent", "Change in %, 24 h"],
    ["volume", "Volume, 24 h"],
    ["quote_volume", "Quote volume, 24 h"],
  ],
  candle: [
    ["close", "Close"],
    ["open", "Open"],
    ["high", "High"],
    ["low", "Low"],
    ["volume", "Volume"],
    ["quote_volume", "Quote volume"],
    ["trades", "Trades"],
  ],
  portfolio: [
    ["equity", "Equity"],
    ["drawdown", "Drawdown, %"],
    ["unrealized_pnl", "Unrealised profit"],
  ],
  wallet: [
    ["incoming", "Incoming amount"],
    ["outgoing", "Outgoing amount"],
    ["balance", "Balance"],
    ["confirmations", "Confirmations"],
    ["failed", "Transaction failed"],
    ["dropped", "Transaction dropped"],
  ],
};

/** What is of all that one holds, whatever the market. */
const OF_ALL_HELD = new Set(["equity", "drawdown"]);

/** What is of one transaction, and not of a wallet. */
const OF_TRANSACTIONS = new Set(["confirmations", "failed", "dropped"]);

/** What happens to a transaction, or doesn't: there is no amount. */
const HAPPENINGS = new Set(["failed", "dropped"]);

/** What lies on the chart's scale of prices. */
const PRICES = new Set(["price", "bid", "ask", "open", "high", "low", "close"]);

/**
 * @param {import("../indicators/declared_indicators.js").DeclaredIndicator} declared
 * @param {Partial<Pick<Indicator, "label" | "onPriceScale" | "level">> & {lines?: Record<string, string>}} [offered] `lines`: what its outputs are called
 * @returns {Indicator}
 */
function indicator({ key, title, parameters, outputs, bounds }, { label = title, lines = { value: "Value" }, onPriceScale = false, level } = {}) {
  return {
    ...{ key, label, onPriceScale, level, bounds },
    parameters: parameters.map(labelled),
    outputs: outputs.map((output) => [output, lines[output]]),
  };
}

/** @type {Indicator[]} */
export const INDICATORS = [
  indicator(DECLARED.sma, { onPriceScale: true }),
  indicator(DECLARED.ema, { onPriceScale: true }),
  indicator(DECLARED.wma, { onPriceScale: true }),
  indicator(DECLARED.rsi, { level: "70" }),
  indicator(DECLARED.macd, { label: "MACD", lines: { macd: "Line", signal: "Signal", histogram: "Histogram" } }),
  indicator(DECLARED.bollinger, { lines: { upper: "Upper band", middle: "Middle", lower: "Lower band" }, onPriceScale: true }),
  indicator(DECLARED.donchian, { lines: { upper: "Highest price", middle: "Middle", lower: "Lowest price" }, onPriceScale: true }),
  indicator(DECLARED.stochastic, { lines: { k: "%K", d: "%D" }, level: "80" }),
  indicator(DECLARED.atr),
  indicator(DECLARED.adx, { level: "25" }),
  indicator(DECLARED.cci, { level: "100" }),
  indicator(DECLARED.mfi, { level: "80" }),
  indicator(DECLARED.roc, { label: "Rate of change, %" }),
];

/** @type {Operator[]} */
export const OPERATORS = [
  { key: "crossing", label: "crosses", operands: "threshold" },
  { key: "crossing_up", label: "crosses upwards", operands: "threshold" },
  { key: "crossing_down", label: "crosses downwards", operands: "threshold" },
  { key: "above", label: "is above", operands: "threshold" },
  { key: "at_least", label: "is at least", operands: "threshold" },
  { key: "below", label: "is below", operands: "threshold" },
  { key: "entering", label: "enters the range", operands: "range" },
  { key: "leaving", label: "leaves the range", operands: "range" },
  { key: "inside", label: "is inside the range", operands: "range" },
  { key: "outside", label: "is outside the range", operands: "range" },
  { key: "moving_up", label: "rises by", operands: "move" },
  { key: "moving_down", label: "falls by", operands: "move" },
];

/** True as long as the value is where it is: they count anew once it has come back by the hysteresis. */
const LEVELS = new Set(["above", "at_least", "below", "inside", "outside", "moving_up", "moving_down"]);

/** @type {[string, string][]} */
export const TRIGGERS = [
  ["once", "Once"],
  ["every_time", "Every time"],
  ["once_per_candle_close", "At a candle's close"],
];

/** @type {[string, string][]} */
export const SEVERITIES = [
  ["info", "Info"],
  ["warning", "Warning"],
  ["critical", "Critical"],
];

/** In the order in which they are tried one after the other. @type {[import("../../../types/accounts.js").Channel, string][]} */
export const CHANNELS = [
  ["websocket", "This page"],
  ["email", "Email"],
  ["web_push", "Push"],
  ["webhook", "Webhook"],
  ["ntfy", "ntfy"],
  ["slack", "Slack"],
  ["discord", "Discord"],
  ["telegram", "Telegram"],
];

/** @param {string} key @returns {Operator} that of the first, where the page doesn't know it */
export function operatorOf(key) {
  return OPERATORS.find((operator) => operator.key === key) ?? OPERATORS[0];
}

/** @param {string} key @returns {Indicator} */
export function indicatorOf(key) {
  return INDICATORS.find((indicator) => indicator.key === key) ?? INDICATORS[0];
}

/** @param {{hasChains: boolean}} offered @param {string} kept that a rule has @returns {[string, string][]} the sources that tell something: wallets where a chain is followed */
export function sourcesTold({ hasChains }, kept) {
  return SOURCES.filter(([source]) => source !== "wallet" || hasChains || source === kept);
}

/** @param {string} source @param {string} [indicator] @returns {[string, string][]} */
export function fieldsOf(source, indicator = "") {
  return source === "indicator" ? indicatorOf(indicator).outputs : (FIELDS[source] ?? FIELDS.price);
}

/** @param {string} source @param {string} trigger whether the rule is about candles of some interval */
export function needsInterval(source, trigger = "") {
  return source === "candle" || source === "indicator" || trigger === "once_per_candle_close";
}

/** @typedef {{source: string, field?: string, strategy?: string}} Looked */

/** @param {Looked} condition whether what it looks at is of a market that must be named: one's own strategy has its own */
export function needsMarket({ source, field = "", strategy = "" }) {
  if (source === "strategy") return !strategy;
  if (source === "wallet") return false;
  return source !== "portfolio" || !OF_ALL_HELD.has(field || fieldsOf(source)[0][0]);
}

/** What is no price: rules are tried on the candles of the past alone. */
const UNTESTED = new Set(["portfolio", "strategy", "wallet"]);

/** @param {Looked[]} conditions of a rule, whether it can be tried on the past */
export function isTestable(conditions) {
  return conditions.every(({ source }) => !UNTESTED.has(source));
}

/** @param {{source: string, field?: string}} condition whether each value stands alone, as a signal or a transfer does */
export function isMomentary({ source, field }) {
  return source === "strategy" || (source === "wallet" && field !== "balance");
}

/** @param {{source: string, field?: string}} condition whether it is about one transaction */
export function isOfTransaction({ source, field = "" }) {
  return source === "wallet" && OF_TRANSACTIONS.has(field);
}

/** @param {{source: string, field?: string}} condition whether it is about what happens, and not about an amount */
export function isHappening({ source, field = "" }) {
  return source === "wallet" && HAPPENINGS.has(field);
}

/** @param {{source: string, field?: string, operator: string}} condition what stands alone has no way back */
export function hasHysteresis(condition) {
  return !isMomentary(condition) && LEVELS.has(condition.operator);
}

/** @param {{source: string, field?: string, indicator?: string}} condition whether its values are prices of the chart */
export function isOnPriceScale({ source, field = "", indicator = "" }) {
  if (source === "indicator") return indicatorOf(indicator).onPriceScale;
  if (source === "strategy") return false;
  return source === "price" || PRICES.has(field || fieldsOf(source)[0][0]);
}

/** @param {{source: string, field?: string, indicator?: string}} condition what its values are measured in: of two alike a level of one is one of the other */
export function scaleOf({ source, field = "", indicator = "" }) {
  if (source === "strategy" || source === "wallet") return source;
  if (isOnPriceScale({ source, field, indicator })) return "price";
  return source === "indicator" ? indicator : field;
}

/** @param {{source: string, indicator?: string}} condition @returns {string} the level at which its values are usually watched; empty: none */
export function usualLevel({ source, indicator = "" }) {
  return source === "indicator" ? (indicatorOf(indicator).level ?? "") : "";
}

/** @param {{source: string, indicator?: string}} condition @returns {string} between which numbers its levels lie, such as `0 to 100`; empty: they may be any */
export function levelBounds({ source, indicator = "" }) {
  return source === "indicator" ? (indicatorOf(indicator).bounds ?? []).join(" to ") : "";
}
