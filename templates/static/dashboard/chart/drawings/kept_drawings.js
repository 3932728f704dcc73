/** Drawings that this browser keeps, of whoever isn't signed in: bounded, and read as what anybody may have written. Pure but for its storage. */
import { jsonOf } from "../../../shared/json.js";
import { storageOfBrowser } from "../../../shared/session/session_store.js";
import { MOST_DRAWINGS, isDrawing } from "./drawing_values.js";

/** @typedef {import("../../../../types/market.js").Drawing} Drawing */

const KEY = "tidewire.drawings";
export const MOST_SYMBOLS = 20;
const SYMBOL = /^[A-Z0-9][A-Za-z0-9._/-]{0,31}$/;

export class KeptDrawings {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} [storage] */
  constructor(storage = storageOfBrowser()) {
    this.#storage = storage;
  }

  /** @returns {Map<string, Drawing[]>} by symbol, the one that was drawn on last behind all others */
  get all() {
    return new Map(symbolsIn(this.#storage.getItem(KEY)).map(([symbol, drawings]) => [symbol, drawings.filter(isDrawing).slice(0, MOST_DRAWINGS)]));
  }

  /** How many there are. */
  get count() {
    return [...this.all.values()].reduce((sum, drawings) => sum + drawings.length, 0);
  }

  /** @param {string} symbol @returns {Drawing[]} */
  of(symbol) {
    return this.all.get(symbol) ?? [];
  }

  /**
   * Read anew before each change: another tab may have drawn on another symbol meanwhile.
   *
   * @param {string} symbol
   * @param {Drawing[]} drawings all that it has from now on
   * @returns {boolean} whether the browser had room for them
   */
  keep(symbol, drawings) {
    const all = this.all;
    all.delete(symbol);
    if (drawings.length) all.set(symbol, drawings.slice(0, MOST_DRAWINGS));
    return this.#write([...all].slice(-MOST_SYMBOLS));
  }

  /** @param {[string, Drawing[]][]} entries */
  #write(entries) {
    try {
      if (entries.length) this.#storage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
      else this.#storage.removeItem(KEY);
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === "QuotaExceededError") return false;
      throw error;
    }
  }
}

/** @param {string | null} text @returns {[string, unknown[]][]} */
function symbolsIn(text) {
  const kept = /** @type {[string, unknown[]][]} */ (Object.entries(jsonOf(text) ?? {}));
  return kept.filter(([symbol, drawings]) => SYMBOL.test(symbol) && Array.isArray(drawings)).slice(-MOST_SYMBOLS);
}
