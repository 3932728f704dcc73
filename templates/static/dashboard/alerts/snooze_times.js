/** Until when an alert may be silenced, and how the page says it. Pure. */

const MINUTE_MILLISECONDS = 60_000;
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** @typedef {{key: string, label: string, until: (now: Date) => Date}} SnoozeChoice */

/** @type {SnoozeChoice[]} tomorrow begins at the reader's midnight */
export const SNOOZE_CHOICES = [
  { key: "15m", label: "15 minutes", until: (now) => after(now, 15) },
  { key: "1h", label: "1 hour", until: (now) => after(now, 60) },
  { key: "tomorrow", label: "Until tomorrow", until: midnightAfter },
];

/**
 * @param {string | number} time ISO 8601 or ms since the epoch
 * @param {Date} now
 * @returns {string} such as `until 14:30 UTC`, with the date where that is another day's; empty for no time
 */
export function untilText(time, now) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "";
  const isToday = date.toISOString().slice(0, 10) === now.toISOString().slice(0, 10);
  return `until ${isToday ? "" : `${dayFormat.format(date)} `}${date.toISOString().slice(11, 16)} UTC`;
}

/** @param {Date} now @param {number} minutes */
function after(now, minutes) {
  return new Date(now.getTime() + minutes * MINUTE_MILLISECONDS);
}

/** @param {Date} now */
function midnightAfter(now) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}
