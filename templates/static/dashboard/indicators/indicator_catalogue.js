/** The indicators that a reader may choose: what they are called, what can be set, and the lines they draw. Pure. */
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
import { AverageDirectionalIndex, AverageTrueRange, DonchianChannel } from "./ranges.js";
import { sessionOf } from "./vwap_sessions.js";

/**
 * @typedef {{name: string, label: string, initial: number, least: number, most: number, isWhole: boolean}} Parameter
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

/** Averages that never forget, as `streaming/indicators/catalogue.py` says it. */
const [EXPONENTIAL, WILDER, WILDER_TWICE] = [14, 28, 16];

/** @param {string} name @param {string} label @param {number} initial @param {number} [least] @returns {Parameter} a number of candles */
function candles(name, label, initial, least = 2) {
  return { name, label, initial, least, most: 200, isWhole: true };
}

/** @param {number} initial */
function period(initial) {
  return candles("period", "Period", initial);
}

/** @param {string} colour */
function oneLine(colour) {
  return [{ key: "value", colour }];
}

/** @param {string} colour @returns {Line[]} */
function channel(colour) {
  return [{ key: "upper", colour }, { key: "middle", colour, dashed: true }, { key: "lower", colour }];
}

const DEVIATIONS = { name: "deviations", label: "Deviations", initial: 2, least: 0.1, most: 10, isWhole: false };
/** @type {Pick<Entry, "ownPane" | "decimals">} */
const OSCILLATOR = { ownPane: true, decimals: 2 };
/** @type {Pick<Entry, "ownPane" | "decimals" | "range">} */
const PERCENTAGE = { ...OSCILLATOR, range: [0, 100] };

/** @type {Entry[]} */
const AVERAGES = [
  {
    ...{ key: "sma", name: "SMA", title: "Simple moving average", parameters: [period(20)], lines: oneLine("line-1") },
    make: (parameters) => new SimpleMovingAverage(parameters),
  },
  {
    ...{ key: "ema", name: "EMA", title: "Exponential moving average", parameters: [period(20)], lines: oneLine("line-2") },
    memory: { before: ({ period }) => period - 1, warmUp: EXPONENTIAL },
    make: (parameters) => new ExponentialMovingAverage(parameters),
  },
  {
    ...{ key: "wma", name: "WMA", title: "Weighted moving average", parameters: [period(20)], lines: oneLine("line-4") },
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
    ...{ key: "bollinger", name: "BB", title: "Bollinger bands", lines: channel("line-3") },
    parameters: [period(20), DEVIATIONS],
    make: (parameters) => new BollingerBands(parameters),
  },
  {
    ...{ key: "donchian", name: "DC", title: "Donchian channel", parameters: [period(20)], lines: channel("line-5") },
    make: (parameters) => new DonchianChannel(parameters),
  },
];

/** @type {Entry[]} */
const OSCILLATORS = [
  {
    ...{ key: "rsi", name: "RSI", title: "Relative strength index", parameters: [period(14)], lines: oneLine("line-3") },
    ...{ ...PERCENTAGE, levels: [30, 70], memory: { before: ({ period }) => period, warmUp: WILDER } },
    make: (parameters) => new RelativeStrengthIndex(parameters),
  },
  {
    ...{ key: "macd", name: "MACD", title: "Moving average convergence divergence", ownPane: true, levels: [] },
    parameters: [candles("fast", "Fast", 12), candles("slow", "Slow", 26), candles("signal", "Signal", 9, 1)],
    lines: [
      { key: "histogram", colour: "muted", kind: "histogram" },
      { key: "macd", colour: "line-2" },
      { key: "signal", colour: "line-1" },
    ],
    memory: { before: ({ slow, signal }) => slow + signal - 2, warmUp: EXPONENTIAL },
    make: (parameters) => new MovingAverageConvergenceDivergence(parameters),
  },
  {
    ...{ key: "stochastic", name: "Stoch", title: "Stochastic oscillator", ...PERCENTAGE, levels: [20, 80] },
    parameters: [candles("k", "%K", 14, 1), candles("slowing", "Slowing", 3, 1), candles("d", "%D", 3, 1)],
    lines: [{ key: "k", colour: "line-2" }, { key: "d", colour: "line-1" }],
    make: (parameters) => new StochasticOscillator(parameters),
  },
  {
    ...{ key: "atr", name: "ATR", title: "Average true range", parameters: [period(14)], lines: oneLine("line-6") },
    ...{ ownPane: true, levels: [], memory: { before: ({ period }) => period, warmUp: WILDER } },
    make: (parameters) => new AverageTrueRange(parameters),
  },
  {
    ...{ key: "adx", name: "ADX", title: "Average directional movement index", lines: oneLine("line-6") },
    ...{ parameters: [period(14)], ...PERCENTAGE, levels: [25], memory: { before: ({ period }) => 2 * period - 1, warmUp: WILDER_TWICE } },
    make: (parameters) => new AverageDirectionalIndex(parameters),
  },
  {
    ...{ key: "cci", name: "CCI", title: "Commodity channel index", parameters: [period(20)], lines: oneLine("line-5") },
    ...{ ...OSCILLATOR, levels: [-100, 100] },
    make: (parameters) => new CommodityChannelIndex(parameters),
  },
  {
    ...{ key: "mfi", name: "MFI", title: "Money flow index", parameters: [period(14)], lines: oneLine("line-4") },
    ...{ ...PERCENTAGE, levels: [20, 80] },
    make: (parameters) => new MoneyFlowIndex(parameters),
  },
  {
    ...{ key: "roc", name: "ROC", title: "Rate of change (per cent)", parameters: [period(10)], lines: oneLine("line-2") },
    ...{ ...OSCILLATOR, levels: [0] },
    make: (parameters) => new RateOfChange(parameters),
  },
];

export const CATALOGUE = [...AVERAGES, ...CHANNELS, ...OSCILLATORS];
