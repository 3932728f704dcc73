/** What the server has stored of the market that the form names: told below the range, asked anew when it changes. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { storedText } from "./data_range.js";

/** @typedef {import("../../../types/backtests.js").StoredData} StoredData */

export class StoredNote {
  #note = byId("stored");
  #requests;
  #turns = new Turns();
  #asked = "";
  /** @type {StoredData | null} */
  #data = null;
  /** @type {import("./data_range.js").Range} that is typed now, which may be another than when it was asked */
  #range = { start: NaN, end: NaN };

  /** @param {import("../requests.js").BacktestRequests} requests */
  constructor(requests) {
    this.#requests = requests;
  }

  /** @returns {StoredData | null} null: not known */
  get data() {
    return this.#data;
  }

  /** What is known is old: a run may have fetched more. */
  forget() {
    this.#asked = "";
  }

  /** The form names no market that there is, and what is on its way is of another. */
  clear() {
    this.#turns.begin();
    this.forget();
    this.#data = null;
    setText(this.#note, "");
  }

  /** @param {{symbol: string, interval: string}} market @param {import("./data_range.js").Range} range */
  async show({ symbol, interval }, range) {
    this.#range = range;
    const asked = `${symbol} ${interval}`;
    if (asked !== this.#asked) await this.#ask(asked, symbol, interval);
    if (this.#data && asked === this.#asked) setText(this.#note, storedText(this.#data, this.#range));
  }

  /** @param {string} asked @param {string} symbol @param {string} interval */
  async #ask(asked, symbol, interval) {
    this.#asked = asked;
    this.#data = null;
    setText(this.#note, "");
    const isMeant = this.#turns.begin();
    try {
      const data = await this.#requests.data(symbol, interval);
      if (isMeant()) this.#data = data;
    } catch (error) {
      if (!isRefusal(error)) throw error; // what is wrong with the market is told when the form is sent
      if (isMeant()) this.#asked = "";
    }
  }
}
