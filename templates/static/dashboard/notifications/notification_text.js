/** What the bell and the toasts say. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MOST_COUNTED = 99;

/** @param {number} unread */
export function countInWords(unread) {
  return unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread);
}

/** @param {number} unread what a screen reader says of the bell */
export function bellInWords(unread) {
  return unread ? `Notifications, ${unread} unread` : "Notifications, none unread";
}

/**
 * @param {string | number} time ISO 8601 or ms since the epoch
 * @param {number} now ms since the epoch
 * @returns {string} such as `5 min ago`; from a day on the date, UTC
 */
export function agoInWords(time, now) {
  const age = now - new Date(time).getTime();
  if (Number.isNaN(age)) return "";
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** @param {{data?: any}} notification the market that it is about; empty: none */
export function symbolOf({ data }) {
  return typeof data?.symbol === "string" ? data.symbol : "";
}
