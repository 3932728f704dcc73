/** What the page asks of wallets, transactions and chains, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { UserRequests } from "../shared/session/user_requests.js";

/** @typedef {import("../../types/wallets.js").Wallet} Wallet */
/** @typedef {import("../../types/wallets.js").WatchedTransaction} WatchedTransaction */

const WALLETS = 500;
const TRANSACTIONS = 50;
const MOVEMENTS = 200;
const BLOCKS = 20;

export class WalletRequests {
  #requests;

  /** @param {import("../shared/session/access_token.js").AccessToken} access */
  constructor(access) {
    this.#requests = new UserRequests(access, "/api/v1/wallets/");
  }

  /** @returns {Promise<Wallet[]>} the oldest first */
  async wallets() {
    return (await this.#requests.get(`?limit=${WALLETS}`)).items;
  }

  /** @param {string} address as somebody pastes it @returns {Promise<Wallet[]>} one's own with that address; refused: it is none */
  async walletsOf(address) {
    return (await this.#requests.get(`?address=${encodeURIComponent(address)}`)).items;
  }

  /** @param {{chain: string, address: string, label: string}} wallet @returns {Promise<Wallet>} */
  add(wallet) {
    return this.#requests.post("", wallet);
  }

  /** @param {string} id @param {string} label @returns {Promise<Wallet>} */
  rename(id, label) {
    return this.#requests.patch(`${id}/`, { label });
  }

  /** @param {string} id */
  remove(id) {
    return this.#requests.delete(`${id}/`);
  }

  /** @param {string} id @param {string} token its contract's address as somebody pastes it @returns {Promise<Wallet>} */
  addToken(id, token) {
    return this.#requests.post(`${id}/tokens/`, { token });
  }

  /** @param {string} id @param {string} token */
  removeToken(id, token) {
    return this.#requests.delete(`${id}/tokens/${encodeURIComponent(token)}/`);
  }

  /** @param {string} id @returns {Promise<{items: import("../../types/wallets.js").Movement[], total: number}>} the newest first */
  history(id) {
    return this.#requests.get(`${id}/history/?limit=${MOVEMENTS}`);
  }

  /** @returns {Promise<WatchedTransaction[]>} the newest first */
  async transactions() {
    return (await this.#requests.get(`transactions/?limit=${TRANSACTIONS}`)).items;
  }

  /** @param {{chain: string, hash: string}} transaction @returns {Promise<WatchedTransaction>} */
  watch(transaction) {
    return this.#requests.post("transactions/", transaction);
  }

  /** @param {{chain: string, hash: string}} transaction */
  unwatch({ chain, hash }) {
    return this.#requests.delete(`transactions/${encodeURIComponent(chain)}/${hash}/`);
  }

  /** @returns {Promise<import("../../types/wallets.js").Chain[]>} */
  async chains() {
    return (await this.#requests.get("chains/")).items;
  }

  /** @param {string} chain @returns {Promise<import("../../types/wallets.js").Block[]>} the newest first */
  async blocks(chain) {
    return (await this.#requests.get(`chains/${encodeURIComponent(chain)}/blocks/?limit=${BLOCKS}`)).items;
  }
}
