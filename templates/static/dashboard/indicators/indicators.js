/**
 * Technical indicators, one candle at a time and in the same time however long the history is. Pure. `push` takes a
 * candle that is followed by another one, `peek` tells the values that the newest, still moving one would give, and
 * changes nothing. A value that can't be known yet is undefined. Seeds and smoothing are those of TA-Lib.
 */
import { LastValues, Window, exponential, wilder } from "./smoothing.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {Record<string, number | undefined>} Values */
/** @typedef {Record<string, number>} ParameterValues by their names */
/** @typedef {{peek: (candle: Candle) => Values, push: (candle: Candle) => void}} Indicator */

/** @implements {Indicator} */
export class SimpleMovingAverage {
  #window;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#window = new Window(period);
  }

  /** @param {Candle} candle */
  peek({ close }) {
    return { value: this.#window.peek(close)?.mean };
  }

  /** @param {Candle} candle */
  push({ close }) {
    this.#window.push(close);
  }
}

/** @implements {Indicator} */
export class ExponentialMovingAverage {
  #average;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#average = exponential(period);
  }

  /** @param {Candle} candle */
  peek({ close }) {
    return { value: this.#average.peek(close) };
  }

  /** @param {Candle} candle */
  push({ close }) {
    this.#average.push(close);
  }
}

/** @implements {Indicator} */
export class WeightedMovingAverage {
  #closes;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#closes = new LastValues(period);
  }

  /** @param {Candle} candle */
  peek({ close }) {
    const closes = this.#closes.peek(close);
    const weights = closes && (closes.length * (closes.length + 1)) / 2;
    return { value: weights && closes.reduce((sum, each, index) => sum + each * (index + 1), 0) / weights };
  }

  /** @param {Candle} candle */
  push({ close }) {
    this.#closes.push(close);
  }
}

/** @implements {Indicator} */
export class BollingerBands {
  #window;
  #width;

  /** @param {ParameterValues} parameters `period` and `deviations` */
  constructor({ period, deviations }) {
    this.#window = new Window(period);
    this.#width = deviations;
  }

  /** @param {Candle} candle */
  peek({ close }) {
    const found = this.#window.peek(close);
    if (!found) return { upper: undefined, middle: undefined, lower: undefined };
    const reach = this.#width * found.deviation;
    return { upper: found.mean + reach, middle: found.mean, lower: found.mean - reach };
  }

  /** @param {Candle} candle */
  push({ close }) {
    this.#window.push(close);
  }
}

/**
 * The volume's average price since its session began. A session of which the beginning isn't there has none.
 *
 * @implements {Indicator}
 */
export class VolumeWeightedAveragePrice {
  #sessionOf;
  /** @type {number | undefined} */
  #session;
  #isWhole = false;
  #value = 0;
  #volume = 0;

  /** @param {{sessionOf: (time: number) => number}} parameters the beginning of a time's session, both ms */
  constructor({ sessionOf }) {
    this.#sessionOf = sessionOf;
  }

  /** @param {Candle} candle */
  peek(candle) {
    const { isWhole, value, volume } = this.#with(candle);
    return { value: isWhole && volume > 0 ? value / volume : undefined };
  }

  /** @param {Candle} candle */
  push(candle) {
    const { session, isWhole, value, volume } = this.#with(candle);
    this.#session = session;
    this.#isWhole = isWhole;
    this.#value = value;
    this.#volume = volume;
  }

  /** @param {Candle} candle */
  #with({ time, high, low, close, volume }) {
    const session = this.#sessionOf(time);
    const traded = ((high + low + close) / 3) * volume;
    if (session === this.#session) {
      return { session, isWhole: this.#isWhole, value: this.#value + traded, volume: this.#volume + volume };
    }
    return { session, isWhole: this.#session !== undefined || time === session, value: traded, volume };
  }
}

/** TA-Lib's, where nothing has moved. */
const UNMOVED = 0;

/** Wilder's. @implements {Indicator} */
export class RelativeStrengthIndex {
  /** @type {number | undefined} of the candle before */
  #close;
  #gains;
  #losses;

  /** @param {ParameterValues} parameters `period` */
  constructor({ period }) {
    this.#gains = wilder(period);
    this.#losses = wilder(period);
  }

  /** @param {Candle} candle */
  peek({ close }) {
    if (this.#close === undefined) return { value: undefined };
    const { gain, loss } = changeOf(this.#close, close);
    const [gains, losses] = [this.#gains.peek(gain), this.#losses.peek(loss)];
    if (gains === undefined || losses === undefined) return { value: undefined };
    const both = gains + losses;
    return { value: both > 0 ? (100 * gains) / both : UNMOVED };
  }

  /** @param {Candle} candle */
  push({ close }) {
    if (this.#close !== undefined) {
      const { gain, loss } = changeOf(this.#close, close);
      this.#gains.push(gain);
      this.#losses.push(loss);
    }
    this.#close = close;
  }
}

/** @param {number} before @param {number} close */
function changeOf(before, close) {
  return { gain: Math.max(0, close - before), loss: Math.max(0, before - close) };
}

/** @implements {Indicator} */
export class MovingAverageConvergenceDivergence {
  #fast;
  #slow;
  #signal;
  #wait;

  /** @param {ParameterValues} parameters `fast` and `slow`, in either order, and `signal` */
  constructor({ fast, slow, signal }) {
    const [short, long] = [Math.min(fast, slow), Math.max(fast, slow)];
    this.#fast = exponential(short);
    this.#slow = exponential(long);
    this.#signal = exponential(signal);
    this.#wait = long - short; // as TA-Lib does: both averages have their first value at the same candle
  }

  /** @param {Candle} candle */
  peek({ close }) {
    const line = this.#line(close);
    const signal = line === undefined ? undefined : this.#signal.peek(line);
    if (line === undefined || signal === undefined) return { macd: undefined, signal: undefined, histogram: undefined };
    return { macd: line, signal, histogram: line - signal };
  }

  /** @param {Candle} candle */
  push({ close }) {
    const line = this.#line(close);
    if (line !== undefined) this.#signal.push(line);
    if (this.#wait > 0) this.#wait -= 1;
    else this.#fast.push(close);
    this.#slow.push(close);
  }

  /** @param {number} close */
  #line(close) {
    const [fast, slow] = [this.#fast.peek(close), this.#slow.peek(close)];
    return fast === undefined || slow === undefined ? undefined : fast - slow;
  }
}
