import { formatQuantity } from "../format.js";

/** The candle intervals that there are; case matters: `1M` is a month, `1m` a minute. */
export const INTERVALS = [
  "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
];
export const DEFAULT_INTERVAL = "1m";

/** @returns {string[]} those that the server's exchange has candles of, as the page's template says; all where it says nothing */
export function offeredIntervals() {
  const offered = globalThis.document?.body?.dataset.intervals?.split(" ");
  return offered?.[0] ? INTERVALS.filter((interval) => offered.includes(interval)) : INTERVALS;
}

/** @type {Record<string, string>} */
const NAMES = { s: "second", m: "minute", h: "hour", d: "day", w: "week", M: "month" };

/**
 * @param {string} interval
 * @returns {string} in words: `15 minutes`
 */
export function intervalText(interval) {
  const count = Number.parseInt(interval, 10);
  return formatQuantity(count, NAMES[interval.slice(-1)]);
}

/** @param {string} interval whether its candles are shorter than a day, so that the time axis needs hours */
export function isWithinDay(interval) {
  return /[smh]$/.test(interval);
}

/** @type {Record<string, number>} */
const MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_678_400_000 };

/**
 * @param {string} interval
 * @returns {number} how long a candle lasts at most, ms
 */
export function longestOf(interval) {
  return Number.parseInt(interval, 10) * MILLISECONDS[interval.slice(-1)];
}

/**
 * @param {number} time
 * @param {number} opening of a candle before it, from which weeks and several days are counted
 * @param {string} interval
 * @returns {number} when the candle opened into which a moment falls; all in ms
 */
export function openingOf(time, opening, interval) {
  if (interval.endsWith("M")) return Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth());
  const length = longestOf(interval);
  return opening + Math.floor((time - opening) / length) * length;
}
