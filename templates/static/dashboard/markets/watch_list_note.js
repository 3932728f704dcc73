/** The line below the rows of the watch list: what is said of them, or that something was refused in its place. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { isTemporary } from "../../shared/refusal.js";

export class WatchListNote {
  #node = byId("watch-list-note");
  /** What is said of the rows. */
  #said = "";
  #isAway = false;
  #isRefusal = false;

  get text() {
    return this.#node.textContent ?? "";
  }

  /** Whether it tells that the server couldn't be reached. */
  get isAway() {
    return this.#isAway;
  }

  /** Rows are listed anew when a change was refused, too: why stays. @param {string} text of the rows */
  say(text) {
    this.#said = text;
    if (!this.#isRefusal) this.tell(text);
  }

  /** @param {string} text in place of what is said of the rows */
  tell(text) {
    this.#isAway = this.#isRefusal = false;
    setText(this.#node, text);
    this.#node.hidden = !text;
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal */
  refuse(refusal) {
    this.tell(`${refusal.message}.`);
    this.#isRefusal = true;
    this.#isAway = isTemporary(refusal);
  }

  /** What was refused is known by now, or something else is asked for. */
  forgetRefusal() {
    this.tell(this.#said);
  }
}
