/** The indicators that a reader may choose: of those that the server computes, and one more, how each is drawn. Pure. */
import { DECLARED } from "./declared_indicators.js";
import {
  BollingerBands,
  ExponentialMovingAverage,
  MovingAverageConvergenceDivergence,
  RelativeStrengthIndex,
  SimpleMovingAverage,
  VolumeWeightedAveragePrice,
  WeightedMovingAverage,
} from "./indicators.js";
import { CommodityChannelIndex, MoneyFlowIndex, RateOfChange, StochasticOscillator } from "./oscillators.js";
import { labelled } from "./parameter_labels.js";
import { AverageDirectionalIndex, AverageTrueRange, DonchianChannel } from "./ranges.js";
import { sessionOf } from "./vwap_sessions.js";

/**
 * @typedef {import("./declared_indicators.js").DeclaredIndicator} DeclaredIndicator
 * @typedef {import("./parameter_labels.js").Parameter} Parameter
 * @typedef {{key: string, colour: string, kind?: "line" | "histogram", dashed?: boolean}} Line a value,
 *   and the name of its colour in theme.css, which lines have in common that are painted alike
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} name short, for the legend
 * @property {string} title in words
 * @property {Parameter[]} parameters
 * @property {boolean} [ownPane] whether it has a scale of its own, below the candles
 * @property {[number, number]} [range] of that scale; without it that of the values in sight
 * @property {number[]} [levels] of that scale, which are marked
 * @property {number} [decimals] of its values; without it those of the price
 * @property {Line[]} lines
 * @property {{before: (parameters: Record<string, number>) => number, warmUp: number}} [memory] where it never forgets a candle: how
 *   many are `before` its first value, and after how many times as many nothing is left of them, as the server's catalogue says it
 * @property {(parameters: Record<string, number>, interval: string) => import("./indicators.js").Indicator} make
 */

/** @param {DeclaredIndicator} indicator @returns {Pick<Entry, "key" | "title" | "parameters" | "range">} what the server says of it */
function declared({ key, title, parameters, bounds }) {
  return { key, title, parameters: parameters.map(labelled), ...(bounds && { range: bounds }) };
}

/** @param {DeclaredIndicator} indicator @param {(parameters: Record<string, number>) => number} before */
function memory({ warmUp }, before) {
  return { before, warmUp };
}

/** @param {string} colour */
function oneLine(colour) {
  return [{ key: "value", colour }];
}

/** @param {string} colour @returns {Line[]} */
function channel(colour) {
  return [{ key: "upper", colour }, { key: "middle", colour, dashed: true }, { key: "lower", colour }];
}

/** @type {Pick<Entry, "ownPane" | "decimals">} */
const OSCILLATOR = { ownPane: true, decimals: 2 };

/** @type {Entry[]} */
const AVERAGES = [
  {
    ...{ ...declared(DECLARED.sma), name: "SMA", lines: oneLine("line-1") },
    make: (parameters) => new SimpleMovingAverage(parameters),
  },
  {
    ...{ ...declared(DECLARED.ema), name: "EMA", lines: oneLine("line-2"), memory: memory(DECLARED.ema, ({ period }) => period - 1) },
    make: (parameters) => new ExponentialMovingAverage(parameters),
  },
  {
    ...{ ...declared(DECLARED.wma), name: "WMA", lines: oneLine("line-4") },
    make: (parameters) => new WeightedMovingAverage(parameters),
  },
  {
    ...{ key: "vwap", name: "VWAP", title: "Volume-weighted average price", parameters: [], lines: oneLine("line-4") },
    make: (_, interval) => new VolumeWeightedAveragePrice({ sessionOf: sessionOf(interval).startOf }),
  },
];

/** @type {Entry[]} */
const CHANNELS = [
  {
    ...{ ...declared(DECLARED.bollinger), name: "BB", lines: channel("line-3") },
    make: (parameters) => new BollingerBands(parameters),
  },
  {
    ...{ ...declared(DECLARED.donchian), name: "DC", lines: channel("line-5") },
    make: (parameters) => new DonchianChannel(parameters),
  },
];

/** @type {Entry[]} */
const OSCILLATORS = [
  {
    ...{ ...declared(DECLARED.rsi), ...OSCILLATOR, name: "RSI", lines: oneLine("line-3"), levels: [30, 70] },
    memory: memory(DECLARED.rsi, ({ period }) => period),
    make: (parameters) => new RelativeStrengthIndex(parameters),
  },
  {
    ...{ ...declared(DECLARED.macd), name: "MACD", ownPane: true, levels: [] },
    lines: [
      { key: "histogram", colour: "muted", kind: "histogram" },
      { key: "macd", colour: "line-2" },
      { key: "signal", colour: "line-1" },
    ],
    memory: memory(DECLARED.macd, ({ slow, signal }) => slow + signal - 2),
    make: (parameters) => new MovingAverageConvergenceDivergence(parameters),
  },
  {
    ...{ ...declared(DECLARED.stochastic), ...OSCILLATOR, name: "Stoch", levels: [20, 80] },
    lines: [{ key: "k", colour: "line-2" }, { key: "d", colour: "line-1" }],
    make: (parameters) => new StochasticOscillator(parameters),
  },
  {
    ...{ ...declared(DECLARED.atr), name: "ATR", lines: oneLine("line-6"), ownPane: true, levels: [] },
    memory: memory(DECLARED.atr, ({ period }) => period),
    make: (parameters) => new AverageTrueRange(parameters),
  },
  {
    ...{ ...declared(DECLARED.adx), ...OSCILLATOR, name: "ADX", lines: oneLine("line-6"), levels: [25] },
    memory: memory(DECLARED.adx, ({ period }) => 2 * period - 1),
    make: (parameters) => new AverageDirectionalIndex(parameters),
  },
  {
    ...{ ...declared(DECLARED.cci), ...OSCILLATOR, name: "CCI", lines: oneLine("line-5"), levels: [-100, 100] },
    make: (parameters) => new CommodityChannelIndex(parameters),
  },
  {
    ...{ ...declared(DECLARED.mfi), ...OSCILLATOR, name: "MFI", lines: oneLine("line-4"), levels: [20, 80] },
    make: (parameters) => new MoneyFlowIndex(parameters),
  },
  {
    ...{ ...declared(DECLARED.roc), ...OSCILLATOR, name: "ROC", lines: oneLine("line-2"), levels: [0] },
    make: (parameters) => new RateOfChange(parameters),
  },
];

export const CATALOGUE = [...AVERAGES, ...CHANNELS, ...OSCILLATORS];
