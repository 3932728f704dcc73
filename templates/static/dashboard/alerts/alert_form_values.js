/** Between the fields of the alert's dialog, which are texts, and the parameters of the commands; times in the page's zone. */
import { fieldText, momentTyped, msOf } from "../../shared/moments.js";
import { numberGiven, text, withoutEmpty } from "../../shared/typed_numbers.js";
import { hasHysteresis, isHappening, isMomentary, isOfTransaction, needsInterval, needsMarket, operatorOf, usualLevel } from "./alert_catalogue.js";
import { conditionsOf } from "./alert_rule.js";
import { levelGiven, parametersGiven, valuesOfLevel } from "./level_series.js";

const WINDOW_UNITS = { minutes: 60, hours: 3_600, seconds: 1 };
const MINUTE = 60;
/** How sure a signal must be, to begin with. */
const CONFIDENCE = "0.5";

/**
 * @typedef {object} ConditionValues what is typed and chosen for one condition
 * @property {string} source
 * @property {string} field
 * @property {string} interval
 * @property {string} indicator
 * @property {Record<string, string>} parameters
 * @property {string} strategy the id of one's own; empty for the market's public ones
 * @property {string} action empty for any
 * @property {string} chain of a wallet or a transaction
 * @property {string} address of the wallet
 * @property {string} token the address of its contract; empty for the chain's coin
 * @property {string} tx the hash of the transaction
 * @property {string} operator
 * @property {string} threshold
 * @property {import("../../../types/alerts.js").Line | null} line in its place
 * @property {import("./level_series.js").LevelValues | null} level another series in its place
 * @property {string} lower
 * @property {string} upper
 * @property {string} by
 * @property {"percent" | "amount"} unit
 * @property {string} window
 * @property {"seconds" | "minutes" | "hours"} windowUnit
 * @property {string} hysteresis
 *
 * @typedef {object} RuleValues
 * @property {string} symbol
 * @property {string} name
 * @property {ConditionValues[]} conditions
 * @property {string} combine
 * @property {string} trigger
 * @property {string} cooldown minutes
 * @property {string} expires local time of the page's zone, as `2026-11-20T22:00`
 * @property {string} maxFirings
 * @property {string} severity
 * @property {string[]} channels
 * @property {string} template
 */

/**
 * @typedef {object} Begun with what a new alert begins
 * @property {string} [price] in plain notation
 * @property {import("../../../types/alerts.js").Line | null} [line] in place of a price
 * @property {(rule: import("../../../types/alerts.js").Rule) => void} [made] told of the rule, once it is made
 */

/** @type {ConditionValues} */
export const NEW_CONDITION = {
  ...{ source: "price", field: "price", interval: "1m", indicator: "rsi", parameters: {}, operator: "crossing" },
  ...{ chain: "", address: "", token: "", tx: "" },
  ...{ strategy: "", action: "", threshold: "", line: null, level: null, lower: "", upper: "", by: "", unit: "percent", window: "5", windowUnit: "minutes", hysteresis: "" },
};

/** @type {RuleValues} */
export const NEW_RULE = {
  ...{ symbol: "", name: "", conditions: [NEW_CONDITION], combine: "all", trigger: "once", cooldown: "", expires: "" },
  ...{ maxFirings: "", severity: "info", channels: [], template: "" },
};

/**
 * @param {ConditionValues} values
 * @param {string} trigger of the rule
 * @returns {import("../../../types/alerts.js").Condition} as it goes to the server: numbers as they were typed, so that they stay exact and it can judge them
 */
export function conditionGiven(values, trigger) {
  const { source, field, interval, indicator, parameters, strategy, action, operator, hysteresis } = values;
  return {
    source,
    operator,
    ...withoutEmpty({
      ...(source === "price" || source === "strategy" ? {} : { field }),
      ...(needsInterval(source, trigger) ? { interval } : {}),
      ...(source === "indicator" ? { indicator, parameters: parametersGiven(indicator, parameters) } : {}),
      ...(source === "strategy" ? { strategy, action } : {}),
      ...(source === "wallet" ? watchedGiven(values) : {}),
      ...(isHappening(values) ? {} : operandsGiven(values, trigger)),
      ...(hasHysteresis(values) ? { hysteresis: numberGiven(hysteresis) } : {}),
    }),
  };
}

/** @param {ConditionValues} values @returns {Partial<ConditionValues>} the wallet with its asset, or the transaction */
function watchedGiven({ source, field, chain, address, token, tx }) {
  if (!isOfTransaction({ source, field })) return { chain, address, token };
  return tx ? { chain, tx } : { chain, address };
}

/** @param {ConditionValues} values @param {string} trigger */
function operandsGiven({ operator, threshold, line, level, interval, lower, upper, by, unit, window, windowUnit }, trigger) {
  const { operands } = operatorOf(operator);
  if (operands === "threshold" && level) return { level_source: levelGiven(level, { interval }, trigger) };
  if (operands === "threshold") return line ? { line } : { threshold: numberGiven(threshold) };
  if (operands === "range") return { lower: numberGiven(lower), upper: numberGiven(upper) };
  return { [unit]: numberGiven(by), window: multiplied(window, WINDOW_UNITS[windowUnit]) };
}

/** @param {string} text @param {number} unit @returns {string | number} what is no number the server is to judge */
function multiplied(text, unit) {
  const value = Number(numberGiven(text));
  return text.trim() && Number.isFinite(value) ? Math.round(value * unit) : text;
}

