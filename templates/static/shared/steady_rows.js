/**
 * Keyed rows that don't move under the reader's pointer, nor under the focus of the keyboard: meanwhile what ends stays
 * in its place, marked, and what comes stands below. A row is written to when its item is another one.
 */
import { KeyedRows } from "./keyed_rows.js";

/** With more rows that have ended nothing stays in its place: a pointer may lie there for hours. */
export const MOST_ENDED = 50;

/**
 * @template T
 * @typedef {{element: Element, show: (item: T, hasEnded: boolean) => void}} SteadyRow
 */

/**
 * @template T
 * @typedef {{item: T, hasEnded: boolean, version: number}} Shown
 */

/** @template T */
export class SteadyRows {
  /** @type {KeyedRows<Shown<T>>} */
  #rows;
  #keyOf;
  /** @type {T[]} */
  #items = [];
  /** @type {Shown<T>[]} */
  #shown = [];
  #version = 0;
  #isPointedAt = false;
  #hasFocus = false;

  /**
   * @param {HTMLElement} parent which holds these rows and nothing else
   * @param {(item: T) => string} keyOf
   * @param {(item: T) => SteadyRow<T>} make
   */
  constructor(parent, keyOf, make) {
    this.#keyOf = keyOf;
    this.#rows = new KeyedRows(parent, ({ item }) => keyOf(item), ({ item }) => writtenWhenChanged(make(item)));
    parent.addEventListener("pointerenter", () => this.#pointed(true));
    parent.addEventListener("pointerleave", () => this.#pointed(false));
    parent.addEventListener("focusin", ({ target }) => this.#focused(/** @type {Element} */ (target).matches(":focus-visible")));
    parent.addEventListener("focusout", () => this.#focused(false));
  }

  /** @param {T[]} items in the order in which they are to stand @param {{all?: boolean}} [options] `all`: write to every row */
  show(items, { all = false } = {}) {
    this.#items = items;
    if (all) this.#version += 1;
    const isHeld = this.#isPointedAt || this.#hasFocus;
    const kept = isHeld ? keptInPlace(this.#shown.map(({ item }) => item), items, this.#keyOf) : items;
    const live = new Set(items.map(this.#keyOf));
    this.#shown = kept.map((item) => ({ item, hasEnded: !live.has(this.#keyOf(item)), version: this.#version }));
    this.#rows.show(this.#shown);
  }

  /** Show nothing, whoever points at it: it isn't the reader's any more. */
  clear() {
    this.#shown = [];
    this.show([]);
  }

  /** @param {boolean} isPointedAt */
  #pointed(isPointedAt) {
    this.#isPointedAt = isPointedAt;
    if (!isPointedAt) this.show(this.#items);
  }

  /** @param {boolean} hasFocus */
  #focused(hasFocus) {
    this.#hasFocus = hasFocus;
    if (!hasFocus) queueMicrotask(() => this.show(this.#items)); // once the next has the focus
  }
}

/**
 * @template T
 * @param {T[]} before as they stand
 * @param {T[]} items as they are to stand
 * @param {(item: T) => string} keyOf
 * @returns {T[]} each where it stood, those that have ended as they were, and the new ones below
 */
export function keptInPlace(before, items, keyOf) {
  const now = new Map(items.map((item) => [keyOf(item), item]));
  const ended = before.filter((item) => !now.has(keyOf(item)));
  if (ended.length > MOST_ENDED) return items;
  const known = new Set(before.map(keyOf));
  return [...before.map((item) => now.get(keyOf(item)) ?? item), ...items.filter((item) => !known.has(keyOf(item)))];
}

/**
 * @template T
 * @param {SteadyRow<T>} row
 * @returns {import("./keyed_rows.js").Row<Shown<T>>}
 */
function writtenWhenChanged({ element, show }) {
  /** @type {Shown<T> | null} */
  let last = null;
  return {
    element,
    show: (shown) => {
      const isSame = last?.item === shown.item && last.hasEnded === shown.hasEnded && last.version === shown.version;
      last = shown;
      if (!isSame) show(shown.item, shown.hasEnded);
    },
  };
}
