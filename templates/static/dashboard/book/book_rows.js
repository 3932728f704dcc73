/** The rows of the order book: as many a side as are shown, made anew only where that count changes. */
import { byId } from "../../shared/elements.js";
import { NOTHING } from "../../shared/format.js";
import { element } from "../../shared/painting.js";

/** @typedef {{row: HTMLElement, cells: HTMLElement[], button: HTMLButtonElement}} BookRow the button's value is its price */

export class BookRows {
  #asks = byId("order-book-asks");
  #bids = byId("order-book-bids");
  /** @type {BookRow[]} the best one first */
  asks = [];
  /** @type {BookRow[]} the best one first */
  bids = [];

  /** As they stand, from above: the best ask stands lowest, beside the best bid. */
  get all() {
    return [...this.asks.toReversed(), ...this.bids];
  }

  /** @param {number} count of a side; those that are there stay, the best ones */
  show(count) {
    const missing = Math.max(0, count - this.bids.length);
    const [asks, bids] = [newRows(missing), newRows(missing)];
    for (const { row } of [...this.asks.slice(count), ...this.bids.slice(count)]) row.remove();
    this.asks = [...this.asks.slice(0, count), ...asks];
    this.bids = [...this.bids.slice(0, count), ...bids];
    this.#asks.prepend(...asks.map(({ row }) => row).reverse());
    this.#bids.append(...bids.map(({ row }) => row));
  }
}

/** @param {number} count @returns {BookRow[]} */
function newRows(count) {
  return Array.from({ length: count }, () => {
    const button = element("button", { type: "button", tabindex: "-1" }, NOTHING);
    const cells = [element("td", {}, button), element("td", {}, NOTHING), element("td", {}, NOTHING)];
    return { row: element("tr", {}, ...cells), cells, button };
  });
}
