/**
 * The addresses below `/api/v1/auth/`, and those of what is the user's own. Every failure is a SessionError whose message
 * is fit to be shown.
 */
import { jsonOf } from "../json.js";

const AUTHENTICATION = "/api/v1/auth/";
const LIMIT_MILLISECONDS = 10_000;

/** A request for a session that was refused, or that nobody answered. */
export class SessionError extends Error {
  /**
   * @param {string} message
   * @param {object} [details]
   * @param {string} [details.code] for programs
   * @param {number} [details.status] of HTTP; 0: nobody answered
   * @param {Record<string, string>} [details.fields] a sentence for each wrong field
   * @param {number} [details.retryAfter] seconds until it may be tried again, where the server says so
   */
  constructor(message, { code = "http_error", status = 0, fields = {}, retryAfter } = {}) {
    super(message);
    this.name = "SessionError";
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.retryAfter = retryAfter;
  }
}

export class SessionRequests {
  #base;
  #limit;

  /**
   * @param {string} origin of the server, such as `https://example.org`
   * @param {string} [path] below which the addresses are
   * @param {number} [limit] ms until a server that hasn't answered counts as one that can't be reached
   */
  constructor(origin, path = AUTHENTICATION, limit = LIMIT_MILLISECONDS) {
    this.#base = origin + path;
    this.#limit = limit;
  }

  /**
   * @param {string} name such as `token/`
   * @param {object} body
   * @param {string} [access] the token of who asks
   * @param {AbortSignal} [signal] gives it up
   * @returns {Promise<any>} what the server answered; null where it answered nothing
   * @throws {SessionError} or the signal's reason
   */
  post(name, body, access, signal) {
    return this.#send("POST", name, body, access, { signal });
  }

  /**
   * Post, and let the browser keep the cookie that the answer brings.
   *
   * @param {string} name
   * @param {object} body
   * @param {string} access
   * @returns {Promise<any>}
   * @throws {SessionError}
   */
  postForCookie(name, body, access) {
    return this.#send("POST", name, body, access, { credentials: "same-origin" });
  }

  /**
   * @param {string} name
   * @param {object} body
   * @param {string} access
   * @param {AbortSignal} [signal] gives it up
   * @returns {Promise<any>}
   * @throws {SessionError} or the signal's reason
   */
  put(name, body, access, signal) {
    return this.#send("PUT", name, body, access, { signal });
  }

  /**
   * @param {string} name
   * @param {object} body
   * @param {string} access
   * @param {AbortSignal} [signal] gives it up
   * @returns {Promise<any>}
   * @throws {SessionError} or the signal's reason
   */
  patch(name, body, access, signal) {
    return this.#send("PATCH", name, body, access, { signal });
  }

  /**
   * @param {string} name
   * @param {string} access
   * @param {AbortSignal} [signal] gives it up
   * @returns {Promise<null>}
   * @throws {SessionError} or the signal's reason
   */
  delete(name, access, signal) {
    return this.#answer(name, { method: "DELETE", headers: authorization(access), signal });
  }

  /**
   * @param {string} name such as `me/`
   * @param {string} access
   * @returns {Promise<any>}
   * @throws {SessionError}
   */
  get(name, access) {
    return this.#answer(name, { headers: authorization(access) });
  }

  /**
   * @param {string} name of what isn't JSON, or is to be kept as it is
   * @param {string} access
   * @returns {Promise<Blob>}
   * @throws {SessionError}
   */
  async download(name, access) {
    const response = await this.#response(name, { headers: authorization(access) });
    if (response.ok) return reached(response.blob());
    throw refusalOf(response, jsonOf(await reached(response.text()))?.error);
  }

  /**
   * @param {string} method
   * @param {string} name
   * @param {object} body
   * @param {string} [access]
   * @param {RequestInit} [options]
   * @returns {Promise<any>}
   */
  #send(method, name, body, access, options) {
    const headers = { "Content-Type": "application/json", ...authorization(access) };
    return this.#answer(name, { ...options, method, headers, body: JSON.stringify(body) });
  }

  /**
   * @param {string} name
   * @param {RequestInit} options
   * @returns {Promise<any>}
   */
  async #answer(name, options) {
    const response = await this.#response(name, options);
    const text = await reached(response.text(), options.signal);
    const json = jsonOf(text);
    if (response.ok && (json || !text)) return json;
    throw refusalOf(response, json?.error);
  }

  /**
   * No cookie goes along, unless it is asked for: a login of the admin's in the same browser is nothing to the page.
   *
   * @param {string} name
   * @param {RequestInit} options
   */
  #response(name, options) {
    const given = options.signal ?? undefined;
    const signal = AbortSignal.any([AbortSignal.timeout(this.#limit), ...(given ? [given] : [])]); // holds for the whole answer
    return reached(fetch(this.#base + name, { credentials: "omit", cache: "no-store", ...options, signal }), given);
  }
}

/** @param {string} [access] @returns {Record<string, string>} */
function authorization(access) {
  return access ? { Authorization: `Bearer ${access}` } : {};
}

/**
 * @template Answer
 * @param {Promise<Answer>} promise of the network, whose failures have words that differ from browser to browser
 * @param {AbortSignal | null} [signal] by which the reader gives it up
 */
async function reached(promise, signal) {
  try {
    return await promise;
  } catch {
    signal?.throwIfAborted();
    throw new SessionError("The server can't be reached", { code: "unreachable" });
  }
}

/**
 * @param {Response} response
 * @param {{code?: string, message?: string, fields?: Record<string, string>}} [error] that it tells
 */
function refusalOf({ status, headers }, { code, message = `The server answered with ${status}`, fields } = {}) {
  const retryAfter = Number(headers.get("Retry-After")) || undefined;
  return new SessionError(message, { code, status, fields, retryAfter });
}
