/** What a program may choose about its client. */
import { reconnectDelay } from "./backoff.js";

/**
 * All times in milliseconds.
 *
 * @typedef {object} ClientOptions
 * @property {typeof WebSocket} [WebSocket] the implementation; Node 20 has none of its own, so give `ws`'s there
 * @property {(text: string) => any} [parse] reads a frame; JSON.parse unless given
 * @property {(attempt: number) => number} [reconnectDelay] the wait before attempt n (from 0)
 * @property {number} [connectTimeout] how long the server may take to welcome (10 s)
 * @property {number} [pingInterval] between a pong and the next ping (10 s)
 * @property {number} [pingTimeout] how long a pong may take before the connection counts as lost (10 s)
 * @property {number} [stableAfter] a connection that lasted so long starts the back-off anew (5 s)
 * @property {number} [retryUnavailableAfter] until a channel refused with `unavailable` is asked for again (3 s)
 * @property {() => number} [now] a monotonic clock
 */

const DEFAULTS = {
  parse: JSON.parse,
  reconnectDelay,
  connectTimeout: 10_000,
  pingInterval: 10_000,
  pingTimeout: 10_000,
  stableAfter: 5_000,
  retryUnavailableAfter: 3_000,
  now: () => performance.now(),
};

/**
 * @param {ClientOptions} options
 * @returns {Required<ClientOptions>}
 */
export function withDefaults(options) {
  return { WebSocket: globalThis.WebSocket, ...DEFAULTS, ...options };
}
