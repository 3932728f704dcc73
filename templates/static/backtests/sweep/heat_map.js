/** The runs of a sweep as a grid of two of its parameters, and the colour of each. Pure. */
import { metricValue } from "../../shared/strategies/backtest_metrics.js";

/** @typedef {import("../../../types/backtests.js").SweepCell} SweepCell */
/** @typedef {import("../../../types/backtests.js").SweepResult} SweepResult */
/** @typedef {SweepResult["axes"][number]} Axis a parameter, and its values */

/**
 * @typedef {object} HeatMap
 * @property {Axis | null} rows null: only one parameter was swept
 * @property {Axis} columns
 * @property {{cell: SweepCell | null, value: number | null}[][]} grid
 * @property {string[]} others parameters that are no axis: the best of their values is shown
 * @property {[number, number] | null} bounds least and most of the values
 */

/**
 * @param {Pick<SweepResult, "axes" | "cells">} sweep
 * @param {string} metric
 * @param {{isLessBetter?: boolean}} [options]
 * @returns {HeatMap} of the two parameters with the most values
 */
export function heatMapOf({ axes, cells }, metric, { isLessBetter = false } = {}) {
  const [columns, rows = null, ...others] = [...axes].sort((one, other) => other.values.length - one.values.length);
  const best = bestByPlace(cells, [rows?.name, columns.name], metric, isLessBetter);
  const grid = (rows?.values ?? [undefined]).map((row) => {
    return columns.values.map((column) => {
      const cell = best.get(placeOf([row, column])) ?? null;
      return { cell, value: metricValue(cell?.metrics, metric) };
    });
  });
  const known = grid.flat().map(({ value }) => value).filter((value) => value !== null);
  const bounds = known.length ? /** @type {[number, number]} */ ([Math.min(...known), Math.max(...known)]) : null;
  return { rows, columns, grid, others: others.map(({ name }) => name), bounds };
}

/** @param {SweepCell[]} cells @param {(string | undefined)[]} names @param {string} metric @param {boolean} isLessBetter */
function bestByPlace(cells, names, metric, isLessBetter) {
  /** @type {Map<string, SweepCell>} */
  const best = new Map();
  for (const cell of cells) {
    const place = placeOf(names.map((name) => (name === undefined ? undefined : cell.parameters[name])));
    const former = best.get(place);
    if (!former || isBetter(metricValue(cell.metrics, metric), metricValue(former.metrics, metric), isLessBetter)) best.set(place, cell);
  }
  return best;
}

/** @param {unknown[]} values */
function placeOf(values) {
  return values.map((value) => String(value === undefined || Number.isNaN(Number(value)) ? value : Number(value))).join("|");
}

/** @param {number | null} value @param {number | null} former @param {boolean} isLessBetter */
function isBetter(value, former, isLessBetter) {
  if (value === null) return false;
  if (former === null) return true;
  return isLessBetter ? value < former : value > former;
}

/**
 * @param {[number, number] | null} bounds
 * @param {{isSigned: boolean}} options
 * @returns {[number, number] | null} the values with the strongest colours at either end
 */
export function scaleOf(bounds, { isSigned }) {
  if (!bounds || !isSigned) return bounds;
  const most = Math.max(...bounds.map(Math.abs));
  return [-most, most];
}

/**
 * @param {number | null} value
 * @param {[number, number] | null} bounds
 * @param {{isSigned: boolean}} options `isSigned`: gains and losses have a colour each, by how large they are
 * @returns {{side: "up" | "down" | "none", strength: number}} strength: 0 to 10
 */
export function heatOf(value, bounds, { isSigned }) {
  if (value === null || !bounds) return { side: "none", strength: 0 };
  const [least, most] = /** @type {[number, number]} */ (scaleOf(bounds, { isSigned }));
  if (isSigned) return { side: value < 0 ? "down" : "up", strength: Math.round((Math.abs(value) / (most || 1)) * 10) };
  return { side: "up", strength: most > least ? Math.round(((value - least) / (most - least)) * 10) : 5 };
}

/**
 * @param {SweepCell[]} cells
 * @param {string} metric
 * @param {{isLessBetter: boolean, most: number}} options
 * @returns {SweepCell[]} the best, best first; those without a value are left out
 */
export function bestCells(cells, metric, { isLessBetter, most }) {
  const value = (/** @type {SweepCell} */ { metrics }) => metricValue(metrics, metric);
  const sign = isLessBetter ? 1 : -1;
  const known = cells.filter((cell) => value(cell) !== null);
  return known.toSorted((one, other) => sign * (Number(value(one)) - Number(value(other)))).slice(0, most);
}
