/** Whether somebody is signed in: what is shown is one's own, and nobody's without a login. */
import { byId } from "../elements.js";
import { isRefusal } from "../refusal.js";
import { Turns } from "../turns.js";

const ENDED = "Your session has ended. Sign in again to go on.";

/** What `entered` returns for `Access` to await: until all has its place. Whose visit another follows is awaited by nobody. */
export class BenchLoading {
  #end = () => {};

  /** @returns {Promise<void>} */
  begin() {
    return new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  end() {
    this.#end();
  }
}

export class Access {
  #client;
  #session;
  #entered;
  #signedOut;
  /** @type {string | undefined} whose the page is; undefined: not known yet */
  #userName;
  #visits = new Turns();

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("./session.js").Session} session
   * @param {object} options
   * @param {string} options.signedOut words for whoever isn't signed in
   * @param {(isSomebody: boolean) => unknown} options.entered told of whoever comes: what was shown is not for their
   *   eyes. What it returns is awaited, where it is a promise, before they see the page: or its parts would push each other away
   */
  constructor(client, session, { signedOut, entered }) {
    this.#signedOut = signedOut;
    this.#client = client;
    this.#session = session;
    this.#entered = entered;
    byId("access-sign-in").addEventListener("click", () => byId("account-open").click());
    session.addEventListener("change", ({ detail }) => this.#changed(detail));
    this.#enter(signedOut);
  }

  /** @param {import("../../../types/session.js").SessionChange} change */
  async #changed({ reason }) {
    const isSame = this.#session.user?.username === this.#userName;
    if (isSame && reason !== "renewed") return;
    this.#enter(reason === "ended" ? ENDED : this.#signedOut);
    if (reason === "ended") return; // the client itself was told
    try {
      await this.#client.setToken(this.#session.user ? this.#session.token : null);
    } catch (error) {
      if (!isRefusal(error)) throw error; // told by the state of the connection
    }
  }

  /** @param {string} words for whoever isn't signed in */
  #enter(words) {
    const { user } = this.#session;
    const isNew = user?.username !== this.#userName || this.#userName === undefined;
    this.#userName = user?.username ?? "";
    document.body.dataset.access = user ? "granted" : "signed out";
    byId("access").hidden = Boolean(user);
    byId("bench").hidden = !user;
    byId("access-text").textContent = user ? "" : words;
    if (isNew) this.#show(this.#entered(Boolean(user)));
  }

  /** @param {unknown} loading settled once all that moves other parts is there */
  async #show(loading) {
    if (!(loading instanceof Promise)) return;
    const isHere = this.#visits.begin();
    const bench = byId("bench");
    bench.dataset.loading = "";
    try {
      await loading;
    } finally {
      if (isHere()) delete bench.dataset.loading;
    }
  }
}
