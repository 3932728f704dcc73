/**
 * The user's alerts on the chart: each price that a rule looks at is a line, which can be dragged to another price. An icon
 * at the axis stands for it, beside the newest candles and not on them. What is done has no line.
 */
import { byId, parentOf } from "../../shared/elements.js";
import { onceIn, setData } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { targetStep } from "../../shared/touch_targets.js";
import { LevelDrag, keyNear } from "../chart/level_drag.js";
import { LevelHandle, placeAt } from "../chart/level_handle.js";
import { nearestPrice } from "../market_data/prices.js";
import { operatorOf } from "./alert_catalogue.js";
import { conditionsOf, isDone, mayFire, levelsOf, moved, withLevel } from "./alert_rule.js";
import { isNamedByItself, nameOf, numberText } from "./alert_text.js";
import { ICON_PIXELS, IconStacks } from "./icon_stacks.js";

/** Keys that follow each other so soon are one change. */
const KEYS_MILLISECONDS = 700;
/** A key moves a level by so much, whatever the scale; with Shift by the market's own step. */
const STEP_PIXELS = 4;
const SVG = "http://www.w3.org/2000/svg";
const BELL = "M8 2a3.6 3.6 0 0 0-3.6 3.6c0 3-1.4 4.2-1.4 4.2h10s-1.4-1.2-1.4-4.2A3.6 3.6 0 0 0 8 2zM6.8 12.4a1.3 1.3 0 0 0 2.4 0";

/**
 * @typedef {import("../../../types/alerts.js").Rule} Rule
 * @typedef {import("../../../types/alerts.js").Level} Level
 * @typedef {{key: string, rule: Rule, level: Level, handle: LevelHandle}} Shown
 */

export class ChartAlerts {
  #rules;
  #edit;
  #refused;
  #area = byId("chart-alerts");
  /** @type {import("../../shared/chart/chart_levels.js").ChartLevels | undefined} */
  #levels;
  /** @type {LevelDrag | undefined} */
  #drag;
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;
  /** @type {Map<string, Shown>} */
  #shown = new Map();
  /** @type {Map<string, import("./icon_stacks.js").IconPlace>} where the icons are that are in sight */
  #places = new Map();
  #stacks = new IconStacks(() => this.#place());
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

