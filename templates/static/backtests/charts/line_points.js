/** Columns of times and values as the chart library takes a line: in seconds, each later than the one before. Pure. */
import { secondsOf } from "../../shared/chart/chart_time.js";

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
