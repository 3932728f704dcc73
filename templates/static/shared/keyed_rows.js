/** Rows that stay who they are while their values change: nothing flickers, and a reader's focus stays. */

/**
 * @template T
 * @typedef {{element: Element, show: (item: T) => void}} Row
 */

/** @template T */
export class KeyedRows {
  #parent;
  #keyOf;
  #make;
  /** @type {Map<string, Row<T>>} */
  #rows = new Map();

  /**
   * @param {Element} parent which holds these rows and nothing else
   * @param {(item: T) => string} keyOf
   * @param {(item: T) => Row<T>} make
   */
  constructor(parent, keyOf, make) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  /** @param {readonly T[]} items in the order in which they are to stand */
  show(items) {
    this.#removeAllBut(new Set(items.map(this.#keyOf)));
    let place = this.#parent.firstElementChild;
    for (const item of items) {
      const { element, show } = this.#rowOf(item);
      show(item);
      if (element === place) place = element.nextElementSibling;
      else this.#parent.insertBefore(element, place);
    }
  }

  /** @param {Set<string>} keys */
  #removeAllBut(keys) {
    for (const [key, { element }] of this.#rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
  }

  /** @param {T} item */
  #rowOf(item) {
    const key = this.#keyOf(item);
    const row = this.#rows.get(key) ?? this.#make(item);
    this.#rows.set(key, row);
    return row;
  }
}
