/**
 * The user's own watch lists, which the server keeps: read at sign-in and whenever the page comes into sight, changed
 * one symbol at a time, so that two browsers lose nothing of each other.
 */
import { UserRequests } from "../../shared/session/user_requests.js";
import { isRefusal } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { Turns } from "../../shared/turns.js";

/** @typedef {import("../../../types/market.js").WatchList} OwnList */
/** @typedef {import("../../shared/refusal.js").Refusal} Refusal */

export const FAVOURITES = "Favourites";
const PATH = "/api/v1/watch-lists/";

export class OwnLists {
  #requests;
  #changed;
  #refused;
  #caughtUp;
  #reading;
  #isSignedIn = false;
  #isLoaded = false;
  /** Whether they couldn't be read, or the connection was away, since they were read last. */
  #isBehind = false;
  #users = new Turns();
  /** @type {Promise<void> | undefined} until a list that is being made is there */
  #making;
  /** @type {OwnList[]} */
  all = [];

  /**
   * @param {import("../../shared/session/access_token.js").AccessToken} access
   * @param {{changed: () => void, refused: (refusal: Refusal) => void, caughtUp: () => void}} told `caughtUp`: they are read
   *   after they couldn't be, or after the connection was away
   * @param {{retryAfter?: number}} [options] ms until what couldn't be read is asked for again
   */
  constructor(access, { changed, refused, caughtUp }, { retryAfter } = {}) {
    this.#requests = new UserRequests(access, PATH);
    this.#changed = changed;
    this.#refused = refused;
    this.#caughtUp = caughtUp;
    this.#reading = new RetriedRead({
      ask: () => this.#requests.get(""),
      show: ({ items }) => this.#know(items),
      refused: () => (this.#isBehind = true),
      retryAfter,
    });
    document.addEventListener("visibilitychange", () => !document.hidden && this.#read());
  }

  get isSignedIn() {
    return this.#isSignedIn;
  }

  /** Whether they are known, so that none means none. */
  get isLoaded() {
    return this.#isLoaded;
  }

  /** @param {boolean} isSignedIn whoever comes sees nothing of who was here before */
  follow(isSignedIn) {
    this.#isSignedIn = isSignedIn;
    this.#isLoaded = false;
    this.#making = undefined;
    this.#users.begin();
    this.#reading.forget();
    this.#show([]);
    this.#read();
  }

  /** The connection is back: read what has become of a change that was on its way when it was lost. */
  catchUp() {
    this.#isBehind = true;
    this.#read();
  }

  /** @param {string} name @returns {OwnList | undefined} */
  named(name) {
    return this.all.find((list) => list.name.toLowerCase() === name.toLowerCase());
  }

  /**
   * Put a symbol into the list of that name, which is made where there is none, or take it away. Whether there is one is
   * known once they are read, and once another that is being made is there.
   *
   * @param {string} name
   * @param {string} symbol
   */
  async toggle(name, symbol) {
    const isHere = this.#users.current();
    if (this.#making) await this.#making;
    else if (!this.#isLoaded && !this.named(name)) await this.#read();
    if (!isHere()) return;
    const list = this.named(name);
    if (list) await this.#tried(this.#change(list, symbol));
    else await this.#make({ name, symbols: [symbol] });
  }

  /** @param {{name: string, symbols: string[]}} list */
  async #make(list) {
    const making = this.#tried(this.#requests.post("", list));
    this.#making = making;
    await making;
    if (this.#making === making) this.#making = undefined;
  }

  /** @param {OwnList} list @param {string} symbol */
  #change(list, symbol) {
    const change = list.symbols.includes(symbol) ? { remove: [symbol] } : { add: [symbol] };
    this.#show(this.all.map((each) => (each === list ? withChange(each, change) : each)));
    return this.#requests.patch(`${list.id}/`, change);
  }

  /** Read what has become of a change, and tell where it was refused. @param {Promise<unknown>} changed */
  async #tried(changed) {
    try {
      await changed;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refused(error);
    }
    await this.#read();
  }

  /** Raise the server's refusal. @param {string} name */
  async create(name) {
    await this.#requests.post("", { name });
    await this.#read();
  }

  /** Raise the server's refusal. @param {OwnList} list @param {string} name */
  async rename({ id }, name) {
    await this.#requests.patch(`${id}/`, { name });
    await this.#read();
  }

  /** Raise the server's refusal. @param {OwnList} list */
  async remove({ id }) {
    await this.#requests.delete(`${id}/`);
    await this.#read();
  }

  async #read() {
    if (this.#isSignedIn) await this.#reading.load();
  }

  /** @param {OwnList[]} lists as the server has them */
  #know(lists) {
    const wasBehind = this.#isBehind;
    this.#isLoaded = true;
    this.#isBehind = false;
    this.#show(lists);
    if (wasBehind) this.#caughtUp();
  }

  /** @param {OwnList[]} lists */
  #show(lists) {
    this.all = lists;
    this.#changed();
  }
}

/** @param {OwnList} list @param {{add?: string[], remove?: string[]}} change */
function withChange(list, { add = [], remove = [] }) {
  return { ...list, symbols: [...list.symbols.filter((symbol) => !remove.includes(symbol)), ...add] };
}
