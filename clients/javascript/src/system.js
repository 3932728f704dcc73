/** A client and the state that it keeps in step, put together for a program that wants one thing to hold. */
import { TidewireClient } from "./client.js";
import { StateSync } from "./state_sync.js";

/** The client's calls that a system offers as its own. */
const CALLS = /** @type {const} */ ([
  ...["connect", "disconnect", "reconnect", "setToken", "on", "off", "onMessage", "offMessage"],
  ...["subscribe", "unsubscribe", "resubscribe", "resumed", "command"],
]);

/**
 * @typedef {Pick<TidewireClient, typeof CALLS[number]>} Calls
 * @typedef {{client: TidewireClient, stateSync: StateSync} & Calls} WebSocketSystem
 */

/**
 * Make a client, with state sync on it. Nothing connects before `connect`.
 *
 * @param {import("../protocol.js").ClientOptions & {url: string | URL}} options
 * @returns {WebSocketSystem}
 * @throws {TypeError} as `TidewireClient`
 */
export function createWebSocketSystem({ url, ...options }) {
  const client = new TidewireClient(url, options);
  const calls = Object.fromEntries(CALLS.map((name) => [name, /** @param {any[]} given */ (...given) => client[name](...given)]));
  return { client, stateSync: new StateSync(client), .../** @type {any} */ (calls) };
}
