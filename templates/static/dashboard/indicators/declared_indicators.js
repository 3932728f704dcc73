/**
 * The indicators that the server computes, as streaming/indicators/catalogue.py declares them. Pure.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */

/**
 * @typedef {{name: string, initial: number, least: number, most: number, isWhole: boolean}} DeclaredParameter
 * @typedef {object} DeclaredIndicator
 * @property {string} key
 * @property {string} title in words
 * @property {DeclaredParameter[]} parameters
 * @property {string[]} outputs
 * @property {[number, number]} [bounds] the least and the most that each of its outputs can be, by the formula itself
 * @property {number} warmUp of what never forgets its first candles: after how many times as many as its first value
 *   takes nothing is left of them; else 0
 */

/** @satisfies {Record<string, DeclaredIndicator>} */
export const DECLARED = {
  sma: {
    key: "sma",
    title: "Simple moving average",
    parameters: [{ name: "period", initial: 20, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    warmUp: 0,
  },
  ema: {
    key: "ema",
    title: "Exponential moving average",
    parameters: [{ name: "period", initial: 20, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    warmUp: 14,
  },
  wma: {
    key: "wma",
    title: "Weighted moving average",
    parameters: [{ name: "period", initial: 20, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    warmUp: 0,
  },
  rsi: {
    key: "rsi",
    title: "Relative strength index",
    parameters: [{ name: "period", initial: 14, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    bounds: [0, 100],
    warmUp: 28,
  },
  macd: {
    key: "macd",
    title: "Moving average convergence divergence",
    parameters: [
      { name: "fast", initial: 12, least: 2, most: 200, isWhole: true },
      { name: "slow", initial: 26, least: 2, most: 200, isWhole: true },
      { name: "signal", initial: 9, least: 1, most: 200, isWhole: true },
    ],
    outputs: ["macd", "signal", "histogram"],
    warmUp: 14,
  },
  bollinger: {
    key: "bollinger",
    title: "Bollinger bands",
    parameters: [
      { name: "period", initial: 20, least: 2, most: 200, isWhole: true },
      { name: "deviations", initial: 2, least: 0.1, most: 10, isWhole: false },
    ],
    outputs: ["upper", "middle", "lower"],
    warmUp: 0,
  },
  donchian: {
    key: "donchian",
    title: "Donchian channel",
    parameters: [{ name: "period", initial: 20, least: 2, most: 200, isWhole: true }],
    outputs: ["upper", "middle", "lower"],
    warmUp: 0,
  },
  stochastic: {
    key: "stochastic",
    title: "Stochastic oscillator",
    parameters: [
      { name: "k", initial: 14, least: 1, most: 200, isWhole: true },
      { name: "slowing", initial: 3, least: 1, most: 200, isWhole: true },
      { name: "d", initial: 3, least: 1, most: 200, isWhole: true },
    ],
    outputs: ["k", "d"],
    bounds: [0, 100],
    warmUp: 0,
  },
  atr: {
    key: "atr",
    title: "Average true range",
    parameters: [{ name: "period", initial: 14, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    warmUp: 28,
  },
  adx: {
    key: "adx",
    title: "Average directional movement index",
    parameters: [{ name: "period", initial: 14, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    bounds: [0, 100],
    warmUp: 16,
  },
  cci: {
    key: "cci",
    title: "Commodity channel index",
    parameters: [{ name: "period", initial: 20, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    warmUp: 0,
  },
  mfi: {
    key: "mfi",
    title: "Money flow index",
    parameters: [{ name: "period", initial: 14, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    bounds: [0, 100],
    warmUp: 0,
  },
  roc: {
    key: "roc",
    title: "Rate of change (per cent)",
    parameters: [{ name: "period", initial: 10, least: 2, most: 200, isWhole: true }],
    outputs: ["value"],
    warmUp: 0,
  },
};
