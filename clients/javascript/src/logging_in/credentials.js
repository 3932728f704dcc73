/** Where tokens come from, how long one is good, and the ticket that one buys. */
import { AuthenticationError, TidewireError } from "../errors.js";
import { LONGEST_TIMER } from "../options.js";

/** @typedef {import("../../protocol.js").TokenSource} TokenSource */

/** A token is renewed after this part of its remaining life, and at least so many ms before its end. */
const RENEWED_AFTER = 0.8;
const MARGIN = 2_000;
/** No renewal sooner, whatever the clocks say. */
const SHORTEST = 1_000;

export class Credentials {
  #source;
  /** @type {string | null} */
  #token = null;
  #renewAt = 0;

  /** @param {TokenSource} source */
  constructor(source) {
    this.#source = source;
  }

  /** Whether there is a function to ask for another token. */
  get areRenewable() {
    return typeof this.#source === "function";
  }

  /** How long until the token is to be renewed, ms. */
  get renewIn() {
    return Math.min(Math.max(this.#renewAt - Date.now(), SHORTEST), LONGEST_TIMER);
  }

  /** @returns {Promise<string | null>} the token, asked for where the last one is old; null: nobody is logged in */
  async token() {
    if (typeof this.#source !== "function") return this.#source ?? null;
    if (Date.now() >= this.#renewAt) {
      this.#token = await asked(this.#source);
      this.lasts(this.#token === null ? 0 : lifeOf(this.#token));
    }
    return this.#token;
  }

  /** @param {number} milliseconds the token's remaining life, as far as the server's word is known */
  lasts(milliseconds) {
    this.#renewAt = Date.now() + Math.min(milliseconds * RENEWED_AFTER, milliseconds - MARGIN);
  }

  /** Ask for a fresh token the next time: this one was refused, or is to be renewed. */
  forget() {
    this.#renewAt = 0;
  }
}

/** @param {() => string | null | Promise<string | null>} source */
async function asked(source) {
  try {
    return (await source()) ?? null;
  } catch (error) {
    throw new TidewireError("token_unavailable", `There is no token: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * The address of the handshake: only the trading dialect logs in by it.
 *
 * @param {URL} url
 * @param {string | null} token
 * @param {Required<import("../../protocol.js").ClientOptions>} options
 */
export function addressFor(url, token, { dialect, tokenIn, fetch }) {
  if (token === null || dialect !== "trading") return url;
  return tokenIn === "query" ? withParameter(url, "token", token) : withTicket(url, token, fetch);
}

/**
 * The address that carries a one-time ticket, so that no log of addresses has a token.
 *
 * @param {URL} url the socket's
 * @param {string} token
 * @param {typeof fetch} fetch
 */
async function withTicket(url, token, fetch) {
  const address = new URL("/api/v1/ws/ticket", url);
  address.protocol = url.protocol.replace("ws", "http");
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(address, { method: "POST", headers, credentials: "omit" });
  if (response.status === 401) throw new AuthenticationError("authentication_failed", "Authentication failed");
  const code = response.status === 429 ? "rate_limited" : "unavailable";
  if (!response.ok) throw new TidewireError(code, `The server gave no ticket (HTTP ${response.status})`);
  return withParameter(url, "ticket", (await response.json()).ticket);
}

/**
 * @param {URL} url
 * @param {string} name
 * @param {string} value
 */
function withParameter(url, name, value) {
  const address = new URL(url);
  address.searchParams.set(name, value);
  return address;
}

/**
 * @param {string} token
 * @returns {number} ms until its `exp` by this machine's clock; Infinity where it doesn't tell
 */
function lifeOf(token) {
  return claimsOf(token).exp * 1_000 - Date.now() || Infinity;
}

/**
 * @param {string | null} token
 * @returns {string | null} whose it is; null where it doesn't tell
 */
export function userOf(token) {
  return claimsOf(token ?? "").userId ?? null;
}

/**
 * @param {string} token
 * @returns {any} what a JWT says; of any other token nothing
 */
function claimsOf(token) {
  try {
    const [, payload] = token.replaceAll("-", "+").replaceAll("_", "/").split(".");
    return JSON.parse(atob(payload)) ?? {};
  } catch {
    return {}; // no JWT: the server tells its end when it has taken it
  }
}
