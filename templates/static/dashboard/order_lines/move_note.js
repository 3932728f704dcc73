/** The line on the chart that says what will be done with an order, how far it is and what came of it; and asks. */
import { byId } from "../../shared/elements.js";
import { setData, setText } from "../../shared/painting.js";

/** @typedef {{words: string, does: () => void}} Choice */

export class MoveNote {
  #node = byId("order-note");
  #text = byId("order-note-text");
  #act = byId("order-note-act", "button");
  #leave = byId("order-note-leave", "button");
  /** @type {Choice | null} */
  #choice = null;
  /** @type {() => void} */
  #left = () => undefined;

  constructor() {
    this.#act.addEventListener("click", () => this.#choice?.does());
    this.#leave.addEventListener("click", () => this.#left());
    this.#node.addEventListener("keydown", (event) => event.key === "Escape" && !this.#leave.hidden && this.#left());
  }

  /**
   * @param {string} text
   * @param {object} [options]
   * @param {Choice | null} [options.choice] what the reader may have done
   * @param {Choice | null} [options.leave] what ends it otherwise
   * @param {boolean} [options.isBad]
   */
  show(text, { choice = null, leave = null, isBad = false } = {}) {
    const hadFocus = this.hasFocus;
    this.#choice = choice;
    this.#left = leave?.does ?? (() => undefined);
    this.#node.hidden = false;
    setData(this.#node, "level", isBad ? "bad" : "");
    setText(this.#text, text);
    for (const [button, { words } = { words: "" }] of /** @type {const} */ ([[this.#act, choice ?? undefined], [this.#leave, leave ?? undefined]])) {
      button.hidden = !words;
      setText(button, words);
    }
    if (hadFocus) this.focus();
  }

  get hasFocus() {
    return this.#node.contains(document.activeElement);
  }

  /** Put the focus on what it asks. */
  focus() {
    if (!this.#act.hidden) this.#act.focus();
    else if (!this.#leave.hidden) this.#leave.focus();
  }

  hide() {
    this.#node.hidden = true;
    setText(this.#text, "");
  }
}
