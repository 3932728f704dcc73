/** What is read of the server, now and again: the answer to the last question counts, and a refused one is asked anew. */
import { isRefusal } from "./refusal.js";
import { Retry } from "./retry.js";
import { Turns } from "./turns.js";

/** @template Answer */
export class RetriedRead {
  #ask;
  #show;
  #refused;
  #retry;
  #turns = new Turns();

  /**
   * @param {object} reading
   * @param {() => Promise<Answer>} reading.ask
   * @param {(answer: Answer) => unknown} reading.show what it returns is awaited
   * @param {(refusal: import("./refusal.js").Refusal) => boolean} [reading.refused] tells of it; whether it is asked anew
   * @param {number} [reading.retryAfter] ms until then
   */
  constructor({ ask, show, refused = () => true, retryAfter }) {
    this.#ask = ask;
    this.#show = show;
    this.#refused = refused;
    this.#retry = new Retry(retryAfter);
  }

  async load() {
    const isNewest = this.#turns.begin();
    this.#retry.stop();
    try {
      const answer = await this.#ask();
      if (isNewest()) await this.#show(answer);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNewest() && this.#refused(error)) this.#retry.later(() => this.load());
    }
  }

  /** What was asked is for nobody any more. */
  forget() {
    this.#turns.begin();
    this.#retry.stop();
  }
}
