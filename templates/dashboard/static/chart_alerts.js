/** The user's alerts on the chart: each price that a rule looks at is a line, which can be dragged to another price. */
import { operatorOf } from "./alert_catalogue.js";
import { conditionsOf, isLive, levelsOf, moved, withLevel } from "./alert_rule.js";
import { isNamedByItself, nameOf, numberInWords } from "./alert_words.js";
import { LevelDrag, keyNear } from "./level_drag.js";
import { LevelHandle } from "./level_handle.js";
import { onceIn } from "./painting.js";
import { nearestPrice } from "./prices.js";

/** Keys that follow each other so soon are one change. */
const KEYS_MILLISECONDS = 700;
/** A key moves a level by so much, whatever the scale; with Shift by the market's own step. */
const STEP_PIXELS = 4;

/**
 * @typedef {import("./alert_rule.js").Rule} Rule
 * @typedef {import("./alert_rule.js").Level} Level
 * @typedef {{key: string, rule: Rule, level: Level, handle: LevelHandle}} Shown
 */

export class ChartAlerts {
  #rules;
  #edit;
  #refused;
  #area = document.getElementById("chart-alerts");
  /** @type {import("./chart_levels.js").ChartLevels | undefined} */
  #levels;
  /** @type {LevelDrag | undefined} */
  #drag;
  #info;
  /** @type {Map<string, Shown>} */
  #shown = new Map();
  /** @type {Map<string, string>} prices that levels are being moved to, by their keys */
  #moving = new Map();
  #commitLater = onceIn(KEYS_MILLISECONDS, () => this.#commitAll());

  /**
   * @param {import("./alert_rules.js").AlertRules} rules
   * @param {{edit: (rule: Rule) => void, refused: (error: Error) => void}} actions
   */
  constructor(rules, { edit, refused }) {
    this.#rules = rules;
    this.#edit = edit;
    this.#refused = refused;
  }

  /** @param {import("./chart_levels.js").ChartLevels} levels of the chart, which comes later than the page */
  drawOn(levels) {
    this.#levels = levels;
    const canvas = document.getElementById("chart-canvas");
    const keyAt = (y) => keyNear([...this.#shown.values()].map(({ key }) => ({ key, y: this.#yOf(key) })), y);
    this.#drag = new LevelDrag(this.#area.parentElement, canvas, {
      keyAt,
      move: (key, y) => this.#moveTo(key, levels.priceAt(y)),
      drop: (key) => this.#commit(key),
      cancel: (key) => this.#putBack(key),
      click: (key) => this.#edit(this.#shown.get(key).rule),
    });
    levels.onRedraw(() => this.#place());
    this.render();
  }

  /** Whether a level is being dragged. */
  get isBusy() {
    return this.#drag?.isHeld ?? false;
  }

  /** @param {import("./rest.js").Symbol} info of the market that the chart shows */
  show(info) {
    this.#info = info;
    this.#moving.clear();
    this.render();
  }

  render() {
    if (!this.#levels || !this.#info) return;
    const rules = this.#rules.all.filter(({ symbol }) => symbol === this.#info.symbol);
    const known = this.#shown;
    this.#shown = new Map(rules.flatMap((rule) => levelsOf(rule).map((level) => this.#entry(rule, level, known))));
    for (const [key, { handle }] of known) if (!this.#shown.has(key)) handle.node.remove();
    this.#draw();
  }

  /** @returns {[string, Shown]} */
  #entry(rule, level, known) {
    const key = `${level.rule}.${level.condition}.${level.operand}`;
    const handle = known.get(key)?.handle ?? this.#newHandle(key);
    return [key, { key, rule, level, handle }];
  }

  #newHandle(key) {
    const handle = new LevelHandle({
      step: (move) => this.#step(key, move),
      edit: () => this.#edit(this.#shown.get(key).rule),
      cancel: () => this.#putBack(key),
    });
    this.#drag.watch(handle.node, key);
    this.#area.append(handle.node);
    return handle;
  }

  #draw() {
    const shown = [...this.#shown.values()];
    this.#levels.show(shown.map(({ key, rule }) => ({ key, price: this.#priceOf(key), ...looksOf(rule) })));
    for (const { key, rule, level, handle } of shown) {
      const price = this.#priceOf(key);
      const words = numberInWords(price, this.#info.tickSize);
      handle.show({ name: this.#shortName(rule, level), state: rule.enabled ? rule.state : "off", price, words });
    }
    this.#place();
  }

  /** The price stands beside it already. */
  #shortName(rule, { condition }) {
    if (!isNamedByItself(rule, this.#info.tickSize)) return rule.name;
    return operatorOf(conditionsOf(rule)[condition].operator).label;
  }

  #place() {
    const right = this.#levels.scaleWidth;
    for (const { key, handle } of this.#shown.values()) handle.place(this.#yOf(key), right);
  }

  #priceOf(key) {
    return Number(this.#moving.get(key) ?? this.#shown.get(key).level.price);
  }

  #yOf(key) {
    return this.#levels.yOf(this.#priceOf(key));
  }

  #moveTo(key, price) {
    if (price === null || !this.#shown.has(key)) return;
    this.#moving.set(key, nearestPrice(price, this.#info.tickSize));
    this.#draw();
  }

  /** Not out of sight: the focus would be lost. */
  #step(key, { steps, isFine }) {
    const y = this.#yOf(key);
    const price = isFine ? this.#priceOf(key) + steps * Number(this.#info.tickSize) : this.#levels.priceAt(y - steps * STEP_PIXELS);
    if (y === null || price === null || this.#levels.yOf(price) === null) return;
    this.#moveTo(key, price);
    this.#commitLater();
  }

  #putBack(key) {
    this.#moving.delete(key);
    this.#draw();
  }

  #commitAll() {
    if (!this.isBusy) for (const key of [...this.#moving.keys()]) this.#commit(key);
  }

  /** A name that says where the level is goes with it. */
  #nameAt(rule, level, price) {
    const { tickSize } = this.#info;
    if (!isNamedByItself(rule, tickSize)) return {};
    return { name: nameOf(conditionsOf(withLevel(rule, level, price))[0], rule.symbol, tickSize) };
  }

  /** Until the server has answered the line stays where it was put; refused, it goes back. */
  async #commit(key) {
    const shown = this.#shown.get(key);
    const price = this.#moving.get(key);
    if (!shown || price === undefined) return;
    const { rule, level } = shown;
    const name = this.#nameAt(rule, level, price);
    const local = (each) => ({ ...withLevel(each, level, price), ...name });
    const changed = this.#rules.update({ id: rule.id, ...moved(rule, level, price), ...name }, local);
    this.#moving.delete(key);
    try {
      await changed;
    } catch (error) {
      if (!(/** @type {any} */ (error).code)) throw error;
      this.#refused(/** @type {Error} */ (error));
    }
  }
}

/** @param {Rule} rule @returns {{colour: string, isFaint: boolean}} */
function looksOf(rule) {
  if (!isLive(rule)) return { colour: "muted", isFaint: true };
  return { colour: rule.state === "firing" ? "warning" : "accent", isFaint: false };
}
