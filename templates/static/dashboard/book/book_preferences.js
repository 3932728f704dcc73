/** How the reader wants order books shown, kept in their browser: steps of prices by market, levels, and the depth chart. */
import { jsonOf } from "../../shared/json.js";
import { storageOfBrowser } from "../../shared/session/session_store.js";
import { MULTIPLES } from "./price_steps.js";

const KEY = "tidewire.order_book";
/** Of more markets the choice made longest ago is forgotten. */
export const MOST_MARKETS = 100;
/** Levels of a side that can be chosen; 0: as many as there is room for. */
export const LEVEL_CHOICES = [0, 20, 50, 100];

/** @typedef {{multiples: [string, number][], hasChart: boolean, levels: number}} Kept `multiples`: by symbol, the last chosen last; the finest aren't kept */

export class BookPreferences {
  #storage;
  #kept;

  /** @param {Pick<Storage, "getItem" | "setItem">} [storage] */
  constructor(storage = storageOfBrowser()) {
    this.#storage = storage;
    this.#kept = keptOf(storage.getItem(KEY));
  }

  /** @param {string} symbol @returns {number} of its ticks: one of `MULTIPLES` */
  multipleOf(symbol) {
    return this.#kept.multiples.find(([each]) => each === symbol)?.[1] ?? 1;
  }

  /** @param {string} symbol @param {number} multiple */
  keepMultiple(symbol, multiple) {
    const others = this.#kept.multiples.filter(([each]) => each !== symbol);
    /** @type {[string, number][]} */
    const own = multiple === 1 ? [] : [[symbol, multiple]];
    this.#keep({ multiples: [...others, ...own].slice(-MOST_MARKETS) });
  }

  /** @returns {number} one of `LEVEL_CHOICES` */
  get levels() {
    return this.#kept.levels;
  }

  /** @param {number} levels */
  keepLevels(levels) {
    this.#keep({ levels });
  }

  get hasChart() {
    return this.#kept.hasChart;
  }

  /** @param {boolean} hasChart */
  keepChart(hasChart) {
    this.#keep({ hasChart });
  }

  /** @param {Partial<Kept>} changed */
  #keep(changed) {
    this.#kept = { ...this.#kept, ...changed };
    this.#storage.setItem(KEY, JSON.stringify(this.#kept));
  }
}

/** @param {string | null} stored which another version of this page, or anybody at the console, may have written @returns {Kept} */
function keptOf(stored) {
  const read = jsonOf(stored);
  const multiples = Array.isArray(read?.multiples) ? read.multiples.filter(isMultiple) : [];
  const levels = LEVEL_CHOICES.includes(read?.levels) ? read.levels : 0;
  return { multiples: multiples.slice(-MOST_MARKETS), hasChart: read?.hasChart === true, levels };
}

/** @param {unknown} entry @returns {entry is [string, number]} */
function isMultiple(entry) {
  return Array.isArray(entry) && typeof entry[0] === "string" && MULTIPLES.includes(entry[1]);
}
