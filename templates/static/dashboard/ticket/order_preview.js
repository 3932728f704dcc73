/**
 * What the server would refuse the order for that is typed, told before it is sent: limits, the kill switch, the exchange's
 * filters, missing money. It is asked once the reader pauses, and again while the market moves.
 */
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";

/** @typedef {import("../../../types/trading.js").NewOrder} NewOrder */
/** @typedef {import("../../../types/trading.js").OrderRefusal} OrderRefusal */
/** @typedef {Pick<import("../../shared/trading/trading_requests.js").TradingRequests, "previewOrder">} Requests */

const QUIET_MILLISECONDS = 300;
/** What it said of the same order so long ago may be otherwise by now. */
const FRESH_MILLISECONDS = 5_000;
/** However much changes, it is asked no oftener. */
const LEAST_MILLISECONDS = 1_000;
/** It is about what is typed, not about who couldn't be asked. */
const OF_THE_ORDER = "VALIDATION_ERROR";

export class OrderPreview {
  #requests;
  #changed;
  #now;
  #turns = new Turns();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** What is asked of, as text; empty: nothing. */
  #given = "";
  #askedAt = -Infinity;
  /** @type {OrderRefusal[]} */
  #refusals = [];

  /** @param {Requests} requests @param {() => void} changed @param {() => number} [now] ms */
  constructor(requests, changed, now = () => performance.now()) {
    this.#requests = requests;
    this.#changed = changed;
    this.#now = now;
  }

  /** @returns {Record<string, string>} a sentence by the field's name */
  get fields() {
    return Object.assign({}, ...this.#refusals.map(({ fields }) => fields));
  }

  /** @returns {OrderRefusal[]} those that are about no field */
  get others() {
    return this.#refusals.filter(({ fields }) => !Object.keys(fields).length);
  }

  /** @param {NewOrder | null} given what is typed; null: no whole order, or nobody's */
  want(given) {
    const written = given ? JSON.stringify(given) : "";
    const isOther = written !== this.#given;
    if (!isOther && (!given || this.#now() - this.#askedAt < FRESH_MILLISECONDS)) return;
    if (isOther) this.#begin(written);
    if (!given) return;
    this.#askedAt = this.#now();
    this.#timer = setTimeout(() => this.#ask(given), QUIET_MILLISECONDS);
  }

  /** What it was asked about has changed: ask again when it is wanted. */
  renew() {
    this.#askedAt = Math.min(this.#askedAt, this.#now() - FRESH_MILLISECONDS + LEAST_MILLISECONDS);
  }

  /** @param {string} given */
  #begin(given) {
    clearTimeout(this.#timer);
    this.#turns.begin();
    this.#given = given;
    this.#refusals = [];
  }

  /** @param {NewOrder} given */
  async #ask(given) {
    const isMeant = this.#turns.begin();
    const refusals = await this.#asked(given);
    if (!isMeant()) return;
    this.#refusals = refusals;
    this.#changed();
  }

  /** @param {NewOrder} given @returns {Promise<OrderRefusal[]>} none where nobody could be asked: sending it says why */
  async #asked(given) {
    try {
      return (await this.#requests.previewOrder(given)).refusals;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { code, message, fields = {} } = error;
      return code === OF_THE_ORDER ? [{ code, message, fields }] : [];
    }
  }
}
