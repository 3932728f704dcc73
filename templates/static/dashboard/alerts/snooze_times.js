/** Until when an alert may be silenced, and how the page says it: in its zone. */
import { isToday } from "../../shared/moments.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** @typedef {{key: string, label: string, until: (now: Date) => Date}} SnoozeChoice */

/** @type {SnoozeChoice[]} tomorrow begins at midnight of the page's zone */
export const SNOOZE_CHOICES = [
  { key: "15m", label: "15 minutes", until: (now) => after(now, 15) },
  { key: "1h", label: "1 hour", until: (now) => after(now, 60) },
  { key: "tomorrow", label: "Until tomorrow", until: midnightAfter },
];

/**
 * @param {string | number} time ISO 8601 or ms since the epoch
 * @param {Date} now
 * @returns {string} such as `until 14:30 UTC+1`, with the date where that is another day's; empty for no time
 */
export function untilText(time, now) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "";
  const day = isToday(date.getTime(), now.getTime()) ? "" : `${dayFormat.format(shownZone().wallAt(date.getTime()))} `;
  return `until ${day}${shownZone().textAt(date.getTime()).slice(11, 16)} ${shownZone().offsetText(date.getTime())}`;
}

/** @param {Date} now @param {number} minutes */
function after(now, minutes) {
  return new Date(now.getTime() + minutes * MINUTE_MILLISECONDS);
}

/** @param {Date} now */
function midnightAfter(now) {
  const midnight = (Math.floor(shownZone().wallAt(now.getTime()) / DAY_MILLISECONDS) + 1) * DAY_MILLISECONDS;
  return new Date(shownZone().timeOf(midnight));
}
