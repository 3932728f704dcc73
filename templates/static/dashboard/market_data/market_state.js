/**
 * What is known of the chosen market at one moment. All that a frame of the screen shows of it is painted from one state,
 * so that its price is the same wherever it stands. A state is never changed: another one follows it. Pure.
 */
import { msOf } from "../../shared/moments.js";

/** @typedef {import("@tidewire/client/protocol").Ticker} Ticker */
/** @typedef {import("@tidewire/client/protocol").Depth} Depth */
/** @typedef {import("@tidewire/client/protocol").Kline} Kline */
/** @typedef {import("@tidewire/client/protocol").Trade} Trade */
/** @typedef {{ticker?: Ticker, depth?: Depth, deepDepth?: Depth, kline?: Kline, trades?: readonly Trade[]}} Known `trades`: newest first */

/** As many as the list of trades shows. */
export const MOST_TRADES = 40;
/** What tells another price so much later than the last trade was made is believed: trades are missing then. */
const TRADES_MISSING_MILLISECONDS = 3_000;
/** A deep book that is so much older than the ten best levels is being made anew. */
const DEEP_MISSING_MILLISECONDS = 1_000;
/** @type {readonly Trade[]} */
const NO_TRADES = [];

export class MarketState {
  #known;

  /** @param {string} symbol @param {string} interval of its candles @param {Known} [known] */
  constructor(symbol, interval, known = {}) {
    this.symbol = symbol;
    this.interval = interval;
    this.#known = known;
  }

  /** @param {Ticker} ticker @returns {MarketState} */
  withTicker(ticker) {
    return this.#with({ ticker });
  }

  /** @param {Depth} depth @returns {MarketState} */
  withDepth(depth) {
    return this.#with({ depth });
  }

  /** @param {Depth} deepDepth the same book's, of more levels @returns {MarketState} */
  withDeepDepth(deepDepth) {
    return this.#with({ deepDepth });
  }

  /** @returns {MarketState} of which only the ten best levels are known */
  withoutDeepDepth() {
    return this.#known.deepDepth ? this.#with({ deepDepth: undefined }) : this;
  }

  /** @param {Kline} kline those that fill a hole are told by no state @returns {MarketState} */
  withKline(kline) {
    return kline.repaired ? this : this.#with({ kline });
  }

  /** @param {Trade} trade one without a price is none @returns {MarketState} */
  withTrade(trade) {
    return Number.isFinite(trade.price) ? this.#with({ trades: withTrade(this.trades, trade) }) : this;
  }

  /** @param {string} interval @returns {MarketState} of the same market's other candles */
  withInterval(interval) {
    return new MarketState(this.symbol, interval, { ...this.#known, kline: undefined });
  }

  /** @param {MarketState} other @returns {boolean} whether both are of the same market and the same candles */
  isOf({ symbol, interval }) {
    return symbol === this.symbol && interval === this.interval;
  }

  get ticker() {
    return this.#known.ticker;
  }

  /** The deep book while it is kept, else the ten best levels: all that is shown of a book is of this one. */
  get depth() {
    const { depth, deepDepth } = this.#known;
    if (!deepDepth || deepDepth.stale || !depth) return depth ?? deepDepth;
    const isMissing = msOf(depth.timestamp) - msOf(deepDepth.timestamp) > DEEP_MISSING_MILLISECONDS;
    return isMissing ? depth : deepDepth;
  }

  /** Newest first: in the order in which they came, but for those that fill a hole. */
  get trades() {
    return this.#known.trades ?? NO_TRADES;
  }

  /** That of the newest trade; undefined where nothing is known of it. */
  get price() {
    const [trade] = this.trades;
    const told = this.#told;
    const isMissing = trade && told && msOf(told.timestamp) - msOf(trade.timestamp) > TRADES_MISSING_MILLISECONDS;
    const price = trade && !isMissing ? trade.price : told?.price;
    return Number.isFinite(price) ? price : undefined;
  }

  /** The book's best; of a market without a book the ticker's. */
  get bid() {
    return this.depth ? this.depth.bids[0]?.[0] : this.ticker?.bid;
  }

  get ask() {
    return this.depth ? this.depth.asks[0]?.[0] : this.ticker?.ask;
  }

  /** The last 24 hours up to the price; undefined before the ticker has told of them. */
  get day() {
    const { ticker, price } = this;
    if (!ticker || price === undefined) return undefined;
    const before = ticker.price - ticker.change;
    const change = price === ticker.price ? ticker.change : price - before;
    const changePercent = price === ticker.price ? ticker.changePercent : (change / before) * 100;
    return { change, changePercent, high: Math.max(ticker.high, price), low: Math.min(ticker.low, price), volume: ticker.volume };
  }

  /** What tells of a price beside the trades, the newest of it. */
  get #told() {
    const { ticker, kline } = this.#known;
    if (!kline) return ticker;
    const isOlder = ticker && msOf(kline.timestamp) < msOf(ticker.timestamp);
    return isOlder ? ticker : { price: kline.close, timestamp: kline.timestamp };
  }

  /** @param {Known} news */
  #with(news) {
    return new MarketState(this.symbol, this.interval, { ...this.#known, ...news });
  }
}

/**
 * @param {readonly Trade[]} trades newest first
 * @param {Trade} trade
 * @returns {readonly Trade[]} with it: on top, or where it belongs if it fills a hole
 */
function withTrade(trades, trade) {
  const time = msOf(trade.timestamp);
  const older = trade.repaired ? trades.findIndex(({ timestamp }) => msOf(timestamp) <= time) : 0;
  const place = older === -1 ? trades.length : older;
  return [...trades.slice(0, place), trade, ...trades.slice(place)].slice(0, MOST_TRADES);
}
