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
      if (element === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(element, place);
    }
  }

  #removeAllBut(keys) {
    for (const [key, { element }] of this.#rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
  }

  #rowOf(item) {
    const key = this.#keyOf(item);
    if (!this.#rows.has(key)) this.#rows.set(key, this.#make(item));
    return this.#rows.get(key);
  }
}
