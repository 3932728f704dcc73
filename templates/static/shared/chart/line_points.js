/** Columns of times and values as the chart library takes a line: in seconds, each later than the one before. Pure. */
import { secondsOf } from "./chart_time.js";

/**
 * @param {number[]} times ms
 * @param {(number | null)[]} values
 * @returns {{time: import("lightweight-charts").UTCTimestamp, value: number}[]} what isn't known is left out
 */
export function pointsOf(times, values) {
  const points = [];
  let last = -Infinity;
  for (const [index, time] of times.entries()) {
    const value = values[index];
    const seconds = Math.floor(time / 1000);
    if (seconds <= last || value === null || !Number.isFinite(value)) continue;
    points.push({ time: secondsOf(seconds * 1000), value });
    last = seconds;
  }
  return points;
}

/** @param {number[]} values @param {number} [first] what they began with @returns {number[]} changes since then in per cent */
export function changesOf(values, first = values[0]) {
  return values.map((value) => (value / first - 1) * 100);
}

/** @typedef {{time: import("lightweight-charts").UTCTimestamp, side: "buy" | "sell", isAbove: boolean}} PointMark */

/**
 * @param {{time: number, side: "buy" | "sell"}[]} fills by time, ms
 * @param {number[]} times of the line's points, ms, by time
 * @param {boolean} isAbove the line
 * @returns {PointMark[]} at the first point after each fill; those of a side at one point are one
 */
export function fillMarksOf(fills, times, isAbove) {
  /** @type {Map<string, PointMark>} */
  const marks = new Map();
  let at = 0;
  for (const { time, side } of fills) {
    while (at < times.length && times[at] <= time) at += 1;
    if (at === times.length) break;
    const point = Math.floor(times[at] / 1000) * 1000;
    marks.set(`${point} ${side}`, { time: secondsOf(point), side, isAbove });
  }
  return [...marks.values()];
}
