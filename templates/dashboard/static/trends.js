/** Reads the last day of one symbol after the other, so that a long list doesn't ask for all of them at once. */
import { fetchHistory } from "./rest.js";

const INTERVAL = "30m";
const LENGTH = 48;

export class Trends {
  /** @type {{symbol: string, tell: (closes: number[]) => void}[]} */
  #queue = [];
  #asked = new Set();
  #reading = false;

  /**
   * @param {string} symbol asked for once, however often this is called
   * @param {(closes: number[]) => void} tell called with at least two closes, or never
   */
  request(symbol, tell) {
    if (this.#asked.has(symbol)) return;
    this.#asked.add(symbol);
    this.#queue.push({ symbol, tell });
    if (!this.#reading) this.#read();
  }

  async #read() {
    this.#reading = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) await this.#readOne(next);
    this.#reading = false;
  }

  async #readOne({ symbol, tell }) {
    try {
      const candles = await fetchHistory(symbol, INTERVAL, { limit: LENGTH });
      if (candles.length > 1) tell(candles.map(({ close }) => close));
    } catch (error) {
      if (error.name !== "RestError") throw error;
      this.#asked.delete(symbol); // a trend is an ornament: the place stays empty until it is asked for again
    }
  }
}
