/** Which way a market's last price went, of the states that are painted: the same wherever that price is coloured. Pure. */
import { direction } from "../../shared/format.js";

export class PriceDirection {
  #price = NaN;
  /** Of the last change; `flat` before the first. */
  direction = "flat";

  /** Another market's price comes next. */
  forget() {
    this.#price = NaN;
    this.direction = "flat";
  }

  /** @param {number} price @returns {number} by how much it has changed since the one before; NaN: there was none */
  follow(price) {
    const change = price - this.#price;
    this.#price = price;
    if (change) this.direction = direction(change);
    return change;
  }
}
