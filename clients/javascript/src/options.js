/** What a program chooses about its client: where it connects, and the options that protocol.d.ts and README.md describe. */
import { reconnectDelay, restartDelay } from "./reconnection.js";

/** @typedef {import("../protocol.js").ClientOptions} ClientOptions */

/** Of setTimeout: a longer wait would end at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Attempts in a row before a connection is given up. */
const MAXIMUM_ATTEMPTS = { market: Infinity, trading: 5, "zigquant-v2": 10 };

const TIMES_AND_LIMITS = {
  connectTimeout: 10_000,
  pingInterval: 10_000,
  pingTimeout: 5_000,
  stableAfter: 5_000,
  retryUnavailableAfter: 3_000,
  commandTimeout: 30_000,
  queueLimit: 100,
  commandsPerSecond: 10,
};

/**
 * @param {ClientOptions} options those that are undefined count as not given
 * @returns {Required<ClientOptions>}
 * @throws {TypeError} for a dialect that there isn't, and where there is no WebSocket
 */
export function withDefaults(options) {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const dialect = options.dialect ?? "market";
  if (!Object.hasOwn(MAXIMUM_ATTEMPTS, dialect)) throw new TypeError(`Unknown dialect: ${dialect}`);
  if (!(options.WebSocket ?? globalThis.WebSocket)) throw new TypeError("No WebSocket here: give the option WebSocket");
  return {
    ...TIMES_AND_LIMITS,
    dialect,
    token: null,
    tokenIn: "ticket",
    WebSocket: globalThis.WebSocket,
    fetch: globalThis.fetch,
    parse: JSON.parse,
    reconnectDelay,
    restartDelay,
    maximumAttempts: MAXIMUM_ATTEMPTS[dialect],
    now: () => performance.now(),
    ...given,
  };
}

/**
 * @param {string | URL} url of the server's socket; anything that is no URL raises TypeError
 * @param {string} dialect
 * @returns {URL} where that is spoken
 */
export function addressOf(url, dialect) {
  const address = new URL(url);
  const path = address.pathname.replace(/(?<!\/)\/+$/, "");
  if (dialect === "trading" && !path.endsWith("/trading")) address.pathname = `${path}/trading`;
  return address;
}
