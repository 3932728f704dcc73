/**
 * Who uses this page: signs in and out, and gives the connection its tokens. The tabs of a browser share one session
 * and follow each other. It knows nothing of the page around it; `account.js` shows it.
 */
import { SessionError, SessionRequests } from "./session_requests.js";
import { SessionStore } from "./session_store.js";

/** @typedef {import("./session_store.js").User} User */
/** @typedef {"signed in" | "signed out" | "ended" | "another tab"} Reason */

const UNAUTHORIZED = 401;

/** An answer without a token is no end of the session: only the server's refusal is. */
function accessOf(answer) {
  if (typeof answer?.access === "string") return answer.access;
  throw new SessionError("The server's answer has no token", { code: "unreadable" });
}

/**
 * Tells `change` {user, reason} whenever somebody else, or nobody any more, uses the page. Reasons: signed in or out
 * here; `ended`: the server takes the refresh token no longer; `another tab` has signed in or out.
 */
export class Session extends EventTarget {
  #requests;
  #store;
  /** @type {import("./session_store.js").StoredSession | null} */
  #stored;

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
   * @param {{username: string, password: string}} credentials an email address works as the user name
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
  register(user) {
    return this.#requests.post("register/", user);
  }

  /**
   * Sign out: of this browser at once, and of everywhere else, as the server then refuses all of the user's tokens.
   * Safe to call twice.
   *
   * @throws {import("./session_requests.js").SessionError} the server could not be told; here it is done all the same
   */
  async signOut() {
    const left = this.#stored;
    if (!left) return;
    this.#store.clear();
    this.#become(null, "signed out");
    const access = await this.#accessFor(left);
    if (access) await this.#requests.post("logout/", { refresh: left.refresh }, access);
  }

  /**
   * For the client's option `token`: a fresh access token, or null for nobody. Bound, so that it can be handed over.
   *
   * @throws {import("./session_requests.js").SessionError} the server is away, or has too many requests
   */
  token = async () => {
    const asked = this.#stored;
    if (!asked) return null;
    const access = await this.#accessFor(asked);
    if (access && this.#stored === asked) return access;
    if (this.#stored === asked) this.#end(asked);
    return this.token(); // of whoever has come in the meantime
  };

  /** @returns {Promise<string | null>} null where the refresh token is good no more */
  async #accessFor({ refresh }) {
    try {
      return accessOf(await this.#requests.post("token/refresh/", { refresh }));
    } catch (error) {
      if (error.status !== UNAUTHORIZED) throw error;
      return null;
    }
  }

  /** Another tab may have put a new session in the place of the one that has ended. */
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
   * @param {import("./session_store.js").StoredSession | null} stored
   * @param {Reason} reason
   */
  #become(stored, reason) {
    this.#stored = stored;
    this.dispatchEvent(new CustomEvent("change", { detail: { user: this.user, reason } }));
  }
}
