/** The strategies that a form offers: asked for again until they are known, which the form says in its place for problems. */
import { setText } from "../painting.js";
import { RetriedRead } from "../retried_read.js";

/** @template Kind */
export class OfferedStrategies {
  #problem;
  #reading;
  /** What this has said there: the form itself may have said something else since. */
  #said = "";

  /**
   * @param {HTMLElement} problem the form's place for what is wrong
   * @param {object} reading
   * @param {() => Promise<Kind[]>} reading.ask
   * @param {(kinds: Kind[]) => unknown} reading.offer what it returns is awaited
   * @param {number} [reading.retryAfter] ms until what couldn't be read is asked for again
   */
  constructor(problem, { ask, offer, retryAfter }) {
    this.#problem = problem;
    this.#reading = new RetriedRead({ ask, show: (kinds) => this.#offer(kinds, offer), refused: (refusal) => this.#refused(refusal), retryAfter });
  }

  /** Read them. @returns {Promise<void>} until they are offered, or were refused once */
  load() {
    return this.#reading.load();
  }

  /** Nobody is there to choose one. */
  forget() {
    this.#reading.forget();
    this.#say("");
  }

  /** @param {Kind[]} kinds @param {(kinds: Kind[]) => unknown} offer */
  #offer(kinds, offer) {
    this.#say("");
    return offer(kinds);
  }

  /** @param {import("../refusal.js").Refusal} refusal */
  #refused({ code, message }) {
    if (code === "signed_out") return false;
    this.#say(`The strategies can't be read: ${message}. Trying again…`);
    return true;
  }

  /** @param {string} words */
  #say(words) {
    if (words || this.#problem.textContent === this.#said) setText(this.#problem, words);
    this.#said = words;
  }
}
