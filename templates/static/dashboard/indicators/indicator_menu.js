/** The menu of indicators: which are drawn, and with which parameters. */
import { byId } from "../../shared/elements.js";
import { watchSheet } from "../chart/display/sheet.js";
import { element } from "../../shared/painting.js";
import { fitting, keepChoice, readChoice } from "./indicator_choice.js";

/** @typedef {import("./indicator_choice.js").Chosen} Chosen */

export class IndicatorMenu {
  #list = byId("indicator-list");
  #choice = readChoice();
  #changed;

  /** @param {(choice: Chosen[]) => void} changed told at once, and whenever the reader chooses otherwise */
  constructor(changed) {
    this.#changed = changed;
    this.#list.append(...this.#choice.map((chosen) => this.#row(chosen)));
    watchSheet("indicator-menu");
    changed(this.#choice);
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
