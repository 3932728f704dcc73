/** A figure of the last hours as a line: where it goes, what it says in words. Pure. */
import { NOTHING, formatBytes, formatCount, formatMilliseconds, formatRate } from "../shared/format.js";

export const WIDTH = 240;
export const HEIGHT = 44;

/** @typedef {import("../../types/reports.js").HistorySeries} Series */

/** @type {Record<Series["unit"], (value: number) => string>} */
const FORMATS = { count: formatCount, per_second: formatRate, milliseconds: formatMilliseconds, bytes: formatBytes };
/** @type {Record<Series["summary"], string>} what the worst or the whole of all steps is called */
const TOTALS = { greatest: "most", least: "least", mean: "most", sum: "altogether" };

/** @param {Series["unit"]} unit @param {number | null | undefined} value @returns {string} */
export function valueText(unit, value) {
  return value === null || value === undefined ? NOTHING : FORMATS[unit](value);
}

/** @param {Series} series @returns {string} such as `most 1,234`, of all steps together */
export function totalText({ unit, summary, values }) {
  const known = values.filter((value) => value !== null);
  if (!known.length) return "";
  return `${TOTALS[summary]} ${valueText(unit, totalOf(summary, known))}`;
}

/** @param {Series["summary"]} summary @param {number[]} known */
function totalOf(summary, known) {
  if (summary === "sum") return known.reduce((total, value) => total + value, 0);
  return summary === "least" ? Math.min(...known) : Math.max(...known);
}

/**
 * @param {(number | null)[]} values
 * @returns {string} an SVG path: zero at the bottom, the greatest on top; where nothing is known it is interrupted
 */
export function pathOf(values) {
  const greatest = Math.max(...values.map((value) => value ?? 0), 1);
  const step = WIDTH / Math.max(values.length - 1, 1);
  const height = (/** @type {number} */ value) => 1 + (HEIGHT - 2) * (1 - value / greatest);
  return values
    .map((value, index) => {
      if (value === null) return "";
      const place = `${(index * step).toFixed(1)},${height(value).toFixed(1)}`;
      return (values[index - 1] ?? null) === null ? `M${place}h0.1` : `L${place}`;
    })
    .join("");
}

/** @param {Series[]} series @returns {number} the place of the newest step of which anything is known; 0 where nothing is */
export function newestKnown(series) {
  return Math.max(0, ...series.map(({ values }) => values.findLastIndex((value) => value !== null)));
}
