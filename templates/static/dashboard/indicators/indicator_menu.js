/** The menu of indicators: which are drawn, with which parameters and colours, and which may be added. */
import { byId, partOf, partsOf } from "../../shared/elements.js";
import { watchSheet } from "../chart/display/sheet.js";
import { element } from "../../shared/painting.js";
import { CATALOGUE } from "./indicator_catalogue.js";
import { MOST_CHOSEN, added, keepChoice, readChoice } from "./indicator_choice.js";
import { indicatorRow } from "./indicator_row.js";

/** @typedef {import("./indicator_choice.js").Chosen} Chosen */

export class IndicatorMenu {
  #list = byId("indicator-list");
  #offered = byId("indicator-add");
  /** What is chosen. */
  choice = readChoice();
  #changed;

  /** @param {(choice: Chosen[]) => void} changed told at once, and whenever the reader chooses otherwise */
  constructor(changed) {
    this.#changed = changed;
    this.#offered.append(...CATALOGUE.map((entry) => this.#offer(entry)));
    watchSheet("indicator-menu");
    this.#list.append(...this.choice.map((chosen) => this.#row(chosen)));
    this.#bound();
    changed(this.choice);
  }

  /** @param {Chosen[]} choice in place of what is there */
  show(choice) {
    this.choice = choice;
    this.#list.replaceChildren(...choice.map((chosen) => this.#row(chosen)));
    this.#tell();
  }

  /** @param {Chosen} chosen */
  #row(chosen) {
    const row = indicatorRow(chosen, { changed: () => this.#tell(), removed: () => this.#remove(chosen, row) });
    return row;
  }

  /** @param {import("./indicator_catalogue.js").Entry} entry */
  #offer(entry) {
    const button = element("button", { type: "button", class: "button", value: entry.key }, entry.title);
    button.addEventListener("click", () => this.#add(entry));
    return element("li", {}, button);
  }

  /** @param {import("./indicator_catalogue.js").Entry} entry */
  #add(entry) {
    const chosen = added(entry, this.choice);
    const row = this.#row(chosen);
    this.choice.push(chosen);
    this.#list.append(row);
    (row.querySelector("input") ?? partOf(row, "select")).focus();
    this.#tell();
  }

  /** The focus goes to the next one. @param {Chosen} chosen @param {HTMLElement} row */
  #remove(chosen, row) {
    const next = row.nextElementSibling ?? row.previousElementSibling ?? this.#offered;
    this.choice = this.choice.filter((each) => each !== chosen);
    row.remove();
    this.#tell();
    partOf(next, "button").focus();
  }

  #tell() {
    keepChoice(this.choice);
    this.#bound();
    this.#changed(this.choice);
  }

  #bound() {
    const isFull = this.choice.length >= MOST_CHOSEN;
    byId("indicator-full").hidden = !isFull;
    for (const button of partsOf(this.#offered, "button")) button.toggleAttribute("disabled", isFull);
  }
}
