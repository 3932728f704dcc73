/** Indicators of how far a price has gone. Pure. What each is, and `peek` and `push`, as in `indicators.js`. */
import { LastValues, Window } from "./smoothing.js";

/** @typedef {import("./indicators.js").Candle} Candle */
/** @typedef {import("./indicators.js").Indicator} Indicator */
/** @typedef {import("./indicators.js").ParameterValues} ParameterValues */

/** So that most values are between -100 and 100 (D. Lambert, 1980). */
const CCI_SCALE = 0.015;
/** Of a price: so far apart are equal ones, computed in binary. */
const NOISE = 1e-14;
/** TA-Lib's: less than that is no flow. */
const LEAST_FLOW = 1;

/** @implements {Indicator} */
export class StochasticOscillator {
  #highs;
  #lows;
  #slowing;
  #average;

  /** @param {ParameterValues} parameters `k`, `slowing` and `d` */
  constructor({ k, slowing, d }) {
    this.#highs = new LastValues(k);
    this.#lows = new LastValues(k);
    this.#slowing = new Window(slowing);
    this.#average = new Window(d);
  }

  /** @param {Candle} candle */
  peek(candle) {
    const k = this.#slowed(this.#place(candle));
    const d = k === undefined ? undefined : this.#average.peek(k)?.mean;
    return { k: d === undefined ? undefined : k, d };
  }

  /** @param {Candle} candle */
  push(candle) {
    const place = this.#place(candle);
    const k = this.#slowed(place);
    if (place !== undefined) this.#slowing.push(place);
    if (k !== undefined) this.#average.push(k);
    this.#highs.push(candle.high);
    this.#lows.push(candle.low);
  }

  /** @param {number | undefined} place */
  #slowed(place) {
    return place === undefined ? undefined : this.#slowing.peek(place)?.mean;
  }

  /** Where the close is between the lowest and the highest, in per cent. @param {Candle} candle */
  #place({ high, low, close }) {
    const [highs, lows] = [this.#highs.peek(high), this.#lows.peek(low)];
    if (!highs || !lows) return undefined;
    const [highest, lowest] = [Math.max(...highs), Math.min(...lows)];
    return highest === lowest ? 0 : (100 * (close - lowest)) / (highest - lowest);
  }
}

/** @implements {Indicator} */
export class CommodityChannelIndex {
  #typical;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#typical = new LastValues(period);
  }

  /** @param {Candle} candle */
  peek(candle) {
    const typical = typicalOf(candle);
    const last = this.#typical.peek(typical);
    if (!last) return { value: undefined };
    const mean = meanOf(last);
    const deviation = meanOf(last.map((each) => Math.abs(each - mean)));
    const isMoved = Math.min(deviation, Math.abs(typical - mean)) > Math.abs(mean) * NOISE;
    return { value: isMoved ? (typical - mean) / (CCI_SCALE * deviation) : 0 };
  }

  /** @param {Candle} candle */
  push(candle) {
    this.#typical.push(typicalOf(candle));
  }
}

/** @implements {Indicator} */
export class MoneyFlowIndex {
  /** @type {number | undefined} the typical price of the candle before */
  #before;
  #flows;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#flows = new LastValues(period);
  }

  /** @param {Candle} candle */
  peek(candle) {
    const flows = this.#before === undefined ? undefined : this.#flows.peek(flowOf(candle, this.#before));
    if (!flows) return { value: undefined };
    const gained = sumOf(flows.map((flow) => Math.max(0, flow)));
    const both = sumOf(flows.map(Math.abs));
    return { value: both < LEAST_FLOW ? 0 : (100 * gained) / both };
  }

  /** @param {Candle} candle */
  push(candle) {
    if (this.#before !== undefined) this.#flows.push(flowOf(candle, this.#before));
    this.#before = typicalOf(candle);
  }
}

/** @implements {Indicator} */
export class RateOfChange {
  #closes;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#closes = new LastValues(period + 1);
  }

  /** @param {Candle} candle */
  peek({ close }) {
    const first = this.#closes.peek(close)?.[0];
    if (first === undefined) return { value: undefined };
    return { value: first === 0 ? 0 : (close / first - 1) * 100 };
  }

  /** @param {Candle} candle */
  push({ close }) {
    this.#closes.push(close);
  }
}

/** @param {Candle} candle */
function typicalOf({ high, low, close }) {
  return (high + low + close) / 3;
}

/** @param {Candle} candle @param {number} before the typical price of the one before @returns {number} in quote units; less than none: out of the market */
function flowOf(candle, before) {
  const typical = typicalOf(candle);
  const isMoved = Math.abs(typical - before) > typical * NOISE;
  return isMoved ? Math.sign(typical - before) * typical * candle.volume : 0;
}

/** @param {number[]} values */
function sumOf(values) {
  return values.reduce((sum, each) => sum + each, 0);
}

/** @param {number[]} values */
function meanOf(values) {
  return sumOf(values) / values.length;
}
