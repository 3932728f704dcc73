/** The address of the page of backtests with its form filled: of a strategy, its parameters and its market. Pure. */
import { offeredIntervals } from "../market_data/intervals.js";

const PAGE = "/backtests/";
const PARAMETER = /^params\.(\w{1,64})$/;
const MOST_LETTERS = 2_000;

/**
 * @typedef {object} BacktestValues as they are typed
 * @property {string} strategy
 * @property {string} symbol
 * @property {string} interval
 * @property {string} capital
 * @property {Record<string, string>} parameters by name
 */

/** @param {BacktestValues} values @returns {string} */
export function backtestAddress({ parameters, ...values }) {
  const params = Object.entries(parameters).map(([name, value]) => [`params.${name}`, value]);
  const given = [...Object.entries(values), ...params].filter(([, value]) => value.trim());
  return `${PAGE}?${new URLSearchParams(given)}`;
}

/** @param {{search: string}} address @returns {Partial<BacktestValues>} what it gives of them */
export function backtestGiven({ search }) {
  const given = new URLSearchParams(search.slice(0, MOST_LETTERS));
  const named = ["strategy", "symbol", "interval", "capital"].map((name) => [name, given.get(name) ?? ""]);
  const known = named.filter(([name, value]) => (name === "interval" ? offeredIntervals().includes(value) : value));
  const parameters = [...given].flatMap(([name, value]) => {
    const parameter = PARAMETER.exec(name)?.[1];
    return parameter ? [[parameter, value]] : [];
  });
  return { ...Object.fromEntries(known), ...(parameters.length ? { parameters: Object.fromEntries(parameters) } : {}) };
}
