/** What is chosen for a new API key, and what the list says of each. Pure. */
import { formatAgo, zonedText } from "../format.js";
import { withUtc } from "../moments.js";

const DAY_MILLISECONDS = 86_400_000;
const NEVER = "";

/** The server's scopes, each with what it lets a program do. */
export const SCOPES = [
  { value: "read", text: "Read: prices, accounts, everything that only asks" },
  { value: "alerts", text: "Alerts: change alerts, notifications and preferences" },
  { value: "trade", text: "Trade: give the commands that trade" },
  { value: "wallets", text: "Wallets: change which wallets and transactions are watched" },
];

/** In days; the first is what is chosen before anybody chooses. */
export const ENDS = [
  { value: "90", text: "In 90 days" },
  { value: "7", text: "In 7 days" },
  { value: "30", text: "In 30 days" },
  { value: "365", text: "In a year" },
  { value: NEVER, text: "Never, until it is revoked" },
];

/** @typedef {import("../../../types/accounts.js").ApiKey} ApiKey */

/**
 * @param {{name: string, scopes: string[], end: string}} chosen `end` is one of ENDS
 * @param {number} now ms
 * @returns {{name: string, scopes: string[], expires_at: string | null}} what the server is asked for
 */
export function newKeyOf({ name, scopes, end }, now) {
  const ends = end === NEVER ? null : new Date(now + Number(end) * DAY_MILLISECONDS).toISOString();
  return { name: name.trim(), scopes, expires_at: ends };
}

/** @param {ApiKey} key @param {number} now ms @returns {string} such as `Ends 2027-03-01 12:00 UTC` */
export function endText({ expires_at: end }, now) {
  if (end === null) return "Never ends";
  const time = new Date(end);
  return `${time.getTime() <= now ? "Ended" : "Ends"} ${withUtc(zonedText(end), end)}`;
}

/** @param {ApiKey} key @param {number} now ms @returns {string} when it was last used, of which the server takes note once a minute */
export function useText({ last_used_at: used }, now) {
  if (used === null) return "Not used yet";
  const ago = formatAgo(used, now);
  return ago === "now" ? "Used just now" : `Last used ${ago}`;
}

/** @param {ApiKey[]} keys @returns {string} a sentence for above the list */
export function keyCountText(keys) {
  if (!keys.length) return "A program uses an API key in the place of a log-in. You have none yet.";
  return keys.length === 1 ? "You have one API key." : `You have ${keys.length} API keys.`;
}
