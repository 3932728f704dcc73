/**
 * Reads the newest candles of a market, one request at a time: who has turned to another chart meanwhile gets nothing
 * of the former one. After a failure it says when it is time to ask again.
 */
import { RestError, fetchHistory, isAbort } from "../../shared/market_data/rest.js";
import { Retry } from "../../shared/retry.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */

export class HistoryReader {
  #again;
  #fetch;
  #request = new AbortController();
  #retry = new Retry();

  /** @param {() => void} again called 5 s after a failure, unless something was read or given up by then @param {typeof fetchHistory} [fetch] */
  constructor(again, fetch = fetchHistory) {
    this.#again = again;
    this.#fetch = fetch;
  }

  /** Give up what is under way. */
  stop() {
    this.#request.abort();
    this.#retry.stop();
  }

  /**
   * @param {{symbol: string, interval: string}} market
   * @param {number} limit so many candles at most
   * @returns {Promise<Candle[] | undefined>} oldest first; undefined: it was given up
   * @throws {RestError} the server has refused it, or can't be reached
   */
  async read({ symbol, interval }, limit) {
    this.stop();
    this.#request = new AbortController();
    const { signal } = this.#request;
    try {
      const candles = await this.#fetch(symbol, interval, { signal, limit });
      return signal.aborted ? undefined : candles;
    } catch (error) {
      if (signal.aborted && (error instanceof RestError || isAbort(error))) return undefined;
      if (error instanceof RestError) this.#retry.later(this.#again);
      throw error;
    }
  }
}
