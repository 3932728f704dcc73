/**
 * Moving an order to another price. Orders can't be changed: it is cancelled, and what of it is unfilled by then is placed
 * anew. What the server refuses is kept in its words, and can be put right: placed where it was, or tried again.
 */
import { ExactDecimal, ZERO, exactOrZero } from "../../shared/exact_decimal.js";
import { isAnswer, isRefusal } from "../../shared/refusal.js";
import { newRequestKey } from "../../shared/connection/request_key.js";
import { unfilled } from "./order_line_text.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").NewOrder} NewOrder */
/** @typedef {import("../../shared/refusal.js").Refusal & {status?: number}} Refusal */

/**
 * @typedef {"asked" | "cancelling" | "placing" | "moved" | "kept" | "ended" | "uncertain" | "unplaced" | "unanswered"} State
 *   `kept`: the order is what it was; `ended`: it was filled or cancelled before; `uncertain`: nobody answered whether it
 *   is cancelled; `unplaced`: it is cancelled, and its new price was refused; `unanswered`: nobody said
 */

/** In which of them the reader has to say what is to be done. */
const OPEN_ENDS = new Set(["uncertain", "unplaced", "unanswered"]);
/** In which of them the order is known to be cancelled. */
const CANCELLED = new Set(["placing", "moved", "unplaced", "unanswered"]);

export class OrderMove {
  #requests;
  #changed;
  #key = "";
  #isAbandoned = false;
  /** @type {State} */
  state = "asked";
  /** The server's words; empty: it refused nothing. */
  problem = "";
  /** @type {ExactDecimal} what is to be placed anew */
  left;
  /** @type {ExactDecimal} what was filled since the reader has looked */
  filled = ZERO;
  /** @type {Order | null} the order that takes its place */
  placed = null;

  /**
   * @param {import("../../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {object} what
   * @param {Order} what.order as the reader sees it
   * @param {string} what.to its new price, or stop price: a multiple of the market's step
   * @param {import("../../../types/market.js").Symbol} what.info of its symbol
   * @param {() => void} changed called whenever the state is another
   */
  constructor(requests, { order, to, info }, changed) {
    this.#requests = requests;
    this.#changed = changed;
    this.order = order;
    this.info = info;
    this.from = String(exactOrZero(order.stopPrice ?? order.price));
    this.to = to;
    /** At which price it is placed, or was tried to be. */
    this.target = to;
    this.left = unfilled(order);
  }

  /** The limit price of a stop limit order, which keeps its distance to the stop price; empty: it has none. */
  get limit() {
    const { price, stopPrice } = this.order;
    return price === null || stopPrice === null ? "" : String(exactOrZero(price).plus(exactOrZero(this.to)).minus(exactOrZero(stopPrice)));
  }

  /** Whether something is on its way. */
  get isUnderWay() {
    return this.state === "cancelling" || this.state === "placing";
  }

  /** Whether the order that it moves is cancelled, whatever is still told of it. */
  get isCancelled() {
    return CANCELLED.has(this.state);
  }

  /** Whether it waits for what the reader says. */
  get isOpenEnded() {
    return OPEN_ENDS.has(this.state);
  }

  /** Cancel the order, and place it anew; again where nobody has answered. */
  async go() {
    if (this.isUnderWay) return;
    if (this.state === "unanswered") return this.#place();
    const cancelled = await this.#cancel(this.state === "uncertain");
    if (!cancelled || this.#isAbandoned) return;
    this.filled = exactOrZero(cancelled.filled).minus(exactOrZero(this.order.filled));
    this.left = unfilled(cancelled);
    await this.#placeAt(this.to);
  }

  /** Place the order where it was before. */
  async putBack() {
    if (this.state === "unplaced") await this.#placeAt(this.from);
  }

  /** Place nothing any more: somebody else is here, as whom it would be placed. */
  abandon() {
    this.#isAbandoned = true;
  }

  /** @param {boolean} isRepeated whether nobody has answered before @returns {Promise<Order | null>} null: it wasn't cancelled */
  async #cancel(isRepeated) {
    this.#enter("cancelling");
    try {
      return await this.#requests.cancelOrder(this.order.id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const cancelled = isRepeated && error.code === "CONFLICT" ? await this.#cancelledBefore() : null;
      if (!cancelled) this.#enter(stateUncancelled(error), error.message);
      return cancelled;
    }
  }

  /** The first attempt, which nobody answered, may have done it. */
  async #cancelledBefore() {
    const { clientOrderId, account } = this.order;
    try {
      const { items } = await this.#requests.orders({ clientOrderId, account, limit: 1 });
      return items.find(({ status, reason }) => status === "cancelled" && !reason) ?? null;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return null;
    }
  }

  /** @param {string} price */
  async #placeAt(price) {
    this.target = price;
    this.#key = newRequestKey();
    await this.#place();
  }

  async #place() {
    this.#enter("placing");
    try {
      this.placed = await this.#requests.placeOrder(this.#given(), this.#key);
      this.#enter("moved");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#enter(isAnswer(error) ? "unplaced" : "unanswered", error.message);
    }
  }

  /** @returns {NewOrder} */
  #given() {
    const { symbol, side, type, timeInForce, account, price, stopPrice } = this.order;
    const limit = this.target === this.to ? this.limit : String(exactOrZero(price));
    const prices = stopPrice === null ? { price: this.target } : { stop_price: this.target, ...(price === null ? {} : { price: limit }) };
    return { symbol, side, type, time_in_force: timeInForce, account, quantity: String(this.left), ...prices };
  }

  /** @param {State} state @param {string} [problem] */
  #enter(state, problem = "") {
    this.state = state;
    this.problem = problem;
    this.#changed();
  }
}

/** @param {Refusal} error @returns {State} */
function stateUncancelled(error) {
  if (error.code === "CONFLICT") return "ended";
  return isAnswer(error) ? "kept" : "uncertain";
}
