/** The button that leads back to the newest candle and its price, while either is out of sight. */
import { byId } from "../../shared/elements.js";

export class NewestButton {
  #button = byId("chart-newest", "button");
  #after = 0;
  #isBeyond = false;

  /** @param {{scrollToNewest: () => void, onPriceBeyond: (told: (isBeyond: boolean) => void) => void}} chart */
  constructor(chart) {
    chart.onPriceBeyond((isBeyond) => {
      this.#isBeyond = isBeyond;
      this.#arrange();
    });
    this.#button.addEventListener("click", () => {
      chart.scrollToNewest();
      byId("chart").focus({ preventScroll: true }); // it doesn't stay on what is hidden then
    });
  }

  /** @param {number} after how many candles are right of the view */
  show(after) {
    this.#after = after;
    this.#arrange();
  }

  #arrange() {
    const isNeeded = this.#after >= 1 || this.#isBeyond;
    if (this.#button.hidden === isNeeded) this.#button.hidden = !isNeeded;
  }
}
