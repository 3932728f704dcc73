/** The button that leads back to the newest candle, while that is out of sight. */
import { byId } from "../../shared/elements.js";

export class NewestButton {
  #button = byId("chart-newest", "button");

  /** @param {{scrollToNewest: () => void}} chart */
  constructor(chart) {
    this.#button.addEventListener("click", () => {
      chart.scrollToNewest();
      byId("chart").focus({ preventScroll: true }); // it doesn't stay on what is hidden then
    });
  }

  /** @param {number} after how many candles are right of the view */
  show(after) {
    const isNeeded = after >= 1;
    if (this.#button.hidden === isNeeded) this.#button.hidden = !isNeeded;
  }
}
