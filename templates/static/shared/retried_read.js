/**
 * What is read of the server, now and again: the answer to the last question counts, and a refused one is asked anew. What
 * changes often, or is read by a timer, is to be `refresh`ed: asked anew before the answer is there, it would never be shown.
 */
import { isRefusal } from "./refusal.js";
import { Retry } from "./retry.js";
import { Turns } from "./turns.js";

/** What has failed twice is asked at longer and longer intervals, up to so many times the first. */
const LONGEST = 16;

/**
 * @template Answer
 * @template [Question=void]
 */
export class RetriedRead {
  #reading;
  #retry;
  #turns = new Turns();
  #whole = Promise.resolve();
  /** How often in a row it was refused. */
  #refusals = 0;
  #isUnderWay = false;
  /** @type {{question: Question} | null} what is to be asked once the answer under way is shown */
  #next = null;

  /**
   * @param {object} reading
   * @param {(question: Question) => Promise<Answer>} reading.ask
   * @param {(answer: Answer, isMeant: () => boolean) => unknown} reading.show what it returns is awaited, and a refusal of
   *   what it asks besides is one of the whole; `isMeant`: whether nothing was asked since, and nothing forgotten
   * @param {(refusal: import("./refusal.js").Refusal) => boolean} [reading.refused] tells of it; whether it is asked anew
   * @param {() => boolean} [reading.isWanted] whether there still is somebody to read it for when that time has come
   * @param {number} [reading.retryAfter] ms until then
   */
  constructor({ ask, show, refused = () => true, isWanted = () => true, retryAfter }) {
    this.#reading = { ask, show, refused, isWanted };
    this.#retry = new Retry(retryAfter);
  }

  /** Fulfilled once the answer to the last question is shown, or was refused; at once where nothing is asked. */
  get whole() {
    return this.#whole;
  }

  /** Whether an answer is still to come. */
  get isUnderWay() {
    return this.#isUnderWay;
  }

  /** Ask anew, now or once the answer under way is shown: what it tells may be of before. @param {Question} question */
  refresh(question) {
    if (this.#isUnderWay) this.#next = { question };
    else this.load(question);
  }

  /** @param {Question} question @returns {Promise<void>} until the answer to the last one is shown, or was refused */
  load(question) {
    this.#whole = this.#read(question);
    return this.#whole;
  }

  /** What was asked is for nobody any more. @returns {() => boolean} whether nothing was asked since, and nothing forgotten */
  forget() {
    this.#retry.stop();
    this.#refusals = 0;
    this.#whole = Promise.resolve();
    this.#isUnderWay = false;
    this.#next = null;
    return this.#turns.begin();
  }

  /** @param {Question} question */
  async #read(question) {
    const { ask, show, refused } = this.#reading;
    const isMeant = this.#turns.begin();
    this.#retry.stop();
    this.#isUnderWay = true;
    this.#next = null;
    try {
      const answer = await ask(question);
      if (isMeant()) await show(answer, isMeant);
      this.#refusals = 0;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant() && refused(error)) this.#readLater(question);
    } finally {
      if (isMeant()) this.#ended();
    }
    if (!isMeant()) await this.#whole;
  }

  #ended() {
    this.#isUnderWay = false;
    if (this.#next) this.load(this.#next.question);
  }

  /** @param {Question} question */
  #readLater(question) {
    this.#refusals += 1;
    this.#retry.later(() => this.#readAnew(question), Math.min(LONGEST, 2 ** Math.max(0, this.#refusals - 2)));
  }

  /** @param {Question} question */
  #readAnew(question) {
    if (this.#reading.isWanted()) this.load(question);
  }
}
