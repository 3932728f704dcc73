/** The markets by turnover, the largest first, as far as the overview has told. */
import { byId } from "../../shared/elements.js";

/** So long a list waits for the order: in another one first, its rows would move under the reader's eyes. */
const MOST_WAIT_MILLISECONDS = 2_000;

export class TurnoverOrder {
  /** @type {string[]} symbols */
  #largest = [];
  #hasHeard = false;
  /** @type {(() => void) | undefined} */
  #awaited;

  /**
   * @param {import("@tidewire/client/protocol").Overview} overview
   * @returns {boolean} whether it ranks more markets than any before, and nobody who has waited for it was called
   */
  hear({ symbols, volumes }) {
    const bySize = [...new Set([...volumes, ...symbols.map(({ symbol }) => symbol)])];
    const isMore = bySize.length > this.#largest.length;
    if (isMore) this.#largest = bySize;
    this.#hasHeard = true;
    return !this.#end() && isMore;
  }

  /** Call once the order is known, or can't be, or hasn't been told for two seconds. @param {() => void} act */
  await(act) {
    this.#awaited = act;
    if (this.#hasHeard || byId("overview").hidden) this.#end();
    else setTimeout(() => this.#end(), MOST_WAIT_MILLISECONDS);
  }

  /** @template {{symbol: string}} M @param {readonly M[]} markets @returns {M[]} those that weren't told of come last, as they stand */
  sorted(markets) {
    const rank = new Map(this.#largest.map((symbol, index) => [symbol, index]));
    const rankOf = (/** @type {M} */ { symbol }) => rank.get(symbol) ?? rank.size;
    return [...markets].sort((one, other) => rankOf(one) - rankOf(other));
  }

  /** @returns {boolean} whether somebody has waited */
  #end() {
    const act = this.#awaited;
    this.#awaited = undefined;
    act?.();
    return act !== undefined;
  }
}
