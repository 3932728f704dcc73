/**
 * The candles of a run that are drawn: all of a short one, else a part, which grows towards where the reader looks, and
 * jumps to where a trade is. One request at a time.
 */
import { longestOf } from "../../shared/market_data/intervals.js";
import { MOST_CANDLES_AT_ONCE, RestError, isAbort } from "../../shared/market_data/rest.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {(end: number, limit: number, signal: AbortSignal) => Promise<Candle[]>} Read the newest that open until `end`, oldest first */

const PAGE = MOST_CANDLES_AT_ONCE;
/** A run of so many is drawn whole. */
const WHOLE = 3_000;

export class CandleWindow {
  #read;
  #changed;
  #failed;
  #request = new AbortController();
  #isReading = false;
  /** @type {Candle[]} */
  #candles = [];
  #range = { start: 0, end: 0, step: 1 };
  #isAtStart = false;

  /** @param {{read: Read, changed: (isGrown: boolean) => void, failed: (message: string) => void}} parts */
  constructor({ read, changed, failed }) {
    this.#read = read;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** @returns {Candle[]} oldest first */
  get candles() {
    return this.#candles;
  }

  /** @param {{start: number, end: number, interval: string}} run ms, the end excluded; shown from its end on */
  async open({ start, end, interval }) {
    this.close();
    this.#range = { start, end, step: longestOf(interval) };
    const pages = (end - start) / this.#range.step <= WHOLE ? Math.ceil(WHOLE / PAGE) : 1;
    await this.#replace(end - 1, pages);
  }

  /** Give up what is under way, and all that is held. */
  close() {
    this.#request.abort();
    this.#request = new AbortController();
    this.#isReading = false;
    this.#candles = [];
    this.#isAtStart = false;
  }

  /** @param {number} time whose candle must be there, ms; at once where it is */
  async reach(time) {
    const [first, last] = [this.#candles[0], this.#candles.at(-1)];
    if (first && last && time >= first.time && time < last.time + this.#range.step) return;
    this.close();
    await this.#replace(Math.min(this.#range.end - 1, time + (PAGE / 2) * this.#range.step), 1);
  }

  /** Read the page before the first candle, if there is one in the run. */
  async grow() {
    const [first] = this.#candles;
    if (!first || this.#isReading || this.#isAtStart) return;
    const page = await this.#page(first.time - 1);
    if (!page) return;
    const older = this.#within(page).filter(({ time }) => time < first.time);
    this.#isAtStart = !older.length;
    this.#candles = [...older, ...this.#candles];
    if (older.length) this.#changed(true);
  }

  /** Read the page after the last candle, if there is one in the run. */
  async growLater() {
    const last = this.#candles.at(-1);
    if (!last || this.#isReading || last.time + this.#range.step >= this.#range.end) return;
    const page = await this.#page(Math.min(this.#range.end - 1, last.time + PAGE * this.#range.step));
    const later = this.#within(page ?? []).filter(({ time }) => time > last.time);
    this.#candles = [...this.#candles, ...later];
    if (later.length) this.#changed(true);
  }

  /** @param {number} end @param {number} pages at most, backwards from it */
  async #replace(end, pages) {
    /** @type {Candle[]} */
    let candles = [];
    let until = end;
    for (let count = 0; count < pages; count += 1) {
      const page = await this.#page(until);
      if (!page) return;
      const within = this.#within(page).filter(({ time }) => time <= until);
      candles = [...within, ...candles];
      this.#isAtStart = within.length < page.length || page.length < PAGE;
      if (!within.length || this.#isAtStart) break;
      until = within[0].time - 1;
    }
    this.#candles = candles;
    this.#changed(false);
  }

  /** @param {number} end @returns {Promise<Candle[] | null>} null: given up, or not to be had */
  async #page(end) {
    const { signal } = this.#request;
    this.#isReading = true;
    try {
      const page = await this.#read(end, PAGE, signal);
      return signal.aborted ? null : page;
    } catch (error) {
      if (!(error instanceof RestError) && !isAbort(error)) throw error;
      if (error instanceof RestError && !signal.aborted) this.#failed(error.message);
      return null;
    } finally {
      if (!signal.aborted) this.#isReading = false;
    }
  }

  /** @param {Candle[]} candles @returns {Candle[]} those of the run */
  #within(candles) {
    return candles.filter(({ time }) => time >= this.#range.start && time < this.#range.end);
  }
}
