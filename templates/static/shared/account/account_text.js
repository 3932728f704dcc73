/** What the account part says. Pure. */
import { formatQuantity } from "../format.js";

const MINUTE = 60;

/**
 * @param {import("../session/session_requests.js").SessionError} error
 * @returns {string} a sentence for above the form; empty where the fields' own sentences say it all
 */
export function problemText({ message, fields, retryAfter, code }) {
  if (Object.keys(fields).length) return "";
  if (code === "unreachable") return `${message}. Check the connection, and try again.`;
  return retryAfter ? `${message}. Wait ${waitText(retryAfter)}.` : `${message}.`;
}

/** @param {number} seconds rounded up, so that nobody comes too early */
export function waitText(seconds) {
  if (seconds < MINUTE) return formatQuantity(Math.ceil(seconds), "second");
  return formatQuantity(Math.ceil(seconds / MINUTE), "minute");
}

/**
 * @param {{user: {username: string} | null, reason: import("../session/session.js").Reason}} change
 * @returns {{text: string, isLasting: boolean}} lasting: stays in sight until it is dismissed
 */
export function changeText({ user, reason }) {
  if (user) return { text: `Signed in as ${user.username}`, isLasting: false };
  if (reason === "ended") return { text: "Your session has ended. Sign in again.", isLasting: true };
  return { text: "Signed out", isLasting: false };
}

/** @param {{email: string}} user whose address isn't confirmed */
export function addressText({ email }) {
  return `Confirm your address: a mail was sent to ${email}. Until then no alert goes there.`;
}

/**
 * @param {import("../../../types/session.js").TwoFactorState} state of two-factor
 * @returns {string}
 */
export function twoFactorText({ enabled, required, recovery_codes_left: left }) {
  if (enabled) return `Two-factor is on. ${left} recovery code${left === 1 ? " is" : "s are"} left.`;
  const why = required ? "Staff need two-factor here: before it is on you have no staff's rights. " : "";
  return `${why}Two-factor is off. With it, signing in takes a code of an authenticator app besides the password.`;
}

/** @param {string} message of the client, which asks again by itself */
export function waitForTokenText(message) {
  return `Your sign-in can't be renewed just now. ${message}. Trying again…`;
}

export const SIGNED_OUT_HERE_ONLY =
  "Signed out in this browser. The server could not be told, so it still takes what was signed in elsewhere.";
