/** Numbers and times as the page shows them; times in the page's zone (`time_zone/shown_zone.js`). */
import { shownZone } from "./time_zone/shown_zone.js";

export const NOTHING = "–";

const MOST_DECIMALS = 12;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS_OF_BYTES = ["B", "kB", "MB", "GB"];
/** @type {[number, string][]} seconds */
const UNITS_OF_TIME = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];
/**
 * The one place where the reader's language decides how a number is written: how many there are of something. Prices,
 * amounts, rates and ids are copied and compared, and have a point before their decimals everywhere.
 */
const counts = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 });
/** @type {Map<number, Intl.NumberFormat>} by decimals */
const formats = new Map();

/** @typedef {number | null | undefined} Value one that isn't known is shown as nothing */

/**
 * @param {Value} value
 * @param {number} decimals digits after the point, neither more nor fewer
 */
export function formatNumber(value, decimals) {
  return isKnown(value) ? withMinus(formatOf(decimals).format(value)) : NOTHING;
}

/** @param {number} decimals */
function formatOf(decimals) {
  const known = formats.get(decimals);
  if (known) return known;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const made = new Intl.NumberFormat("en-GB", digits);
  formats.set(decimals, made);
  return made;
}

/** @param {Value} value @returns {value is number} */
function isKnown(value) {
  return Number.isFinite(value);
}

/** @param {Value} value of things beside decimals, grouped as those are: a dot of another language might be a point */
export function formatWhole(value) {
  return formatNumber(value, 0);
}

/** @param {Value} value of things, with its thousands apart as the reader's language has them: where it stands alone, and beside no decimals, whose point they might be */
export function formatCount(value) {
  return isKnown(value) ? withMinus(counts.format(value)) : NOTHING;
}

/** @param {Value} value a second */
export function formatRate(value) {
  return formatNumber(value, 1);
}

/** @param {Value} value ms; as 0.4 ms or 1,234 ms */
export function formatMilliseconds(value) {
  return isKnown(value) ? `${formatNumber(value, value < 10 ? 1 : 0)} ms` : NOTHING;
}

/** @param {number} count @param {string} noun in the singular; as 1 day or 3 days */
export function formatQuantity(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {string | null | undefined} text an address or a hash @returns {string} its beginning and its end */
export function shortened(text) {
  if (!text) return NOTHING;
  return text.length > 14 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
}

/** @param {string} text which is not empty */
export function capitalized(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** @param {Value} value as 12.34M */
export function formatCompact(value) {
  return isKnown(value) ? compact.format(value) : NOTHING;
}

/**
 * @param {Value} value
 * @param {number} decimals
 * @returns {string} always with a sign but for nothing, so that colour isn't the only hint
 */
export function formatSigned(value, decimals) {
  const text = formatNumber(value, decimals);
  return isKnown(value) && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** @param {Value} value in per cent */
export function formatPercent(value) {
  return Number.isFinite(value) ? `${formatSigned(value, 2)}%` : NOTHING;
}

/** @param {string | number | undefined} time ISO 8601 or ms since the epoch; as 12:34:56 */
export function formatTime(time) {
  const date = new Date(time ?? NaN);
  return Number.isNaN(date.getTime()) ? NOTHING : shownZone().textAt(date.getTime()).slice(11, 19);
}

/** @param {string | number | null | undefined} time ISO 8601 or ms since the epoch @returns {string} as 2026-11-26 05:12 UTC+1 */
export function zonedText(time) {
  return zonedPart(time, 0, 16);
}

/** @param {string | number | null | undefined} time ISO 8601 or ms since the epoch @returns {string} as 2026-11-26 05:12:07 UTC+1 */
export function zonedSeconds(time) {
  return zonedPart(time, 0, 19);
}

/** @param {string | number | null | undefined} time ISO 8601 or ms since the epoch @returns {string} as 05:12:07 UTC+1 */
export function zonedClock(time) {
  return zonedPart(time, 11, 19);
}

/**
 * @param {string | number | null | undefined} time
 * @param {number} begin of the part of 2026-11-26T05:12:07 that is shown
 * @param {number} end
 */
function zonedPart(time, begin, end) {
  const at = new Date(time ?? NaN).getTime();
  if (!Number.isFinite(at)) return NOTHING;
  return `${shownZone().textAt(at).slice(begin, end).replace("T", " ")} ${shownZone().offsetText(at)}`;
}

/** @param {number} bytes in powers of 1000, as 4.1 kB */
export function formatBytes(bytes) {
  if (!Number.isFinite(bytes)) return NOTHING;
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS_OF_BYTES.length - 1);
  return `${formatNumber(bytes / 1_000 ** power, power ? 1 : 0)} ${UNITS_OF_BYTES[power]}`;
}

/** @param {Value} seconds in the two largest units, as 3 d 4 h or 12 min 5 s */
export function formatDuration(seconds) {
  if (!isKnown(seconds)) return NOTHING;
  let left = Math.max(0, Math.floor(seconds));
  const words = [];
  for (const [size, unit] of UNITS_OF_TIME) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count || words.length || unit === "s") words.push(`${count} ${unit}`);
  }
  return words.slice(0, 2).join(" ");
}

/** @param {number} milliseconds as `12 s`, `2 min`, `3 h` */
export function formatAge(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/**
 * @param {string | number} time ISO 8601 or ms since the epoch
 * @param {number} now ms since the epoch
 * @returns {string} such as `5 min ago`; from a day on the date, with its zone
 */
export function formatAgo(time, now) {
  const age = now - new Date(time).getTime();
  if (Number.isNaN(age)) return "";
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return zonedText(time);
}

/**
 * How many digits after the point a price or quantity of that step has.
 *
 * @param {string | number | undefined} step such as `0.01`, `1e-8` or `"0.00010000"`
 */
export function decimalsOfStep(step) {
  const size = Number(step);
  if (!(size > 0)) return 2;
  const [, fraction] = size.toFixed(MOST_DECIMALS).split(".");
  return fraction.replace(/0+$/, "").length;
}

/** @param {Value} value @param {number} [decimals] with which it is shown: what rounds to nothing has no direction */
export function direction(value, decimals) {
  if (!isKnown(value)) return "flat";
  const shown = decimals === undefined ? value : Number(value.toFixed(decimals));
  if (shown > 0) return "up";
  return shown < 0 ? "down" : "flat";
}

/** @param {string} text with the sign that is as wide as a plus; what rounds to nothing has none */
function withMinus(text) {
  return text.replace("-", /[1-9]/.test(text) ? "\u2212" : "");
}
