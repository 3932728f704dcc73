/** Alerts that hang on drawings: made at a horizontal line's level or along a trend line, and moved with it where the reader wants that. */
import { isRefusal } from "../../../shared/refusal.js";
import { conditionsOf, mayFire } from "../../alerts/alert_rule.js";
import { isNamedByItself, nameOf } from "../../alerts/alert_text.js";
import { isLine } from "./drawing_values.js";

/** @typedef {import("../../../../types/market.js").Drawing} Drawing */
/** @typedef {import("../../../../types/alerts.js").Rule} Rule */
/** @typedef {Pick<import("../../alerts.js").Alerts, "create" | "rules" | "onRules">} Alerts */

export class DrawingAlerts {
  #alerts;

  /** @param {Alerts} alerts of the page */
  constructor(alerts) {
    this.#alerts = alerts;
  }

  /** @param {() => void} handler told that other alerts may hang on drawings */
  onChange(handler) {
    this.#alerts.onRules(handler);
  }

  /** @param {Drawing} drawing whether an alert may be made on it: one hangs on each */
  mayCreate(drawing) {
    return isLine(drawing) && !this.ruleOf(drawing);
  }

  /** @param {Drawing} drawing @returns {Rule | undefined} the rule that hangs on it, and may still fire */
  ruleOf({ rule }) {
    return rule === null ? undefined : this.#alerts.rules.all.find((each) => each.id === rule && mayFire(each));
  }

  /** @param {Drawing[]} drawings @returns {Set<string>} the ids of those with an alert where they are */
  belled(drawings) {
    return new Set(drawings.filter((drawing) => this.isLeftBehind(drawing) === false).map(({ id }) => id));
  }

  /** @param {Drawing} drawing @param {(rule: number) => void} made told of the rule's id */
  create(drawing, made) {
    const level = levelOf(drawing);
    this.#alerts.create({ price: level.threshold, line: level.line, made: ({ id }) => made(id) });
  }

  /**
   * @param {Drawing} drawing
   * @returns {boolean | undefined} whether the alert that hangs on it is elsewhere: one of several conditions is changed by
   *   its form alone; undefined: none hangs on it
   */
  isLeftBehind(drawing) {
    const rule = this.ruleOf(drawing);
    if (!rule) return undefined;
    if (conditionsOf(rule).length > 1) return false;
    const { threshold, line } = levelOf(drawing);
    return line ? !isSameLine(rule.line, line) : Number(rule.threshold) !== Number(threshold);
  }

  /** @param {Drawing} drawing to which its alert is moved @param {number | undefined} tickSize @returns {Promise<string>} what was refused; empty: it has moved */
  async follow(drawing, tickSize) {
    const rule = this.ruleOf(drawing);
    if (!rule) return "";
    const level = levelOf(drawing);
    const moved = { ...conditionsOf(rule)[0], ...level };
    const name = isNamedByItself(rule, tickSize) ? { name: nameOf(moved, rule.symbol, tickSize) } : {};
    return refusalOf(this.#alerts.rules.update({ id: rule.id, ...level, ...name }));
  }

  /** @param {Drawing} drawing of which the alert is deleted @returns {Promise<string>} what was refused; empty: it is gone */
  async remove(drawing) {
    const rule = this.ruleOf(drawing);
    return rule ? refusalOf(this.#alerts.rules.delete(rule.id)) : "";
  }
}

/** @param {Promise<unknown>} changed @returns {Promise<string>} what was refused; empty: nothing */
async function refusalOf(changed) {
  try {
    await changed;
    return "";
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.message;
  }
}

/** @param {Drawing} drawing one that `isLine` @returns {{threshold: string, line?: undefined} | {line: import("../../../../types/alerts.js").Line, threshold?: undefined}} */
export function levelOf({ kind, points }) {
  if (kind === "horizontal") return { threshold: points[0].price };
  const [start, end] = [...points].sort((one, other) => one.time - other.time);
  return { line: { start, end } };
}

/** @param {import("../../../../types/alerts.js").Line | null | undefined} one @param {import("../../../../types/alerts.js").Line} other */
function isSameLine(one, other) {
  const names = /** @type {const} */ (["start", "end"]);
  return names.every((name) => {
    const point = one?.[name];
    return point && new Date(point.time).getTime() === other[name].time && Number(point.price) === Number(other[name].price);
  });
}
