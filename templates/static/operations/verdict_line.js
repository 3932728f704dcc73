/** The line that says how the deployment is; its place is there whatever it says. */
import { byId } from "../shared/elements.js";
import { setText } from "../shared/painting.js";
import { verdictOf } from "./verdict.js";

const NOTHING_KNOWN = { isConnected: false, isOld: false, health: undefined, report: undefined };

export class VerdictLine {
  #element = byId("verdict");
  /** @type {import("./verdict.js").Known} */
  #known = NOTHING_KNOWN;

  /** @param {Partial<import("./verdict.js").Known>} news */
  tell(news) {
    this.#known = { ...this.#known, ...news };
    const { level, text } = verdictOf(this.#known);
    this.#element.dataset.level = level;
    this.#element.title = text;
    setText(this.#element, text);
  }

  clear() {
    this.tell(NOTHING_KNOWN);
  }
}
