/** What stands at the line of an order or of the position: its words, which are dragged, and what cancels the order. */
import { element, setData } from "../../shared/painting.js";
import { LevelHandle, placeAt } from "../chart/level_handle.js";

/** @typedef {{name: string, state: string, look: string, label: string, title: string, price: number, text: string, cancel: string}} Shown `look`: whose colour it has; `cancel`: what its button does; empty: it has none */

export class LineHandle {
  #handle;
  #cancel = element("button", { type: "button", class: "order-line-cancel" }, "✕");

  /** @param {import("../chart/level_handle.js").Actions & {remove: () => void}} actions `remove`: by its button */
  constructor(actions) {
    this.#handle = new LevelHandle(actions, { classes: "order-handle" });
    this.#cancel.addEventListener("click", () => actions.remove());
    this.node = element("div", { class: "order-line" }, this.#handle.node, this.#cancel);
  }

  /** What is dragged, and has the focus. */
  get grip() {
    return this.#handle.node;
  }

  /** @param {Shown} shown */
  show({ look, cancel, ...shown }) {
    setData(this.node, "look", look);
    this.#handle.show(shown);
    this.#cancel.hidden = !cancel;
    if (this.#cancel.title !== cancel) this.#cancel.title = cancel;
    if (cancel && this.#cancel.ariaLabel !== cancel) this.#cancel.ariaLabel = cancel;
  }

  /**
   * @param {number | null} y of the line, px below the chart's upper edge; null: not in sight
   * @param {number} [words] where its words always are; undefined: they are there only while it is pointed at
   */
  place(y, words) {
    const below = y === null || words === undefined ? 0 : Math.round(words - y);
    placeAt(this.node, y === null ? null : y + below);
    setData(this.node, "named", String(words !== undefined));
    setData(this.node, "below", below ? "true" : "false");
    const text = `${below}px`;
    if (this.node.style.getPropertyValue("--below") !== text) this.node.style.setProperty("--below", text);
  }
}
