/**
 * Whether a wildcard stands for a channel. Segments end at `.` and `:`; a last `*` is everything below, an inner one
 * exactly one segment.
 *
 * @param {string} pattern such as `price:*`, `grid.*.status`, `*`
 * @param {string} channel
 */
export function matches(pattern, channel) {
  const [wanted, given] = [pattern, channel].map((name) => name.split(/[.:]/));
  const isLongEnough = wanted.at(-1) === "*" ? given.length >= wanted.length : given.length === wanted.length;
  return isLongEnough && wanted.every((segment, index) => segment === "*" || segment === given[index]);
}

/** Named events with handlers, called in the order in which they were added; those of wildcards after the others. */
export class Emitter {
  /** @type {Map<string, Set<(value: any) => void>>} */
  #handlers = new Map();
  /** @type {Map<string, Set<(value: any) => void>>} */
  #wildcards = new Map();

  /**
   * @param {string} name
   * @param {(value: any) => void} handler adding the same one twice adds it once
   */
  on(name, handler) {
    const group = this.#group(name);
    group.set(name, (group.get(name) ?? new Set()).add(handler));
  }

  /**
   * @param {string} name
   * @param {(value: any) => void} handler one that was never added is no error
   */
  off(name, handler) {
    const handlers = this.#group(name).get(name);
    if (handlers?.delete(handler) && handlers.size === 0) this.#group(name).delete(name);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  emit(name, value) {
    call(this.#handlers.get(name), value);
  }

  /**
   * Call the handlers of wildcards too.
   *
   * @param {string} name
   * @param {unknown} value
   */
  emitMatching(name, value) {
    this.emit(name, value);
    for (const [pattern, handlers] of [...this.#wildcards]) if (matches(pattern, name)) call(handlers, value);
  }

  /** @param {string} name */
  #group(name) {
    return name.includes("*") ? this.#wildcards : this.#handlers;
  }
}

/**
 * Let an error of the program's own function surface as uncaught, as with EventTarget, after what is under way.
 *
 * @param {unknown} error
 */
export function surface(error) {
  queueMicrotask(() => {
    throw error;
  });
}

/**
 * @param {Iterable<(value: any) => void>} [handlers]
 * @param {unknown} [value]
 */
function call(handlers = [], value) {
  for (const handler of [...handlers]) {
    try {
      handler(value);
    } catch (error) {
      surface(error); // it takes no other handler's event away
    }
  }
}
