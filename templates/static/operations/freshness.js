/** How old the newest report is: panels of an old one are dimmed, and tell its age. */
import { formatAge } from "../shared/format.js";
import { setText } from "../shared/painting.js";

const TICK_MILLISECONDS = 500;

export class Freshness {
  #panels;
  #limit;
  #heardAt = NaN;
  #isOld = false;
  /** @type {((isOld: boolean) => void)[]} */
  #handlers = [];

  /**
   * @param {string} source the panels' `data-source`
   * @param {number} limit after so many ms without a report the last one is old
   */
  constructor(source, limit) {
    this.#panels = [...document.querySelectorAll(`[data-source="${source}"]`)];
    this.#limit = limit;
    setInterval(() => this.#show(), TICK_MILLISECONDS);
  }

  /** @param {(isOld: boolean) => void} handler */
  onChange(handler) {
    this.#handlers.push(handler);
  }

  /** Take note of a report. */
  heard() {
    this.#heardAt = performance.now();
    this.#show();
  }

  #show() {
    const age = performance.now() - this.#heardAt;
    const isOld = age > this.#limit;
    for (const panel of this.#panels) {
      panel.classList.toggle("old", isOld);
      const text = panel.querySelector(".age");
      if (text) setText(text, isOld ? `${formatAge(age)} old` : "");
    }
    if (isOld === this.#isOld) return;
    this.#isOld = isOld;
    for (const handler of this.#handlers) handler(isOld);
  }
}
