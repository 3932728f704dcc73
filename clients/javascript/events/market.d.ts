/**
 * The events of the market. Prices in the symbol's quote asset, quantities in its base asset.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { Action, Side, Source } from "./values.js";
import type { Time } from "../protocol.js";

/**
 * What every market event tells besides its own fields.
 *
 * `simulated`: of no real market. `stale`: a last value, told once more because nothing newer came. `repaired`: fetched
 * later, to fill a hole.
 */
export interface Marks {
  source: Source;
  simulated?: boolean;
  stale?: boolean;
  repaired?: boolean;
}

/** Why a source's price isn't part of a combined one: too old, too far from the others, or of no known worth. */
export type LeftOut = "old" | "outlier" | "no_rate";

/**
 * What one source says of a combined price, in US dollars, how old that is in ms, and whether it was used.
 *
 * `price` is null where the stablecoin that the source trades against has no fresh rate; `reason` says why it wasn't
 * used, where it wasn't.
 */
export interface PriceSource {
  name: string;
  price: number | null;
  age_ms: number;
  used: boolean;
  reason?: LeftOut;
}

/**
 * A price made of several sources, of `price:BTC-USD`; what none of them tells is null.
 *
 * `timestamp` is ours.
 */
export interface CombinedPrice extends Marks {
  symbol: string;
  price: number;
  change24h: number | null;
  changePercent24h: number | null;
  high24h: number | null;
  low24h: number | null;
  volume24h: number | null;
  change1h: number | null;
  singleSource: boolean;
  sources: PriceSource[];
  timestamp: number;
}

/**
 * The last price, of `price:<SYMBOL>`; changes and bounds over 24 hours, `changePercent24h` in per cent.
 *
 * `change1h`, over an hour, is unset where the price of an hour before isn't known.
 */
export interface SymbolPrice extends Marks {
  symbol: string;
  price: number;
  change24h: number;
  changePercent24h: number;
  high24h: number;
  low24h: number;
  volume24h: number;
  change1h?: number;
  timestamp: number;
}

/** The rolling 24 hours of a symbol, of `ticker:<SYMBOL>`; `volume` in base units. */
export interface Ticker extends Marks {
  symbol: string;
  price: number;
  bid: number;
  ask: number;
  open: number;
  high: number;
  low: number;
  previousClose: number | null;
  change: number;
  changePercent: number;
  volume: number;
  timestamp: Time;
}

/** `Ticker` as the trading dialect tells it. */
export interface TradingTicker extends Marks {
  symbol: string;
  price: number;
  high: number;
  low: number;
  priceChange: number;
  priceChangePercent: number;
  volume: number;
  quoteVolume: number | null;
}

/**
 * A candle, of `klines:<SYMBOL>:<interval>`, open until `isFinal`; `time` is its first ms.
 *
 * `interval` is as in the channel: `1M` is a month.
 */
export interface Kline extends Marks {
  symbol: string;
  interval: string;
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  isFinal: boolean;
  timestamp: Time;
}

/** `Kline` as the trading dialect tells it. */
export interface TradingKline extends Marks {
  symbol: string;
  interval: string;
  startTime: number;
  endTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  closed: boolean;
}

/** A trade, of `trades:<SYMBOL>`; `side` is the taker's, `timestamp` when the exchange made it. */
export interface Trade extends Marks {
  symbol: string;
  tradeId: number;
  price: number;
  quantity: number;
  side: Side;
  timestamp: Time;
}

/** `Trade` as the trading dialect tells it. */
export interface TradingTrade extends Marks {
  symbol: string;
  tradeId: number;
  price: number;
  quantity: number;
  side: Side;
  time: number;
}

/** One price level of an order book. */
export type Level = [price: number, quantity: number];

/** The best levels of an order book, of `depth:<SYMBOL>`: up to ten a side, the best first. */
export interface Depth extends Marks {
  symbol: string;
  bids: Level[];
  asks: Level[];
  timestamp: Time;
}

/** `Depth` as the trading dialect tells it. */
export interface TradingDepth extends Marks {
  symbol: string;
  bids: Level[];
  asks: Level[];
  time: number;
}

/** One symbol of the overview; the change in per cent, over 24 hours like the volume. */
export interface OverviewRow {
  symbol: string;
  price: number;
  changePercent24h: number;
  volume24h: number;
}

/** The whole market, of `market:overview`; gainers, losers and volumes name symbols, the first first. */
export interface Overview extends Marks {
  symbols: OverviewRow[];
  gainers: string[];
  losers: string[];
  volumes: string[];
  timestamp: Time;
}

/**
 * Judged signals whose confidence lay from `least` up to `most`: its mean, and how many of them were right.
 *
 * `independent` is the largest number of them whose horizons don't overlap.
 */
export interface CalibrationBand {
  least: number;
  most: number;
  signals: number;
  independent: number;
  confidence: number;
  hitRate: number;
}

/**
 * What became of a model's earlier public signals on a symbol and a horizon, of the last 200 of each strategy.
 *
 * `hitRate` is the part of the judged ones that was right; `brierScore` the mean squared distance of their confidence
 * from what came, 0 being perfect. Both are null before one was judged. `independent` is the largest number of judged
 * ones whose horizons don't overlap: so many say what the market did once each.
 */
export interface TrackRecord {
  right: number;
  wrong: number;
  independent: number;
  hitRate: number | null;
  brierScore: number | null;
  calibration: CalibrationBand[];
}

/**
 * A public trading signal, of `signals:<SYMBOL>`; `confidence` is from 0 to 1, `reason` says why in words.
 *
 * `model` is the strategy's name in the registry, `version` that of its class, or of the model that learnt by which it
 * goes (`boosting 7`); at the end of `horizon` (`1m`, `15m`) the signal is judged. `trackRecord` tells what became of
 * earlier ones, `versionRecord` of those of the same version. `id` is the same however often the signal is told, and
 * says nothing of whose it is.
 */
export interface Signal extends Marks {
  symbol: string;
  action: Action;
  confidence: number;
  reason: string;
  model: string;
  version: string;
  horizon: string;
  price: number;
  trackRecord: TrackRecord | null;
  versionRecord: TrackRecord | null;
  id: string;
  timestamp: Time;
}

/**
 * A new block, of `blocks:<chain>`; `baseFee` in the chain's smallest unit.
 *
 * `reorg_depth` is how many blocks it retracts.
 */
export interface Block {
  chain: string;
  number: number;
  hash: string;
  parentHash: string;
  transactions: number;
  baseFee: number | null;
  reorg_depth: number;
  timestamp: Time;
}

export type Price = CombinedPrice | SymbolPrice;

/** The data of each type of frame. */
export interface MarketData {
  price: Price;
  ticker: Ticker | TradingTicker;
  kline: Kline | TradingKline;
  trade: Trade | TradingTrade;
  depth: Depth | TradingDepth;
  overview: Overview;
  signal: Signal;
  block: Block;
}
