/** What may be told to the reader of whatever went wrong: any other error is a mistake of the page. */
import { capitalized } from "./format.js";

/**
 * @typedef {Error & {code: string | number, fields?: Record<string, string>}} Refusal the client's errors and
 *   SessionErrors: what was asked was refused, or not answered; the message is fit to be shown
 */

/** @param {unknown} error @returns {error is Refusal} */
export function isRefusal(error) {
  return error instanceof Error && "code" in error && Boolean(error.code);
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
