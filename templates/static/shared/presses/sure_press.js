/**
 * A button for what can't be undone: the first press asks, the second one within some seconds does it, once. The second
 * click of a double click is none, nor is Enter that is still held: whoever makes it hasn't read the question yet.
 */
import { isHeldEnter } from "./held_enter.js";
import { setText } from "../painting.js";

const SURE_MILLISECONDS = 4_000;

export class SurePress {
  #button;
  #words;
  #what = "";
  #waiting = 0;
  /** @type {unknown} */
  #subject;
  /** Of which subjects what it does is under way. */
  #underWay = new Set();

  /**
   * @param {HTMLElement} button
   * @param {string} words that say what it does
   * @param {() => unknown} act as long as what it promises isn't done, presses do nothing
   */
  constructor(button, words, act) {
    this.#button = button;
    this.#words = words;
    button.addEventListener("click", ({ detail }) => this.#press(detail, act));
    button.addEventListener("keydown", (event) => isHeldEnter(event) && event.preventDefault());
    this.#show();
  }

  /** @param {string} what it does that to, for who doesn't see where the button stands */
  name(what) {
    this.#what = what;
    this.#show();
  }

  /**
   * Ask anew at the next press: it stands for another now, which what is under way of the former doesn't hold back.
   *
   * @param {unknown} subject what it stands for
   */
  reset(subject) {
    this.#subject = subject;
    this.#askNoMore();
  }

  /** @param {number} clicks in a row, of which this is the last; by keyboard 0 @param {() => unknown} act */
  async #press(clicks, act) {
    const subject = this.#subject;
    if (this.#underWay.has(subject) || (this.#waiting && clicks > 1)) return;
    if (!this.#waiting) return this.#ask();
    this.#askNoMore();
    this.#underWay.add(subject);
    try {
      await act();
    } finally {
      this.#underWay.delete(subject);
    }
  }

  #ask() {
    this.#waiting = setTimeout(() => this.#askNoMore(), SURE_MILLISECONDS);
    this.#show();
  }

  #askNoMore() {
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
