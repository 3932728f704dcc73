/** The menu of indicators: which are drawn, with which parameters and colours, and which may be added. */
import { byId, partOf, partsOf } from "../../shared/elements.js";
import { watchSheet } from "../chart/display/sheet.js";
import { element } from "../../shared/painting.js";
import { CATALOGUE } from "./indicator_catalogue.js";
import { MOST_CHOSEN, added, keepChoice, readChoice, titlesOf } from "./indicator_choice.js";
import { indicatorRow } from "./indicator_row.js";

/** @typedef {import("./indicator_choice.js").Chosen} Chosen */

export class IndicatorMenu {
  #list = byId("indicator-list");
  #offered = byId("indicator-add");
  /** What is chosen. */
  choice = readChoice();
  #changed;
  /** @type {Map<Chosen, import("./indicator_row.js").Row>} */
  #rows = new Map();

  /** @param {(choice: Chosen[]) => void} changed told at once, and whenever the reader chooses otherwise */
  constructor(changed) {
    this.#changed = changed;
    this.#offered.append(...CATALOGUE.map((entry) => this.#offer(entry)));
    watchSheet("indicator-menu");
    this.#list.append(...this.choice.map((chosen) => this.#row(chosen)));
    this.#arrange();
    changed(this.choice);
  }

  /** @param {Chosen[]} choice in place of what is there */
  show(choice) {
    this.choice = choice;
    this.#rows.clear();
    this.#list.replaceChildren(...choice.map((chosen) => this.#row(chosen)));
    this.#tell();
  }

  /** @param {Chosen} chosen @returns {HTMLElement} */
  #row(chosen) {
    const row = indicatorRow(chosen, { changed: () => this.#tell(), removed: () => this.#remove(chosen, row.node) });
    this.#rows.set(chosen, row);
    return row.node;
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
    this.#rows.delete(chosen);
    row.remove();
    this.#tell();
    partOf(next, "button").focus();
  }

  #tell() {
    keepChoice(this.choice);
    this.#arrange();
    this.#changed(this.choice);
  }

  /** What can be added depends on how many there are, and what each is called on the others. */
  #arrange() {
    const titles = titlesOf(this.choice);
    this.choice.forEach((chosen, place) => this.#rows.get(chosen)?.name(titles[place]));
    const isFull = this.choice.length >= MOST_CHOSEN;
    byId("indicator-full").hidden = !isFull;
    for (const button of partsOf(this.#offered, "button")) button.toggleAttribute("disabled", isFull);
  }
}
