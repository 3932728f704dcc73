/**
 * @param {object} frame
 * @returns {string} its text
 * @throws {MessageTooLargeError}
 */
export function sendable(frame: object): string;
/** @param {object} frame */
export function isSendable(frame: object): boolean;
