/** The newest gap in what the exchange gave of the chosen symbol, and what was fetched of it. Pure. */
import { formatQuantity, formatTime } from "../../shared/format.js";
import { longestOf } from "../../shared/market_data/intervals.js";

/** Gaps of several channels that lie so near each other are one for a reader. */
const SAME_GAP_MILLISECONDS = 2_000;
/** By the kind of a channel. */
const NAMES = new Map([["trades", "trades"], ["klines", "candles"]]);
const MOST_REPAIRED = 5_000;

/**
 * @typedef {{from: number, to: number, missing: Set<string>}} Gap
 * @typedef {{kind: "trade" | "candle", start: number, end: number}} Repaired
 */

export class GapLog {
  /** @type {Gap | null} */
  #gap = null;
  /** @type {Map<string, Repaired>} what was fetched, each once */
  #repaired = new Map();

  /** Forget everything: another symbol was chosen. */
  clear() {
    this.#gap = null;
    this.#repaired.clear();
  }

  /**
   * @param {{channel: string, from?: string | number, to?: string | number, complete: boolean}} resync
   * @returns {boolean} whether it says something that a reader can use
   */
  resync({ channel, from, to, complete }) {
    const kind = NAMES.get(channel.split(":")[0]);
    const [start, end] = [from, to].map((time) => new Date(time ?? NaN).getTime());
    if (!kind || Number.isNaN(start) || Number.isNaN(end)) return false;
    if (!this.#gap || !isNear(this.#gap, start, end)) this.#gap = { from: start, to: end, missing: new Set() };
    this.#gap.from = Math.min(this.#gap.from, start);
    this.#gap.to = Math.max(this.#gap.to, end);
    if (!complete) this.#gap.missing.add(kind);
    return true;
  }

  /** @param {{tradeId?: number, timestamp: string | number}} trade a frame's data, marked as repaired */
  trade({ tradeId, timestamp }) {
    const time = new Date(timestamp).getTime();
    this.#take(`trade ${tradeId ?? time}`, { kind: "trade", start: time, end: time });
  }

  /** @param {{time: number, interval: string}} candle a frame's data, marked as repaired */
  candle({ time, interval }) {
    this.#take(`candle ${interval} ${time}`, { kind: "candle", start: time, end: time + longestOf(interval) });
  }

  get isComplete() {
    return !this.#gap?.missing.size;
  }

  /** What is to be said of the newest gap; nothing where there was none. */
  get sentence() {
    if (!this.#gap) return "";
    const { missing } = this.#gap;
    const [from, to] = [formatTime(this.#gap.from), formatTime(this.#gap.to)];
    const fetched = this.#fetched();
    const were = this.#inGap().length === 1 ? "was" : "were";
    if (missing.size) {
      const some = [...missing].sort().reverse().join(" and ");
      return `Some ${some} between ${from} and ${to} could not be fetched${fetched ? `; ${fetched} ${were}` : ""}`;
    }
    if (!fetched) return `There was a gap from ${from} to ${to}; nothing was missed`;
    return `${fetched} of the gap from ${from} to ${to} ${were} fetched`;
  }

  /** @param {string} key @param {Repaired} item */
  #take(key, item) {
    this.#repaired.delete(key);
    this.#repaired.set(key, item);
    const [oldest] = this.#repaired.keys();
    if (this.#repaired.size > MOST_REPAIRED) this.#repaired.delete(oldest);
  }

  #inGap() {
    const { from, to } = this.#gap ?? { from: NaN, to: NaN };
    return [...this.#repaired.values()].filter(({ start, end }) => start <= to && end >= from);
  }

  #fetched() {
    const items = this.#inGap();
    const count = (/** @type {string} */ kind) => items.filter((item) => item.kind === kind).length;
    return ["trade", "candle"].filter(count).map((kind) => formatQuantity(count(kind), kind)).join(" and ");
  }
}

/** @param {Gap} gap @param {number} from @param {number} to */
function isNear(gap, from, to) {
  return from <= gap.to + SAME_GAP_MILLISECONDS && to >= gap.from - SAME_GAP_MILLISECONDS;
}
