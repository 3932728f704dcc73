/** The orders that rest and what was executed of others, as the server tells of them. Pure. */
import { msOf } from "../moments.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").OrderFill} OrderFill */

/** More fills aren't kept; orders that rest are bounded by the server. */
export const MOST_FILLS = 200;
/** Of so many orders it is known what became of them. */
export const MOST_ENDED = 200;

const OPEN = new Set(["new", "partially_filled"]);

/** @param {Pick<Order, "status">} order */
export function isOpen({ status }) {
  return OPEN.has(status);
}

export class OwnOrders {
  /** @type {Map<string, Order>} by id, in the order in which they were placed */
  #open = new Map();
  /** @type {Map<string, Order>} those that have ended since, by id, the oldest first */
  #ended = new Map();
  /** @type {Map<string, OrderFill>} by the order's id */
  #fills = new Map();
  /** @type {Set<string>} those of which it isn't known whether they still rest */
  #doubtful = new Set();

  /** @returns {ReadonlyMap<string, Order>} by id */
  get open() {
    return this.#open;
  }

  /** @returns {ReadonlyMap<string, Order>} the newest of those that were seen to end, by id */
  get ended() {
    return this.#ended;
  }

  /** @returns {OrderFill[]} the newest first */
  get fills() {
    return [...this.#fills.values()].sort((one, other) => other.time - one.time);
  }

  /** All that rest are told anew from now on, until `settle`. */
  begin() {
    this.#doubtful = new Set(this.#open.keys());
  }

  /** What wasn't told anew rests no more. */
  settle() {
    for (const id of this.#doubtful) this.#open.delete(id);
    this.#doubtful.clear();
  }

  /** @param {Order} order as it is now */
  take(order) {
    this.#doubtful.delete(order.id);
    if (isOpen(order)) this.#open.set(order.id, order);
    else this.#end(order);
    this.#takeFill(order);
  }

  /** @param {Order[]} orders as they were a moment ago; those that rest are told by `take` alone, and what ended untold by these */
  takePast(orders) {
    for (const order of orders) {
      if (this.#doubtful.has(order.id) && !isOpen(order)) this.take(order);
      else this.#takeFill(order);
    }
  }

  /** @param {Order} order */
  #end(order) {
    this.#open.delete(order.id);
    this.#ended.set(order.id, order);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_ENDED) this.#ended.delete(oldest);
  }

  /** @param {Order} order */
  #takeFill(order) {
    const fill = fillOf(order);
    const known = this.#fills.get(order.id)?.amount ?? 0;
    if (!fill || fill.amount <= known) return; // that an order was cancelled later is no execution
    this.#fills.set(order.id, fill);
    if (this.#fills.size > MOST_FILLS) this.#fills.delete(this.fills[MOST_FILLS].order);
  }
}

/** @param {Order} order @returns {OrderFill | null} null: nothing was executed */
function fillOf({ id, account, symbol, side, type, averagePrice, filled, timestamp, instance }) {
  if (!filled || averagePrice === null) return null;
  return { order: id, account, symbol, side, type, price: averagePrice, amount: filled, time: msOf(timestamp), instance };
}
