/** The rows of a chain's newest blocks. A row is of a place, and blocks go down from row to row: where many come in a second, nothing moves. */
import { formatQuantity, formatTime, formatWhole, shortened } from "../../shared/format.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { element, setText } from "../../shared/painting.js";
import { showTime, timeElement } from "../../shared/time_zone/time_element.js";

/** @typedef {import("../../../types/wallets.js").ListedBlock} ListedBlock */
/** @typedef {{block: ListedBlock, place: number}} PlacedBlock the topmost at place 0 */

export class BlockRows {
  #rows;

  /** @param {Element} parent which holds these rows and nothing else */
  constructor(parent) {
    this.#rows = new KeyedRows(parent, (/** @type {PlacedBlock} */ { place }) => String(place), newRow);
  }

  /** @param {readonly ListedBlock[]} blocks the newest first */
  show(blocks) {
    this.#rows.show(blocks.map((block, place) => ({ block, place })));
  }
}

function newRow() {
  const [number, hash, transactions] = [element("span"), element("span"), element("span")];
  const time = timeElement(null, formatTime);
  const taken = element("span", { class: "taken-back" }, "Taken back");
  const row = element("li", { class: "block" }, number, hash, transactions, element("span", {}, time));
  return {
    element: row,
    show: (/** @type {PlacedBlock} */ { block }) => {
      setText(number, formatWhole(block.number));
      setText(hash, shortened(block.hash));
      setText(transactions, formatQuantity(block.transactions, "transaction"));
      showTime(time, block.timestamp, formatTime);
      row.title = block.hash;
      row.classList.toggle("retracted", block.isRetracted);
      if (block.isRetracted) row.append(taken);
      else taken.remove();
    },
  };
}