  /** @param {import("../../shared/chart/chart_levels.js").ChartLevels} levels of the chart, which comes later than the page */
  drawOn(levels) {
    this.#levels = levels;
    const canvas = byId("chart-canvas");
    const keyAt = (/** @type {number} */ y) => keyNear([...this.#shown.values()].map(({ key }) => ({ key, y: this.#yOf(key) })), y);
    this.#drag = new LevelDrag(parentOf(this.#area), canvas, {
      kind: "alert",
      keyAt,
      belowLine: (key) => (this.#places.get(key)?.y ?? NaN) - Number(this.#yOf(key)) || 0,
      move: (key, y) => this.#moveTo(key, levels.priceAt(y)),
      drop: (key) => this.#commit(key),
      cancel: (key) => this.#putBack(key),
      click: (key) => this.#editRuleOf(key),
    });
    levels.onRedraw(() => this.#place());
    this.render();
  }

  /** @param {import("../../../types/market.js").Symbol} info of the market that the chart shows */
  show(info) {
    this.#commitAll(); // what keys have moved stays there
    this.#info = info;
    this.#moving.clear();
    this.render();
  }

  render() {
    if (!this.#levels || !this.#info) return;
    const shownSymbol = this.#info.symbol;
    const rules = this.#rules.all.filter((rule) => rule.symbol === shownSymbol && !isDone(rule));
    const known = this.#shown;
    this.#shown = new Map(rules.flatMap((rule) => levelsOf(rule).map((level) => this.#entry(rule, level, known))));
    for (const [key, { handle }] of known) if (!this.#shown.has(key)) handle.node.remove();
    this.#draw();
  }

  /**
   * @param {Rule} rule
   * @param {Level} level
   * @param {Map<string, Shown>} known
   * @returns {[string, Shown]}
   */
  #entry(rule, level, known) {
    const key = `${level.rule}.${level.condition}.${level.operand}`;
    const handle = known.get(key)?.handle ?? this.#newHandle(key);
    return [key, { key, rule, level, handle }];
  }

  /** @param {string} key */
  #editRuleOf(key) {
    const shown = this.#shown.get(key);
    if (shown) this.#edit(shown.rule);
  }

  /** @param {string} key */
  #newHandle(key) {
    const actions = {
      step: (/** @type {{steps: number, hasShift: boolean}} */ move) => this.#step(key, move),
      edit: () => this.#editRuleOf(key),
      cancel: () => this.#putBack(key),
    };
    const handle = new LevelHandle(actions, { classes: "alert-handle", icon: bell() });
    this.#drag?.watch(handle.node, key);
    this.#stacks.watch(handle.node, key);
    this.#area.append(handle.node);
    return handle;
  }

  #draw() {
    if (!this.#levels || !this.#info) return;
    const shown = [...this.#shown.values()];
    const { tickSize } = this.#info;
    this.#levels.show(shown.map(({ key, rule }) => ({ key, price: this.#priceOf(key), ...looksOf(rule) })));
    for (const { key, rule, level, handle } of shown) {
      const price = this.#priceOf(key);
      const text = numberText(price, tickSize);
      const name = this.#shortName(rule, level);
      const title = `${name}: drag to move, click to edit`;
      handle.show({ name, state: rule.enabled ? rule.state : "off", label: `Alert ${name}`, title, price, text });
    }
    this.#place();
  }

  /** The price stands beside it already. @param {Rule} rule @param {Level} level */
  #shortName(rule, { condition }) {
    if (!isNamedByItself(rule, this.#info?.tickSize)) return rule.name;
    return operatorOf(conditionsOf(rule)[condition].operator).label;
  }

  #place() {
    if (!this.#levels) return;
    const { scaleWidth, height } = this.#levels;
    const icons = [...this.#shown.values()].map(({ key, handle: { node } }) => ({ key, node, y: this.#yOf(key) }));
    this.#places = this.#stacks.place(icons, { height, step: targetStep(ICON_PIXELS) });
    for (const { key, handle } of this.#shown.values()) {
      const place = this.#places.get(key);
      placeAt(handle.node, place?.y ?? null, scaleWidth);
      setData(handle.node, "spread", String(place?.isSpread ?? false));
      setData(handle.node, "depth", String(place?.depth ?? 0));
    }
  }

  /** @param {string} key */
  #priceOf(key) {
    return Number(this.#moving.get(key) ?? this.#shown.get(key)?.level.price);
  }

  /** @param {string} key */
  #yOf(key) {
    return this.#levels?.yOf(this.#priceOf(key)) ?? null;
  }

  /** @param {string} key @param {number | null} price */
  #moveTo(key, price) {
    if (price === null || !this.#info || !this.#shown.has(key)) return;
    this.#moving.set(key, nearestPrice(price, this.#info.tickSize));
    this.#draw();
  }

  /** Not out of sight: the focus would be lost. @param {string} key @param {{steps: number, hasShift: boolean}} move */
  #step(key, { steps, hasShift }) {
    const y = this.#yOf(key);
    if (!this.#levels || !this.#info || y === null) return;
    const finely = this.#priceOf(key) + steps * this.#info.tickSize;
    const price = hasShift ? finely : this.#levels.priceAt(y - steps * STEP_PIXELS);
    if (price === null || this.#levels.yOf(price) === null) return;
    this.#moveTo(key, price);
    this.#commitLater();
  }

  /** @param {string} key */
  #putBack(key) {
    this.#moving.delete(key);
    this.#draw();
  }

  #commitAll() {
    if (!this.#drag?.isHeld) for (const key of [...this.#moving.keys()]) this.#commit(key);
  }

  /**
   * A name that says where the level is goes with it.
   *
   * @param {Rule} rule
   * @param {Level} level
   * @param {string} price
   */
  #nameAt(rule, level, price) {
    const tickSize = this.#info?.tickSize;
    if (!isNamedByItself(rule, tickSize)) return {};
    return { name: nameOf(conditionsOf(withLevel(rule, level, price))[0], rule.symbol, tickSize) };
  }

  /** Until the server has answered the line stays where it was put; refused, it goes back. @param {string} key */
  async #commit(key) {
    const shown = this.#shown.get(key);
    const price = this.#moving.get(key);
    if (!shown || price === undefined) return;
    const { rule, level } = shown;
    const name = this.#nameAt(rule, level, price);
    const local = (/** @type {Rule} */ each) => ({ ...withLevel(each, level, price), ...name });
    const changed = this.#rules.update({ id: rule.id, ...moved(rule, level, price), ...name }, local);
    this.#moving.delete(key);
    try {
      await changed;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refused(error);
    }
  }
}

function bell() {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", BELL);
  svg.append(path);
  return svg;
}

/** @param {Rule} rule @returns {{colour: string, isFaint: boolean}} */
function looksOf(rule) {
  if (!mayFire(rule)) return { colour: "muted", isFaint: true };
  return { colour: rule.state === "firing" ? "warning" : "accent", isFaint: false };
}
