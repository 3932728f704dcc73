/** What the form gives the server for a grid, and how a former one fills the form. Pure. */
import { decimalsOfStep } from "../../shared/format.js";
import { exactNumber, fractionGiven, percentText, text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/grids.js").GridParameters} GridParameters */
/** @typedef {Record<string, string>} FormValues as they are typed; `pair` as `symbolGiven` has it; `size` is of `sizing`, `fee` in per cent */

const REQUIRED = ["pair", "lower_price", "upper_price", "grid_count"];
const OPTIONAL_PRICES = ["trigger_price", "stop_loss", "take_profit"];
const NUMBERS = ["lower_price", "upper_price", "grid_count", ...OPTIONAL_PRICES];
/** What `grid.update_params` takes. */
const CHANGEABLE = ["lower_price", "upper_price", "grid_count", "spacing", "investment", "order_size", ...OPTIONAL_PRICES];

/** @param {FormValues} values @returns {string[]} what is still to be typed before there is anything to preview */
export function missingOf(values) {
  return REQUIRED.filter((name) => !values[name]?.trim());
}

/** @param {FormValues} values @returns {Record<string, unknown>} of `grid.preview` and `grid.start` */
export function gridGiven(values) {
  const numbers = NUMBERS.map((name) => [name, exactNumber(values[name] ?? "")]);
  const given = {
    ...{ pair: values.pair ?? "", account: values.account ?? "", spacing: values.spacing, fee_rate: fractionGiven(values.fee ?? "") },
    ...Object.fromEntries(numbers),
    [values.sizing]: exactNumber(values.size ?? ""),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
}

/** @param {{symbol: string, account: string, parameters: GridParameters}} grid @returns {FormValues} that would start it again */
export function valuesOf({ symbol, account, parameters }) {
  const sizing = parameters.order_size === null ? "investment" : "order_size";
  return {
    ...{ pair: symbol, account, spacing: parameters.spacing, fee: percentText(parameters.fee_rate), sizing, size: text(parameters[sizing]) },
    ...Object.fromEntries(NUMBERS.map((name) => [name, text(parameters[/** @type {keyof GridParameters} */ (name)])])),
  };
}

/**
 * @param {GridParameters} parameters as they are
 * @param {Record<string, string>} typed by name
 * @returns {Record<string, unknown>} of `grid.update_params`: what differs; null takes one away
 */
export function changesOf(parameters, typed) {
  const changed = CHANGEABLE.filter((name) => {
    const former = text(parameters[/** @type {keyof GridParameters} */ (name)]);
    return typed[name] !== undefined && text(exactNumber(typed[name])) !== former;
  });
  return Object.fromEntries(changed.map((name) => [name, typed[name].trim() === "" ? null : exactNumber(typed[name])]));
}

/**
 * @param {number} price
 * @param {number} percent to either side
 * @param {number | string | undefined} tickSize
 * @returns {{lower_price: string, upper_price: string}} bounds around a price, as the market takes them
 */
export function boundsAround(price, percent, tickSize) {
  const step = Number(tickSize) || 0.01;
  const decimals = decimalsOfStep(step);
  const bound = (/** @type {number} */ factor) => (Math.max(1, Math.round((price * factor) / step)) * step).toFixed(decimals);
  return { lower_price: bound(1 - percent / 100), upper_price: bound(1 + percent / 100) };
}
