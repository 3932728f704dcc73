/** Changes that were made here, and that the server hasn't answered: they stand on top of its own value. */
import { surface } from "./emitter.js";

/** @typedef {import("../state.js").Pending<any>} Pending */

/** Those of one value, oldest first. */
export class PendingChanges {
  /** @type {Pending[]} */
  #pending = [];

  get count() {
    return this.#pending.length;
  }

  /**
   * Make a change; raise what it raises.
   *
   * @param {(value: any) => any} change
   * @param {any} value on which it is made
   */
  add(change, value) {
    const pending = { change, base: value, local: change(value) };
    this.#pending.push(pending);
    return pending;
  }

  /** @param {Pending} pending */
  has(pending) {
    return this.#pending.includes(pending);
  }

  /** @param {Pending} pending that was answered, or taken back */
  remove(pending) {
    this.#pending = this.#pending.filter((other) => other !== pending);
  }

  clear() {
    this.#pending = [];
  }

  /**
   * @param {Pending} pending that the server let stand
   * @param {any} base the server's value
   * @returns {any} the server's value now
   */
  kept({ change, base: before, local }, base) {
    return before === base ? local : attempt(() => change(base), base);
  }

  /**
   * @param {any} base the server's value
   * @param {import("../state.js").Definition<any>["resolve"]} [resolve]
   * @returns {any} it, with the changes on top, in their order
   */
  on(base, resolve) {
    let value = base;
    for (const pending of this.#pending) {
      if (pending.base !== value) {
        const conflict = { base: pending.base, local: pending.local, server: value };
        pending.local = attempt(() => (resolve ? resolve(conflict) : pending.change(conflict.server)), value);
        pending.base = value;
      }
      value = pending.local;
    }
    return value;
  }
}

/**
 * What the program's own function makes; its error surfaces as uncaught, and changes nothing else.
 *
 * @template Value
 * @param {() => Value} make
 * @param {Value} otherwise
 */
export function attempt(make, otherwise) {
  try {
    return make();
  } catch (error) {
    surface(error);
    return otherwise;
  }
}
