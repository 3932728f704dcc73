/** An indicator's values along the candles of a chart, the newest one's followed in constant time. Pure. */

/** @typedef {import("./indicators.js").Indicator} Indicator */
/** @typedef {import("./indicators.js").Values} Values */
/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */

export class IndicatorRun {
  #make;
  /** @type {Indicator} */
  #indicator;
  /** @type {Candle | undefined} the newest one, which the indicator has not taken in for good */
  #newest;
  /** @type {Map<number, Values>} by the candle's opening */
  #values = new Map();

  /** @param {() => Indicator} make a fresh one */
  constructor(make) {
    this.#make = make;
    this.#indicator = make();
  }

  /**
   * Begin anew.
   *
   * @param {Candle[]} candles oldest first
   * @returns {Values[]} one for each
   */
  all(candles) {
    this.#indicator = this.#make();
    this.#newest = undefined;
    this.#values = new Map();
    return candles.map((candle) => this.next(candle));
  }

  /**
   * @param {Candle} candle the newest again, or one after it
   * @returns {Values}
   */
  next(candle) {
    if (this.#newest && candle.time > this.#newest.time) this.#indicator.push(this.#newest);
    this.#newest = candle;
    const values = rounded(this.#indicator.peek(candle));
    this.#values.set(candle.time, values);
    return values;
  }

  /**
   * @param {number} time the opening of a candle, ms
   * @returns {Values | undefined}
   */
  at(time) {
    return this.#values.get(time);
  }
}

/** Alerts compute so many digits: what comes after them is noise, by which a half is rounded one way or the other. */
const DIGITS = 12;

/** @param {Values} values @returns {Values} */
function rounded(values) {
  const pairs = Object.entries(values).map(([key, value]) => [key, value && Number(value.toPrecision(DIGITS))]);
  return Object.fromEntries(pairs);
}
