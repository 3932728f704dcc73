/** What is said of the candles before those that are drawn; `data-older` of the canvas has the state. */
import { byId } from "../../shared/elements.js";
import { setData, setText } from "../../shared/painting.js";

const MISSED = "The alert has fired before what this chart reaches back to: a longer interval reaches further.";

export class OlderNote {
  #canvas = byId("chart-canvas");
  #node = byId("older-note");
  #isMissed = false;
  /** @type {[import("./older_candles.js").State, string]} */
  #told = ["idle", ""];

  /** @param {import("./older_candles.js").State} state @param {string} problem where it failed */
  tell(state, problem) {
    this.#told = [state, problem];
    const isMissed = this.#isMissed && ["idle", "complete"].includes(state);
    const texts = {
      idle: "",
      loading: "Loading older candles…",
      failed: `Older candles could not be loaded: ${problem}. Trying again…`,
      complete: "There are no older candles.",
    };
    this.#canvas.dataset.older = state;
    this.#node.dataset.state = isMissed ? "missed" : state;
    setText(this.#node, isMissed ? MISSED : texts[state]);
  }

  /** @param {boolean} isMissed whether a moment was asked for that is older than what can be shown */
  miss(isMissed) {
    this.#isMissed = isMissed;
    this.tell(...this.#told);
  }

  /** @param {boolean} isThere whether the reader looks at where the candles begin, or waits for those before */
  markEdge(isThere) {
    setData(this.#node, "edge", String(isThere));
  }
}
