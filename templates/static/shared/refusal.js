/** What may be told to the reader of whatever went wrong: any other error is a mistake of the page. */
import { capitalized } from "./format.js";

/**
 * @typedef {Error & {code: string | number, fields?: Record<string, string>}} Refusal the client's errors and
 *   SessionErrors: what was asked was refused, or not answered; the message is fit to be shown
 */

/** Nobody answered. */
export const UNREACHABLE = "unreachable";
/** What the client says where no answer came in time. */
export const TIMEOUT = "TIMEOUT";
/** There is no network, or no connection: nothing was sent. */
export const NO_NETWORK = "no_network";
/** The server says that it can do nothing now: nothing was done. */
const UNAVAILABLE = "UNAVAILABLE";

/** @param {unknown} error @returns {error is Refusal} */
export function isRefusal(error) {
  return error instanceof Error && "code" in error && Boolean(error.code);
}

/** @param {Refusal & {status?: number}} error @returns {boolean} whether it says that nothing was done */
export function isAnswer({ code, status = 0 }) {
  if (typeof code === "number") return false; // the connection was closed by that
  return code !== UNREACHABLE && code !== TIMEOUT && (status < 500 || code === UNAVAILABLE);
}

/** @param {Refusal & {status?: number}} error @returns {boolean} whether it is of the network or of a server that can't answer now, which passes */
export function isTemporary(error) {
  return !isAnswer(error) || error.code === NO_NETWORK || error.code === UNAVAILABLE;
}

/**
 * @param {{message: string, fields: Record<string, string>, others: string[]}} refusal `others`: sentences about what no
 *   control in sight is for
 * @returns {string} for above the form; empty where the sentences at the controls say it all
 */
export function refusalText({ message, fields, others }) {
  if (others.length) return `${others.map(capitalized).join(". ")}.`;
  return message && !Object.keys(fields).length ? `${message}.` : "";
}
