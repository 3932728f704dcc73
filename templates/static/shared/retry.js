/** Reads again what could not be read, a while after the failure: by one timer, however often it has failed. */
const MILLISECONDS = 5_000;

export class Retry {
  #after;
  /** @type {number | undefined} */
  #timer;

  /** @param {number} [after] ms */
  constructor(after = MILLISECONDS) {
    this.#after = after;
  }

  /** @param {() => void} read @param {number} [times] so many times as late */
  later(read, times = 1) {
    this.stop();
    this.#timer = setTimeout(read, this.#after * times);
  }

  /** It is read by now, or nobody is there to read it for; safe to call at any time. */
  stop() {
    clearTimeout(this.#timer);
  }
}
