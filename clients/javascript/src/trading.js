/**
 * Orders and grids: the trading commands with their parameters named. Thin over `command`, and answered by promises
 * that are rejected as its are: with CommandRefusedError, its `code`, and `fields` where parameters are wrong.
 */

/** @typedef {import("../protocol.js").Order} Order */
/** @typedef {import("../protocol.js").NewOrder} NewOrder */
/** @typedef {import("../protocol.js").NewGrid} NewGrid */
/** @typedef {(action: string, params?: object) => Promise<any>} Command */

export class Trading {
  /** @type {Command} */
  #command;

  /** @param {{ command: Command }} client a TidewireClient, or a system of one */
  constructor(client) {
    this.#command = (action, params) => client.command(action, params);
  }

  /**
   * Give a `client_order_id` to place it safely again after a time-out: a second one of that name is refused.
   *
   * @param {NewOrder} order
   * @returns {Promise<Order>} the order as it was taken
   */
  placeOrder(order) {
    return this.#command("order.place", order);
  }

  /**
   * @param {{ id: string } | { client_order_id: string }} which
   * @returns {Promise<Order>} the order as it is then
   */
  cancelOrder(which) {
    return this.#command("order.cancel", which);
  }

  /**
   * Cancel all open orders, those of grids aside, or a symbol's.
   *
   * @param {{ symbol?: string, account?: string }} [which]
   * @returns {Promise<number>} how many
   */
  async cancelOrders(which = {}) {
    return (await this.#command("order.cancel_all", which)).cancelled;
  }

  /**
   * Have all orders cancelled in so many seconds unless this is called again; 0 disarms.
   *
   * @param {number} seconds
   * @returns {Promise<import("../protocol.js").Time | null>} when that is
   */
  async cancelAllAfter(seconds) {
    return (await this.#command("order.cancel_all_after", { seconds })).at;
  }

  /**
   * @param {{ symbol?: string, open?: boolean, instance?: string, limit?: number, offset?: number }} [filters]
   * @returns {Promise<Order[]>} the newest first
   */
  async orders(filters = {}) {
    return (await this.#command("order.list", filters)).items;
  }

  /**
   * What a grid would be: lines, order size, net per cent of a cycle, capital, warnings.
   *
   * @param {NewGrid} grid
   * @returns {Promise<Record<string, any>>}
   */
  previewGrid(grid) {
    return this.#command("grid.preview", grid);
  }

  /**
   * @param {NewGrid} grid
   * @returns {Promise<{ grid_id: string, status: string, lines: number }>}
   */
  startGrid(grid) {
    return this.#command("grid.start", grid);
  }

  /**
   * @param {string} id
   * @param {{ cancel_orders?: boolean, close_position?: boolean }} [options]
   * @returns {Promise<{ grid_id: string, status: string, orders_cancelled: number }>}
   */
  stopGrid(id, options = {}) {
    return this.#command("grid.stop", { id, ...options });
  }

  /**
   * @param {string} id
   * @returns {Promise<{ grid_id: string, status: string }>}
   */
  pauseGrid(id) {
    return this.#command("grid.pause", { id });
  }

  /**
   * @param {string} id
   * @returns {Promise<{ grid_id: string, status: string }>}
   */
  resumeGrid(id) {
    return this.#command("grid.resume", { id });
  }

  /**
   * @param {string} id
   * @param {Partial<NewGrid>} params
   * @returns {Promise<{ grid_id: string, updated: Record<string, [any, any]>, rebuilt: boolean }>}
   */
  updateGrid(id, params) {
    return this.#command("grid.update_params", { id, params });
  }

  /**
   * @param {{ pair?: string, live?: boolean, limit?: number, offset?: number }} [filters]
   * @returns {Promise<Record<string, any>[]>} the newest first
   */
  async grids(filters = {}) {
    return (await this.#command("grid.list", filters)).items;
  }

  /**
   * @param {string} id
   * @returns {Promise<Record<string, any>>} the grid with its levels
   */
  grid(id) {
    return this.#command("grid.get", { id });
  }

  /**
   * @param {string} [account] the default one where none is named
   * @returns {Promise<Record<string, any>>}
   */
  account(account) {
    return this.#command("account.get", account === undefined ? {} : { account });
  }

  /**
   * Throw the kill switch of all one's own (`user`, unless `scope` says otherwise), or of one grid (`instance`).
   *
   * @param {{ action: "activate" | "deactivate", reason: string, scope?: "user" | "instance" | "global", id?: string }} how
   * @returns {Promise<Record<string, any>>}
   */
  killSwitch(how) {
    return this.#command("system.kill_switch", { scope: "user", ...how });
  }
}
