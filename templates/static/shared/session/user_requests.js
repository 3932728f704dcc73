/**
 * Addresses of what is the user's own, asked as whoever is signed in. Failures are SessionErrors; what changes
 * something is given up where the connection is lost before the server has answered.
 */
import { overNetwork } from "../connection/network.js";
import { SessionRequests } from "./session_requests.js";

export class UserRequests {
  #access;
  #requests;

  /**
   * @param {import("./access_token.js").AccessToken} access
   * @param {string} path below which the addresses are
   * @param {number} [limit] ms until a server that hasn't answered counts as one that can't be reached
   */
  constructor(access, path, limit) {
    this.#access = access;
    this.#requests = new SessionRequests(location.origin, path, limit);
  }

  /** @param {string} name such as `channels/` @returns {Promise<any>} */
  async get(name) {
    return this.#requests.get(name, await this.#access.token());
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async post(name, body) {
    return this.#change((access, signal) => this.#requests.post(name, body, access, signal));
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async put(name, body) {
    return this.#change((access, signal) => this.#requests.put(name, body, access, signal));
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async patch(name, body) {
    return this.#change((access, signal) => this.#requests.patch(name, body, access, signal));
  }

  /** @param {string} name @returns {Promise<null>} */
  async delete(name) {
    return this.#change((access, signal) => this.#requests.delete(name, access, signal));
  }

  /** @param {string} name @returns {Promise<Blob>} */
  async download(name) {
    return this.#requests.download(name, await this.#access.token());
  }

  /**
   * @template Answer
   * @param {(access: string, signal: AbortSignal) => Promise<Answer>} ask
   */
  async #change(ask) {
    const access = await this.#access.token();
    return overNetwork((signal) => ask(access, signal), { byConnection: false });
  }
}
