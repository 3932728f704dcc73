/**
 * Heikin-Ashi candles, one at a time and in the same time however long the history is. Pure. Each ends at its candle's mean
 * price, and opens in the middle of the one before (D. Valcu, "Using the Heikin-Ashi technique", Technical Analysis of Stocks
 * & Commodities 22:2, 2004); the first opens in the middle of its candle.
 */

/** @typedef {import("../../../shared/market_data/rest.js").Candle} Candle */

export class HeikinAshi {
  /** @type {Candle | undefined} the one before the newest */
  #before;
  /** @type {Candle | undefined} */
  #newest;
  /** @type {Map<number, number>} closes, by their candles' openings */
  #closes = new Map();

  /** Begin anew. @param {Candle[]} candles oldest first @returns {Candle[]} one for each */
  all(candles) {
    this.#before = this.#newest = undefined;
    this.#closes.clear();
    return candles.map((candle) => this.next(candle));
  }

  /** @param {Candle} candle the newest again, or one after it @returns {Candle} */
  next(candle) {
    if (this.#newest && candle.time > this.#newest.time) this.#before = this.#newest;
    this.#newest = heikinAshi(candle, this.#before);
    this.#closes.set(candle.time, this.#newest.close);
    return this.#newest;
  }

  /** @param {Candle} candle @returns {number} the close of the one that was made of it */
  closeOf({ time, close }) {
    return this.#closes.get(time) ?? close;
  }
}

/** @param {Candle} candle @param {Candle | undefined} before as it came out @returns {Candle} */
function heikinAshi({ time, open, high, low, close, volume }, before) {
  const opened = before ? (before.open + before.close) / 2 : (open + close) / 2;
  const closed = (open + high + low + close) / 4;
  return { time, open: opened, high: Math.max(high, opened, closed), low: Math.min(low, opened, closed), close: closed, volume };
}
