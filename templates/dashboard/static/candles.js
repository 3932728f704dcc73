/** The candles of one chart, oldest first, and where a new one belongs among them. Pure. */

/** @typedef {import("./rest.js").Candle} Candle */

export class Candles {
  /** @type {Candle[]} */
  #candles;

  /** @param {Candle[]} [candles] oldest first */
  constructor(candles = []) {
    this.#candles = [...candles];
  }

  get length() {
    return this.#candles.length;
  }

  get last() {
    return this.#candles.at(-1);
  }

  /** @param {number} time of its opening, ms */
  at(time) {
    const index = this.#indexOf(time);
    return index === -1 ? undefined : this.#candles[index];
  }

  /**
   * Take a candle in.
   *
   * @param {Candle} candle
   * @returns {"newest" | "earlier" | "unknown"} `newest`: it became or replaced the last; `earlier`: it replaced one
   *   before; `unknown`: it belongs before the last and is not there, so the history has a gap and nothing was changed
   */
  take(candle) {
    if (!this.last || candle.time > this.last.time) {
      this.#candles.push(candle);
      return "newest";
    }
    const index = this.#indexOf(candle.time);
    if (index === -1) return "unknown";
    this.#candles[index] = candle;
    return index === this.#candles.length - 1 ? "newest" : "earlier";
  }

  #indexOf(time) {
    return this.#candles.findLastIndex((candle) => candle.time === time);
  }
}
