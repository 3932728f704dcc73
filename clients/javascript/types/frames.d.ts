/**
 * @param {unknown} payload what the socket delivered
 * @param {(text: string) => any} parse
 * @param {import("../protocol.js").DialectName} dialect
 * @returns {Frame[]} one, or those of a `batch`; none for an acknowledgement of nothing
 * @throws {UnreadableFrameError}
 */
export function decodeFrames(payload: unknown, parse: (text: string) => any, dialect: import("../protocol.js").DialectName): Frame[];
/** @param {string} channel */
export function isDotted(channel: string): boolean;
/**
 * @param {Frame} frame of type `resync`
 * @returns {import("../protocol.js").Resync}
 */
export function resyncOf({ channel, data }: Frame): import("../protocol.js").Resync;
/** @typedef {import("../protocol.js").Frame} Frame */
/** Types of frames that name a channel, and are no data of it. */
export const NO_DATA: Set<string>;
export type Frame = import("../protocol.js").Frame;
