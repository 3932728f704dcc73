/**
 * What a handshake that the server refused by HTTP asks of the client. `ws` tells the status in its error's message;
 * a browser tells no page, so that there a refusal looks like a server that is away.
 */

/**
 * @typedef {object} Refusal
 * @property {string} code for programs
 * @property {string} message for people
 * @property {"wait" | "stop"} next as of `afterClose`
 */

const STATUS = /^Unexpected server response: (\d{3})$/;
/** @type {Map<number, Refusal>} any other status may be a proxy's whose server restarts, and is tried again */
const REFUSALS = new Map([
  [401, { code: "authentication_failed", message: "Authentication failed", next: "stop" }],
  [403, { code: "forbidden", message: "The server refused access", next: "stop" }],
  [429, { code: "rate_limited", message: "Too many connections", next: "wait" }],
]);

/**
 * @param {{message?: string}} event a socket's error
 * @returns {Refusal | undefined} undefined where it is none, or can't be told from a lost connection
 */
export function refusalOf({ message = "" }) {
  return REFUSALS.get(Number(STATUS.exec(message)?.[1]));
}
