/** React state that events change: gathered as they come, shown at most once per animation frame. */
import { useEffect, useRef, useState } from "react";
import { inNextFrame, notInNextFrame } from "./frames.js";

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
export function useFollowing(initial, start, dependencies) {
  const [shown, setShown] = useState(() => initial(undefined));
  const newest = useRef(shown);
  useEffect(() => {
    const show = () => setShown(newest.current);
    newest.current = initial(newest.current);
    show();
    const stop = start((make) => {
      newest.current = make(newest.current);
      inNextFrame(show);
    });
    return () => {
      notInNextFrame(show);
      stop();
    };
  }, dependencies);
  return shown;
}

/**
 * The newest value, for handlers that outlive a rendering.
 *
 * @template Value
 * @param {Value} value
 */
export function useLatest(value) {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
