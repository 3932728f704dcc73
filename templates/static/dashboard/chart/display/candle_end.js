/** When a candle ends, and how long it is until then. Pure; UTC. */
import { longestOf } from "../../../shared/market_data/intervals.js";

const SECOND = 1_000;
const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** @param {number} opening ms since the epoch @param {string} interval @returns {number} when the next one opens, ms */
export function endOf(opening, interval) {
  if (!interval.endsWith("M")) return opening + longestOf(interval);
  const opened = new Date(opening);
  return Date.UTC(opened.getUTCFullYear(), opened.getUTCMonth() + Number.parseInt(interval, 10));
}

/** @param {number} milliseconds that are left @returns {string} `0:42`, `3:59:59`, `6 d 23 h`; nothing left: `0:00` */
export function countdownText(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  if (seconds >= DAY) return `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`;
  const [hours, minutes] = [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE)];
  const rest = `${String(minutes).padStart(hours ? 2 : 1, "0")}:${String(seconds % MINUTE).padStart(2, "0")}`;
  return hours ? `${hours}:${rest}` : rest;
}
