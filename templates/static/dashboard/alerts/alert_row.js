/** A row of the list of alerts. Its nodes are made once, and only what changes is written. */
import { NOTHING } from "../../shared/format.js";
import { isHeldEnter } from "../../shared/presses/held_enter.js";
import { todayOrDate } from "../../shared/moments.js";
import { element, setData, setText } from "../../shared/painting.js";
import { SurePress } from "../../shared/presses/sure_press.js";
import { showTime } from "../../shared/time_zone/time_element.js";
import { hashOf } from "../selection.js";
import { isMomentary, isTestable } from "./alert_catalogue.js";
import { AlertHistory } from "./alert_history.js";
import { conditionsOf, mayFire, isSnoozed, levelsOf } from "./alert_rule.js";
import { conditionsText, distanceText, firingText, stateText, valueText, withoutMarketText } from "./alert_text.js";

const OPENS_MENU = { popovertarget: "snooze-menu", "aria-haspopup": "menu", "aria-expanded": "false" };

/** @typedef {import("../../../types/alerts.js").Rule} Rule */

/**
 * @typedef {object} Actions
 * @property {(rule: Rule, isOn: boolean) => void} turn
 * @property {(rule: Rule) => void} edit
 * @property {(rule: Rule) => void} test
 * @property {(rule: Rule, limit: number) => Promise<{items: import("../../../types/alerts.js").Firing[], total: number}>} history so many of its newest firings
 * @property {(rule: Rule, button: HTMLElement) => void} offerSnooze the menu opens by itself, as the button says
 * @property {(rule: Rule) => void} resume
 * @property {(rule: Rule) => Promise<void>} clone
 * @property {(rule: Rule) => void} remove
 */

export class AlertRow {
  /** @type {Rule} */
  #rule;
  /** @type {number | string | undefined} of its market; undefined: it isn't known */
  #tickSize;
  #switch = button("switch", { role: "switch" });
  #name = button("link-button alert-row-name");
  #what = element("p", { class: "muted alert-row-what" });
  #market = element("a", { class: "alert-row-market" });
  #distance = element("span", { class: "alert-row-distance", title: "How far its level is from the price" });
  #state = element("span", { class: "alert-row-state" });
  #fired = element("time", { class: "muted alert-row-fired" });
  #test = button("button alert-row-test", {}, "Test");
  #snooze = button("button alert-row-snooze");
  #clone = button("button alert-row-clone", {}, "Clone");
  #remove = button("button alert-row-remove");
  #history = button("button alert-row-history", { "aria-expanded": "false" }, "History");
  #firings;
  #sure;

