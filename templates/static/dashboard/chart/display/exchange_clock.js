/**
 * What time it is at the exchange, by the times that its events bear: an event that has come can't be of the future, and of
 * those of the last minutes the fastest tells best. The reader's own clock may be wrong. Pure: the clocks are given.
 */

/** What is older than two of these counts no more, as clocks drift. */
const WINDOW_MILLISECONDS = 60_000;

export class ExchangeClock {
  #elapsed;
  #own;
  /** @type {{since: number, best: number}} the least by which the exchange is ahead of `elapsed` */
  #window = { since: -Infinity, best: -Infinity };
  #before = -Infinity;

  /**
   * @param {() => number} [elapsed] a monotonic clock, ms
   * @param {() => number} [own] the reader's clock, ms since the epoch, which counts before any event has come
   */
  constructor(elapsed = () => performance.now(), own = () => Date.now()) {
    this.#elapsed = elapsed;
    this.#own = own;
  }

  /** @param {number} time that an event which has just come bears, ms since the epoch; not a number: none */
  tell(time) {
    if (!Number.isFinite(time)) return;
    const elapsed = this.#elapsed();
    if (elapsed - this.#window.since > WINDOW_MILLISECONDS) {
      this.#before = this.#window.best;
      this.#window = { since: elapsed, best: -Infinity };
    }
    this.#window.best = Math.max(this.#window.best, time - elapsed);
  }

  /** @returns {number} ms since the epoch */
  now() {
    const ahead = Math.max(this.#window.best, this.#before);
    return ahead === -Infinity ? this.#own() : this.#elapsed() + ahead;
  }
}
