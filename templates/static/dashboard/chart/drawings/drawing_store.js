/**
 * The drawings of the market that the chart shows: at the server for who is signed in, else in this browser. A change is
 * shown at once and told by the drawings' ids, so that two tabs lose nothing of each other. What is shown is what the server
 * has, with the changes that it hasn't taken yet.
 */
import { isRefusal } from "../../../shared/refusal.js";
import { Retry } from "../../../shared/retry.js";
import { UserRequests } from "../../../shared/session/user_requests.js";
import { Turns } from "../../../shared/turns.js";
import { DrawingChanges } from "./drawing_changes.js";
import { withChange } from "./drawing_values.js";

/** @typedef {import("../../../../types/market.js").Drawing} Drawing */

const PATH = "/api/v1/drawings/";

export class DrawingStore {
  #requests;
  #kept;
  #told;
  #retry;
  #retryAfter;
  #symbol = "";
  #isSignedIn = false;
  /** Counts who was here, which market is shown, and what has changed: an answer from before counts no more. */
  #turns = new Turns();
  #users = new Turns();
  #changes;
  /** @type {Drawing[]} as they are kept, before the changes that the server hasn't taken yet */
  #saved = [];
  /** @type {Drawing[]} */
  all = [];

  /**
   * @param {import("../../../shared/session/access_token.js").AccessToken} access
   * @param {import("./kept_drawings.js").KeptDrawings} kept by this browser
   * @param {{changed: () => void, refused: (message: string) => void, delayed: () => void, allSaved: () => void}} told
   *   `delayed`: a change waits for the server, which can't be reached; `allSaved`: none waits any more
   * @param {{retryAfter?: number}} [options] ms until what couldn't be read or sent is asked for again
   */
  constructor(access, kept, told, { retryAfter } = {}) {
    this.#requests = new UserRequests(access, PATH);
    this.#kept = kept;
    this.#told = told;
    this.#retry = new Retry(retryAfter);
    this.#retryAfter = retryAfter;
    this.#changes = this.#newChanges();
    document.addEventListener("visibilitychange", () => !document.hidden && this.#read());
    addEventListener("beforeunload", (leaving) => this.#changes.areWaiting && leaving.preventDefault());
  }

  /** @param {boolean} isSignedIn whoever comes sees nothing of who was here before */
  follow(isSignedIn) {
    this.#isSignedIn = isSignedIn;
    this.#users.begin();
    this.#changes.end();
    this.#changes = this.#newChanges();
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

  /** @param {Partial<import("../../../../types/market.js").DrawingChange>} change */
  change({ put = [], remove = [] }) {
    if (this.#isSignedIn) {
      this.#changes.add(this.#symbol, { put, remove });
      this.#render();
      return;
    }
    this.#show(withChange(this.all, { put, remove }));
    if (this.#symbol && !this.#kept.keep(this.#symbol, this.all)) this.#told.refused("This browser has no room for more drawings");
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

  /** Of whoever is here now. */
  #newChanges() {
    const { delayed, allSaved } = this.#told;
    return new DrawingChanges(
      (symbol, { put, remove }) => this.#requests.patch(`${symbol}/`, { put: put.map(given), remove }),
      { saved: (symbol, drawings) => this.#take(symbol, drawings), refused: (message) => this.#refused(message), delayed, allSaved },
      this.#retryAfter,
    );
  }

  /** @param {string} symbol @param {Drawing[]} drawings that the server has now: what is being read is older */
  #take(symbol, drawings) {
    if (symbol !== this.#symbol) return;
    this.#turns.begin();
    this.#retry.stop();
    this.#show(drawings);
  }

  /** What was refused is taken away before that is said, as whatever is said of it is taken away with it. @param {string} message */
  #refused(message) {
    this.#render();
    this.#told.refused(message);
    this.#read();
  }

  async #read() {
    this.#retry.stop();
    if (!this.#isSignedIn || !this.#symbol) return;
    const [isLatest, symbol] = [this.#turns.begin(), this.#symbol];
    try {
      const { drawings } = await this.#requests.get(`${symbol}/`);
      if (isLatest()) this.#show(drawings);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isLatest()) this.#retry.later(() => this.#read());
    }
  }

  /** @param {() => Promise<any>} ask @returns {Promise<any>} undefined: it was refused, or not answered, and that is told */
  async #ask(ask) {
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#told.refused(error.message);
      return undefined;
    }
  }

  /** @param {Drawing[]} drawings */
  #show(drawings) {
    this.#saved = drawings;
    this.#render();
  }

  #render() {
    this.all = this.#changes.appliedTo(this.#saved, this.#symbol);
    this.#told.changed();
  }
}

/** @param {Drawing} drawing as the server takes it: a rule that there is none of is left out */
function given({ rule, ...drawing }) {
  return rule === null ? drawing : { ...drawing, rule };
}
