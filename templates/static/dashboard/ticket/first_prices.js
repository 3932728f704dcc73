/** What the ticket's prices begin with: the market's, until the reader types or picks others. */
import { firstPrice } from "./order_estimate.js";
import { takes } from "./order_values.js";

/** @type {["price" | "stop_price", "price" | "stopPrice"][]} by their names in refusals, and in the ticket's values */
const PRICES = [
  ["price", "price"],
  ["stop_price", "stopPrice"],
];

export class FirstPrices {
  #fields;
  /** @type {Set<string>} those that come from the market, by name */
  #following = new Set();

  /** @param {import("./ticket_fields.js").TicketFields} fields */
  constructor(fields) {
    this.#fields = fields;
  }

  /** Begin anew with the market's. */
  begin() {
    this.#following = new Set(PRICES.map(([name]) => name));
    this.renew();
  }

  /** Take the market's of now in place of those that came from it before. */
  renew() {
    for (const [name] of PRICES) if (this.#following.has(name)) this.#fields.write(name, "");
  }

  /** @param {string} name of a field that the reader has filled in */
  keep(name) {
    this.#following.delete(name);
  }

  /**
   * Write those that are missing, once the market is known.
   *
   * @param {import("./order_estimate.js").Quote} quote
   * @param {import("../../shared/exact_decimal.js").ExactDecimal} tick
   */
  write(quote, tick) {
    for (const [name, key] of PRICES) {
      const { values } = this.#fields;
      const isMissing = this.#following.has(name) && takes(values, name) && !values[key];
      if (isMissing) this.#fields.write(name, firstPrice(values, name, quote, tick));
    }
  }
}
