/** Taking the price of a row of the order book: by a click on it, or by the keyboard, for which the book is one stop. */
import { targetOf } from "../../shared/elements.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export class BookKeys {
  #rows;

  /**
   * @param {HTMLElement} book
   * @param {import("./book_rows.js").BookRows} rows
   * @param {(price: string, byKey: boolean) => void} taken
   */
  constructor(book, rows, taken) {
    this.#rows = rows;
    book.addEventListener("click", (event) => {
      const value = this.#rowOf(targetOf(event))?.button.value ?? "";
      if (Number(value) > 0) taken(value, !event.detail); // bids below the first step are gathered at 0
    });
    book.addEventListener("keydown", (event) => this.#move(event));
    book.addEventListener("focusin", (event) => this.#stopAt(this.#rowOf(targetOf(event))));
  }

  /** One row is there for Tab, whichever are shown: the best bid, beside the spread, where it was none of them. */
  keepStop() {
    const { all, bids } = this.#rows;
    if (!all.some(({ button }) => button.tabIndex === 0)) bids[0].button.tabIndex = 0;
  }

  /** @param {HTMLElement} target */
  #rowOf(target) {
    const row = target.closest("tr");
    return this.#rows.all.find((each) => each.row === row);
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const row = this.#rowOf(targetOf(event));
    const step = STEPS[event.key];
    if (!row || !step) return;
    event.preventDefault();
    const { all } = this.#rows;
    all[all.indexOf(row) + step]?.button.focus();
  }

  /** @param {{button: HTMLButtonElement} | undefined} row that has the focus, and that Tab comes back to */
  #stopAt(row) {
    if (row) for (const { button } of this.#rows.all) button.tabIndex = button === row.button ? 0 : -1;
  }
}
