/** Named events with handlers, called in the order in which they were added. */
export class Emitter {
  /** @type {Map<string, Set<(value: any) => void>>} */
  #handlers = new Map();

  /**
   * @param {string} name
   * @param {(value: any) => void} handler adding the same one twice adds it once
   */
  on(name, handler) {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(handler));
  }

  /**
   * @param {string} name
   * @param {(value: any) => void} handler one that was never added is no error
   */
  off(name, handler) {
    const handlers = this.#handlers.get(name);
    if (handlers?.delete(handler) && handlers.size === 0) this.#handlers.delete(name);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  emit(name, value) {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        handler(value);
      } catch (error) {
        // It still surfaces as uncaught, as with EventTarget, but takes no other handler's event away.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
