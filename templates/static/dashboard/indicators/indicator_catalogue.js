/** The indicators that a reader may choose: what they are called, what can be set, and the lines they draw. Pure. */
import {
  BollingerBands,
  ExponentialMovingAverage,
  MovingAverageConvergenceDivergence,
  RelativeStrengthIndex,
  SimpleMovingAverage,
  VolumeWeightedAveragePrice,
} from "./indicators.js";
import { sessionOf } from "./vwap_sessions.js";

/**
 * @typedef {{name: string, label: string, initial: number, least: number, most: number}} Parameter
 * @typedef {{key: string, colour: string, kind?: "line" | "histogram", label?: string, dashed?: boolean}} Line a value,
 *   and the name of its colour in theme.css
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} name short, for the legend
 * @property {string} title in words
 * @property {Parameter[]} parameters
 * @property {boolean} [initially] whether it is chosen where the reader has never chosen
 * @property {boolean} [ownPane] whether it has a scale of its own, below the candles
 * @property {[number, number]} [range] of that scale; without it that of the values in sight
 * @property {number[]} [levels] of that scale, which are marked
 * @property {number} [decimals] of its values; without it those of the price
 * @property {Line[]} lines
 * @property {(parameters: Record<string, number>, interval: string) => import("./indicators.js").Indicator} make
 */

const LONGEST_PERIOD = 500;

/** @param {number} initial @param {string} [name] @param {string} [label] @returns {Parameter} a number of candles */
function period(initial, name = "period", label = "Period") {
  return { name, label, initial, least: 2, most: LONGEST_PERIOD };
}

/** @type {Entry[]} */
export const CATALOGUE = [
  {
    key: "sma",
    name: "SMA",
    title: "Simple moving average",
    initially: true,
    parameters: [period(20)],
    lines: [{ key: "value", colour: "line-1" }],
    make: (parameters) => new SimpleMovingAverage(parameters),
  },
  {
    key: "ema",
    name: "EMA",
    title: "Exponential moving average",
    initially: true,
    parameters: [period(50)],
    lines: [{ key: "value", colour: "line-2" }],
    make: (parameters) => new ExponentialMovingAverage(parameters),
  },
  {
    key: "bollinger",
    name: "BB",
    title: "Bollinger bands",
    parameters: [period(20), { name: "deviations", label: "Deviations", initial: 2, least: 1, most: 5 }],
    lines: [
      { key: "upper", colour: "line-3" },
      { key: "middle", colour: "line-3", dashed: true },
      { key: "lower", colour: "line-3" },
    ],
    make: (parameters) => new BollingerBands(parameters),
  },
  {
    key: "vwap",
    name: "VWAP",
    title: "Volume-weighted average price",
    parameters: [],
    lines: [{ key: "value", colour: "line-4" }],
    make: (_, interval) => new VolumeWeightedAveragePrice({ sessionOf: sessionOf(interval).startOf }),
  },
  {
    key: "rsi",
    name: "RSI",
    title: "Relative strength index",
    parameters: [period(14)],
    ownPane: true,
    range: [0, 100],
    levels: [30, 70],
    decimals: 2,
    lines: [{ key: "value", colour: "line-3" }],
    make: (parameters) => new RelativeStrengthIndex(parameters),
  },
  {
    key: "macd",
    name: "MACD",
    title: "Moving average convergence divergence",
    parameters: [period(12, "fast", "Fast"), period(26, "slow", "Slow"), period(9, "signal", "Signal")],
    ownPane: true,
    levels: [],
    lines: [
      { key: "histogram", colour: "muted", kind: "histogram" },
      { key: "line", colour: "line-2" },
      { key: "signal", colour: "line-1" },
    ],
    make: (parameters) => new MovingAverageConvergenceDivergence(parameters),
  },
];
