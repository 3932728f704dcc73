/** How the axes of the chart write their values: as the rest of the page does. */
import { decimalsOfStep, formatNumber } from "../format.js";

/** @typedef {{type: "custom", minMove: number, formatter: (value: number) => string}} AxisFormat */

const ORDINARY_STEP = 0.01;

/** @param {number | string | undefined} step the least by which a value moves; @returns {AxisFormat} */
export function axisFormat(step) {
  const decimals = decimalsOfStep(step);
  const formatter = (/** @type {number} */ value) => formatNumber(value, decimals);
  return { type: "custom", minMove: Number(step) || ORDINARY_STEP, formatter };
}
