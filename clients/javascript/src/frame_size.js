/** How large a frame to the server may be: over the limit it closes the connection, with all that goes over it. */
import { MessageTooLargeError } from "./errors.js";

const LIMIT_BYTES = 65_536;

/**
 * @param {object} frame
 * @returns {string} its text
 * @throws {MessageTooLargeError}
 */
export function sendable(frame) {
  const text = JSON.stringify(frame);
  const size = sizeOf(text);
  if (size > LIMIT_BYTES) throw new MessageTooLargeError(size, LIMIT_BYTES);
  return text;
}

/** @param {object} frame */
export function isSendable(frame) {
  return sizeOf(JSON.stringify(frame)) <= LIMIT_BYTES;
}

/** @param {string} text @returns {number} bytes */
function sizeOf(text) {
  return new TextEncoder().encode(text).length;
}
