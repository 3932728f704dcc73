/**
 * A promise that others settle.
 *
 * @returns {{promise: Promise<void>, resolve: () => void, reject: (error: Error) => void}}
 */
export function deferred() {
  const result = /** @type {ReturnType<typeof deferred>} */ ({});
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  result.promise.catch(() => undefined); // who doesn't await `connect` hears of it by the `disconnected` event
  return result;
}

/**
 * A promise that is settled in time, by an error where the given one is not.
 *
 * @template Value
 * @param {Promise<Value>} promise
 * @param {number} milliseconds
 * @param {() => Error} late
 * @returns {Promise<Value>}
 */
export async function within(promise, milliseconds, late) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([promise, /** @type {Promise<never>} */ (limit)]);
  } finally {
    clearTimeout(timer);
  }
}
