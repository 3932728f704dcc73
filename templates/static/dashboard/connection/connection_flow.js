/** Frames that flow in one direction: how many in all, and how many in each of the last seconds. Pure. */

const SECOND = 1_000;
/** Of so many whole seconds the rate is the mean: long enough to be read, short enough to follow. */
const RATE_SECONDS = 5;
export const HISTORY_SECONDS = 60;

export class ConnectionFlow {
  frames = 0;
  bytes = 0;
  /** @type {{second: number, frames: number, bytes: number}[]} the latest seconds in which something flowed */
  #seconds = [];

  /**
   * @param {number} bytes of one frame
   * @param {number} now monotonic, ms
   */
  add(bytes, now) {
    const second = Math.floor(now / SECOND);
    let last = this.#seconds.at(-1);
    if (last?.second !== second) {
      last = { second, frames: 0, bytes: 0 };
      this.#seconds.push(last);
      if (this.#seconds.length > HISTORY_SECONDS + 1) this.#seconds.shift();
    }
    this.frames += 1;
    this.bytes += bytes;
    last.frames += 1;
    last.bytes += bytes;
  }

  /**
   * @param {number} now
   * @returns {{frames: number, bytes: number}} a second, the mean of the last whole ones
   */
  rate(now) {
    const end = Math.floor(now / SECOND);
    const recent = this.#seconds.filter(({ second }) => second >= end - RATE_SECONDS && second < end);
    const mean = (/** @type {"frames" | "bytes"} */ field) => recent.reduce((sum, bucket) => sum + bucket[field], 0) / RATE_SECONDS;
    return { frames: mean("frames"), bytes: mean("bytes") };
  }

  /**
   * @param {number} now
   * @returns {number[]} frames in each of the last whole seconds, the oldest first
   */
  history(now) {
    const start = Math.floor(now / SECOND) - HISTORY_SECONDS;
    const counts = Array(HISTORY_SECONDS).fill(0);
    for (const { second, frames } of this.#seconds) {
      if (second >= start && second < start + HISTORY_SECONDS) counts[second - start] = frames;
    }
    return counts;
  }
}
