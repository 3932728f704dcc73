/** What is said of the candles before those that are drawn; `data-older` of the canvas has the state. */
import { byId } from "../../shared/elements.js";
import { setData, setText } from "../../shared/painting.js";

export class OlderNote {
  #canvas = byId("chart-canvas");
  #node = byId("older-note");

  /** @param {import("./older_candles.js").State} state @param {string} problem where it failed */
  tell(state, problem) {
    const texts = {
      idle: "",
      loading: "Loading older candles…",
      failed: `Older candles could not be loaded: ${problem}. Trying again…`,
      complete: "There are no older candles.",
    };
    this.#canvas.dataset.older = this.#node.dataset.state = state;
    setText(this.#node, texts[state]);
  }

  /** @param {boolean} isThere whether the reader looks at where the candles begin */
  markEdge(isThere) {
    setData(this.#node, "edge", String(isThere));
  }
}
