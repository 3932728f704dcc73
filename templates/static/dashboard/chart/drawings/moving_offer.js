/** Asks once whether drawings that this browser keeps, made before signing in, become the user's: until the reader has answered. */
import { formatQuantity } from "../../../shared/format.js";

export class MovingOffer {
  #store;
  #bar;
  #isOpen = false;

  /** @param {import("./drawing_store.js").DrawingStore} store @param {import("./drawing_bar.js").DrawingBar} bar */
  constructor(store, bar) {
    this.#store = store;
    this.#bar = bar;
  }

  /** Somebody else is here. */
  begin() {
    this.#isOpen = true;
    this.show();
  }

  /** Nothing else is told in the bar. */
  show() {
    const count = this.#isOpen ? this.#store.toMove : 0;
    if (count) this.#bar.askToMove(formatQuantity(count, "drawing"), () => this.#move());
  }

  /** The reader has closed the bar. */
  end() {
    this.#isOpen = false;
  }

  #move() {
    this.end();
    this.#bar.hide();
    this.#store.move();
  }
}
