/** The connection that is kept: opens it, logs in, loses it, waits, opens the next, until it is told to stop. */
import { Connection } from "./connection.js";
import { Credentials, addressFor } from "./logging_in/credentials.js";
import { AttemptsExhaustedError, AuthenticationError, ConnectionClosedError } from "./errors.js";
import { refusalOf } from "./logging_in/handshake.js";
import { Login } from "./logging_in/login.js";
import { deferred } from "./readiness.js";
import { Reconnection, afterClose } from "./reconnection.js";

/** @typedef {import("../protocol.js").Frame} Frame */

const CLOSED_WITHOUT_CODE = 1006;
const UNAUTHORISED = 4401;
/** The codes of a token that is no good; any other refusal of a login may pass. */
const BAD_TOKEN = new Set(["authentication_failed", "forbidden"]);

export class Session {
  #url;
  #options;
  #told;
  #login;
  #reconnection;
  /** @type {import("../protocol.js").ConnectionState} */
  state = "disconnected";
  /** @type {string | null} */
  userId = null;
  /** @type {number | null} ms since the epoch */
  connectedAt = null;
  framesReceived = 0;
  framesSent = 0;
  /** @type {Connection | null} */
  #connection = null;
  /** @type {ReturnType<typeof deferred> | null} none once it is given up; another for each connection to come */
  #readiness = null;
  #isLoggedIn = false;
  #hasRetriedLogin = false;
  /** @type {ReturnType<typeof refusalOf>} by which the server ended the present handshake */
  #refusal;
  #attempt = 0;
  /** Changes with each attempt: what was begun in another is of no interest any more. */
  #turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {URL} url
   * @param {Required<import("../protocol.js").ClientOptions>} options
   * @param {object} told
   * @param {(name: string, value: object) => void} told.event
   * @param {() => void} told.ready logged in; the event `connected` follows
   * @param {(frame: Frame) => void} told.frame
   * @param {(wasLost: boolean) => void} told.closed after `ready`
   * @param {(error: Error) => void} told.ended what waits for an answer will have none
   * @param {() => void} told.userChanged what one user asked for or missed is not the next one's
   */
  constructor(url, options, told) {
    this.#url = url;
    this.#options = options;
    this.#told = told;
    this.#reconnection = new Reconnection(options);
    this.#login = new Login(options, (frame) => this.send(JSON.stringify(frame)), {
      authenticated: (data) => this.#authenticated(data),
      failed: (error) => this.#tellError(error),
    });
  }

  /** @returns {Promise<void>} */
  connect() {
    if (!this.#readiness) {
      this.#readiness = deferred();
      this.#open();
    }
    return this.#readiness.promise;
  }

  disconnect() {
    if (this.state === "disconnected") return;
    this.#detach();
    this.#giveUp(new ConnectionClosedError(1000, "Closed by this client"));
  }

  /** @returns {Promise<void>} */
  reconnect() {
    this.#detach();
    this.#reconnection.reset();
    this.#attempt = 0;
    this.#readiness ??= deferred();
    this.#open();
    return this.#readiness.promise;
  }

  /** @param {import("../protocol.js").TokenSource} source @returns {Promise<void>} */
  async setToken(source) {
    const former = this.#login.credentials;
    const credentials = new Credentials(source);
    this.#login.credentials = credentials;
    if (this.state === "disconnected") return undefined;
    if (this.state !== "connected") return this.reconnect();
    try {
      if (await this.#login.logInLive(() => this.state === "connected", this.#isLoggedIn)) return undefined;
    } catch (error) {
      if (error instanceof ConnectionClosedError) return this.#readiness?.promise; // the next one logs in with it
      if (this.#login.credentials === credentials) this.#login.credentials = former;
      this.#tellError(error);
      throw error;
    }
    this.#endCommands();
    return this.reconnect();
  }

  /** @param {string} text */
  send(text) {
    if (!this.#connection) return;
    this.framesSent += 1;
    this.#connection.send(text);
  }

  /** @param {string} reason why it counts as lost: the close event of a silent server may be minutes away */
  abandon(reason) {
    const turn = this.#turn;
    this.#told.event("error", { code: "timeout", message: reason });
    if (turn === this.#turn) this.#lose(CLOSED_WITHOUT_CODE, reason, "retry"); // no handler has left it meanwhile
  }

  async #open() {
    const turn = this.#turn;
    this.state = this.#attempt ? "reconnecting" : "connecting";
    this.#timer = setTimeout(() => this.abandon("No welcome from the server"), this.#options.connectTimeout);
    this.#told.event("connecting", { attempt: this.#attempt });
    try {
      const token = turn === this.#turn ? await this.#login.credentials.token() : null;
      const address = turn === this.#turn ? await addressFor(this.#url, token, this.#options) : this.#url;
      if (turn === this.#turn) this.#dial(address, token);
    } catch (error) {
      if (turn === this.#turn) this.#failed(error);
    }
  }

  /** @param {URL} address @param {string | null} token */
  #dial(address, token) {
    if (this.#login.becomes(token)) this.#endCommands();
    const isSilent = this.#options.dialect === "zigquant-v2"; // it sends no welcome
    this.#connection = new Connection(address, this.#options, {
      opened: () => isSilent && this.#welcomed({}, token),
      received: () => (this.framesReceived += 1),
      frame: (frame) => this.#handle(frame, token),
      unreadable: (error) => this.#tellError(error),
      failed: (event) => this.#hear(event),
      closed: (code, reason) => this.#closed(code, reason),
    });
  }

  /** A close event follows each error, and leads to the next attempt or, after a refusal, to the end. */
  #hear({ message = "The connection failed" }) {
    this.#refusal = refusalOf({ message });
    const { code, message: sentence } = this.#refusal ?? { code: "socket_error", message };
    this.#told.event("error", { code, message: sentence });
  }

  /** @param {Frame} frame @param {string | null} token */
  #handle(frame, token) {
    if (frame.type === "connected") this.#welcomed(frame.data, token);
    else if (frame.type === "auth_result") this.#login.answered(frame);
    else if (frame.type === "ping") this.send('{"type":"pong"}');
    this.#told.frame(frame);
  }

  /** @param {object} welcome @param {string | null} token */
  async #welcomed(welcome, token) {
    if (this.state === "connected") return;
    const turn = this.#turn;
    try {
      if (token !== null && this.#options.dialect !== "trading") await this.#login.authenticate(token);
      if (turn === this.#turn) this.#ready(welcome, token);
    } catch (error) {
      if (turn === this.#turn) this.#failed(error);
    }
  }

  /** @param {object} welcome @param {string | null} token */
  #ready(welcome, token) {
    if (this.state === "connected") return; // by another welcome
    clearTimeout(this.#timer);
    this.state = "connected";
    this.connectedAt = Date.now();
    this.#hasRetriedLogin = false;
    this.#reconnection.opened();
    if (token !== null) this.#login.renewLater();
    this.#isLoggedIn ||= token !== null;
    this.#told.ready();
    this.#readiness?.resolve();
    const who = this.#isLoggedIn ? { authenticated: true, userId: this.userId } : {};
    this.#told.event("connected", { ...welcome, ...who });
  }

  /** @param {{user_id?: string, expires_at?: string | number}} data */
  #authenticated({ user_id: userId = "", expires_at: expiresAt }) {
    this.userId = userId;
    this.#isLoggedIn = true;
    this.#told.event("authenticated", { userId, expiresAt });
  }

  /** @param {any} error by which an attempt ended before it was ready */
  #failed(error) {
    const turn = this.#turn;
    this.#tellError(error);
    if (turn !== this.#turn) return;
    if (BAD_TOKEN.has(error.code)) this.#refused(error);
    else this.#lose(CLOSED_WITHOUT_CODE, error.message, error.code === "rate_limited" ? "wait" : "retry");
  }

  /** @param {AuthenticationError | ConnectionClosedError} error a token may have ended just now, so that a function is asked for one more */
  #refused(error) {
    const { credentials } = this.#login;
    credentials.forget();
    this.#detach();
    if (this.#hasRetriedLogin || !credentials.areRenewable) this.#giveUp(error);
    else {
      this.#hasRetriedLogin = true;
      this.#open();
    }
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    const { credentials } = this.#login;
    const refusal = this.#refusal;
    if (refusal?.code === "authentication_failed") {
      this.#refused(new AuthenticationError(refusal.code, refusal.message));
    } else if (refusal?.next === "stop") {
      this.#refused(new ConnectionClosedError(code, refusal.message)); // some servers know no other refusal than 403
    } else if (code === UNAUTHORISED && credentials.areRenewable) {
      credentials.forget();
      this.#lose(code, reason, "retry");
    } else this.#lose(code, refusal?.message ?? reason, refusal?.next ?? afterClose(code, reason));
  }

  /** @param {number} code @param {string} reason @param {"retry" | "wait" | "stop"} action */
  #lose(code, reason, action) {
    this.#detach(true);
    const next = this.#reconnection.next(code, reason, action);
    if (!next) {
      this.#giveUp(new (action === "stop" ? ConnectionClosedError : AttemptsExhaustedError)(code, reason));
      return;
    }
    this.#attempt = next.attempt;
    this.state = "reconnecting";
    this.#timer = setTimeout(() => this.#open(), next.delay);
    this.#told.event("reconnecting", { ...next, code, reason });
  }

  /** @param {any} error */
  #giveUp(error) {
    const { code, reason } =
      error instanceof ConnectionClosedError ? error : { code: CLOSED_WITHOUT_CODE, reason: error.message };
    this.state = "disconnected";
    this.#attempt = 0;
    this.#hasRetriedLogin = false;
    this.#reconnection.reset();
    this.#readiness?.reject(error);
    this.#readiness = null;
    this.#login.forgetUser();
    this.#told.ended(new ConnectionClosedError(Number(code), reason));
    this.#told.event("disconnected", { code, reason, error });
  }

  /** Stop the timer and let go of the connection, so that nothing of it can reach this client any more. */
  #detach(wasLost = false) {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#refusal = undefined;
    this.#connection?.leave();
    this.#connection = null;
    this.#login.closed();
    if (this.state === "connected") {
      this.#readiness = deferred();
      this.#told.closed(wasLost);
    }
    this.#isLoggedIn = false;
    this.userId = this.connectedAt = null;
  }

  /** What was asked for as one user is not to be done as another. */
  #endCommands() {
    this.#told.ended(new ConnectionClosedError(1000, "The user changed"));
    this.#told.userChanged();
  }

  /** @param {any} error */
  #tellError(error) {
    this.#told.event("error", { code: error.code ?? "socket_error", message: error.message, error });
  }
}
