/**
 * How long to wait before the next attempt, and whether there is to be one. Pure; no timer here.
 */

const FIRST_DELAY_MILLISECONDS = 1_000;
export const LONGEST_DELAY_MILLISECONDS = 30_000;

const SERVER_SHUTTING_DOWN = "Server shutting down";
const RATE_LIMIT_EXCEEDED = 4429;
/** Codes of a connection that was lost or moved, not refused (1005 and 1006: it ended without a code). */
const LOST = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4000, 4408]);

/**
 * The wait before an attempt: min(1000 · 2ⁿ, 30000) ms, of which a random half is taken off, so that the
 * clients of a server that restarts do not all return in the same instant.
 *
 * @param {number} attempt attempts that have failed in a row, from 0
 * @param {() => number} [random] uniform in [0, 1)
 * @returns {number} milliseconds
 */
export function reconnectDelay(attempt, random = Math.random) {
  const longest = Math.min(FIRST_DELAY_MILLISECONDS * 2 ** attempt, LONGEST_DELAY_MILLISECONDS);
  return Math.round(longest * (1 - random() / 2));
}

/**
 * What a close code asks of the client: `retry` with back-off, `wait` the longest delay first (the server found
 * this client too fast), or `stop` (trying again would be refused again, or the server meant it).
 *
 * @param {number} code
 * @param {string} reason
 * @returns {"retry" | "wait" | "stop"}
 */
export function afterClose(code, reason) {
  if (LOST.has(code) || (code === 1000 && reason === SERVER_SHUTTING_DOWN)) return "retry";
  return code === RATE_LIMIT_EXCEEDED ? "wait" : "stop";
}
