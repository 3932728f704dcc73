/**
 * The frames of `/ws`: text in, objects out. Prices become JavaScript numbers, which carry 15 significant digits;
 * a program that needs every digit of longer ones gives the client a `parse` of its own.
 */

/** @typedef {{type: string, channel?: string, symbol?: string, data?: any, timestamp?: string}} Frame */

/**
 * A gap in what the exchange gave on a channel, between two times as the server writes them (ISO 8601), or undefined
 * where it doesn't say. `complete`: everything that was missed has been fetched; it comes marked as `repaired`.
 *
 * @typedef {{channel: string, from: string | undefined, to: string | undefined, complete: boolean}} Resync
 */

/** A frame that came and could not be read. */
export class UnreadableFrameError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "UnreadableFrameError";
    this.code = "unreadable_frame";
  }
}

/**
 * @param {unknown} payload what the socket delivered
 * @param {(text: string) => any} parse
 * @returns {Frame[]} one, or those of a `batch`
 * @throws {UnreadableFrameError}
 */
export function decodeFrames(payload, parse) {
  if (typeof payload !== "string") throw new UnreadableFrameError("The server sent a binary frame");
  const frame = parsed(payload, parse);
  const frames = frame?.type === "batch" && Array.isArray(frame.data) ? frame.data : [frame];
  if (!frames.every(isFrame)) throw new UnreadableFrameError("The server sent a frame without a type");
  return frames;
}

/**
 * @param {Frame} frame of type `resync`
 * @returns {Resync}
 */
export function resyncOf({ channel = "", data }) {
  return { channel, from: data?.from, to: data?.to, complete: data?.complete === true };
}

/**
 * @param {string} text
 * @param {(text: string) => any} parse
 */
function parsed(text, parse) {
  try {
    return parse(text);
  } catch (error) {
    throw new UnreadableFrameError(`The server sent a frame that is not JSON: ${error.message}`);
  }
}

/** @param {any} value */
function isFrame(value) {
  return typeof value === "object" && value !== null && typeof value.type === "string";
}
