/** What the form gives the server for a strategy, how a former one fills the form, and what starting it does. Pure. */
import { capitalized } from "../../shared/format.js";
import { intervalText } from "../../shared/market_data/intervals.js";
import { moneyNumber } from "../../shared/money.js";
import { paramsGiven } from "../../shared/strategies/parameter_values.js";
import { exactNumber, text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/backtests.js").StrategyKind} StrategyKind */
/** @typedef {import("../../../types/backtests.js").ParameterSchema} ParameterSchema */

/** What the server takes where none is given. */
export const DEFAULT_INVESTMENT = 1_000;

/**
 * @typedef {object} FormValues as they are typed
 * @property {string} strategy
 * @property {string} symbol as `symbolGiven` has it
 * @property {string} interval
 * @property {string} investment of the symbol's quote asset
 * @property {string} account its id; empty where none is to be chosen
 * @property {Record<string, string>} parameters by name
 */

/** @param {FormValues} values @param {ParameterSchema[]} schema @returns {Record<string, unknown>} of `strategy.start` */
export function strategyGiven({ parameters, symbol, investment, ...others }, schema) {
  const given = { ...others, symbol, investment: exactNumber(investment) };
  const filled = Object.entries(given).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(filled), params: paramsGiven(schema, parameters) };
}

/** @param {import("../../../types/strategies.js").LiveStrategy} strategy @returns {FormValues} that would start it again */
export function valuesOf({ strategy, symbol, interval, invested, account, parameters }) {
  const typed = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, text(value)]));
  return { strategy, symbol, interval, investment: text(invested), account, parameters: typed };
}

/** @param {import("../../../types/backtests.js").Backtest} backtest @returns {Omit<FormValues, "account">} that start the same live */
export function valuesOfBacktest({ strategy, symbol, interval, initial_capital: capital, params }) {
  const typed = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, text(value)]));
  return { strategy, symbol, interval, investment: text(capital), parameters: typed };
}

/**
 * @param {Record<string, any>} given
 * @param {{title: string, quote: string, account: string}} words `account`: the name of the one that pays, where there are several
 * @returns {string[]} sentences
 */
export function startSentences({ symbol, interval, investment, params }, { title, quote, account }) {
  const parameters = Object.entries(params).map(([name, value]) => `${capitalized(name.replaceAll("_", " "))} ${text(value)}`);
  const money = typeof investment === "string" ? investment : moneyNumber(investment ?? DEFAULT_INVESTMENT, quote);
  return [
    `${title} decides at each candle of ${intervalText(interval)} of ${symbol} that closes.`,
    ...(parameters.length ? [`Its parameters: ${parameters.join(", ")}.`] : []),
    `It takes ${`${money} ${quote}`.trim()} of your paper account${account ? ` ${account}` : ""}: no real money.`,
    "It first warms up on candles of the past, and orders nothing until its indicators have values.",
  ];
}
