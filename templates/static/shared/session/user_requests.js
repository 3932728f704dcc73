/** Addresses of what is the user's own, asked as whoever is signed in. Failures are SessionErrors. */
import { SessionRequests } from "./session_requests.js";

export class UserRequests {
  #access;
  #requests;

  /** @param {import("./access_token.js").AccessToken} access @param {string} path below which the addresses are */
  constructor(access, path) {
    this.#access = access;
    this.#requests = new SessionRequests(location.origin, path);
  }

  /** @param {string} name such as `channels/` @returns {Promise<any>} */
  async get(name) {
    return this.#requests.get(name, await this.#access.token());
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async post(name, body) {
    return this.#requests.post(name, body, await this.#access.token());
  }

  /** @param {string} name @param {object} body @returns {Promise<any>} */
  async put(name, body) {
    return this.#requests.put(name, body, await this.#access.token());
  }

  /** @param {string} name @returns {Promise<null>} */
  async delete(name) {
    return this.#requests.delete(name, await this.#access.token());
  }

  /** @param {string} name @returns {Promise<Blob>} */
  async download(name) {
    return this.#requests.download(name, await this.#access.token());
  }
}
