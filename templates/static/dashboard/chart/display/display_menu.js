/** The menu of how prices are drawn: the chart's type and its scale, which the canvas tells in `data-type` and `data-scale`. */
import { byId, inputOf, partOf } from "../../../shared/elements.js";
import { element } from "../../../shared/painting.js";
import { CHART_TYPES, SCALES, keepDisplay, readDisplay } from "./display_choice.js";
import { watchSheet } from "./sheet.js";

/** @typedef {import("./display_choice.js").Display} Display */

export class DisplayMenu {
  /** @type {Display} what is chosen */
  display = readDisplay();
  #changed;

  /** @param {(display: Display) => void} changed told at once, and whenever the reader chooses otherwise */
  constructor(changed) {
    this.#changed = changed;
    this.#offer("type", CHART_TYPES);
    this.#offer("scale", SCALES);
    watchSheet("display-menu");
    this.#tell();
  }

  /** @param {keyof Display} name @param {Record<string, string>} values with their words */
  #offer(name, values) {
    const root = byId(`display-${name}`);
    root.append(...Object.entries(values).map(([value, words]) => choice(name, value, words, value === this.display[name])));
    root.addEventListener("change", (event) => this.#choose({ [name]: inputOf(event).value }));
  }

  /** @param {Partial<Record<keyof Display, string>>} chosen */
  #choose(chosen) {
    this.display = /** @type {Display} */ ({ ...this.display, ...chosen });
    keepDisplay(this.display);
    this.#tell();
  }

  /** @param {Display} display */
  show(display) {
    for (const [name, value] of Object.entries(display)) partOf(byId(`display-${name}`), `[value="${value}"]`, "input").checked = true;
    this.#choose(display);
  }

  #tell() {
    Object.assign(byId("chart-canvas").dataset, this.display);
    this.#changed(this.display);
  }
}

/** @param {string} name @param {string} value @param {string} words @param {boolean} isChosen */
function choice(name, value, words, isChosen) {
  const input = element("input", { type: "radio", class: "visually-hidden", name: `display-${name}`, value });
  input.checked = isChosen;
  return element("label", {}, input, element("span", {}, words));
}
