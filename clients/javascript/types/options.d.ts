/**
 * @param {ClientOptions} options those that are undefined count as not given
 * @returns {Required<ClientOptions>}
 * @throws {TypeError} for a dialect that there isn't, and where there is no WebSocket
 */
export function withDefaults(options: ClientOptions): Required<ClientOptions>;
/**
 * @param {string | URL} url of the server's socket; anything that is no URL raises TypeError
 * @param {string} dialect
 * @returns {URL} where that is spoken
 */
export function addressOf(url: string | URL, dialect: string): URL;
/** @typedef {import("../protocol.js").ClientOptions} ClientOptions */
/** Of setTimeout: a longer wait would end at once. */
export const LONGEST_TIMER: number;
export type ClientOptions = import("../protocol.js").ClientOptions;
