/** Alert rules as sentences. Pure. */
import { NOTHING, decimalsOfStep, formatNumber, formatPercent, formatQuantity, formatSigned, shortened } from "../../shared/format.js";
import { momentText } from "../../shared/moments.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";
import { fieldsOf, indicatorOf, isHappening, isOfTransaction, isOnPriceScale, operatorOf } from "./alert_catalogue.js";
import { conditionsOf, hasExpired } from "./alert_rule.js";
import { untilText } from "./snooze_times.js";

const MOST_DECIMALS = 8;
const MOST_TIMES = 4;
const INDICATOR_DIGITS = 6;
/** @type {Record<string, string>} */
const STATES = {
  armed: "Armed",
  pending: "Waiting",
  firing: "Firing",
  cooling: "Cooling down",
  snoozed: "Snoozed",
  expired: "Done",
  error: "Error",
  no_data: "No data",
};
/** @type {[number, string][]} */
const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** What a rule without a market looks at, by source. @type {Record<string, string>} */
const WITHOUT_MARKET = { portfolio: "Your portfolio", strategy: "Your strategy", wallet: "A wallet" };

/** @typedef {import("../../../types/alerts.js").Condition} Condition */

/** @param {import("../../../types/alerts.js").Rule} rule what it does now, in a word or two; where it is silent, until when */
export function stateText(rule, now = new Date()) {
  const { enabled, state, snoozed_until: until, source, error } = rule;
  if (!enabled) return "Off";
  if (hasExpired(rule)) return "Expired";
  if (state === "armed" && source === "strategy" && error) return "Strategy ended";
  if (source === "wallet" && error && (state === "armed" || state === "pending")) return "Watched no longer";
  const word = STATES[state] ?? state;
  return state === "snoozed" && until ? `${word} ${untilText(until, now)}` : word;
}

/**
 * @param {Condition[]} conditions
 * @param {string} combine `all` or `any`
 * @param {number | string} [tickSize] of the symbol, for its prices
 * @returns {string} such as `Price crosses 97,500.00`
 */
export function conditionsText(conditions, combine, tickSize) {
  const [first, ...others] = conditions.map((condition) => conditionText(condition, tickSize));
  const between = combine === "any" ? " or " : " and ";
  return [first, ...others.map(withinSentence)].join(between);
}

