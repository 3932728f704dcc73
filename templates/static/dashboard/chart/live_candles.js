/**
 * The candles of the chart: its history, what the exchange tells of them live, and the newest as trades continue it; and
 * which of them have to be drawn. What comes while a history is on its way waits for it. Pure.
 */
import { Candles } from "../../shared/chart/candles.js";
import { RunningCandle, candleOf } from "./running_candle.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */

/** More at once, as when the page comes back from the background, are drawn anew together. */
const MOST_SINGLE_UPDATES = 50;
/** Volumes that are added up differ in their last digits from those that are told. */
const SAME_VOLUME = 1e-9;

export class LiveCandles {
  #candles = new Candles();
  #running = new RunningCandle();
  /** @type {Candle[] | null} */
  #early = null;
  /** @type {Map<number, Candle>} what has to be drawn, by opening */
  #fresh = new Map();
  #mustRedraw = false;

  /** Begin with other candles. @param {{interval: string, isSameMarket: boolean}} options */
  begin({ interval, isSameMarket }) {
    if (isSameMarket) this.#running.begin(interval);
    else this.#running.forget(interval);
    this.#candles = new Candles();
    this.drawn();
  }

  get all() {
    return this.#candles.all;
  }

  get length() {
    return this.#candles.length;
  }

  get first() {
    return this.#candles.first;
  }

  get last() {
    return this.#candles.last;
  }

  /** @param {number} time of its opening, ms */
  at(time) {
    return this.#candles.at(time);
  }

  /** Whether a history is on its way. */
  get isWaiting() {
    return this.#early !== null;
  }

  /** A history is on its way. */
  wait() {
    this.#early = [];
  }

  /** @param {Candle[]} history the newest candles, oldest first @returns {boolean} whether all that is older stayed */
  refresh(history) {
    for (const newest of history.slice(-1)) this.#running.read(newest);
    return this.#candles.refresh(history);
  }

  /** Take what has come while the history was awaited. */
  go() {
    const early = this.#early ?? [];
    this.#early = null;
    for (const candle of early) this.#put(candle);
  }

  /** @param {Candle[]} page older ones, oldest first @returns {number} how many were added */
  prepend(page) {
    return this.#candles.prepend(page);
  }

  /** Give up the oldest: all has to be drawn anew. @param {number} count of them */
  forget(count) {
    this.#candles.forget(count);
    this.#mustRedraw = true;
  }

  /** @param {import("@tidewire/client/protocol").Kline} kline */
  tell(kline) {
    const before = this.#running.tell(kline);
    for (const candle of before ? [before, candleOf(kline)] : [candleOf(kline)]) {
      if (this.#early) this.#early.push(candle);
      else this.#put(candle);
    }
  }

  /** @param {import("@tidewire/client/protocol").Trade} trade */
  trade(trade) {
    this.#running.trade(trade);
  }

  /** @param {number | undefined} price at which the newest candle ends now; undefined: none is known */
  endAt(price) {
    const isUnread = this.#early && !this.#candles.length; // what is there goes on while it is read once more
    if (!isUnread) for (const candle of this.#running.endedAt(price)) this.#put(candle);
  }

  /** @returns {Candle[] | null} what has to be drawn, each after those before it; null: all anew */
  get fresh() {
    const isMuch = this.#mustRedraw || this.#fresh.size > MOST_SINGLE_UPDATES;
    return isMuch ? null : [...this.#fresh.values()];
  }

  /** All is drawn as it is now. */
  drawn() {
    this.#fresh.clear();
    this.#mustRedraw = false;
  }

  /** @param {Candle} candle */
  #put(candle) {
    if (isSame(this.#candles.at(candle.time), candle)) return;
    const place = this.#candles.take(candle);
    if (place === "unknown") return; // older than the history that is shown
    this.#mustRedraw ||= place !== "newest"; // all that follows it changes with it
    this.#fresh.set(candle.time, candle);
  }
}

/** @param {Candle | undefined} one @param {Candle} other */
function isSame(one, other) {
  const isAtSamePrices = one?.open === other.open && one.high === other.high && one.low === other.low && one.close === other.close;
  return isAtSamePrices && Math.abs(one.volume - other.volume) <= SAME_VOLUME * other.volume;
}
