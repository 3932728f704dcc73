/** What may be told to the reader of whatever went wrong: any other error is a mistake of the page. */

/**
 * @typedef {Error & {code: string | number, fields?: Record<string, string>}} Refusal the client's errors and
 *   SessionErrors: what was asked was refused, or not answered; the message is fit to be shown
 */

/** @param {unknown} error @returns {error is Refusal} */
export function isRefusal(error) {
  return error instanceof Error && "code" in error && Boolean(error.code);
}
