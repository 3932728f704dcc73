/** The candles of one chart, oldest first, and where a new one belongs among them. Pure. */

/** @typedef {import("../market_data/rest.js").Candle} Candle */

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

  get all() {
    return this.#candles;
  }

  get first() {
    return this.#candles[0];
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
   * @returns {"newest" | "earlier" | "inserted" | "unknown"} `newest`: it became or replaced the last; `earlier`: it
   *   replaced one before; `inserted`: it has closed a gap between two; `unknown`: it belongs before the first, and
   *   nothing was changed
   */
  take(candle) {
    if (!this.last || candle.time > this.last.time) {
      this.#candles.push(candle);
      return "newest";
    }
    if (candle.time < this.first.time) return "unknown";
    const index = this.#candles.findLastIndex(({ time }) => time <= candle.time);
    if (this.#candles[index].time !== candle.time) {
      this.#candles.splice(index + 1, 0, candle);
      return "inserted";
    }
    this.#candles[index] = candle;
    return index === this.#candles.length - 1 ? "newest" : "earlier";
  }

  /**
   * Put older candles before the first. Where there are none, `all` stays the array that it was: whoever draws it goes on.
   *
   * @param {Candle[]} older oldest first; those that aren't older are left out
   * @returns {number} how many were
   */
  prepend(older) {
    const fresh = older.filter(({ time }) => !this.first || time < this.first.time);
    if (fresh.length) this.#candles = [...fresh, ...this.#candles];
    return fresh.length;
  }

  /** Give up the oldest. @param {number} count of them */
  forget(count) {
    this.#candles = this.#candles.slice(count);
  }

  /**
   * Put the newest candles, read once more, in place of those held. What is older stays where it joins them; where
   * something may be missing between the two it goes, and may be read again.
   *
   * @param {Candle[]} newest oldest first
   * @returns {boolean} whether all that is older stayed
   */
  refresh(newest) {
    if (!newest.length) return true;
    const isJoined = !this.last || this.last.time >= newest[0].time;
    const older = isJoined ? this.#candles.filter(({ time }) => time < newest[0].time) : [];
    this.#candles = [...older, ...newest];
    return isJoined;
  }

  /** @param {number} time */
  #indexOf(time) {
    const index = this.#candles.findLastIndex((candle) => candle.time <= time); // the newest are asked for most
    return this.#candles[index]?.time === time ? index : -1;
  }
}
