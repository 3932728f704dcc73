/** Indicators of how wide a price moves, and how much of that is one way. Pure. What each is as in `indicators.js`. */
import { LastValues, wilder } from "./smoothing.js";

/** @typedef {import("./indicators.js").Candle} Candle */
/** @typedef {import("./indicators.js").Indicator} Indicator */
/** @typedef {import("./indicators.js").ParameterValues} ParameterValues */
/**
 * Of all candles so far: `count` moves from one to the next; what was smoothed of them, up, down and both ways; and the index
 * itself, before which the `sum` of the first directional indices is gathered.
 *
 * @typedef {{count: number, up: number, down: number, range: number, sum: number, index: number | undefined}} Moved
 */

/** TA-Lib's: nearer to nothing is nothing. */
const NOTHING = 1e-14;

/** @implements {Indicator} */
export class DonchianChannel {
  #highs;
  #lows;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#highs = new LastValues(period);
    this.#lows = new LastValues(period);
  }

  /** @param {Candle} candle */
  peek({ high, low }) {
    const [highs, lows] = [this.#highs.peek(high), this.#lows.peek(low)];
    if (!highs || !lows) return { upper: undefined, middle: undefined, lower: undefined };
    const [upper, lower] = [Math.max(...highs), Math.min(...lows)];
    return { upper, middle: (upper + lower) / 2, lower };
  }

  /** @param {Candle} candle */
  push({ high, low }) {
    this.#highs.push(high);
    this.#lows.push(low);
  }
}

/** Wilder's. @implements {Indicator} */
export class AverageTrueRange {
  /** @type {Candle | undefined} */
  #before;
  #average;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#average = wilder(period);
  }

  /** @param {Candle} candle */
  peek(candle) {
    return { value: this.#before && this.#average.peek(trueRange(candle, this.#before)) };
  }

  /** @param {Candle} candle */
  push(candle) {
    if (this.#before) this.#average.push(trueRange(candle, this.#before));
    this.#before = candle;
  }
}

/** Wilder's. @implements {Indicator} */
export class AverageDirectionalIndex {
  #period;
  /** @type {Candle | undefined} */
  #before;
  /** @type {Moved} */
  #moved = { count: 0, up: 0, down: 0, range: 0, sum: 0, index: undefined };

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#period = period;
  }

  /** @param {Candle} candle */
  peek(candle) {
    return { value: this.#with(candle).index };
  }

  /** @param {Candle} candle */
  push(candle) {
    this.#moved = this.#with(candle);
    this.#before = candle;
  }

  /** @param {Candle} candle @returns {Moved} */
  #with(candle) {
    if (!this.#before) return this.#moved;
    const { up, down } = moveOf(candle, this.#before);
    const { count, ...moved } = this.#moved;
    const kept = count + 1 < this.#period ? 1 : 1 - 1 / this.#period;
    const range = moved.range * kept + trueRange(candle, this.#before);
    return this.#indexed({ ...moved, count: count + 1, up: moved.up * kept + up, down: moved.down * kept + down, range });
  }

  /** The first index is the mean of as many directional ones as the period is long. @param {Moved} moved @returns {Moved} */
  #indexed(moved) {
    const period = this.#period;
    if (moved.count < period) return moved;
    const directional = directionalIndex(moved);
    if (moved.index !== undefined) {
      return directional === undefined ? moved : { ...moved, index: (moved.index * (period - 1) + directional) / period };
    }
    const sum = moved.sum + (directional ?? 0);
    return { ...moved, sum, index: moved.count === 2 * period - 1 ? sum / period : undefined };
  }
}

/** @param {Candle} candle @param {Candle} before */
function trueRange({ high, low }, { close }) {
  return Math.max(high - low, Math.abs(high - close), Math.abs(low - close));
}

/** Only the larger of the two counts. @param {Candle} candle @param {Candle} before */
function moveOf({ high, low }, before) {
  const [up, down] = [high - before.high, before.low - low];
  return { up: up > 0 && up > down ? up : 0, down: down > 0 && down > up ? down : 0 };
}

/** @param {Moved} moved @returns {number | undefined} 0 to 100; undefined: nothing has moved */
function directionalIndex({ up, down, range }) {
  if (range < NOTHING || (100 * (up + down)) / range < NOTHING) return undefined;
  return (100 * Math.abs(up - down)) / (up + down);
}
