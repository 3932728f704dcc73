/**
 * Reads the candles before the first that is shown, page by page, while the reader scrolls back: one request at a
 * time, up to the first candle there is; what failed is asked for again while it is wanted. Who has turned to another
 * chart meanwhile gets nothing of the former one.
 */
import { RestError, isAbort } from "../../shared/market_data/rest.js";
import { Retry } from "../../shared/retry.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {"idle" | "loading" | "failed" | "complete"} State */

const PAUSE_AFTER_FAILURE_MILLISECONDS = 3_000;

export class OlderCandles {
  #read;
  #add;
  #tell;
  /** @type {State} */
  #state = "idle";
  #request = new AbortController();
  #retry = new Retry(PAUSE_AFTER_FAILURE_MILLISECONDS);

  /**
   * @param {object} chart
   * @param {(end: number, signal: AbortSignal) => Promise<Candle[]>} chart.read the newest page of those that open
   *   until `end` (ms), oldest first; raises a RestError
   * @param {(page: Candle[]) => number} chart.add takes a page in, and returns how many of it are older than all others
   * @param {(state: State, problem?: string) => void} chart.tell what a reader is to see; at `idle` a chart that
   *   wants more says so again
   */
  constructor({ read, add, tell }) {
    this.#read = read;
    this.#add = add;
    this.#tell = tell;
  }

  /** Whether a page is on its way. */
  get isReading() {
    return this.#state === "loading";
  }

  /** Whether there are none before the first. */
  get isComplete() {
    return this.#state === "complete";
  }

  /** Begin anew, with another chart or another first candle: what is under way is given up. */
  reset() {
    this.#request.abort();
    this.#request = new AbortController();
    this.#retry.stop();
    this.#enter("idle");
  }

  /**
   * Read the page before a candle, unless one is under way, nothing older exists, or an attempt failed within the last 3 s.
   *
   * @param {number} first the opening of the oldest candle that is shown, ms
   */
  async want(first) {
    if (this.#state !== "idle") return;
    const { signal } = this.#request;
    this.#enter("loading");
    try {
      const page = await this.#read(first - 1, signal);
      if (!signal.aborted) this.#enter(this.#add(page) ? "idle" : "complete");
    } catch (error) {
      if (!(error instanceof RestError) && !isAbort(error)) throw error;
      if (error instanceof RestError && !signal.aborted) this.#fail(error);
    }
  }

  /** @param {RestError} error */
  #fail({ message }) {
    this.#enter("failed", message);
    this.#retry.later(() => this.#enter("idle"));
  }

  /** @param {State} state @param {string} [problem] */
  #enter(state, problem) {
    this.#state = state;
    this.#tell(state, problem);
  }
}
