/** A server whose answers the test gives when it likes, in the place of the network that the page's `fetch` reaches. */
import { until } from "../../clients/javascript/tests/waiting.js";

export class HeldServer {
  /** @type {{name: string, body: any, as: string | null, answer: (json: any, status?: number) => void, fail: () => void}[]} */
  #asked = [];

  constructor() {
    globalThis.location = { origin: "https://tidewire.test" };
    globalThis.fetch = (address, options) => new Promise((resolve, reject) => this.#take(address, options, resolve, reject));
  }

  /** @param {string} name such as `PUT webhook/` @returns whether it was asked, and not taken yet */
  isAsked(name) {
    return this.#asked.some((each) => each.name === name);
  }

  /** The oldest request of that name, once it was made; it tells as whom. */
  async asked(name) {
    await until(() => this.isAsked(name));
    const [request] = this.#asked.splice(this.#asked.findIndex((each) => each.name === name), 1);
    return request;
  }

  #take(address, { method = "GET", headers, body, signal }, resolve, reject) {
    signal?.addEventListener("abort", () => reject(signal.reason));
    const name = `${method} ${new URL(address).pathname.split("/").slice(4).join("/")}`;
    const as = headers.Authorization?.replace("Bearer ", "") ?? null;
    const answer = (json, status = 200) => resolve(new Response(JSON.stringify(json), { status }));
    this.#asked.push({ name, as, body: body && JSON.parse(body), answer, fail: () => reject(new TypeError("no network")) });
  }
}

/** Sign a user in, whose access token is the name; `profile` is what the server tells of them besides. */
export async function signIn(server, session, username, profile = {}) {
  const signedIn = session.signIn({ username, password: username });
  (await server.asked("POST token/")).answer({ access: username, refresh: `${username} again` });
  (await server.asked("GET me/")).answer({ user_id: `user-${username}`, username, ...profile });
  await signedIn;
}

/** Answer the next request for a new token. */
export async function giveToken(server, username) {
  (await server.asked("POST token/refresh/")).answer({ access: username });
}
