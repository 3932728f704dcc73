/** The last values of a rate, and the line that they make. Pure. */

export const WIDTH = 96;
export const HEIGHT = 22;
const MOST = 120;

export class RateHistory {
  /** @type {number[]} */
  #values = [];

  /** @param {number} value the newest; of the earlier ones as many are kept as the line has room for */
  add(value) {
    this.#values = [...this.#values, value].slice(-MOST);
  }

  get values() {
    return this.#values;
  }

  /** @returns {string} an SVG polyline: zero at the bottom, the largest on top, the newest at the right */
  get points() {
    const largest = Math.max(...this.#values, 1);
    const step = WIDTH / (MOST - 1);
    const from = MOST - this.#values.length;
    const height = (/** @type {number} */ value) => 1 + (HEIGHT - 2) * (1 - value / largest);
    const point = (/** @type {number} */ value, /** @type {number} */ index) => `${((from + index) * step).toFixed(1)},${height(value).toFixed(1)}`;
    return this.#values.map(point).join(" ");
  }
}
