/** What a page asks of one's grids or strategies, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { RepeatableCommand } from "../../connection/repeatable_command.js";
import { UserRequests } from "../../session/user_requests.js";
import { TradingRequests } from "../trading_requests.js";

/** @typedef {import("../../../../types/instances.js").Order} Order */

const TRADING = "/api/v1/trading/";
const ORDERS_AT_ONCE = 500;
const NOTIFICATIONS_AT_ONCE = 500;

/** @template {import("../../../../types/instances.js").Instance} One */
export class InstanceRequests extends TradingRequests {
  #kind;
  #notifications;
  #start;

  /**
   * @param {import("../../../client/client.js").TidewireClient} client
   * @param {import("../../session/access_token.js").AccessToken} access
   * @param {{kind: "grid" | "strategy", path: string}} options `path`: of REST, below the one of trading
   */
  constructor(client, access, { kind, path }) {
    super(access);
    this.#kind = kind;
    this.#start = new RepeatableCommand(client, `${kind}.start`);
    this.own = new UserRequests(access, `${TRADING}${path}`);
    this.#notifications = new UserRequests(access, "/api/v1/notifications/");
  }

  /** @param {Record<string, unknown>} given @returns {Promise<any>} with its id */
  start(given) {
    return this.#start.ask(given);
  }

  /** @param {number} limit @returns {Promise<{items: One[], total: number}>} newest first */
  list(limit) {
    return this.own.get(`?limit=${limit}`);
  }

  /** @param {string} id @returns {Promise<One>} whole */
  get(id) {
    return this.own.get(`${id}/`);
  }

  /** @param {string} id */
  pause(id) {
    return this.own.post(`${id}/pause/`, {});
  }

  /** @param {string} id */
  resume(id) {
    return this.own.post(`${id}/resume/`, {});
  }

  /** @param {string} id @param {{close_position: boolean, cancel_orders?: boolean}} options @returns {Promise<{orders_cancelled: number}>} */
  stop(id, options) {
    return this.own.post(`${id}/stop/`, options);
  }

  /** @param {string} id @returns {Promise<{items: Order[], total: number}>} newest first */
  ordersOf(id) {
    return this.orders({ instance: id, limit: ORDERS_AT_ONCE });
  }

  /** @param {string} id @returns {Promise<{items: Order[], total: number}>} those that rest */
  openOrdersOf(id) {
    return this.orders({ instance: id, open: true, limit: ORDERS_AT_ONCE });
  }

  /** @returns {Promise<{items: import("../../../../types/instances.js").InstanceNotification[]}>} what was told of all of this kind, newest first */
  notifications() {
    return this.#notifications.get(`?kind=${this.#kind}&limit=${NOTIFICATIONS_AT_ONCE}`);
  }
}
