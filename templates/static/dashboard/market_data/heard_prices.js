/**
 * The prices that the page has heard of markets, and whether they are still news: most are followed only while they are in
 * sight. They are told once they are settled, with each frame of the screen, so that it has one price of a market. Pure.
 */

/** A market that is followed is told of at least this often, as the feed's silence is judged in exchange_status.js. */
const NEWS_MILLISECONDS = 10_500;

export class HeardPrices {
  #now;
  /** @type {Map<string, {price: number, at: number}>} by symbol */
  #heard = new Map();
  /** @type {Map<string, {price: number, at: number}>} that are told */
  #settled = new Map();

  /** @param {() => number} [now] a monotonic clock, ms */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** @param {string} symbol @param {number} price */
  hear(symbol, price) {
    this.#heard.set(symbol, { price, at: this.#now() });
  }

  /** From now on all that was heard is told. */
  settle() {
    for (const [symbol, heard] of this.#heard) this.#settled.set(symbol, heard);
    this.#heard.clear();
  }

  /** @param {string} symbol @returns {{price: number, isOld: boolean} | undefined} undefined: none was heard */
  of(symbol) {
    const heard = this.#settled.get(symbol);
    return heard && { price: heard.price, isOld: this.#now() - heard.at > NEWS_MILLISECONDS };
  }

  /** @param {string} symbol @param {number} known from elsewhere, and newer than what was heard long ago; not a number: nothing is @returns {number} */
  newest(symbol, known) {
    const heard = this.of(symbol);
    if (!heard) return known;
    return heard.isOld && Number.isFinite(known) ? known : heard.price;
  }
}
