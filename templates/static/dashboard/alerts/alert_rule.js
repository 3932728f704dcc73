/** A rule as the server tells it, and what the page asks of it. Pure. */
import { isOnPriceScale, operatorOf } from "./alert_catalogue.js";

/** @typedef {import("@tidewire/client/protocol").Time} Time */
/** @typedef {import("../../../types/alerts.js").Condition} Condition */
/** @typedef {import("../../../types/alerts.js").Rule} Rule */
/** @typedef {import("../../../types/alerts.js").RuleGiven} RuleGiven */
/** @typedef {import("../../../types/alerts.js").Level} Level */

/** @type {(keyof Condition)[]} */
const CONDITION_PARAMETERS = [
  "source", "field", "interval", "indicator", "parameters", "strategy", "action", "chain", "address", "token", "tx",
  "operator", "threshold", "line", "level_source", "lower", "upper", "amount", "percent", "window", "hysteresis",
];
/** @type {Record<import("./alert_catalogue.js").Operands, Level["operand"][]>} */
const OPERANDS = { threshold: ["threshold"], range: ["lower", "upper"], move: [] };

/** @param {Rule} rule @returns {Condition[]} one or more */
export function conditionsOf(rule) {
  return rule.conditions?.length ? rule.conditions : [rule];
}

/** @param {Rule} rule @returns {Level[]} the prices that it looks at, as far as they lie on the chart's scale and stay where they are */
export function levelsOf(rule) {
  return conditionsOf(rule).flatMap((condition, index) => {
    if (!isOnPriceScale(condition) || condition.line || condition.level_source) return [];
    const named = OPERANDS[operatorOf(condition.operator).operands];
    return named.map((operand) => ({ rule: rule.id, condition: index, operand, price: Number(condition[operand]) }));
  });
}

/**
 * @param {Rule} rule
 * @param {Level} level of it
 * @param {string} price in plain notation
 * @returns {RuleGiven} what `alerts.update` must be told to move the level there
 */
export function moved(rule, { condition, operand }, price) {
  if (conditionsOf(rule).length === 1) return { [operand]: price };
  const change = inCondition(condition, operand, price);
  return { conditions: conditionsOf(rule).map(change).map(written) };
}

/**
 * @param {number} place of the condition that is changed
 * @param {Level["operand"]} operand
 * @param {number | string} price
 * @returns {<One extends Condition>(condition: One, index: number) => One}
 */
function inCondition(place, operand, price) {
  return (condition, index) => (index === place ? { ...condition, [operand]: price } : condition);
}

/** @param {Condition} condition as the server takes it: without what there is none of */
function written(condition) {
  const named = CONDITION_PARAMETERS.map((name) => [name, condition[name]]);
  return Object.fromEntries(named.filter(([, value]) => value !== null && value !== undefined && value !== ""));
}

/**
 * @param {Rule} rule
 * @param {Level} level
 * @param {string} price
 * @returns {Rule} as it is once the level has moved
 */
export function withLevel(rule, { condition, operand }, price) {
  const change = inCondition(condition, operand, Number(price));
  const conditions = rule.conditions?.map(change);
  const first = condition === 0 ? { [operand]: Number(price) } : {};
  return { ...rule, ...first, ...(conditions ? { conditions } : {}) };
}

/** @param {Rule} rule whether it may fire some time: one that is done is switched on to begin anew */
export function mayFire(rule) {
  return rule.enabled && !isDone(rule) && rule.state !== "error";
}

/** @param {Rule} rule whether it has fired for the last time, or its time is over */
export function isDone({ state }) {
  return state === "expired";
}

/** @param {Rule} rule whether its time was over before it had fired for the last time; one that fires keeps the time of its state */
export function hasExpired(rule) {
  const { state_since: since, expires } = rule;
  return isDone(rule) && Boolean(expires) && timeOf(since) >= timeOf(expires);
}

/** @param {Rule} rule whether it is silent now, until a time */
export function isSnoozed({ enabled, state }) {
  return enabled && state === "snoozed";
}

/**
 * @param {Rule[]} rules
 * @param {import("@tidewire/client/protocol").Alert} alert that has fired; it may be told although the rule was read after it
 * @returns {Rule[]} what is known of them after it
 */
export function fired(rules, { rule, state, value, firedAt }) {
  return rules.map((each) =>
    each.id === rule && !(timeOf(each.last_fired_at) >= timeOf(firedAt))
      ? { ...each, state, last_value: value, firings: (each.firings ?? 0) + 1, last_fired_at: firedAt }
      : each,
  );
}

/** @param {Rule[]} rules @param {Rule} rule that takes its place, or comes first where it is new */
export function withRule(rules, rule) {
  return rules.some(({ id }) => id === rule.id) ? withAnswer(rules, rule) : [rule, ...rules];
}

/** @param {Rule[]} rules @param {Rule} answer about one of them, which may come after a newer one, or after its end */
export function withAnswer(rules, answer) {
  return rules.map((rule) => (rule.id === answer.id && changedAt(answer) >= changedAt(rule) ? answer : rule));
}

/** @param {Rule} rule its time as ISO 8601, or in ms since the epoch */
function changedAt({ updated }) {
  return timeOf(updated);
}

/** @param {Time | null | undefined} time @returns {number} ms since the epoch */
function timeOf(time) {
  return new Date(time ?? 0).getTime();
}

/** @param {Rule[]} rules @param {string} symbol those of a market come first, then the newest */
export function inOrder(rules, symbol) {
  const rank = (/** @type {Rule} */ rule) => (rule.symbol === symbol ? 0 : 1);
  return [...rules].sort((one, other) => rank(one) - rank(other) || other.id - one.id);
}
