/** What is said in place of the candles while there are none; `data-state` of the canvas has the state. */
import { byId, partOf } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";

export class ChartNotice {
  #canvas = byId("chart-canvas");
  #node = byId("chart-notice");
  /** Why there is no chart, where none can be had. */
  lack = document.body.dataset.chartLibrary === "true" ? "" : (this.#node.textContent ?? "").trim();

  get isReady() {
    return this.#canvas.dataset.state === "ready";
  }

  /** @param {string} state @param {string} text in place of the chart; empty: it is there */
  enter(state, text) {
    this.#canvas.dataset.state = state;
    this.#node.hidden = !text;
    setText(partOf(this.#node, "p"), text);
  }

  /** There are candles, though the history had none. */
  settle() {
    if (this.isReady && !this.#node.hidden) this.#node.hidden = true;
  }
}
