/**
 * How the newest candle goes on between two frames of it: each trade is added, and one of after its end begins the next
 * candle. What a frame tells counts from then on, and trades that it may lack are added to it again. Pure.
 */
import { openingOf } from "../../shared/market_data/intervals.js";
import { msOf } from "../../shared/moments.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("@tidewire/client/protocol").Kline} Kline */
/** @typedef {Pick<Kline, keyof Candle | "isFinal"> & {timestamp?: Kline["timestamp"]}} Told */
/** @typedef {{time: number, price: number, quantity: number}} TimedTrade `time`: ms */

/** Some are younger than the frame that comes after them: those of a second or two, in a busy market. */
const MOST_RECENT = 1_000;

export class RunningCandle {
  #interval = "1m";
  /** @type {Told | null} the newest one */
  #told = null;
  /** @type {TimedTrade[]} oldest first */
  #recent = [];
  /** @type {Candle[]} what was told of last, and those that trades have begun since */
  #candles = [];

  /** Begin with other candles of the same market. @param {string} interval */
  begin(interval) {
    this.#interval = interval;
    this.#told = null;
    this.#candles = [];
  }

  /** Begin with another market. @param {string} interval */
  forget(interval) {
    this.begin(interval);
    this.#recent = [];
  }

  /** @param {Candle} candle the newest of a history, which counts where no newer one was told */
  read(candle) {
    if (!this.#told || this.#told.time < candle.time) this.#begin({ ...candle, isFinal: true });
  }

  /**
   * @param {Kline} kline one that is older than the newest changes nothing here
   * @returns {Candle | null} the one before, as it was told to have ended, where this is the next: it may be shown otherwise
   */
  tell(kline) {
    const before = this.#told;
    if (kline.repaired || (before && kline.time < before.time)) return null;
    this.#begin(kline);
    return before?.isFinal && before.time < kline.time ? candleOf(before) : null;
  }

  /** @param {import("@tidewire/client/protocol").Trade} trade live ones; what fills a hole is told by candles */
  trade({ timestamp, price, quantity, repaired }) {
    if (repaired || !Number.isFinite(price)) return;
    const trade = { time: msOf(timestamp), price, quantity };
    this.#recent.push(trade);
    if (this.#recent.length > 2 * MOST_RECENT) this.#recent = this.#recent.slice(-MOST_RECENT);
    this.#add(trade);
  }

  /**
   * @param {number | undefined} price of now; undefined: none is known
   * @returns {Candle[]} what is new since it was asked last, oldest first: the last one ends at the price. None before any
   *   was told.
   */
  endedAt(price) {
    const ended = this.#candles.slice(0, -1);
    const [last] = (this.#candles = this.#candles.slice(-1));
    if (!last) return [];
    return [...ended, price === undefined ? last : endedAt(last, price)];
  }

  /** @param {Told} told */
  #begin(told) {
    this.#told = told;
    this.#candles = [candleOf(told)];
    for (const trade of this.#recent) this.#add(trade);
  }

  /** @param {TimedTrade} trade */
  #add(trade) {
    const told = this.#told;
    const last = this.#candles.at(-1);
    if (!told || !last || !(trade.time >= last.time)) return;
    const opening = openingOf(trade.time, last.time, this.#interval);
    if (opening > last.time) this.#candles.push(candleAt(opening, trade));
    else if (last.time > told.time || isLacking(told, trade)) this.#candles[this.#candles.length - 1] = withTrade(last, trade);
  }
}

/** @param {Told} told @param {TimedTrade} trade of that candle @returns {boolean} whether it was made after the frame */
function isLacking({ isFinal, timestamp }, { time }) {
  return !isFinal && time > msOf(timestamp);
}

/** @param {Candle} told @returns {Candle} */
export function candleOf({ time, open, high, low, close, volume }) {
  return { time, open, high, low, close, volume };
}

/** @param {number} time of its opening, ms @param {TimedTrade} trade its first @returns {Candle} */
function candleAt(time, { price, quantity }) {
  return { time, open: price, high: price, low: price, close: price, volume: quantity };
}

/** @param {Candle} candle @param {TimedTrade} trade @returns {Candle} */
function withTrade(candle, { price, quantity }) {
  return { ...endedAt(candle, price), volume: candle.volume + quantity };
}

/** @param {Candle} candle @param {number} price @returns {Candle} */
function endedAt(candle, price) {
  return { ...candle, close: price, high: Math.max(candle.high, price), low: Math.min(candle.low, price) };
}
