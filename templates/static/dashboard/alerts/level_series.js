/** Another series as the level of a condition: what it may be, and its way to the server and back. Pure. */
import { numberGiven, text } from "../../shared/typed_numbers.js";
import { INDICATORS, SOURCES, fieldsOf, indicatorOf, isOnPriceScale, needsInterval } from "./alert_catalogue.js";

/**
 * @typedef {object} LevelValues what is chosen and typed of it
 * @property {string} source
 * @property {string} field
 * @property {string} interval
 * @property {string} indicator
 * @property {Record<string, string>} parameters
 *
 * @typedef {Pick<import("./alert_form_values.js").ConditionValues, "source" | "field" | "interval" | "indicator" | "parameters">} Compared what is compared with it
 */

/** What a market tells all the time: only that can be compared. */
const OF_MARKET = new Set(["price", "ticker", "candle", "indicator"]);
const INTERVAL = "1m";
/** Two averages that are the same never cross. */
const OTHERS = { sma: "ema" };
/** No indicator takes a longer period. */
const MOST_PERIOD = 200;

/** @param {{source: string}} condition whether its level may be another series */
export function takesSeries({ source }) {
  return OF_MARKET.has(source);
}

/**
 * @param {Compared} condition
 * @param {string} trigger of the rule
 * @returns {LevelValues} what is likely meant: an average of prices, or another value of the same kind
 */
export function levelFor(condition, trigger) {
  const { source, interval, indicator } = condition;
  if (isOnPriceScale(condition)) {
    const average = (source === "indicator" && OTHERS[/** @type {"sma"} */ (indicator)]) || "sma";
    return { source: "indicator", field: "value", interval, indicator: average, parameters: {} };
  }
  const same = { source, interval, indicator, parameters: {} };
  const own = fieldOf(condition);
  const [other] = fieldsFor(condition, same).filter(([key]) => key !== own);
  if (other) return { ...same, field: other[0] };
  if (isAtClose(trigger)) return { ...same, field: own, parameters: otherPeriod(condition) };
  return { ...same, field: own, interval: interval === "1h" ? "4h" : "1h" };
}

/** @param {Compared} condition on an indicator with a period @returns {Record<string, string>} twice of that, or half where none is so long */
function otherPeriod({ indicator, parameters }) {
  const [{ name, initial }] = indicatorOf(indicator).parameters;
  const typed = Number(numberGiven(parameters[name] ?? ""));
  const own = Number.isInteger(typed) && typed > 0 ? typed : initial;
  return { [name]: String(2 * own > MOST_PERIOD ? Math.floor(own / 2) : 2 * own) };
}

/**
 * @param {LevelValues} level
 * @param {Compared} condition
 * @param {string} trigger of the rule
 * @returns {LevelValues} the same, or another where the two can't be compared: a price is compared with prices alone, and nothing with itself
 */
export function fittingLevel(level, condition, trigger) {
  const isOfOneScale = isOnPriceScale(level) === isOnPriceScale(condition);
  return isOfOneScale && !isSame(level, condition, trigger) ? level : levelFor(condition, trigger);
}

/** @param {LevelValues} level @param {Compared} condition @param {string} trigger whether both go to the server as one and the same series */
function isSame(level, condition, trigger) {
  const [one, other] = [level, condition].map((each) => JSON.stringify(levelGiven({ ...each, field: fieldOf(each) }, condition, trigger)));
  return one === other;
}

/** @param {Compared} series @returns {string} the first where none was chosen */
function fieldOf({ source, field, indicator }) {
  return field || fieldsOf(source, indicator)[0][0];
}

/** @param {Compared} condition @returns {[string, string][]} the sources that it can be compared with */
export function sourcesFor(condition) {
  const isOfPrices = isOnPriceScale(condition);
  return SOURCES.filter(([source]) => OF_MARKET.has(source) && (isOfPrices || source !== "price"));
}

/** @param {Compared} condition @returns {[string, string][]} */
export function indicatorsFor(condition) {
  const isOfPrices = isOnPriceScale(condition);
  return INDICATORS.filter(({ onPriceScale }) => onPriceScale === isOfPrices).map(({ key, label }) => [key, label]);
}

/** @param {Compared} condition @param {{source: string, indicator: string}} level @returns {[string, string][]} */
export function fieldsFor(condition, { source, indicator }) {
  const isOfPrices = isOnPriceScale(condition);
  return fieldsOf(source, indicator).filter(([field]) => isOnPriceScale({ source, indicator, field }) === isOfPrices);
}

/**
 * @param {LevelValues} level
 * @param {Compared} condition
 * @param {"source" | "indicator" | "field" | "interval"} name
 * @param {string} value that was chosen for it
 * @returns {LevelValues} with what goes with it
 */
export function levelWith(level, condition, name, value) {
  const changed = { ...level, [name]: value };
  if (name === "source" && value === "indicator") changed.indicator = indicatorsFor(condition)[0][0];
  if (name === "source" || name === "indicator") Object.assign(changed, { field: fieldsFor(condition, changed)[0][0], parameters: {} });
  return changed;
}

/**
 * @param {LevelValues} level
 * @param {{interval: string}} condition
 * @param {string} trigger of the rule: at a close both values are of the same candle
 * @returns {import("../../../types/alerts.js").Series} as it goes to the server
 */
export function levelGiven({ source, field, interval, indicator, parameters }, condition, trigger) {
  return {
    source,
    ...(source === "price" ? {} : { field }),
    ...(needsInterval(source) ? { interval: isAtClose(trigger) ? condition.interval : interval } : {}),
    ...(source === "indicator" ? { indicator, parameters: parametersGiven(indicator, parameters) } : {}),
  };
}

/** @param {string} trigger whether values count at a candle's close only */
export function isAtClose(trigger) {
  return trigger === "once_per_candle_close";
}

/** @param {string} indicator @param {Record<string, string>} parameters as they were typed */
export function parametersGiven(indicator, parameters) {
  const known = indicatorOf(indicator).parameters;
  return Object.fromEntries(known.map(({ name, initial }) => [name, numberGiven(parameters[name] ?? String(initial))]));
}

/** @param {import("../../../types/alerts.js").Series} level as the server tells it @returns {LevelValues} */
export function valuesOfLevel({ source, field, interval, indicator, parameters }) {
  return {
    ...{ source, field: field || fieldsOf(source, indicator)[0][0], interval: interval || INTERVAL, indicator: indicator || INDICATORS[0].key },
    parameters: Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => [name, text(value)])),
  };
}
