/** The access token of whoever is signed in, for all parts of the page that ask by HTTP: one request for it at a time. */
import { SessionError } from "./session_requests.js";

/** A token is used again for so long, though it would be good for longer. */
const TOKEN_MILLISECONDS = 60_000;

export class AccessToken {
  #session;
  /** @type {{access: Promise<string>, until: number} | null} */
  #kept = null;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.#session = session;
    session.addEventListener("change", () => (this.#kept = null));
  }

  /**
   * @returns {Promise<string>}
   * @throws {SessionError} nobody is signed in, or somebody else is by now, or the server gives none; the next call asks again
   */
  token() {
    if (this.#kept && this.#kept.until > Date.now()) return this.#kept.access;
    const asked = { access: this.#ask(), until: Date.now() + TOKEN_MILLISECONDS };
    this.#kept = asked;
    asked.access.catch(() => {
      if (this.#kept === asked) this.#kept = null;
    });
    return asked.access;
  }

  /** The session's token is that of whoever is signed in once it comes: what somebody else began isn't done as them. */
  async #ask() {
    const asking = this.#session.user?.user_id;
    const access = await this.#session.token();
    if (!access || this.#session.user?.user_id !== asking) throw new SessionError("Sign in first", { code: "signed_out" });
    return access;
  }
}
