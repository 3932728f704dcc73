/**
 * The drawings of the market that the chart shows: at the server for who is signed in, else in this browser. A change is
 * shown at once and told by the drawings' ids, so that two tabs lose nothing of each other; changes go out one after the
 * other, and what the server answers to the last of them is shown.
 */
import { isRefusal } from "../../../shared/refusal.js";
import { Retry } from "../../../shared/retry.js";
import { UserRequests } from "../../../shared/session/user_requests.js";
import { Turns } from "../../../shared/turns.js";
import { withDrawing } from "./drawing_values.js";

/**
 * @typedef {import("./drawing_values.js").Drawing} Drawing
 * @typedef {{put?: Drawing[], remove?: string[]}} Change
 */

const PATH = "/api/v1/drawings/";

export class DrawingStore {
  #requests;
  #kept;
  #changed;
  #refused;
  #retry;
  #symbol = "";
  #isSignedIn = false;
  /** Counts who was here, which market is shown, and what changes: an answer from before counts no more. */
  #turns = new Turns();
  #users = new Turns();
  /** @type {Promise<void>} */
  #last = Promise.resolve();
  /** @type {Drawing[]} */
  all = [];

  /**
   * @param {import("../../../shared/session/access_token.js").AccessToken} access
   * @param {import("./kept_drawings.js").KeptDrawings} kept by this browser
   * @param {{changed: () => void, refused: (message: string) => void}} told
   * @param {{retryAfter?: number}} [options] ms until what couldn't be read is asked for again
   */
  constructor(access, kept, { changed, refused }, { retryAfter } = {}) {
    this.#requests = new UserRequests(access, PATH);
    this.#kept = kept;
    this.#changed = changed;
    this.#refused = refused;
    this.#retry = new Retry(retryAfter);
    document.addEventListener("visibilitychange", () => !document.hidden && this.#read());
  }

  /** @param {boolean} isSignedIn whoever comes sees nothing of who was here before */
  follow(isSignedIn) {
    this.#isSignedIn = isSignedIn;
    this.#users.begin();
    this.#begin();
  }

  /** @param {string} symbol */
  choose(symbol) {
    this.#symbol = symbol;
    this.#begin();
  }

  /** How many this browser keeps that are not the user's yet; 0 for who isn't signed in. */
  get toMove() {
    return this.#isSignedIn ? this.#kept.count : 0;
  }

  /** @param {Change} change */
  change({ put = [], remove = [] }) {
    const kept = this.all.filter(({ id }) => !remove.includes(id));
    this.#show(put.reduce(withDrawing, kept));
    if (this.#isSignedIn) this.#send({ put, remove });
    else if (this.#symbol && !this.#kept.keep(this.#symbol, this.all)) this.#refused("This browser has no room for more drawings");
  }

  /** Give the user what this browser keeps; of what the server refuses nothing is lost. */
  async move() {
    const isHere = this.#users.current();
    for (const [symbol, put] of this.#kept.all) {
      if (!isHere()) return;
      if (!(await this.#ask(() => this.#requests.patch(`${symbol}/`, { put: put.map(given) })))) break;
      this.#kept.keep(symbol, []);
    }
    this.#read();
  }

  #begin() {
    this.#turns.begin();
    this.#show(this.#isSignedIn || !this.#symbol ? [] : this.#kept.of(this.#symbol));
    this.#read();
  }

  /** @param {Change} change */
  #send({ put = [], remove = [] }) {
    const [isNewest, symbol, isHere] = [this.#turns.begin(), this.#symbol, this.#users.current()];
    this.#last = this.#last.then(async () => {
      if (!isHere()) return;
      const answer = await this.#ask(() => this.#requests.patch(`${symbol}/`, { put: put.map(given), remove }));
      if (!isNewest()) return;
      if (answer) this.#show(answer.drawings);
      else this.#read();
    });
  }

  async #read() {
    this.#retry.stop();
    if (!this.#isSignedIn || !this.#symbol) return;
    const [isNewest, symbol] = [this.#turns.begin(), this.#symbol];
    await this.#last;
    if (!isNewest()) return;
    try {
      const { drawings } = await this.#requests.get(`${symbol}/`);
      if (isNewest()) this.#show(drawings);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNewest()) this.#retry.later(() => this.#read());
    }
  }

  /** @param {() => Promise<any>} ask @returns {Promise<any>} undefined: it was refused, or not answered, and that is told */
  async #ask(ask) {
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refused(error.message);
      return undefined;
    }
  }

  /** @param {Drawing[]} drawings */
  #show(drawings) {
    this.all = drawings;
    this.#changed();
  }
}

/** @param {Drawing} drawing as the server takes it: a rule that there is none of is left out */
function given({ rule, ...drawing }) {
  return rule === null ? drawing : { ...drawing, rule };
}
