/** How much of a chart's candles its view leaves out. */

/** @typedef {{before: number, after: number}} OutOfSight how many candles are left of the view and right of it; less than none: empty space */

/** @param {import("lightweight-charts").IChartApi} chart @param {number} length of its candles @returns {OutOfSight} not a number before there are any */
export function outOfSight(chart, length) {
  const { from = NaN, to = NaN } = chart.timeScale().getVisibleLogicalRange() ?? {};
  return { before: from, after: length - 1 - to };
}
