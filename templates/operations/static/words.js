/** Figures as operators read them. Pure. */
import { NOTHING, formatNumber } from "../dashboard/format.js";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const BYTE_UNITS = ["B", "kB", "MB", "GB"];

/** @param {number | null | undefined} value a count, with its thousands apart */
export function count(value) {
  return formatNumber(value ?? NaN, 0);
}

/** @param {number | null | undefined} value */
export function rate(value) {
  return formatNumber(value ?? NaN, 1);
}

/** @param {number | null | undefined} milliseconds none: nothing was measured */
export function milliseconds(milliseconds) {
  if (!Number.isFinite(milliseconds ?? NaN)) return NOTHING;
  return `${formatNumber(milliseconds, milliseconds < 10 ? 1 : 0)} ms`;
}

/** @param {number} bytes in powers of 1000, as `4.1 kB` */
export function bytes(bytes) {
  if (!Number.isFinite(bytes)) return NOTHING;
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${formatNumber(bytes / 1000 ** power, power ? 1 : 0)} ${BYTE_UNITS[power]}`;
}

/** @param {number | null | undefined} seconds its two largest parts, as `3 d 4 h` or `12 min 5 s` */
export function duration(seconds) {
  if (!Number.isFinite(seconds ?? NaN)) return NOTHING;
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
  return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
}

/**
 * What a worker's lease says.
 *
 * @param {{holder: string, alive: boolean, epoch: number | null, valid_ms: number | null}} worker
 * @returns {string}
 */
export function leaseInWords({ holder, alive, epoch, valid_ms: valid }) {
  const number = epoch === null ? "" : `number ${count(epoch)}, `;
  if (!holder) return `${number}free: no process does this work`;
  if (epoch === null) return alive ? "none read; the worker is heard" : "none read";
  return alive ? `${number}good for ${rate(valid / 1000)} s more` : `${number}expired ${rate(-valid / 1000)} s before`;
}
