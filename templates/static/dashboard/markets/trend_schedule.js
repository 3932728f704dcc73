/**
 * When to read the last day of which symbol: only of rows that stay in sight, spread out, and not again before there
 * is something new. Pure; all times are milliseconds of one clock, and given.
 */

/** A row that is scrolled past, or goes as the list is put in order, is not read. */
const STAY = 600;
/** The length of a trend's candles: before, a trend would look the same. */
const REUSE = 30 * 60_000;
const PAUSE_AFTER_FAILURE = 60_000;
/** At most a tall screen of rows one soon after the other; then so many more as time allows. */
const SPACING = 100;
const BURST = 30;
const REFILL = 1_000;

export class TrendSchedule {
  /** @type {Map<string, number>} symbol → since when */
  #inSight = new Map();
  /** @type {Map<string, number>} symbol → when it may be read again */
  #notBefore = new Map();
  #failed = new Set();
  #readAt = -Infinity;
  /** When all that has been read would have been read at the pace of REFILL. */
  #pacedUntil = -Infinity;

  /**
   * @param {Iterable<string>} symbols those in sight from now on, the first to be read first
   * @param {number} now
   */
  see(symbols, now) {
    this.#inSight = new Map([...symbols].map((symbol) => [symbol, this.#inSight.get(symbol) ?? now]));
  }

  /** @returns {{symbol: string, at: number} | undefined} what to read next, and when; undefined: nothing in sight */
  next() {
    let next;
    for (const [symbol, since] of this.#inSight) {
      const at = Math.max(since + STAY, this.#notBefore.get(symbol) ?? since, this.#nextTurn());
      if (!next || at < next.at) next = { symbol, at };
    }
    return next;
  }

  /**
   * @param {string} symbol is being read
   * @param {number} now
   */
  begin(symbol, now) {
    this.#readAt = now;
    this.#pacedUntil = Math.max(this.#pacedUntil, now) + REFILL;
    this.#failed.delete(symbol);
    this.#notBefore.set(symbol, now + REUSE);
  }

  /**
   * @param {string} symbol could not be read
   * @param {number} now
   */
  fail(symbol, now) {
    this.#failed.add(symbol);
    this.#notBefore.set(symbol, now + PAUSE_AFTER_FAILURE);
  }

  /** Don't wait any longer for what failed: the server is back. */
  forgetFailures() {
    for (const symbol of this.#failed) this.#notBefore.delete(symbol);
    this.#failed.clear();
  }

  #nextTurn() {
    return Math.max(this.#readAt + SPACING, this.#pacedUntil - (BURST - 1) * REFILL);
  }
}