  /** @param {Rule} rule @param {Actions} actions */
  constructor(rule, actions) {
    this.#rule = rule;
    this.#firings = new AlertHistory((limit) => actions.history(this.#rule, limit), (firing) => this.#firingText(firing));
    this.#sure = new SurePress(this.#remove, "Delete", () => actions.remove(this.#rule));
    const main = element("div", { class: "alert-row-main" }, this.#name, this.#what);
    const facts = element("div", { class: "alert-row-facts" }, this.#market, this.#distance);
    const doing = element("div", { class: "alert-row-doing" }, this.#state, this.#fired);
    const buttons = element("div", { class: "alert-row-buttons" }, this.#history, this.#test, this.#snooze, this.#clone, this.#remove);
    this.node = element("li", { class: "alert-list-row" }, this.#switch, main, facts, doing, buttons, this.#firings.node);
    this.#listen(actions);
  }

  /** @param {Rule} rule @param {{price: number, tickSize: number | string | undefined, interval: string}} market */
  show(rule, { price, tickSize, interval }) {
    this.#rule = rule;
    this.#tickSize = tickSize;
    setData(this.node, "rule", String(rule.id));
    setData(this.node, "state", rule.enabled ? rule.state : "off");
    setText(this.#name, rule.name);
    setText(this.#what, conditionsText(conditionsOf(rule), rule.combine, tickSize));
    setText(this.#market, rule.symbol || withoutMarketText(conditionsOf(rule)[0]));
    this.#test.hidden = !isTestable(conditionsOf(rule));
    setText(this.#state, stateText(rule));
    showTime(this.#fired, rule.last_fired_at, () => firedText(rule));
    this.#history.hidden = !rule.firings;
    this.#firings.follow(rule.firings ?? 0);
    setText(this.#distance, this.#distanceTo(price));
    this.#attributes(interval);
  }

  /** @param {Actions} actions */
  #listen(actions) {
    this.#switch.addEventListener("click", () => actions.turn(this.#rule, !mayFire(this.#rule)));
    this.#name.addEventListener("click", () => actions.edit(this.#rule));
    this.#test.addEventListener("click", () => actions.test(this.#rule));
    this.#snooze.addEventListener("click", (event) => {
      if (!isSnoozed(this.#rule)) return actions.offerSnooze(this.#rule, this.#snooze);
      event.preventDefault(); // what resumes is shown at once, and its button would open the menu
      actions.resume(this.#rule);
    });
    this.#snooze.addEventListener("keydown", (event) => isHeldEnter(event) && event.preventDefault());
    this.#clone.addEventListener("click", () => this.#cloneOnce(actions));
    this.#history.addEventListener("click", () => {
      this.#firings.toggle(this.#rule.firings ?? 0);
      this.#history.setAttribute("aria-expanded", String(!this.#firings.node.hidden));
    });
  }

  /** @param {string} interval */
  #attributes(interval) {
    const { name, symbol, error } = this.#rule;
    if (symbol) setAttribute(this.#market, "href", hashOf({ symbol, interval }));
    else this.#market.removeAttribute("href");
    setAttribute(this.#switch, "aria-checked", String(mayFire(this.#rule)));
    setAttribute(this.#switch, "aria-label", `${name} is on`);
    setAttribute(this.#test, "aria-label", `Test ${name}`);
    setAttribute(this.#clone, "aria-label", `Clone ${name}`);
    setAttribute(this.#state, "title", error || stateText(this.#rule));
    this.#showSnooze();
    setAttribute(this.#history, "aria-label", `History of ${name}`);
    this.#sure.name(name);
  }

  /** What is silent resumes at once; else the button opens the menu. */
  #showSnooze() {
    const isSilent = isSnoozed(this.#rule);
    setText(this.#snooze, isSilent ? "Resume" : "Snooze");
    setAttribute(this.#snooze, "aria-label", `${isSilent ? "Resume" : "Snooze"} ${this.#rule.name}`);
    for (const [name, value] of Object.entries(OPENS_MENU)) {
      if (isSilent) this.#snooze.removeAttribute(name);
      else if (!this.#snooze.hasAttribute(name)) this.#snooze.setAttribute(name, value);
    }
  }

  /** The condition that was met may have been taken from the rule since. @param {import("../../../types/alerts.js").Firing} firing */
  #firingText(firing) {
    const conditions = conditionsOf(this.#rule);
    return firingText(firing, conditions[firing.condition] ?? conditions[0], this.#tickSize);
  }

  /** The nearest level's, or the value that a rule without one has had last. @param {number} price */
  #distanceTo(price) {
    const levels = levelsOf(this.#rule).map((level) => level.price);
    levels.sort((one, other) => Math.abs(one - price) - Math.abs(other - price));
    if (levels.length) return distanceText(price, levels[0], this.#tickSize);
    const { last_value: value } = this.#rule;
    const [condition] = conditionsOf(this.#rule);
    const when = isMomentary(condition) ? "last" : "now";
    return value === null || value === undefined ? NOTHING : `${when} ${valueText(condition, Number(value), this.#tickSize)}`;
  }

  /** A second press makes no second copy while the first is on its way. @param {Actions} actions */
  async #cloneOnce({ clone }) {
    if (this.#clone.getAttribute("aria-disabled")) return;
    this.#clone.setAttribute("aria-disabled", "true");
    try {
      await clone(this.#rule);
    } finally {
      this.#clone.removeAttribute("aria-disabled");
    }
  }
}

/** @param {Rule} rule */
function firedText({ firings = 0, last_fired_at: last }) {
  if (!firings) return "Not fired yet";
  return `${firings === 1 ? "Fired once" : `Fired ${firings} times`}${last ? `, ${todayOrDate(last, Date.now())}` : ""}`;
}

/** @param {string} kind @param {Record<string, string>} [attributes] @param {string} [text] */
function button(kind, attributes = {}, text = "") {
  return element("button", { type: "button", class: kind, ...attributes }, text);
}

/** @param {HTMLElement} node @param {string} name @param {string} value */
function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
