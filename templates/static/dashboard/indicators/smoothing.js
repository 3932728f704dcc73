/** Averages of the last values, each carried along from one value to the next. Pure. `peek` and `push` as in `indicators.js`. */

/** Mean and variance of the last values, carried along by Welford's differences, which don't cancel each other out. */
export class Window {
  #values;
  #count = 0;
  #mean = 0;
  #squares = 0;

  /** @param {number} period how many values */
  constructor(period) {
    this.#values = new Float64Array(period);
  }

  /** @param {number} value the next one; @returns {{mean: number, deviation: number} | undefined} of the population */
  peek(value) {
    const period = this.#values.length;
    if (this.#count + 1 < period) return undefined;
    const { mean, squares } = this.#with(value);
    return { mean, deviation: Math.sqrt(Math.max(0, squares) / period) };
  }

  /** @param {number} value */
  push(value) {
    const { mean, squares } = this.#with(value);
    this.#mean = mean;
    this.#squares = squares;
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  /** @param {number} value */
  #with(value) {
    const period = this.#values.length;
    const isFull = this.#count >= period;
    const mean = this.#mean;
    const oldest = isFull ? this.#values[this.#count % period] : mean;
    const next = mean + (value - oldest) / (isFull ? period : this.#count + 1);
    const change = isFull ? (value - oldest) * (value - next + oldest - mean) : (value - mean) * (value - next);
    return { mean: next, squares: this.#squares + change };
  }
}

/** An average that begins with the mean of its first `period` values and then leans towards each new one. */
class Smoothing {
  #seed;
  #weight;
  /** @type {number | undefined} */
  #value;

  /**
   * @param {number} period
   * @param {number} weight of a new value, 0 to 1
   */
  constructor(period, weight) {
    this.#seed = new Window(period);
    this.#weight = weight;
  }

  /** @param {number} value the next one; @returns {number | undefined} */
  peek(value) {
    if (this.#value === undefined) return this.#seed.peek(value)?.mean;
    return this.#value + this.#weight * (value - this.#value);
  }

  /** @param {number} value */
  push(value) {
    const next = this.peek(value);
    if (this.#value === undefined) this.#seed.push(value);
    this.#value = next;
  }
}

/** @param {number} period */
export function exponential(period) {
  return new Smoothing(period, 2 / (period + 1));
}

/** @param {number} period */
export function wilder(period) {
  return new Smoothing(period, 1 / period);
}

/** The last values themselves. */
export class LastValues {
  #period;
  /** @type {number[]} all of them but the next one, oldest first */
  #values = [];

  /** @param {number} period how many */
  constructor(period) {
    this.#period = period;
  }

  /** @param {number} value the next one; @returns {number[] | undefined} it and those before it, oldest first */
  peek(value) {
    return this.#values.length + 1 < this.#period ? undefined : [...this.#values, value];
  }

  /** @param {number} value */
  push(value) {
    this.#values.push(value);
    if (this.#values.length >= this.#period) this.#values.shift();
  }
}
