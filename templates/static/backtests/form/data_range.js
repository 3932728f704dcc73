/** The range of a backtest: as it is typed, chosen quickly, and what of it is stored. Pure. */
import { formatCount, formatQuantity } from "../../shared/format.js";
import { longestOf } from "../../shared/market_data/intervals.js";
import { momentText, msOf } from "../../shared/moments.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";

/** @typedef {import("../../../types/backtests.js").StoredData} StoredData */
/** @typedef {{start: number, end: number}} Range ms since the epoch */

const DAY = 86_400_000;
const MINUTE = 60_000;
/** A candle that has closed so lately is told by the exchange a moment later. */
const FRESH = 10_000;

/**
 * @param {number} days
 * @param {number} now ms since the epoch
 * @param {string} interval
 * @returns {Range} of whole candles (of whole minutes, which a field can show), until the last that has closed
 */
export function lastDays(days, now, interval) {
  const step = Math.max(MINUTE, longestOf(interval));
  const end = Math.floor((now - FRESH) / step) * step;
  return { start: end - Math.max(days * DAY, step), end };
}

/** @param {StoredData | null} data @returns {Range | null} all that is stored; null: nothing is */
export function storedRange(data) {
  if (!data || data.start === null || data.end === null) return null;
  const end = msOf(data.end) + longestOf(data.interval); // the last opened then
  return { start: Math.ceil(msOf(data.start) / MINUTE) * MINUTE, end: Math.floor(end / MINUTE) * MINUTE };
}

/** @param {Range} range as it is typed @returns {string} what it is in UTC; nothing where the page's zone is UTC, or as long as an end isn't typed */
export function utcText({ start, end }) {
  if (shownZone().isUtc || !Number.isFinite(start) || !Number.isFinite(end)) return "";
  const [from, until] = [start, end].map((time) => new Date(time).toISOString().slice(0, 16).replace("T", " "));
  return `In UTC: ${from} to ${until}.`;
}

/** @param {number} time */
function dateText(time) {
  return momentText(time).slice(0, 16);
}

/**
 * @param {StoredData} data
 * @param {Range} range that is wanted; not a number where it isn't typed yet
 * @returns {string}
 */
export function storedText(data, range) {
  const stored = storedRange(data);
  if (!stored) return "Nothing of it is stored yet: it is fetched first.";
  const gaps = data.gaps.length ? `, ${formatQuantity(data.gaps.length, "gap")}` : "";
  const what = `Stored: ${dateText(stored.start)} to ${dateText(stored.end)}, ${formatCount(data.candles)} candles${gaps}.`;
  return [what, missingText(stored, data.gaps, range)].filter(Boolean).join(" ");
}

/** @param {Range} stored @param {StoredData["gaps"]} gaps @param {Range} wanted */
function missingText(stored, gaps, { start, end }) {
  if (!Number.isFinite(start) || !Number.isFinite(end)) return "";
  const isWithin = start >= stored.start && end <= stored.end;
  const isWhole = gaps.every((gap) => msOf(gap.start) >= end || msOf(gap.end) < start);
  return isWithin && isWhole ? "" : "What your range lacks is fetched first, as far as the exchange has it.";
}
