/** What a form gives the server for a new backtest or a sweep, and how a former one fills the form. Pure. */
import { paramsGiven } from "../../shared/strategies/parameter_values.js";
import { sweptValues } from "../../shared/strategies/swept_values.js";
import { fieldText, momentTyped, msOf } from "../../shared/moments.js";
import { exactNumber, fractionGiven, percentText, text, withoutEmpty } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/backtests.js").ParameterSchema} ParameterSchema */

/**
 * @typedef {object} FormValues all as they are typed
 * @property {string} strategy
 * @property {Record<string, string>} parameters by name
 * @property {string} symbol as `symbolGiven` has it
 * @property {string} interval
 * @property {string} start in the page's zone, as `2026-11-20T22:00`
 * @property {string} end
 * @property {string} capital
 * @property {string} fee per cent
 * @property {string} slippage per cent
 * @property {string} fills
 */

/** @typedef {{train: string, test: string, step: string}} WalkForwardValues days */

/**
 * @param {FormValues} values
 * @param {ParameterSchema[]} schema of the strategy's parameters
 * @returns {Record<string, unknown>} of `backtest.run`
 */
export function runGiven(values, schema) {
  return withoutEmpty({ ...common(values), params: paramsGiven(schema, values.parameters) });
}

/**
 * @param {FormValues} values
 * @param {ParameterSchema[]} schema
 * @param {WalkForwardValues | null} walkForward
 * @returns {Record<string, unknown>} of `backtest.sweep`
 */
export function sweepGiven(values, schema, walkForward) {
  const swept = sweptOf(values, schema);
  const fixed = schema.filter(({ name }) => !(name in swept));
  const days = walkForward && Object.entries(walkForward).map(([name, typed]) => [name, exactNumber(typed)]);
  return withoutEmpty({
    ...common(values),
    params: paramsGiven(fixed, values.parameters),
    parameters: swept,
    walk_forward: days ? withoutEmpty(Object.fromEntries(days)) : "",
  });
}

/**
 * @param {FormValues} values
 * @param {ParameterSchema[]} schema
 * @returns {Record<string, (string | number | boolean)[]>} the parameters of which there are several values
 */
export function sweptOf({ parameters }, schema) {
  const all = schema.map((parameter) => [parameter.name, sweptValues(parameter, parameters[parameter.name] ?? "")]);
  return Object.fromEntries(all.filter(([, values]) => values.length > 1));
}

/** @param {FormValues} values */
function common({ strategy, symbol, interval, start, end, capital, fee, slippage, fills }) {
  return {
    ...{ strategy, symbol, interval, start: momentTyped(start), end: momentTyped(end) },
    ...{ initial_capital: exactNumber(capital), fee_rate: fractionGiven(fee), slippage: fractionGiven(slippage), fills },
  };
}

/** @param {import("../../../types/backtests.js").Backtest} backtest @returns {FormValues} that would run it again */
export function valuesOf({ strategy, params, symbol, interval, start, end, initial_capital: capital, ...costs }) {
  return {
    ...{ strategy, symbol, interval, start: fieldText(msOf(start)), end: fieldText(msOf(end)) },
    parameters: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, text(value)])),
    ...{ capital: text(capital), fee: percentText(costs.fee_rate), slippage: percentText(costs.slippage) },
    fills: costs.fills ?? "through",
  };
}
