/**
 * @template State
 * @typedef {(make: (state: State) => State) => void} Change
 */
/**
 * @template State
 * @param {(before: State | undefined) => State} initial the state to begin with, of what was shown `before` the
 *   dependencies changed; undefined at first
 * @param {(change: Change<State>) => () => void} start follows the events; what it returns ends that
 * @param {unknown[]} dependencies with which it begins anew
 * @returns {State}
 */
export function useFollowing<State>(initial: (before: State | undefined) => State, start: (change: Change<State>) => () => void, dependencies: unknown[]): State;
/**
 * The newest value, for handlers that outlive a rendering.
 *
 * @template Value
 * @param {Value} value
 */
export function useLatest<Value>(value: Value): import("react").RefObject<Value>;
export type Change<State> = (make: (state: State) => State) => void;
