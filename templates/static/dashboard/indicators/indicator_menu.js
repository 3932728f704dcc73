/** The menu of indicators: which are drawn, and with which parameters. */
import { byId, partOf, targetOf } from "../../shared/elements.js";
import { element } from "../../shared/painting.js";
import { fitting, keepChoice, readChoice } from "./indicator_choice.js";

/** @typedef {import("./indicator_choice.js").Chosen} Chosen */

export class IndicatorMenu {
  #root = byId("indicator-menu", "details");
  #list = byId("indicator-list");
  #choice = readChoice();
  #changed;

  /** @param {(choice: Chosen[]) => void} changed told at once, and whenever the reader chooses otherwise */
  constructor(changed) {
    this.#changed = changed;
    this.#list.append(...this.#choice.map((chosen) => this.#row(chosen)));
    this.#root.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    byId("indicator-close").addEventListener("click", () => this.#close());
    document.addEventListener("click", (event) => this.#isBeside(targetOf(event)) && (this.#root.open = false));
    changed(this.#choice);
  }

  /** The menu's own box is what lies behind the sheet on a phone. @param {HTMLElement} target */
  #isBeside(target) {
    return target === this.#root || !this.#root.contains(target);
  }

  #close() {
    this.#root.open = false;
    partOf(this.#root, "summary").focus();
  }

  /** @param {Chosen} chosen */
  #row(chosen) {
    const { key, title } = chosen.entry;
    const input = element("input", { type: "checkbox", value: key });
    input.checked = chosen.on;
    input.addEventListener("change", () => {
      chosen.on = input.checked;
      this.#tell();
    });
    const fields = chosen.entry.parameters.map((parameter) => this.#field(chosen, parameter));
    return element("li", {}, element("label", { class: "indicator-name" }, input, title), ...fields);
  }

  /** @param {Chosen} chosen @param {import("./indicator_catalogue.js").Parameter} parameter */
  #field(chosen, parameter) {
    const { name, label, least, most } = parameter;
    const bounds = { min: String(least), max: String(most), step: "1" };
    const input = element("input", { type: "number", "aria-label": `${label} of ${chosen.entry.title}`, ...bounds });
    input.value = String(chosen.parameters[name]);
    input.addEventListener("change", () => {
      const fallback = { ...parameter, initial: chosen.parameters[name] };
      chosen.parameters[name] = fitting(fallback, input.valueAsNumber);
      input.value = String(chosen.parameters[name]);
      this.#tell();
    });
    return element("label", { class: "indicator-parameter" }, element("span", {}, label), input);
  }

  #tell() {
    keepChoice(this.#choice);
    this.#changed(this.#choice);
  }
}
