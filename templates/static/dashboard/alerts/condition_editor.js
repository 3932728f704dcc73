/** One condition in the alert's dialog: what it looks at, how it compares, and with what. */
import { partOf, partsOf } from "../../shared/elements.js";
import { choiceOf, labelled, numberField } from "../../shared/form_fields.js";
import { element } from "../../shared/painting.js";
import { offeredIntervals, intervalText } from "../../shared/market_data/intervals.js";
import {
  ACTIONS, FIELDS, INDICATORS, OPERATORS, fieldsOf, hasHysteresis, indicatorOf, isHappening, isMomentary, isOfTransaction, isOnPriceScale, levelBounds,
  needsInterval, operatorOf, scaleOf, sourcesTold,
} from "./alert_catalogue.js";
import { comparisonOf, levelsOf } from "./alert_form_values.js";
import { lineText } from "./alert_text.js";
import { LevelEditor } from "./level_editor.js";
import { fittingLevel, levelFor, takesSeries } from "./level_series.js";
import { NOTHING_OFFERED } from "./offered_choices.js";
import { assetChoices, firstWatched, watchedChoices, watchedKey, watchedOf } from "./watched_choices.js";

/**
 * @typedef {import("./alert_form_values.js").ConditionValues} ConditionValues
 * @typedef {import("./offered_choices.js").Offered} Offered
 */

/**
 * @typedef {"source" | "indicator" | "field" | "interval" | "strategy" | "action" | "token" | "operator" | "unit" | "windowUnit"} Chosen
 * @typedef {"threshold" | "lower" | "upper" | "by" | "window" | "hysteresis"} Typed
 */

/** @type {[string, string][]} */
const UNITS = [["percent", "%"], ["amount", "in price"]];
/** @type {[string, string][]} */
const WINDOWS = [["seconds", "seconds"], ["minutes", "minutes"], ["hours", "hours"]];

