/**
 * Sending an order so that it is placed once at the most: its `client_order_id` stays what it is for as long as the order
 * does, and nobody has answered. Sent again, the order that is there already is what the server's answer comes to.
 */
import { isAnswer, isRefusal } from "../../shared/refusal.js";
import { newRequestKey } from "../../shared/connection/request_key.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").NewOrder} NewOrder */
/** @typedef {Pick<import("../../shared/trading/trading_requests.js").TradingRequests, "placeOrder" | "orders">} Requests */

export class OrderSubmission {
  #requests;
  /** @type {string} that of the order that was sent last */
  #key = "";
  /** @type {string} what was sent without an answer, as text; empty: all were answered */
  #unanswered = "";

  /** @param {Requests} requests */
  constructor(requests) {
    this.#requests = requests;
  }

  /** @param {Order} order @returns {boolean} whether it is the one that was sent last */
  isOf({ clientOrderId }) {
    return clientOrderId === this.#key;
  }

  /** @param {NewOrder} given @returns {boolean} whether it was sent, and nobody has answered */
  isUnanswered(given) {
    return this.#unanswered === JSON.stringify(given);
  }

  /** Whether anything was sent to which nobody has answered. */
  get hasUnanswered() {
    return this.#unanswered !== "";
  }

  /** What was sent is known to have arrived. */
  answered() {
    this.#unanswered = "";
  }

  /** Whoever comes knows nothing of who was here before. */
  forget() {
    this.#key = "";
    this.#unanswered = "";
  }

  /**
   * @param {NewOrder} given without a `client_order_id`
   * @returns {Promise<Order>} as it was taken, or as it is by now
   * @throws {import("../../shared/refusal.js").Refusal} it was refused, or nobody answered: then `isUnanswered` holds
   */
  async place(given) {
    if (!this.isUnanswered(given)) this.#key = newRequestKey();
    const key = this.#key;
    this.#unanswered = JSON.stringify(given);
    try {
      const order = await this.#requests.placeOrder(given, key);
      if (key === this.#key) this.answered();
      return order;
    } catch (error) {
      if (key === this.#key && isRefusal(error) && isAnswer(error)) this.answered();
      throw error;
    }
  }

  /** @returns {Promise<Order | undefined>} the one that was sent last, as it is now */
  async find() {
    return (await this.#requests.orders({ clientOrderId: this.#key, limit: 1 })).items[0];
  }
}
