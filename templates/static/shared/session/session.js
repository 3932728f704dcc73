/**
 * Who uses this page: signs in and out, and gives the connection its tokens. The tabs of a browser share one session
 * and follow each other. It knows nothing of the page around it; `account.js` shows it.
 */
import { SessionError, SessionRequests } from "./session_requests.js";
import { SessionStore } from "./session_store.js";

/** @typedef {import("../../../types/session.js").User} User */
/** @typedef {import("../../../types/session.js").Reason} Reason */
/** @typedef {import("../../../types/session.js").StoredSession} StoredSession */

const UNAUTHORIZED = 401;
const SessionTarget = /** @type {new () => import("../../../types/session.js").SessionTarget} */ (EventTarget);

/**
 * An answer without a token is no end of the session: only the server's refusal is.
 *
 * @param {any} answer
 * @returns {string}
 */
function accessOf(answer) {
  if (typeof answer?.access === "string") return answer.access;
  throw new SessionError("The server's answer has no token", { code: "unreadable" });
}

/**
 * Tells `change` {user, reason} whenever somebody else, or nobody any more, uses the page. Reasons: signed in or out
 * here; `ended`: the server takes the refresh token no longer; `another tab` has signed in or out. Tells `registered`
 * {user} once the server has made one.
 */
export class Session extends SessionTarget {
  #requests;
  #store;
  /** @type {StoredSession | null} */
  #stored;
  /** @type {Promise<unknown> | null} while that is being changed which ends the tokens from before */
  #changing = null;

  /** @param {{origin?: string, store?: SessionStore}} [options] */
  constructor({ origin = location.origin, store = new SessionStore() } = {}) {
    super();
    this.#requests = new SessionRequests(origin);
    this.#store = store;
    this.#stored = store.read();
    store.watch(() => this.#follow());
  }

  /** @returns {User | null} as the server told at signing in; null: nobody */
  get user() {
    return this.#stored?.user ?? null;
  }

  /**
   * @param {{username: string, password: string, code?: string}} credentials an email address works as the user name
   * @returns {Promise<User>}
   * @throws {import("./session_requests.js").SessionError}
   */
  async signIn(credentials) {
    const { access, refresh } = await this.#requests.post("token/", credentials);
    const user = await this.#requests.get("me/", access);
    this.#store.write({ refresh, user });
    this.#become({ refresh, user }, "signed in");
    return user;
  }

  /**
   * Make a new user; signing in comes after it.
   *
   * @param {{username: string, email: string, password: string}} user
   * @returns {Promise<User>}
   * @throws {import("./session_requests.js").SessionError}
   */
  async register(user) {
    const registered = await this.#requests.post("register/", user);
    this.dispatchEvent(new CustomEvent("registered", { detail: { user: registered } }));
    return registered;
  }

  /**
   * Change the password. Every other session ends; this one, and those of the browser's other tabs, go on with new tokens.
   *
   * @param {{current: string, new: string, code?: string}} passwords
   * @throws {import("./session_requests.js").SessionError}
   */
  async changePassword(passwords) {
    await this.#change("password/change/", passwords, "signed in");
  }

  /**
   * Turn two-factor on. Every other session ends, as at a change of password.
   *
   * @param {{code: string}} shown by the authenticator app
   * @returns {Promise<import("../../../types/session.js").TwoFactorTurnedOn>}
   * @throws {import("./session_requests.js").SessionError}
   */
  confirmTwoFactor(shown) {
    return this.#change("two-factor/confirm/", shown, "renewed");
  }

  /**
   * End all sessions but this one, which goes on with new tokens, in the browser's other tabs, too.
   *
   * @throws {import("./session_requests.js").SessionError}
   */
  async endOtherSessions() {
    await this.#change("logins/end-others/", {}, "renewed");
  }

  /** @param {string} name @param {object} body @param {Reason} reason @returns {Promise<any>} the server's answer */
  async #change(name, body, reason) {
    const changing = this.#changed(name, body, reason);
    this.#changing = changing;
    try {
      return await changing;
    } finally {
      this.#changing = null;
    }
  }

  /** @param {string} name @param {object} body @param {Reason} reason @returns {Promise<any>} */
  async #changed(name, body, reason) {
    const asked = this.#stored;
    const access = asked && (await this.#accessFor(asked));
    if (!asked || !access) throw new SessionError("Sign in first", { code: "signed_out" });
    const answer = await this.#requests.post(name, body, access);
    const renewed = { refresh: answer.refresh, user: asked.user };
    this.#store.write(renewed);
    this.#become(renewed, reason);
    return answer;
  }

