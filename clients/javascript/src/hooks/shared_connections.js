/** One connection for each address, however many components use it; it ends with the last of them. */
import { createWebSocketSystem } from "../system.js";

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").ClientOptions} ClientOptions */

/** How long a connection that nobody uses stays: long enough for the next page's components to take it up. */
const LINGER_MILLISECONDS = 500;
/** @type {Map<string, SharedConnection>} */
const connections = new Map();

/**
 * The connection to an address. It connects when it is first held.
 *
 * @param {string | URL} url
 * @param {ClientOptions} [options] those of the first who asks for the address and the dialect count
 */
export function sharedConnection(url, options = {}) {
  const key = `${options.dialect ?? "market"} ${url}`;
  const known = connections.get(key);
  if (known) return known;
  const made = new SharedConnection(key, createWebSocketSystem({ url, ...options }), options.token ?? null);
  connections.set(key, made);
  made.linger();
  return made;
}

export class SharedConnection {
  #key;
  #token;
  #holders = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} key
   * @param {WebSocketSystem} system
   * @param {ClientOptions["token"]} token
   */
  constructor(key, system, token) {
    this.#key = key;
    this.#token = token;
    this.system = system;
  }

  /** @returns {() => void} lets go of it */
  hold() {
    clearTimeout(this.#timer);
    connections.set(this.#key, this);
    this.#holders += 1;
    if (this.#holders === 1) this.system.connect().catch(() => undefined); // the events tell why
    return () => this.#release();
  }

  /**
   * Sign in or out where the token is another one now. A function is asked by the client itself, so that a new one
   * in its place changes nothing.
   *
   * @param {ClientOptions["token"]} token
   */
  follow(token) {
    if (typeof token === "function" || (token ?? null) === this.#token) return;
    this.#token = token ?? null;
    this.system.setToken(this.#token).catch(() => undefined); // the event `error` tells why
  }

  /** End unless somebody holds it soon. */
  linger() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), LINGER_MILLISECONDS);
  }

  #release() {
    this.#holders -= 1;
    if (this.#holders === 0) this.linger();
  }

  #end() {
    if (connections.get(this.#key) === this) connections.delete(this.#key);
    this.system.stateSync.close();
    this.system.disconnect();
  }
}
