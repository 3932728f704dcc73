/**
 * Values of the server's that are shown, and changed, here: a snapshot, the events after it, and changes that show at
 * once and are taken back where the server refuses. Works with any `StateConnection` (state.d.ts), not only our client.
 */
import { SyncedValue } from "./synced_value.js";

export { SyncedValue };

/** The values of one connection, by name. */
export class StateSync {
  #connection;
  /** @type {Map<string, SyncedValue<any>>} */
  #values = new Map();

  /** @param {import("../state.js").StateConnection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /**
   * @template Value
   * @param {string} name
   * @param {import("../state.js").Definition<Value>} definition
   * @returns {SyncedValue<Value>}
   * @throws {Error} where the name is taken
   */
  define(name, definition) {
    if (this.#values.has(name)) throw new Error(`${name} is defined already`);
    const value = new SyncedValue(this.#connection, definition);
    this.#values.set(name, value);
    return value;
  }

  /** @param {string} name */
  get(name) {
    return this.#values.get(name);
  }

  /** Close and forget every value. */
  close() {
    for (const value of this.#values.values()) value.close();
    this.#values.clear();
  }
}
