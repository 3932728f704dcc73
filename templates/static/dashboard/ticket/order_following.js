/** An order from the moment it is sent: placed once at the most, and followed until it has ended. */
import { byId } from "../../shared/elements.js";
import { setData, setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { ORDERS } from "../../shared/trading/own_trading.js";
import { outcomeOf } from "./order_outcome.js";
import { OrderSubmission } from "./order_submission.js";
import { CHANGED_SINCE, UNANSWERED } from "./ticket_text.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").NewOrder} NewOrder */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

/** What has not been told by then is asked for. */
const PATIENCE_MILLISECONDS = 3_000;
const OPEN = ["new", "partially_filled"];

export class OrderFollowing {
  #submission;
  #placed;
  #changed;
  #place = byId("ticket-outcome");
  /** @type {SymbolInfo | undefined} of what was sent last */
  #info;
  /** @type {Order | undefined} as it was told last */
  #order;
  /** Whether the server has still time to answer. */
  #isSending = false;
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {import("../../client/client.js").TidewireClient} client whose connection tells of one's orders
   * @param {import("./order_submission.js").Requests} requests
   * @param {object} told
   * @param {(info: SymbolInfo) => void} told.placed called once it is known that an order was placed
   * @param {() => void} told.changed called when there is something new to show
   */
  constructor(client, requests, { placed, changed }) {
    this.#placed = placed;
    this.#submission = new OrderSubmission(requests);
    this.#changed = changed;
    client.onMessage("order", ({ data }) => this.#told(/** @type {Order} */ (data)));
    // Without what was missed a new connection tells of those that rest: how this one has ended meanwhile, of none.
    client.onMessage("subscribed", ({ channel, recovered }) => channel === ORDERS && !recovered && this.#look());
  }

  /** @param {NewOrder} given @returns {boolean} whether it was sent, and nobody has answered */
  isUnanswered(given) {
    return this.#submission.isUnanswered(given);
  }

  /** What is shown is not of this symbol any more; an order that nobody has answered to is not forgotten. */
  leave() {
    if (this.#submission.hasUnanswered) return;
    this.forget();
  }

  forget() {
    clearTimeout(this.#timer);
    this.#submission.forget();
    this.#info = undefined;
    this.#order = undefined;
    this.#changed();
  }

  /**
   * @param {NewOrder} given
   * @param {SymbolInfo} info of its symbol
   * @throws {import("../../shared/refusal.js").Refusal} as `OrderSubmission.place`
   */
  async place(given, info) {
    clearTimeout(this.#timer);
    this.#order = undefined;
    this.#info = info;
    this.#isSending = true;
    try {
      this.#told(await this.#submission.place(given));
    } catch (error) {
      if (!this.#order) throw error; // an event has told of it, though nobody answered
    } finally {
      this.#isSending = false;
    }
    this.#timer = setTimeout(() => this.#look(), PATIENCE_MILLISECONDS);
  }

  /** @param {boolean} isUnanswered whether what is typed is what nobody has answered to */
  show(isUnanswered) {
    const outcome = this.#order && this.#info ? outcomeOf(this.#order, this.#info) : undefined;
    const isDoubtful = !this.#isSending && this.#submission.hasUnanswered;
    const doubt = isUnanswered ? UNANSWERED : CHANGED_SINCE;
    setText(this.#place, outcome?.text ?? (isDoubtful ? doubt : ""));
    setData(this.#place, "state", outcome?.state ?? (isDoubtful ? "doubtful" : ""));
  }

  /** What an event has told may be newer than the answer. @param {Order} order */
  #told(order) {
    if (!this.#submission.isOf(order) || (this.#order && !isNewer(order, this.#order))) return;
    this.#submission.answered();
    if (!this.#order && this.#info) this.#placed(this.#info);
    this.#order = order;
    this.#changed();
  }

  async #look() {
    if (!this.#order || !OPEN.includes(this.#order.status)) return;
    try {
      const order = await this.#submission.find();
      if (order) this.#told(order);
    } catch (error) {
      if (!isRefusal(error)) throw error; // the connection tells it when it is back
    }
  }
}

/** @param {Order} one @param {Order} other */
function isNewer(one, other) {
  return Number(one.filled) > Number(other.filled) || (OPEN.includes(other.status) && one.status !== "new");
}
