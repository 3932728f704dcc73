/** A button for what can't be undone: the first press asks, the second one within some seconds does it. */
import { setText } from "../../shared/painting.js";

const SURE_MILLISECONDS = 4_000;

export class SurePress {
  #button;
  #words;
  #what = "";
  #waiting = 0;

  /**
   * @param {HTMLElement} button
   * @param {string} words that say what it does
   * @param {() => void} act
   */
  constructor(button, words, act) {
    this.#button = button;
    this.#words = words;
    button.addEventListener("click", () => this.#press(act));
    this.#show();
  }

  /** @param {string} what it does that to, for who doesn't see where the button stands */
  name(what) {
    this.#what = what;
    this.#show();
  }

  /** @param {() => void} act */
  #press(act) {
    if (this.#waiting) {
      this.#rest();
      act();
      return;
    }
    this.#waiting = setTimeout(() => this.#rest(), SURE_MILLISECONDS);
    this.#show();
  }

  #rest() {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    this.#show();
  }

  #show() {
    const full = `${this.#words} ${this.#what}`;
    const label = this.#waiting ? `Sure? Press again to ${full[0].toLowerCase()}${full.slice(1)}` : full;
    setText(this.#button, this.#waiting ? "Sure?" : this.#words);
    if (this.#button.getAttribute("aria-label") !== label) this.#button.setAttribute("aria-label", label);
  }
}