/** @param {string} text which begins with a word, or with an abbreviation that stays as it is */
function withinSentence(text) {
  return /^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

/** @param {Condition} condition @param {number | string} [tickSize] */
export function conditionText(condition, tickSize) {
  if (condition.source === "strategy") return signalText(condition);
  if (isOfTransaction(condition)) return transactionText(condition);
  const { label } = operatorOf(condition.operator);
  return `${subjectText(condition)} ${label} ${operandsText(condition, tickSize)}`;
}

/**
 * @param {Condition} condition on signals
 * @param {string} [title] of the strategy, where it is known
 * @returns {string} such as `RSI reversion says buy with a confidence of at least 0.6`
 */
export function signalText({ strategy, action, threshold }, title = strategy ? "Your strategy" : "A public strategy") {
  const says = action ? `says ${action}` : "gives a signal";
  return Number(threshold) > 0 ? `${title} ${says} with a confidence of at least ${numberText(threshold)}` : `${title} ${says}`;
}

/** @param {Condition} condition the first of a rule without a market @returns {string} what stands in its place */
export function withoutMarketText({ source, tx }) {
  return tx ? "A transaction" : (WITHOUT_MARKET[source] ?? NOTHING);
}

/** @param {Condition} condition on a transaction @returns {string} such as `Transaction 0x12345678…abcdef is dropped` */
function transactionText(condition) {
  const { tx, address, chain, field, operator, threshold } = condition;
  const which = tx ? `Transaction ${shortened(tx)}` : `A transaction of ${shortened(address ?? "")}`;
  const what = `${which} on ${chain}`;
  if (isHappening(condition)) return `${what} ${field === "failed" ? "fails" : "is dropped"}`;
  const least = operator === "above" ? "more than" : "at least";
  return `${what} has ${least} ${numberText(threshold)} confirmations`;
}

/** @param {Condition} condition on a wallet @returns {string} such as `Outgoing amount of 0x12345678…abcdef on ethereum` */
function walletText({ source, field, address, chain, token }) {
  const [, value = ""] = fieldsOf(source).find(([key]) => key === field) ?? [];
  const asset = token ? ` in ${shortened(token)}` : "";
  return `${value}${asset} of ${shortened(address ?? "")} on ${chain}`;
}

/** @param {Condition | import("../../../types/alerts.js").Series} condition */
function subjectText(condition) {
  const { source, field, indicator, parameters, interval } = condition;
  if (source === "price") return "Price";
  if (source === "wallet") return walletText(/** @type {Condition} */ (condition));
  const value = fieldsOf(source, indicator).find(([key]) => key === field)?.[1] ?? "";
  const at = interval ? ` (${interval})` : "";
  if (source !== "indicator") return `${value}${at}`;
  const { key, outputs } = indicatorOf(indicator ?? "");
  const name = [key.toUpperCase(), ...Object.values(parameters ?? {})].join(" ");
  return `${outputs.length > 1 ? `${name} ${value.toLowerCase()}` : name}${at}`;
}

/** @param {Condition} condition @param {number | string} [tickSize] */
function operandsText(condition, tickSize) {
  const { operator, threshold, line, level_source: level, lower, upper, amount, percent, window } = condition;
  const number = (/** @type {number | string | null | undefined} */ value) => numberText(value, isOnPriceScale(condition) ? tickSize : undefined);
  const { operands } = operatorOf(operator);
  if (operands === "threshold" && level) return withinSentence(subjectText(level));
  if (operands === "threshold") return line ? `the line ${lineText(line, tickSize)}` : number(threshold);
  if (operands === "range") return `${number(lower)} to ${number(upper)}`;
  const by = percent === undefined || percent === null ? number(amount) : `${numberText(percent)} %`;
  return `${by} within ${durationText(Number(window))}`;
}

/** @param {import("../../../types/alerts.js").Line} line @param {number | string} [tickSize] @returns {string} such as `64,000 → 65,000` */
export function lineText({ start, end }, tickSize) {
  return `${numberText(start.price, tickSize)} → ${numberText(end.price, tickSize)}`;
}

/** @param {number | string | null | undefined} value @param {number | string} [tickSize] at least so exact */
export function numberText(value, tickSize) {
  if (value === null || value === undefined) return "–";
  const [, fraction = ""] = plain(Number(value)).split(".");
  const least = tickSize === undefined ? 0 : decimalsOfStep(tickSize);
  return formatNumber(Number(value), Math.max(least, fraction.length));
}

/**
 * @param {Condition | import("../../../types/alerts.js").Series} series
 * @param {number} value of it
 * @param {number | string} [tickSize] of its market
 * @returns {string} as the text of a firing has it: an indicator's, which has no last digit, in six, what lies among prices
 *   in no fewer decimals than its market has
 */
export function valueText(series, value, tickSize) {
  const tick = isOnPriceScale(series) ? tickSize : undefined;
  return numberText(series.source === "indicator" ? rounded(value, tick) : value, tick);
}

/** @param {number} value @param {number | string} [tickSize] @returns {number} in six digits, or as the market's prices where those have more */
function rounded(value, tickSize) {
  const inDigits = Number(value.toPrecision(INDICATOR_DIGITS));
  if (tickSize === undefined) return inDigits;
  const [, fraction = ""] = plain(inDigits).split(".");
  return fraction.length > decimalsOfStep(tickSize) ? inDigits : Number(value.toFixed(decimalsOfStep(tickSize)));
}

/** @param {number} value without an exponent */
function plain(value) {
  return Number.isFinite(value) ? value.toFixed(MOST_DECIMALS).replace(/\.?0+$/, "") : "";
}

/**
 * @param {import("../../../types/alerts.js").Firing} firing
 * @param {Condition} condition that was met
 * @param {number | string} [tickSize] of its market
 * @returns {string} what was measured, and by which level it fired
 */
export function firingText({ value, threshold, late, simulated, suppressed }, condition, tickSize) {
  const level = threshold === null ? "" : `level ${levelText(condition, threshold, tickSize)}`;
  const others = suppressed ? `${suppressed} more before while it cooled down` : "";
  return [valueText(condition, Number(value), tickSize), level, late ? "late" : "", simulated ? "simulated" : "", others].filter(Boolean).join(", ");
}

/** @param {Condition} condition @param {number | string} level @param {number | string} [tickSize] */
function levelText(condition, level, tickSize) {
  if (condition.level_source) return valueText(condition.level_source, Number(level), tickSize);
  return numberText(level, isOnPriceScale(condition) ? tickSize : undefined);
}

/** @param {number} seconds in its largest whole unit */
export function durationText(seconds) {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit && seconds % unit === 0) ?? UNITS[3];
  return formatQuantity(seconds / size, name);
}

/**
 * @param {number} price the newest
 * @param {number} level
 * @param {number | string} [tickSize]
 * @returns {string} how far the level is away: `+1.20% (+1,170.00)`
 */
export function distanceText(price, level, tickSize) {
  if (!Number.isFinite(price) || !Number.isFinite(level) || !price) return "–";
  const away = level - price;
  return `${formatPercent((away / price) * 100)} (${formatSigned(away, decimalsOfStep(tickSize))})`;
}

/**
 * @param {Condition} condition
 * @param {string} symbol
 * @param {number | string} [tickSize]
 * @returns {string} the name of a rule that nobody has named
 */
export function nameOf(condition, symbol, tickSize) {
  const text = conditionText(condition, tickSize);
  if (!symbol) return text;
  return condition.source === "price" ? `${symbol} ${operatorAndOperands(condition, tickSize)}` : `${symbol}: ${text}`;
}

/** @param {Condition} condition @param {number | string} [tickSize] */
function operatorAndOperands(condition, tickSize) {
  return `${operatorOf(condition.operator).label} ${operandsText(condition, tickSize)}`;
}

/**
 * @param {import("../../../types/alerts.js").Rule} rule
 * @param {number | string} [tickSize]
 * @returns {boolean} whether its name is the one that it was given here: it says where its level is
 */
export function isNamedByItself(rule, tickSize) {
  return rule.name === nameOf(conditionsOf(rule)[0], rule.symbol, tickSize);
}

/**
 * @param {{would_fire: number | boolean, times: (string | number)[]}} answer of `alerts.test`
 * @returns {string}
 */
export function testText({ would_fire: count, times }) {
  const fired = typeof count === "number" ? count : times.length;
  if (!fired) return "It would not have fired within the last day.";
  const newest = [...times].reverse().slice(0, MOST_TIMES).map((time) => momentText(time));
  const before = fired > newest.length ? ", before that more often" : "";
  const how = fired === 1 ? "once" : `${fired} times`;
  return `It would have fired ${how} within the last day: at ${newest.join(", ")} ${shownZone().word}${before}.`;
}
