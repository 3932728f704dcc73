/**
 * Changes of a user's drawings on their way to the server, one after the other. Where the server can't be reached they are
 * sent again until it can, which does no harm: drawings are put and removed by their ids, however often.
 */
import { isRefusal, isTemporary } from "../../../shared/refusal.js";
import { Retry } from "../../../shared/retry.js";
import { withChange } from "./drawing_values.js";

/**
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("../../../../types/market.js").DrawingChange} Change
 */

export class DrawingChanges {
  #send;
  #told;
  #retry;
  /** @type {{symbol: string, change: Change}[]} that the server hasn't taken yet, the oldest first */
  #waiting = [];
  #isSending = false;
  #isDelayTold = false;

  /**
   * @param {(symbol: string, change: Change) => Promise<{drawings: Drawing[]}>} send
   * @param {{saved: (symbol: string, drawings: Drawing[]) => void, refused: (message: string) => void, delayed: () => void, allSaved: () => void}} told
   *   `saved`: what the server has then; `delayed`: once after each change that has to wait
   * @param {number} [retryAfter] ms
   */
  constructor(send, told, retryAfter) {
    this.#send = send;
    this.#told = told;
    this.#retry = new Retry(retryAfter);
  }

  /** @param {string} symbol @param {Change} change */
  add(symbol, change) {
    this.#waiting.push({ symbol, change });
    this.#isDelayTold = false;
    this.#sendAll();
  }

  /** @param {Drawing[]} drawings that the server has @param {string} symbol @returns {Drawing[]} what becomes of them */
  appliedTo(drawings, symbol) {
    return this.#waiting.reduce((all, each) => (each.symbol === symbol ? withChange(all, each.change) : all), drawings);
  }

  /** Whether the server hasn't taken all of them: who leaves the page loses them. */
  get areWaiting() {
    return this.#waiting.length > 0;
  }

  /** Whoever has made them is gone: nothing more is sent or told. */
  end() {
    this.#waiting = [];
    this.#retry.stop();
  }

  async #sendAll() {
    this.#retry.stop();
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#waiting.length && (await this.#sendOldest()));
    } finally {
      this.#isSending = false;
    }
  }

  /** @returns {Promise<boolean>} whether the next may be sent */
  async #sendOldest() {
    const [{ symbol, change }] = this.#waiting;
    try {
      const { drawings } = await this.#send(symbol, change);
      this.#settle(() => this.#told.saved(symbol, drawings));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isTemporary(error)) return this.#delay();
      this.#settle(() => this.#told.refused(error.message));
    }
    return true;
  }

  /** @param {() => void} tell */
  #settle(tell) {
    if (!this.#waiting.shift()) return; // it has ended meanwhile
    tell();
    if (!this.#waiting.length) this.#told.allSaved();
  }

  #delay() {
    if (!this.#waiting.length) return false;
    if (!this.#isDelayTold) this.#told.delayed();
    this.#isDelayTold = true;
    this.#retry.later(() => this.#sendAll());
    return false;
  }
}