  /**
   * Sign out of this browser, at once; the server then refuses the tokens of this session, or with `everywhere`, of all
   * of the user's. Safe to call twice.
   *
   * @param {{everywhere?: boolean}} [extent]
   * @throws {import("./session_requests.js").SessionError} the server could not be told; here it is done all the same
   */
  async signOut({ everywhere = false } = {}) {
    const left = this.#stored;
    if (!left) return;
    this.#store.clear();
    this.#become(null, "signed out");
    const access = await this.#accessFor(left);
    if (access) await this.#requests.post("logout/", { refresh: left.refresh, everywhere }, access);
  }

  /**
   * Choose in which zone who is signed in is shown times; an empty one is that of the device. That is no change of the
   * session: the user, their rights and their tokens stay as they are, and nobody has to connect anew.
   *
   * @param {{time_zone: string, device_time_zone: string}} zones
   * @throws {import("./session_requests.js").SessionError}
   */
  async chooseTimeZone(zones) {
    const { refresh } = this.#stored ?? {};
    const user = await this.#requests.put("time-zone/", zones, await this.#ownAccess());
    if (!refresh || this.#stored?.refresh !== refresh) return;
    this.#store.write({ refresh, user });
    this.#stored = { refresh, user };
  }

  /**
   * Delete who is signed in, with all that is theirs; nobody is signed in then.
   *
   * @param {{password: string, code?: string}} proof
   * @throws {import("./session_requests.js").SessionError} nothing is deleted
   */
  async deleteUser(proof) {
    await this.tell("own-data/delete/", proof);
    this.#store.clear();
    this.#become(null, "signed out");
  }

  /**
   * Read anew who is signed in, as rights have changed.
   *
   * @throws {import("./session_requests.js").SessionError}
   */
  async renewUser() {
    const { refresh } = this.#stored ?? {};
    const user = await this.ask("me/");
    if (!refresh || this.#stored?.refresh !== refresh) return;
    this.#store.write({ refresh, user });
    this.#become({ refresh, user }, "renewed");
  }

  /**
   * Be logged in in the admin of this browser, too: staff aren't asked there again.
   *
   * @throws {import("./session_requests.js").SessionError} nobody is signed in, or no staff, or the server is away
   */
  async openAdmin() {
    const access = await this.#ownAccess();
    await this.#requests.postForCookie("admin-session/", { refresh: this.#stored?.refresh }, access);
  }

  /**
   * Ask an address below `/api/v1/auth/` as whoever is signed in.
   *
   * @param {string} name
   * @returns {Promise<any>}
   * @throws {import("./session_requests.js").SessionError}
   */
  async ask(name) {
    return this.#requests.get(name, await this.#ownAccess());
  }

  /**
   * Post to one of them.
   *
   * @param {string} name
   * @param {object} body
   * @returns {Promise<any>}
   * @throws {import("./session_requests.js").SessionError}
   */
  async tell(name, body) {
    return this.#requests.post(name, body, await this.#ownAccess());
  }

  /**
   * Delete what one of them names.
   *
   * @param {string} name
   * @returns {Promise<null>}
   * @throws {import("./session_requests.js").SessionError}
   */
  async remove(name) {
    return this.#requests.delete(name, await this.#ownAccess());
  }

  async #ownAccess() {
    const access = await this.token();
    if (!access) throw new SessionError("Sign in first", { code: "signed_out" });
    return access;
  }

  /**
   * For the client's option `token`: a fresh access token, or null for nobody. Bound, so that it can be handed over.
   *
   * @type {() => Promise<string | null>}
   * @throws {import("./session_requests.js").SessionError} the server is away, or has too many requests
   */
  token = async () => {
    if (this.#changing) await this.#changing.catch(() => null); // a token of before would end the session
    const asked = this.#stored;
    if (!asked) return null;
    const access = await this.#accessFor(asked);
    if (access && this.#stored === asked) return access;
    if (this.#stored === asked) this.#end(asked);
    return this.token(); // of whoever has come in the meantime
  };

  /** @param {StoredSession} asked @returns {Promise<string | null>} null where the refresh token is good no more */
  async #accessFor({ refresh }) {
    try {
      return accessOf(await this.#requests.post("token/refresh/", { refresh }));
    } catch (error) {
      if (!(error instanceof SessionError) || error.status !== UNAUTHORIZED) throw error;
      return null;
    }
  }

  /** Another tab may have put a new session in the place of the one that has ended. @param {StoredSession} ended */
  #end(ended) {
    const stored = this.#store.read();
    if (stored?.refresh === ended.refresh) this.#store.clear();
    this.#become(this.#store.read(), "ended");
  }

  #follow() {
    const stored = this.#store.read();
    if (stored?.refresh !== this.#stored?.refresh) this.#become(stored, "another tab");
  }

  /**
   * @param {import("../../../types/session.js").StoredSession | null} stored
   * @param {Reason} reason
   */
  #become(stored, reason) {
    this.#stored = stored;
    this.dispatchEvent(new CustomEvent("change", { detail: { user: this.user, reason } }));
  }
}
