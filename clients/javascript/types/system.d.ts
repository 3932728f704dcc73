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
export function createWebSocketSystem({ url, ...options }: import("../protocol.js").ClientOptions & {
    url: string | URL;
}): WebSocketSystem;
export type Calls = Pick<TidewireClient, (typeof CALLS)[number]>;
export type WebSocketSystem = {
    client: TidewireClient;
    stateSync: StateSync;
} & Calls;
import { TidewireClient } from "./client.js";
/** The client's calls that a system offers as its own. */
declare const CALLS: readonly ["connect", "disconnect", "reconnect", "setToken", "on", "off", "onMessage", "offMessage", "subscribe", "unsubscribe", "resubscribe", "resumed", "command"];
import { StateSync } from "./state_sync.js";
export {};
