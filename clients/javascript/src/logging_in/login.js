/** Who a connection belongs to: the frames that log in, their answers, and the renewal before a token's end. */
import { Credentials, userOf } from "./credentials.js";
import { AuthenticationError, ConnectionClosedError, TidewireError } from "../errors.js";
import { within } from "../readiness.js";

/** After a renewal that failed, ms. */
const AGAIN_AFTER = 5_000;

export class Login {
  #timeout;
  #send;
  #told;
  /** @type {string | null} whose token the last connection had; null where nobody's, or where it doesn't tell */
  #user = null;
  /** @type {{credentials: Credentials, token: string, resolve: (data: any) => void, reject: (error: Error) => void}[]} */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{token: import("../../protocol.js").TokenSource, connectTimeout: number}} options
   * @param {(frame: object) => void} send
   * @param {{authenticated: (data: any) => void, failed: (error: any) => void}} told each accepted frame, and each
   *   renewal that failed
   */
  constructor({ token, connectTimeout }, send, told) {
    this.credentials = new Credentials(token);
    this.#timeout = connectTimeout;
    this.#send = send;
    this.#told = told;
  }

  /**
   * Note whose the next connection is.
   *
   * @param {string | null} token
   * @returns {boolean} whether that is somebody else than before: no command of the one may go out as the other's
   */
  becomes(token) {
    const former = this.#user;
    this.#user = userOf(token);
    return former !== null && former !== this.#user;
  }

  /** The connection is given up, and with it everything that was asked for in somebody's name. */
  forgetUser() {
    this.#user = null;
  }

  /**
   * Log in on a connection that is there.
   *
   * @param {() => boolean} isOpen whether it still is
   * @param {boolean} isLoggedIn
   * @returns {Promise<boolean>} false where it takes a new connection: for another user, or for nobody; rejected as
   *   `authenticate`, and with TidewireError when it takes too long
   */
  logInLive(isOpen, isLoggedIn) {
    const late = () => (isOpen() ? new TidewireError("timeout", "The login took too long") : left());
    return within(this.#logInLive(isOpen, isLoggedIn), this.#timeout, late);
  }

  /** @param {() => boolean} isOpen @param {boolean} isLoggedIn */
  async #logInLive(isOpen, isLoggedIn) {
    const { credentials } = this;
    const token = await credentials.token();
    if (!isOpen()) throw left();
    if (credentials !== this.credentials) return true; // another login has come since, and decides
    if (token === null) return !isLoggedIn && !this.#waiting.length; // a login may be on its way
    try {
      await this.authenticate(token);
    } catch (error) {
      if (/** @type {AuthenticationError} */ (error).code === "forbidden") return false;
      throw error;
    }
    this.renewLater();
    return true;
  }

  /**
   * @param {string} token
   * @returns {Promise<{user_id: string, expires_at: string | number}>} rejected with AuthenticationError when it is
   *   refused, with ConnectionClosedError when the connection is lost before
   */
  authenticate(token) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ credentials: this.credentials, token, resolve, reject });
      this.#send({ type: "auth", token });
    });
  }

  /** @param {import("../../protocol.js").Frame} frame `auth_result`: they come in the order of the `auth` frames */
  answered({ success, data, error, timestamp }) {
    const waiting = this.#waiting.shift();
    if (success !== true) {
      waiting?.reject(new AuthenticationError(error?.code ?? "authentication_failed", error?.message ?? "Refused"));
      return;
    }
    const life = milliseconds(data?.expires_at) - milliseconds(timestamp);
    if (Number.isFinite(life)) waiting?.credentials.lasts(life);
    if (waiting) this.#user = userOf(waiting.token);
    this.#told.authenticated(data ?? {});
    waiting?.resolve(data);
  }

  /** Renew from now on, as often as is needed. */
  renewLater(delay = this.credentials.renewIn) {
    clearTimeout(this.#timer);
    if (this.credentials.areRenewable) this.#timer = setTimeout(() => this.#renew(), delay);
  }

  /** The connection is gone: nothing is answered, and nothing renewed. */
  closed() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(left());
  }

  async #renew() {
    const timer = this.#timer;
    const isWanted = () => timer === this.#timer; // else another login, or the connection's end, came first
    const late = () => new TidewireError("timeout", "The renewal of the login took too long");
    this.credentials.forget();
    try {
      await within(this.#loginAnew(isWanted), this.#timeout, late);
      if (isWanted()) this.renewLater();
    } catch (error) {
      if (!isWanted() || error instanceof ConnectionClosedError) return;
      this.renewLater(AGAIN_AFTER);
      this.#told.failed(error);
    }
  }

  /** @param {() => boolean} isWanted */
  async #loginAnew(isWanted) {
    const token = await this.credentials.token();
    if (isWanted() && token !== null) await this.authenticate(token);
  }
}

function left() {
  return new ConnectionClosedError(1006, "");
}

/** @param {string | number | null | undefined} time ISO 8601, or ms since the epoch */
function milliseconds(time) {
  return new Date(time ?? NaN).getTime();
}
