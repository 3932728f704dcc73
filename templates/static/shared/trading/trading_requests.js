/** What a page asks of accounts, orders and the kill switch, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { newRequestKey } from "../connection/request_key.js";
import { isRefusal } from "../refusal.js";
import { UserRequests } from "../session/user_requests.js";

/** @typedef {import("../../../types/trading.js").Account} Account */
/** @typedef {import("../../../types/trading.js").AccountLimits} AccountLimits */
/** @typedef {import("../../../types/trading.js").Limits} Limits */
/** @typedef {import("../../../types/trading.js").NewOrder} NewOrder */
/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").OrderRefusal} OrderRefusal */

const PATH = "/api/v1/trading/";
/** It answers once all that is open is cancelled, be that as much as it may. */
const KILL_SWITCH_MILLISECONDS = 120_000;
/** How the refusal of a `client_order_id` ends that was used before. */
const DUPLICATE = "(DUPLICATE)";

export class TradingRequests {
  #requests;
  #slow;

  /** @param {import("../session/access_token.js").AccessToken} access */
  constructor(access) {
    this.#requests = new UserRequests(access, PATH);
    this.#slow = new UserRequests(access, PATH, KILL_SWITCH_MILLISECONDS);
  }

  /** @returns {Promise<{items: Account[], total: number}>} the default one first */
  accounts() {
    return this.#requests.get("accounts/");
  }

  /** @param {string} account its id @returns {Promise<Account>} one's own, or another's that staff may view */
  account(account) {
    return this.#requests.get(`accounts/${account}/`);
  }

  /** Begin anew with a demo account. @param {string} account @returns {Promise<Account>} as it is then */
  resetAccount(account) {
    return this.#requests.post(`accounts/${account}/reset/`, {});
  }

  /** @param {string} account @returns {Promise<AccountLimits>} its limits, with what is used of them now */
  limits(account) {
    return this.#requests.get(`accounts/${account}/limits/`);
  }

  /** @param {string} account @param {Record<string, unknown>} limits all of them: what isn't among them is no limit any more @returns {Promise<Limits>} */
  setLimits(account, limits) {
    return this.#requests.put(`accounts/${account}/limits/`, limits);
  }

  /**
   * @param {{open?: boolean, symbol?: string, account?: string, instance?: string, clientOrderId?: string, limit?: number}} [filters]
   *   `open`: those that rest, or those that have ended; `instance`: a grid's id
   * @returns {Promise<{items: Order[], total: number}>} the newest first
   */
  orders({ clientOrderId, ...filters } = {}) {
    const given = Object.entries({ ...filters, client_order_id: clientOrderId }).filter(([, value]) => value !== undefined);
    return this.#requests.get(`orders/?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`);
  }

  /**
   * Place an order once, however often this is called with the same key: one that was taken before is returned as it is.
   *
   * @param {NewOrder} given its names as REST has them
   * @param {string} [key] its `client_order_id`: made anew for each order that the reader means, and kept to try the same one again
   * @returns {Promise<Order>} as it was taken
   */
  async placeOrder(given, key = given.client_order_id ?? newRequestKey()) {
    try {
      return await this.#requests.post("orders/", { ...given, client_order_id: key });
    } catch (error) {
      const taken = isDuplicate(error) ? await this.#orderNamed(key, given.account) : undefined;
      if (taken) return taken;
      throw error;
    }
  }

  /** @param {NewOrder} given @returns {Promise<{refusals: OrderRefusal[]}>} all that would refuse it now: nothing is placed */
  previewOrder(given) {
    return this.#requests.post("orders/preview/", given);
  }

  /** @param {string} id @returns {Promise<Order>} as it is then */
  cancelOrder(id) {
    return this.#requests.post(`orders/${id}/cancel/`, {});
  }

  /**
   * Cancel what was placed by hand: orders of grids stay.
   *
   * @param {{symbol?: string, account?: string}} [which] all, where none is named
   * @returns {Promise<{cancelled: number}>}
   */
  cancelOrders(which = {}) {
    return this.#requests.post("orders/cancel-all/", which);
  }

  /** @returns {Promise<import("../../../types/trading.js").KillSwitchState>} */
  killSwitch() {
    return this.#requests.get("kill-switch/");
  }

  /** @param {Record<string, unknown>} given @returns {Promise<import("../../../types/trading.js").KillSwitchAnswer>} */
  throwKillSwitch(given) {
    return this.#slow.post("kill-switch/", given);
  }

  /** @param {string} name @param {string} [account] @returns {Promise<Order | undefined>} */
  async #orderNamed(name, account) {
    return (await this.orders({ clientOrderId: name, account, limit: 1 })).items[0];
  }
}

/** @param {unknown} error */
function isDuplicate(error) {
  return isRefusal(error) && error.message.endsWith(DUPLICATE);
}