/**
 * @param {RuleValues} values
 * @param {{id?: number, expires?: import("./alert_rule.js").Time | null}} [edited] the rule that is changed: what was emptied must be told as null then
 * @returns {import("../../../types/alerts.js").RuleGiven} the parameters of `alerts.create`, `alerts.update` or `alerts.test`
 */
export function ruleGiven(values, { id, expires } = {}) {
  const { name, conditions, combine, trigger, severity, channels, template } = values;
  const isOfMarket = id !== undefined || conditions.some(needsMarket); // one that there is keeps the market that it has
  const symbol = isOfMarket ? values.symbol : "";
  /** @type {import("../../../types/alerts.js").RuleGiven} */
  const given = {
    ...{ symbol, name: name.trim(), trigger, severity, channels, template },
    ...conditionsGiven(conditions, combine, trigger),
    cooldown: cooldownGiven(values),
    expires: expiryGiven(values.expires, msOf(expires)),
    max_firings: trigger === "once" ? "" : numberGiven(values.maxFirings),
  };
  if (id === undefined) return withoutEmpty(given);
  const emptied = { cooldown: 0, expires: null, max_firings: null, template: "" };
  return { id, ...emptied, ...withoutEmpty(given) };
}

/**
 * A field has no seconds, and an hour of autumn twice: the moment that it was filled with stays.
 *
 * @param {string} typed
 * @param {number} kept ms, of the rule that is changed
 */
function expiryGiven(typed, kept) {
  return typed && typed === fieldText(kept) ? new Date(kept).toISOString() : momentTyped(typed);
}

/** @param {RuleValues} values */
function cooldownGiven({ trigger, cooldown }) {
  return trigger === "every_time" && cooldown.trim() ? multiplied(cooldown, MINUTE) : "";
}

/** @param {ConditionValues[]} conditions @param {string} combine @param {string} trigger */
function conditionsGiven(conditions, combine, trigger) {
  const given = conditions.map((condition) => conditionGiven(condition, trigger));
  return given.length === 1 ? given[0] : { conditions: given, combine };
}

/** @param {import("../../../types/alerts.js").Rule} rule @returns {RuleValues} */
export function valuesOfRule(rule) {
  return {
    ...{ symbol: rule.symbol, name: rule.name, combine: rule.combine ?? "all", trigger: rule.trigger ?? "once" },
    conditions: conditionsOf(rule).map(valuesOfCondition),
    cooldown: rule.cooldown ? String(rule.cooldown / MINUTE) : "",
    expires: fieldText(msOf(rule.expires)),
    maxFirings: text(rule.max_firings),
    ...{ severity: rule.severity ?? "info", channels: rule.channels ?? [], template: rule.template ?? "" },
  };
}

/** @param {import("../../../types/alerts.js").Condition} condition @returns {ConditionValues} */
function valuesOfCondition(condition) {
  const { source, field, interval, indicator, parameters, operator, window } = condition;
  const isPercent = condition.percent !== null && condition.percent !== undefined;
  const isAmount = condition.amount !== null && condition.amount !== undefined;
  return {
    ...{ source, operator, field: field || NEW_CONDITION.field, interval: interval || NEW_CONDITION.interval },
    indicator: indicator || NEW_CONDITION.indicator,
    parameters: Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => [name, text(value)])),
    ...{ strategy: condition.strategy ?? "", action: condition.action ?? "" },
    ...{ chain: condition.chain ?? "", address: condition.address ?? "", token: condition.token ?? "", tx: condition.tx ?? "" },
    line: condition.line ?? null,
    level: condition.level_source ? valuesOfLevel(condition.level_source) : null,
    ...{ threshold: text(condition.threshold), lower: text(condition.lower), upper: text(condition.upper) },
    ...{ by: text(isPercent ? condition.percent : condition.amount), unit: isAmount ? "amount" : "percent" },
    ...windowOf(Number(window)),
    hysteresis: Number(condition.hysteresis) ? text(condition.hysteresis) : "",
  };
}

/** @param {number} seconds @returns {Pick<ConditionValues, "window" | "windowUnit">} in the largest whole unit */
function windowOf(seconds) {
  if (!seconds) return { window: NEW_CONDITION.window, windowUnit: "minutes" };
  const windowUnit = seconds % 3_600 === 0 ? "hours" : seconds % 60 === 0 ? "minutes" : "seconds";
  return { window: String(seconds / WINDOW_UNITS[windowUnit]), windowUnit };
}

/** @param {ConditionValues} values @returns {Partial<ConditionValues>} to begin with: what was typed is measured in something else */
export function levelsOf(values) {
  return { threshold: usualLevel(values), lower: "", upper: "", by: "", hysteresis: "" };
}

/**
 * @param {ConditionValues} before
 * @param {ConditionValues} values with the source and the field that are chosen now
 * @returns {Partial<ConditionValues>} what stands alone is compared in one way alone; signals by a confidence
 */
export function comparisonOf(before, values) {
  if (values.source === "strategy") return { operator: "at_least", threshold: CONFIDENCE };
  const isOther = before.source !== values.source;
  if (isHappening(values) || (isMomentary(values) && (isOther || !isMomentary(before)))) return { operator: "at_least" };
  if (isMomentary(values) || !isMomentary(before)) return {};
  return { operator: values.source === "wallet" ? "below" : NEW_CONDITION.operator };
}
