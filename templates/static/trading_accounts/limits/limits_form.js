/** The form of an account's limits: what they are, what is used of each now, and what the server refuses of what is typed. */
import { byId, partsOf } from "../../shared/elements.js";
import { labelled, numberField, showProblems } from "../../shared/form_fields.js";
import { element, setText } from "../../shared/painting.js";
import { refusalText } from "../../shared/refusal.js";
import { LIMITS, changesText, limitFields, usedPart, usedText } from "./limit_text.js";

/** @typedef {import("../../../types/trading.js").AccountLimits} AccountLimits */
/** @typedef {import("../../../types/trading.js").LimitName} LimitName */
/** @typedef {{input: HTMLInputElement, used: HTMLElement, meter: HTMLMeterElement}} LimitField */

export class LimitsForm {
  #form = byId("limits-form", "form");
  #problem = byId("limits-problem");
  #outcome = byId("limits-outcome");
  /** @type {Map<LimitName, LimitField>} */
  #fields = new Map();
  /** @type {Record<string, string>} as the server has them: what differs was typed */
  #stored = {};

  /** @param {{save: () => void, reset: () => void}} asked for by the reader */
  constructor({ save, reset }) {
    byId("limits-fields").replaceChildren(...Object.keys(LIMITS).map((name) => this.#field(/** @type {LimitName} */ (name))));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
    this.#form.addEventListener("input", () => this.#typed());
    byId("limits-default").addEventListener("click", reset);
    byId("limits-undo").addEventListener("click", () => this.undo());
  }

  /** @returns {Record<string, string>} as they are typed */
  get values() {
    return Object.fromEntries([...this.#fields].map(([name, { input }]) => [name, input.value]));
  }

  /** @returns {string[]} what saving them would change, a sentence for each */
  get changes() {
    return this.changesTo(this.values);
  }

  /** @param {Record<string, string>} values @returns {string[]} what these would change */
  changesTo(values) {
    return changesText(this.#stored, values);
  }

  /**
   * Show how they are now; what was typed stays.
   *
   * @param {AccountLimits} limits
   * @param {string} quote asset of the account's amounts
   * @param {string} readOnly why they can't be changed; empty: they can
   */
  show({ limits, used }, quote, readOnly) {
    const stored = limitFields(limits);
    for (const [name, field] of this.#fields) {
      if (field.input.value === (this.#stored[name] ?? "")) field.input.value = stored[name];
      field.input.readOnly = Boolean(readOnly);
      setText(field.used, usedText(name, used, limits[name], quote));
      showPart(field.meter, usedPart(name, used, limits[name]));
    }
    this.#stored = stored;
    setText(byId("limits-note"), readOnly);
    byId("limits-note").hidden = !readOnly;
    byId("limits-foot").hidden = Boolean(readOnly);
    this.#showUndo();
  }

  /** Another account is shown: what was typed was of the former. */
  forget() {
    this.#stored = {};
    for (const { input } of this.#fields.values()) input.value = "";
    this.tell({});
    this.say("");
  }

  /** Take back what was typed. */
  undo() {
    for (const [name, { input }] of this.#fields) input.value = this.#stored[name] ?? "";
    this.#typed();
  }

  /** @param {{message?: string, fields?: Record<string, string>}} refusal nothing is wrong where it is empty */
  tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(this.#problem, refusalText({ message, fields, others }));
  }

  /** Put the focus on the first field that is wrong, if any is. */
  focusFault() {
    partsOf(this.#form, "[aria-invalid=true]")[0]?.focus();
  }

  /** @param {string} outcome what became of them */
  say(outcome) {
    setText(this.#outcome, outcome);
  }

  #typed() {
    this.tell({});
    this.say("");
    this.#showUndo();
  }

  #showUndo() {
    byId("limits-undo").hidden = !this.changes.length;
  }

  /** @param {LimitName} name */
  #field(name) {
    const { label, unit, means } = LIMITS[name];
    const input = numberField("", { placeholder: "no limit" });
    const field = labelled(unit ? `${label}, ${unit}` : label, input, { path: name, kind: "limit" });
    const hint = element("p", { class: "muted hint", id: `limit-${name}-hint` }, means);
    const used = element("p", { class: "limit-used", id: `limit-${name}-used` });
    const meter = element("meter", { class: "limit-meter", max: "1", high: "0.8", low: "0.8", optimum: "0", "aria-labelledby": `limit-${name}-used` });
    input.name = name;
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby")} ${used.id} ${hint.id}`);
    field.append(element("div", { class: "limit-now" }, used, meter), hint);
    this.#fields.set(name, { input, used, meter });
    return field;
  }
}

/** @param {HTMLMeterElement} meter @param {number | null} part null: there is no limit, or nothing is known */
function showPart(meter, part) {
  meter.hidden = part === null;
  meter.value = part ?? 0;
}
