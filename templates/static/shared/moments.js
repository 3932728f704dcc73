/** Times and ranges as the server tells them, and as the page shows them and reads them: in its zone. */
import { NOTHING, zonedSeconds } from "./format.js";
import { shownZone } from "./time_zone/shown_zone.js";

/** @typedef {import("@tidewire/client/protocol").Time} Time */

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @param {Time | null | undefined} moment @returns {number} ms since the epoch; NaN: none */
export function msOf(moment) {
  if (moment === null || moment === undefined) return NaN;
  return typeof moment === "number" ? moment : Date.parse(moment);
}

/** @param {Time | null | undefined} moment @returns {string} as 2026-11-22 18:04, in the page's zone */
export function momentText(moment) {
  const time = msOf(moment);
  if (!Number.isFinite(time)) return NOTHING;
  const text = shownZone().textAt(time);
  return `${text.slice(0, 10)} ${text.slice(11, time % MINUTE ? 19 : 16)}`;
}

/** @param {Time | null | undefined} moment @returns {string} as 2026-11-22 18:04:00, in the page's zone: of one shape with others of its column */
export function momentSeconds(moment) {
  const time = msOf(moment);
  return Number.isFinite(time) ? shownZone().textAt(time).slice(0, 19).replace("T", " ") : NOTHING;
}

/**
 * @param {Time | null | undefined} moment
 * @param {number} now ms since the epoch
 * @returns {string} as 18:04:00 today, else as 2026-11-22 18:04, in the page's zone
 */
export function todayOrDate(moment, now) {
  const text = momentSeconds(moment);
  return isToday(moment, now) ? text.slice(11) : text.slice(0, 16);
}

/**
 * @param {Time | null | undefined} moment
 * @param {number} now ms since the epoch
 * @returns {boolean} whether the moment is of today, in the page's zone
 */
export function isToday(moment, now) {
  return momentText(moment).slice(0, 10) === momentText(now).slice(0, 10);
}

/**
 * @param {Time} start
 * @param {Time} end
 * @returns {string} such as 2026-10-01 to 2026-11-01, with hours where it isn't of whole days, or another zone than theirs is shown
 */
export function spanText(start, end) {
  const isOfDays = [start, end].every((each) => msOf(each) % DAY === 0) && shownZone().isUtc;
  const shown = [start, end].map((each) => (isOfDays ? momentText(each).slice(0, 10) : momentText(each)));
  return shown.join(" to ");
}

/** @param {number} time ms since the epoch @returns {string} as a field for date and time has it, in the page's zone */
export function fieldText(time) {
  return Number.isFinite(time) ? shownZone().textAt(time).slice(0, 16) : "";
}

/** @param {string} typed in such a field @returns {string} ISO 8601, UTC, as the server reads it; empty stays empty */
export function momentTyped(typed) {
  return momentTypedIn(shownZone(), typed);
}

/** @param {import("./time_zone/zone.js").Zone} zone @param {string} typed in a field that showed it @returns {string} as `momentTyped` has it */
export function momentTypedIn(zone, typed) {
  const wall = Date.parse(typed.length === 16 ? `${typed}:00.000Z` : `${typed}Z`);
  return Number.isFinite(wall) ? new Date(zone.timeOf(wall)).toISOString() : typed;
}

/** @param {Time | null | undefined} moment @returns {string} as 2026-11-26 06:12:07 UTC+1 · 2026-11-26 05:12:07 UTC; nothing for none */
export function momentTitle(moment) {
  const time = msOf(moment);
  if (!Number.isFinite(time)) return "";
  const utc = `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return shownZone().isUtc ? utc : `${zonedSeconds(time)} · ${utc}`;
}

/** @param {string} text of a moment in the page's zone @param {Time | null | undefined} moment @returns {string} with UTC beside it, as `utcBeside` has it */
export function withUtc(text, moment) {
  const utc = utcBeside(moment);
  return utc ? `${text} · ${utc}` : text;
}

/** @param {Time | null | undefined} moment @returns {string} as 05:12 UTC, for beside what is of another zone; else nothing */
export function utcBeside(moment) {
  const time = msOf(moment);
  if (shownZone().isUtc || !Number.isFinite(time)) return "";
  const [utc, own] = [new Date(time).toISOString(), shownZone().textAt(time)];
  return `${utc.slice(0, 10) === own.slice(0, 10) ? utc.slice(11, 16) : utc.slice(0, 16).replace("T", " ")} UTC`;
}
