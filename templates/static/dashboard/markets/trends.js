/** Reads the last day of the symbols in sight, one after the other, as `TrendSchedule` paces it. */
import { RestError, fetchHistory } from "../../shared/market_data/rest.js";
import { TrendSchedule } from "./trend_schedule.js";

const INTERVAL = "30m";
const LENGTH = 48;

export class Trends {
  #schedule = new TrendSchedule();
  #tell;
  /** @type {number | undefined} */
  #timer;
  #reading = false;

  /** @param {(symbol: string, closes: number[]) => void} tell called with at least two closes, oldest first */
  constructor(tell) {
    this.#tell = tell;
    document.addEventListener("visibilitychange", () => this.#continue());
  }

  /** @param {Iterable<string>} symbols those in sight from now on */
  see(symbols) {
    this.#schedule.see(symbols, performance.now());
    this.#continue();
  }

  /** Ask again for those that failed, without their pause. */
  retry() {
    this.#schedule.forgetFailures();
    this.#continue();
  }

  #continue() {
    clearTimeout(this.#timer);
    const next = this.#schedule.next();
    if (!next || this.#reading || document.hidden) return;
    const wait = next.at - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#continue(), wait);
    else this.#read(next.symbol);
  }

  /** @param {string} symbol */
  async #read(symbol) {
    this.#reading = true;
    this.#schedule.begin(symbol, performance.now());
    try {
      const candles = await fetchHistory(symbol, INTERVAL, { limit: LENGTH });
      if (candles.length > 1) this.#tell(symbol, candles.map(({ close }) => close));
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      this.#schedule.fail(symbol, performance.now()); // a trend is an ornament: its place stays empty meanwhile
    } finally {
      this.#reading = false;
    }
    this.#continue();
  }
}
