/**
 * A promise that others settle.
 *
 * @returns {{promise: Promise<void>, resolve: () => void, reject: (error: Error) => void}}
 */
export function deferred(): {
    promise: Promise<void>;
    resolve: () => void;
    reject: (error: Error) => void;
};
/**
 * A promise that is settled in time, by an error where the given one is not.
 *
 * @template Value
 * @param {Promise<Value>} promise
 * @param {number} milliseconds
 * @param {() => Error} late
 * @returns {Promise<Value>}
 */
export function within<Value>(promise: Promise<Value>, milliseconds: number, late: () => Error): Promise<Value>;
