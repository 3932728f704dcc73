/** How many of the newest trades are in sight: the others are scrolled to. */
import { byId, parentOf, partOf } from "../../shared/elements.js";
import { oncePerFrame } from "../../shared/painting.js";
import { tradesInSight } from "./fitting_levels.js";

export class TradeSight {
  #body = byId("trade-rows", "tbody");
  #scroller = parentOf(parentOf(this.#body));
  #changed;
  #heights = { head: 0, row: 0 };
  #sight = { top: 0, height: 0 };

  /** @param {() => void} changed told that others may have come in sight */
  constructor(changed) {
    this.#changed = changed;
    const sizes = new ResizeObserver(() => this.#measure());
    for (const part of [this.#scroller, this.#body]) sizes.observe(part); // a row has no height before there is a trade
    this.#scroller.addEventListener("scroll", oncePerFrame(() => this.#scrolled()), { passive: true });
  }

  /** @param {number} count of trades that there are @returns {number} */
  of(count) {
    return tradesInSight(this.#sight, this.#heights, count);
  }

  #measure() {
    this.#heights = { head: this.#body.offsetTop, row: partOf(this.#body, "tr").offsetHeight };
    this.#sight = { top: this.#scroller.scrollTop, height: this.#scroller.clientHeight };
    this.#changed();
  }

  #scrolled() {
    this.#sight = { ...this.#sight, top: this.#scroller.scrollTop };
    this.#changed();
  }
}