export class ConditionEditor {
  #values;
  #changed;
  #prefix = "";
  #trigger = "once";
  /** @type {Offered} */
  #offered;
  /** Whether signals or wallets were chosen, but not yet whose: one's own are meant, once they are known. */
  #awaitsOffered = false;
  /** The line and the source with which it began. */
  #drawn;
  #kept;
  #levelEditor = new LevelEditor(
    (level, path) => {
      this.#values = { ...this.#values, level };
      this.#redraw(path);
    },
    (level) => this.#set({ level }),
  );

  /**
   * @param {ConditionValues} values
   * @param {(values: ConditionValues) => void} changed told of each key that is typed
   * @param {Offered} [offered]
   */
  constructor(values, changed, offered = NOTHING_OFFERED) {
    this.#values = { ...values };
    this.#drawn = values.line;
    this.#kept = values.source;
    this.#changed = changed;
    this.#offered = offered;
    this.node = element("fieldset", { class: "condition" });
  }

  get values() {
    return this.#values;
  }

  /** @param {string} operand the field to write into, such as `threshold` */
  focus(operand = "") {
    const [field = partOf(this.node, "select")] = partsOf(this.node, `[data-operand="${operand}"]`);
    field.focus();
  }

  /**
   * @param {{prefix: string, legend: string, trigger: string, remove: (() => void) | null}} place `prefix`: before the
   *   paths of its parameters; `remove`: null where the only one stays
   */
  show({ prefix, legend, trigger, remove }) {
    this.#prefix = prefix;
    this.#trigger = trigger;
    this.#fitLevel();
    const head = element("legend", {}, legend);
    this.node.replaceChildren(head, ...this.#rows());
    if (!remove) return;
    const button = element("button", { type: "button", class: "icon-button condition-remove", "aria-label": `Remove: ${legend}` }, "✕");
    button.addEventListener("click", remove);
    this.node.append(button);
  }

  /** @param {Offered} offered what became known while the dialog is open */
  offer(offered) {
    this.#offered = offered;
    if (this.#values.source !== "strategy" && this.#values.source !== "wallet") return this.#offerSources();
    if (this.#awaitsOffered) this.#values = { ...this.#values, ...this.#firstOffered() };
    const { path = "" } = this.node.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset : {};
    this.#redraw(path);
  }

  /** What else is shown, the focus and what is told of mistakes among it, stays. */
  #offerSources() {
    const select = /** @type {HTMLSelectElement} */ (partOf(this.node, `[data-path="${this.#prefix}source"]`));
    const offered = new Set([...select.options].map(({ value }) => value));
    const others = this.#sources.filter(([source]) => !offered.has(source));
    select.append(...others.map(([value, words]) => element("option", { value }, words)));
  }

  get #sources() {
    return sourcesTold(this.#offered, this.#kept);
  }

  #rows() {
    const rows = [element("div", { class: "alert-row" }, ...this.#subject())];
    if (this.#values.source === "indicator") {
      rows.push(element("div", { class: "alert-row" }, ...this.#parameters()));
    }
    rows.push(element("div", { class: "alert-row" }, ...this.#comparison()));
    const { level } = this.#values;
    if (!level || !this.#hasLevel) return rows;
    const place = { level, condition: this.#values, prefix: this.#prefix, trigger: this.#trigger };
    return [...rows, element("div", { class: "alert-row" }, ...this.#levelEditor.controls(place))];
  }

  #subject() {
    const { source, indicator } = this.#values;
    const controls = [this.#choice("Look at", "source", this.#sources)];
    if (source === "indicator") {
      controls.push(this.#choice("Indicator", "indicator", INDICATORS.map(({ key, label }) => /** @type {[string, string]} */ ([key, label]))));
    }
    if (source === "strategy") return [...controls, this.#choice("Strategy", "strategy", this.#givers()), this.#choice("When it says", "action", ACTIONS)];
    const fields = fieldsOf(source, indicator);
    if (fields.length > 1) controls.push(this.#choice("Value", "field", fields));
    if (source === "wallet") return [...controls, ...this.#watched()];
    if (needsInterval(source, this.#trigger)) {
      const intervals = offeredIntervals().map((each) => /** @type {[string, string]} */ ([each, intervalText(each)]));
      controls.push(this.#choice("Candles of", "interval", intervals));
    }
    return controls;
  }

  /** @returns {[string, string][]} one that has ended, or isn't known yet, by its id */
  #givers() {
    const { strategy } = this.#values;
    /** @type {[string, string][]} */
    const own = this.#offered.strategies.map(({ id, title, symbol, interval }) => [id, `${title}, ${symbol} ${intervalText(interval)}`]);
    const isKnown = !strategy || own.some(([id]) => id === strategy);
    return [["", "Public ones of the market"], ...own, ...(isKnown ? [] : [/** @type {[string, string]} */ ([strategy, strategy])])];
  }

  /** Which wallet with which of its assets, or which transaction. */
  #watched() {
    const { label, parameter, options } = watchedChoices(this.#values, this.#offered);
    const select = choiceOf(options, watchedKey(this.#values));
    select.addEventListener("change", () => {
      this.#awaitsOffered = false;
      this.#values = { ...this.#values, ...watchedOf(this.#values, select.value) };
      this.#redraw(`${this.#prefix}${parameter}`);
    });
    const which = labelled(label, select, { path: `${this.#prefix}${parameter}` });
    return isOfTransaction(this.#values) ? [which] : [which, this.#choice("Asset", "token", assetChoices(this.#values, this.#offered))];
  }

  /** @returns {Partial<ConditionValues>} what is meant where nothing was chosen yet */
  #firstOffered() {
    if (this.#values.source === "wallet") return firstWatched(this.#values, this.#offered);
    return { strategy: this.#offered.strategies[0]?.id ?? "" };
  }

  #parameters() {
    return indicatorOf(this.#values.indicator).parameters.map(({ name, label, initial }) => {
      const input = numberField(this.#values.parameters[name] ?? String(initial));
      input.addEventListener("input", () => {
        this.#set({ parameters: { ...this.#values.parameters, [name]: input.value } });
      });
      return labelled(label, input, { path: `${this.#prefix}parameters.${name}`, kind: "short" });
    });
  }

  #comparison() {
    const { operator, source } = this.#values;
    if (source === "strategy") return [this.#number("Confidence of at least, 0 to 1", "threshold")];
    if (isHappening(this.#values)) return [];
    if (isMomentary(this.#values)) return [this.#number(operator === "above" ? "More than" : "At least", "threshold")];
    const operators = OPERATORS.map(({ key, label }) => /** @type {[string, string]} */ ([key, label]));
    const controls = [this.#choice("When it", "operator", operators), ...this.#levelKinds(), ...this.#operands(operatorOf(operator).operands)];
    if (!hasHysteresis(this.#values)) return controls;
    const hint = { placeholder: "0", title: "How far the value must come back before this counts anew" };
    return [...controls, this.#number("Counts anew after", "hysteresis", { kind: "short", ...hint })];
  }

  /** @param {import("./alert_catalogue.js").Operands} operands */
  #operands(operands) {
    if (operands === "threshold") return this.#level();
    if (operands === "range") return [this.#number("From", "lower", this.#bounds), this.#number("To", "upper", this.#bounds)];
    const { unit } = this.#values;
    const by = this.#number("By", "by", { kind: "short", path: unit });
    const window = this.#number("Within", "window", { kind: "short" });
    return [by, this.#choice("Unit", "unit", UNITS), window, this.#choice("Of time", "windowUnit", WINDOWS)];
  }

  /** What a level's field says as long as it is empty. */
  get #bounds() {
    return { placeholder: levelBounds(this.#values) };
  }

  /** Whether it is compared with one level, of whichever kind. */
  get #hasLevel() {
    return operatorOf(this.#values.operator).operands === "threshold" && takesSeries(this.#values);
  }

  /** A number, the line that was drawn, or another series. */
  #levelKinds() {
    if (!this.#hasLevel) return [];
    const { line, level } = this.#values;
    const isLineOffered = this.#drawn && isOnPriceScale(this.#values);
    /** @type {[string, string][]} */
    const kinds = [["number", "A number"], ...(isLineOffered ? [/** @type {[string, string]} */ (["line", "The drawn line"])] : []), ["series", "Another series"]];
    const select = choiceOf(kinds, level ? "series" : line ? "line" : "number");
    const path = `${this.#prefix}level_source`;
    select.addEventListener("change", () => {
      const chosen = { line: select.value === "line" ? this.#drawn : null, level: select.value === "series" ? levelFor(this.#values, this.#trigger) : null };
      this.#values = { ...this.#values, ...chosen };
      this.#redraw(path);
    });
    return [labelled("Level (kind)", select, { path })];
  }

  /** Another series stays the level as long as it can be one. */
  #fitLevel() {
    const { level } = this.#values;
    this.#values.level = takesSeries(this.#values) && level ? fittingLevel(level, this.#values, this.#trigger) : null;
  }

  /** A line is drawn on the chart, and only told here; another series has controls of its own. */
  #level() {
    const { line, level } = this.#values;
    if (level && this.#hasLevel) return [];
    if (!line) return [this.#number("Level", "threshold", this.#bounds)];
    const shown = element("input", { readonly: "", value: lineText(line) });
    return [labelled("Line", shown, { path: `${this.#prefix}line` })];
  }

  /** @param {string} label @param {Chosen} name @param {[string, string][]} options value and words */
  #choice(label, name, options) {
    const select = choiceOf(options, this.#values[name]);
    this.#values = { ...this.#values, [name]: select.value };
    select.addEventListener("change", () => this.#choose(name, select.value));
    return labelled(label, select, { path: `${this.#prefix}${name}` });
  }

  /**
   * @param {string} label
   * @param {Typed} name
   * @param {{kind?: string, path?: string, placeholder?: string, title?: string}} [options]
   */
  #number(label, name, { kind = "", path = name, ...attributes } = {}) {
    const input = numberField(this.#values[name], { "data-operand": name, ...attributes });
    input.addEventListener("input", () => this.#set({ [name]: input.value }));
    return labelled(label, input, { path: `${this.#prefix}${path}`, kind });
  }

  /**
   * What is chosen may change which other controls there are; the focus stays.
   *
   * @param {Chosen} name
   * @param {string} value
   */
  #choose(name, value) {
    const first = { source: FIELDS[value]?.[0][0] ?? "", indicator: "" };
    const field = name === "source" || name === "indicator" ? { field: first[name] } : {};
    const before = this.#values;
    this.#values = { ...before, [name]: value, ...field };
    if (name === "indicator") this.#values.parameters = {};
    if (scaleOf(before) !== scaleOf(this.#values)) this.#values = { ...this.#values, ...levelsOf(this.#values) };
    if (name === "source" || name === "field") this.#values = { ...this.#values, ...comparisonOf(before, this.#values) };
    if (!isOnPriceScale(this.#values)) this.#values.line = null;
    this.#fitLevel();
    if (name === "source" || name === "strategy") this.#awaitsOffered = name === "source";
    const lacksWatched = this.#values.source === "wallet" && !watchedKey(this.#values);
    if ((name === "source" && value === "strategy") || lacksWatched) this.#values = { ...this.#values, ...this.#firstOffered() };
    this.#redraw(`${this.#prefix}${name}`);
  }

  /** @param {string} path of the control that has the focus; empty where another has it */
  #redraw(path) {
    this.node.querySelectorAll(".alert-row").forEach((row) => row.remove());
    partOf(this.node, "legend").after(...this.#rows());
    if (path) partsOf(this.node, `[data-path="${path}"]`)[0]?.focus();
    this.#changed(this.#values);
  }

  /** @param {Partial<ConditionValues>} values */
  #set(values) {
    this.#values = { ...this.#values, ...values };
    this.#changed(this.#values);
  }
}
