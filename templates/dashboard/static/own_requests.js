/** The addresses below `/api/v1/notifications/`, asked as whoever is signed in. Failures are SessionErrors. */
import { SessionError, SessionRequests } from "./session_requests.js";

const PATH = "/api/v1/notifications/";
/** A token is used again for so long, though it would be good for longer. */
const TOKEN_MILLISECONDS = 60_000;

export class OwnRequests {
  #session;
  #requests;
  /** @type {{access: string, until: number} | null} */
  #kept = null;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.#session = session;
    this.#requests = new SessionRequests(location.origin, PATH);
    session.addEventListener("change", () => (this.#kept = null));
  }

  /** @param {string} name such as `channels/` @returns {Promise<any>} */
  async get(name) {
    return this.#requests.get(name, await this.#access());
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async post(name, body) {
    return this.#requests.post(name, body, await this.#access());
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async put(name, body) {
    return this.#requests.put(name, body, await this.#access());
  }

  /** @param {string} name @returns {Promise<null>} */
  async delete(name) {
    return this.#requests.delete(name, await this.#access());
  }

  async #access() {
    if (this.#kept && this.#kept.until > Date.now()) return this.#kept.access;
    const access = await this.#session.token();
    if (!access) throw new SessionError("Sign in first", { code: "signed_out" });
    this.#kept = { access, until: Date.now() + TOKEN_MILLISECONDS };
    return access;
  }
}
