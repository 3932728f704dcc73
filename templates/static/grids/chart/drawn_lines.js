/** The lines that the chart draws: of a grid that is planned, and of one that there is. Pure. */
import { numberShown } from "../../shared/typed_numbers.js";
import { plannedLines } from "../preview/planned_lines.js";

/** @typedef {import("../../shared/chart/chart_levels.js").DrawnLevel} DrawnLevel */
/** @typedef {import("../../../types/grids.js").Grid} Grid */

/** With more lines than these only those with an order are named on the scale. */
const MOST_NAMED = 24;
const COLOURS = { buy: "up", sell: "down", empty: "muted" };
const ENDS = /** @type {const} */ (["trigger_price", "stop_loss", "take_profit"]);

/** @param {import("../../../types/grids.js").Preview} preview @param {Record<string, unknown>} given @returns {DrawnLevel[]} */
export function linesOfPreview(preview, given) {
  const lines = plannedLines(preview, numberShown(given.trigger_price));
  const isNamed = lines.length <= MOST_NAMED;
  const drawn = lines.map(({ price, kind }, index) => {
    return { key: `line ${index}`, price, colour: COLOURS[kind], isFaint: kind === "empty" || !isNamed };
  });
  return [...drawn, ...endsOf(given)];
}

/**
 * @param {Grid} grid with its levels
 * @param {{price: number, side: string}[]} resting its open orders
 * @returns {DrawnLevel[]} orders as they rest, and the lines that have none
 */
export function linesOfGrid({ levels, parameters }, resting) {
  const taken = new Set(resting.map(({ price }) => price));
  const isNamed = resting.length <= MOST_NAMED;
  const orders = resting.map(({ price, side }) => {
    return { key: `${side} ${price}`, price, colour: side === "buy" ? "up" : "down", isFaint: !isNamed };
  });
  const gaps = levels?.length ? levels : [parameters]; // before it begins there are its bounds alone
  const prices = new Set(gaps.flatMap(({ lower_price: lower, upper_price: upper }) => [lower, upper]));
  const empty = [...prices].filter((price) => !taken.has(price));
  return [...orders, ...empty.map((price) => ({ key: `line ${price}`, price, colour: "muted", isFaint: true })), ...endsOf(parameters)];
}

/** @param {Record<string, any>} prices @returns {DrawnLevel[]} where it begins and ends */
function endsOf(prices) {
  return ENDS.flatMap((name) => {
    const price = numberShown(prices[name]);
    return price === null ? [] : [{ key: name, price, colour: name === "trigger_price" ? "accent" : "warning", isFaint: false }];
  });
}
