/** Times and ranges as the server tells them, and as the page shows them. Pure. */
import { NOTHING } from "./format.js";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @param {import("../../types/backtests.js").Moment | null | undefined} moment @returns {number} ms since the epoch; NaN: none */
export function msOf(moment) {
  if (moment === null || moment === undefined) return NaN;
  return typeof moment === "number" ? moment : Date.parse(moment);
}

/** @param {import("../../types/backtests.js").Moment | null | undefined} moment @returns {string} as 2026-11-22 18:04, UTC */
export function momentText(moment) {
  const time = msOf(moment);
  if (!Number.isFinite(time)) return NOTHING;
  const text = new Date(time).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, time % MINUTE ? 19 : 16)}`;
}

/**
 * @param {import("../../types/backtests.js").Moment} start
 * @param {import("../../types/backtests.js").Moment} end
 * @returns {string} such as 2026-10-01 to 2026-11-01, with hours where it isn't of whole days
 */
export function spanText(start, end) {
  const isOfDays = [start, end].every((each) => msOf(each) % DAY === 0);
  const shown = [start, end].map((each) => (isOfDays ? momentText(each).slice(0, 10) : momentText(each)));
  return shown.join(" to ");
}
